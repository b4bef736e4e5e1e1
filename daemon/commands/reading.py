"""`parse` and `classify`: what the program sees in a mail, for people and for scripts. Nothing is stored or sent."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from classifiers.verdict import Judgement, MailText, Verdict
from daemon.commands.paths import named_mails
from daemon.mail import ocr
from daemon.output import print_json, printable
from daemon.reading.isolation import read_safely
from daemon.reading.mail import Mail, Unreadable
from daemon.reading.ours import Ours
from daemon.reading.report import as_json, with_reasons
from daemon.settings import Settings, load

Read = tuple[str, Mail | Unreadable]


def parse(paths: Sequence[Path], config: Path, json: bool, why: bool = False) -> int:
    """One object for every mail, whatever is in it; with `why` also the rule that took each decision."""
    settings = load(config)
    reads_pictures = settings.reading.ocr and ocr.is_installed()
    for path, mail in _read_all(paths, settings):
        if why and reads_pictures and isinstance(mail, Mail):
            mail = replace(mail, picture_text=ocr.text_in(ocr.worth_reading(mail), settings.reading.ocr_seconds))
        row = as_json(path, mail)
        if why:
            row = with_reasons(row, mail)
        if json:
            print_json(row)
        else:
            _show(row)
    return 0


def _read_all(paths: Sequence[Path], settings: Settings) -> Iterator[Read]:
    ours = Ours.of(
        (settings.desk.address, *settings.desk.own_addresses),
        settings.brakes.monitors,
        spam_headers=settings.reading.spam_headers,
        spam_score=settings.reading.spam_score,
        allowed_types=settings.reading.allowed_types,
    )
    for path, raw in named_mails(paths):
        try:
            yield path, read_safely(raw, settings.limits, ours)
        except Unreadable as error:
            yield path, error


def _show(row: dict[str, Any]) -> None:
    sender = row["from"] or {"name": "", "address": "(nobody)"}
    out = sys.stdout.write
    out(f"{printable(row['path'])}\n")
    if row["quarantine"]:
        out(f"  quarantine: {printable(row['quarantine'])}\n\n")
        return
    out(f"  from     {printable(sender['name'])} <{printable(sender['address'])}>\n")
    out(f"  subject  {printable(row['subject'])}\n  kind     {row['kind']}   date {row['date'] or '-'}\n")
    for name in ("text", "forwarded", "signature", "quoted"):
        if row[name]:
            out(f"  {name}:\n" + "".join(f"    {printable(line)}\n" for line in row[name].splitlines()))
    for file in row["attachments"]:
        inline = ", inline" if file["inline"] else ""
        out(
            f"  attached {printable(file['filename'])} ({printable(file['content_type'])}, {file['size']} bytes{inline})\n"
        )
    for file in row.get("files", []):
        if file["withheld"]:
            out(f"  withheld {printable(file['filename'])}: {file['withheld']} ({file['true_type']})\n")
    if row.get("picture_text"):
        out("  read from a picture, not the sender's words:\n")
        out("".join(f"    {printable(line)}\n" for line in row["picture_text"].splitlines()))
    for line in row.get("why", []):
        out(f"  why      {printable(line)}\n")
    if row["defects"]:
        out(f"  defects  {', '.join(row['defects'])}\n")
    out("\n")


def classify(paths: Sequence[Path], config: Path, json: bool, explain: bool = False) -> int:
    """One object for every mail; a mail that cannot be read has no verdicts and says why. `explain` adds the words."""
    from classifiers import registry
    from classifiers.verdict import Undecided
    from daemon.commands.explaining import explained, show_explanation

    settings = load(config)
    judge = registry.open_current(Path(settings.storage.model))
    if isinstance(judge, Undecided):
        sys.stderr.write(f"without a model every verdict is unknown: {judge.reason}\n")
    for path, mail in _read_all(paths, settings):
        if isinstance(mail, Unreadable):
            row: dict[str, Any] = {"path": path, "quarantine": mail.reason}
        else:
            row = {"path": path} | judgement_row(judge.judge([question(mail)])[0])
            if explain and not isinstance(judge, Undecided):
                row["explanation"] = explained(judge, question(mail))
        if json:
            print_json(row)
        else:
            _show_judgement(row)
            show_explanation(row.get("explanation"))
    return 0


def question(mail: Mail) -> MailText:
    """What the classifiers are asked about a mail read from a file."""
    sender = mail.sender
    return MailText(
        sender.name if sender else "", sender.address if sender else "", mail.subject, mail.text, mail.signature,
        mail.quoted, mail.forwarded,
    )  # fmt: skip


def judgement_row(judgement: Judgement) -> dict[str, Any]:
    """The contract's keys of `classify --json`."""
    province = judgement.province
    return {
        "application": _verdict(judgement.application)
        | {
            "alternatives": [
                {"code": code, "confidence": round(share, 4)} for code, share in judgement.application.alternatives[:3]
            ]
        },
        "province": {
            "former": province.former,
            "current": province.current,
            "confidence": round(province.confidence, 4),
            "accepted": province.accepted,
            "evidence": list(province.evidence),
        },
        "organisation": _verdict(judgement.organisation),
        "request_kind": _verdict(judgement.request_kind),
        "model": judgement.model,
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {"code": verdict.code, "confidence": round(verdict.confidence, 4), "accepted": verdict.accepted}


def _show_judgement(row: dict[str, Any]) -> None:
    out = sys.stdout.write
    out(f"{printable(row['path'])}\n")
    if "quarantine" in row:
        out(f"  quarantine: {printable(row['quarantine'])}\n\n")
        return
    application, province = row["application"], row["province"]
    others = ", ".join(f"{one['code']} {one['confidence']:.0%}" for one in application["alternatives"])
    accepted = "" if application["accepted"] else "  not accepted: the Service Desk sorts"
    out(f"  application  {application['code']} {application['confidence']:.0%}{accepted}   (or {others})\n")
    evidence = "; ".join(map(printable, province["evidence"]))
    out(f"  province     {province['former'] or 'unknown'} {province['confidence']:.0%}   {evidence}\n")
    for name in ("organisation", "request_kind"):
        out(f"  {name:12} {row[name]['code']} {row[name]['confidence']:.0%}\n")
    out("\n")
