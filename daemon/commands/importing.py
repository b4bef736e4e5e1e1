"""`corpus import`: an organisation's own labelled mails, from a CSV file or a folder, into the corpus beside the models."""

import csv
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from classifiers.corpus_files import ORGANISATIONS, REQUEST_KINDS, CorpusError, defects_of, in_gate
from classifiers.corpus_files import load as load_corpus
from daemon.commands.corpus_parts import own_corpus
from daemon.commands.faults import WrongUse
from daemon.commands.paths import named_mails, named_source, named_target, private_file
from daemon.output import print_json
from daemon.settings import Settings, SettingsError, load

_FIELDS = (
    "from_name", "from_address", "subject", "body", "application", "province", "organisation", "request_kind", "writer",
)  # fmt: skip
_NEEDED = ("application",)


def corpus_import(config: Path, path: Path, as_json: bool) -> int:
    """Take the mails in. Mails that are there already are counted and left; wrong rows refuse the whole import."""
    settings = load(config)
    with named_source(path):
        if not path.exists():
            raise WrongUse(f"no such file or folder: {path}")
        folders = sorted(one for one in path.iterdir() if one.is_dir()) if path.is_dir() else None
    rows = list(_from_folders(folders, settings) if folders is not None else _from_csv(path))
    if not rows:
        raise WrongUse(f"{path} holds no labelled mail")
    added, known = _store(own_corpus(settings), rows, settings)
    if as_json:
        print_json({"added": added.total(), "known": known, "by_category": dict(sorted(added.items()))})
    else:
        sys.stdout.write(f"{added.total()} mails taken into {own_corpus(settings)}, {known} were there already\n")
        sys.stdout.write("".join(f"  {code:12} {count}\n" for code, count in sorted(added.items())))
    return 0


def _from_csv(path: Path) -> Iterator[dict[str, Any]]:
    """Rows of a CSV file in UTF-8 with the corpus' column names; only `application` and a text are needed."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUse(f"{path} cannot be read as UTF-8: {error}") from None
    sample = text.partition("\n")[0]
    reader = csv.DictReader(
        text.splitlines(keepends=True), delimiter=";" if sample.count(";") > sample.count(",") else ","
    )
    if missing := set(_NEEDED) - set(reader.fieldnames or ()):
        raise WrongUse(f"{path} lacks the column {', '.join(missing)}; columns: {', '.join(_FIELDS)}")
    for found in reader:
        yield {name: (found.get(name) or "").strip() for name in _FIELDS}


def _from_folders(folders: Sequence[Path], settings: Settings) -> Iterator[dict[str, Any]]:
    """Mails in folders that bear their category's code; nothing but the application is known of them."""
    from daemon.reading.isolation import read_safely
    from daemon.reading.mail import Unreadable
    from daemon.reading.ours import Ours

    ours = Ours.of((settings.desk.address, *settings.desk.own_addresses), settings.brakes.monitors)
    for folder in folders:
        for name, raw in named_mails([folder]):
            try:
                mail = read_safely(raw, settings.limits, ours)
            except Unreadable as error:
                sys.stderr.write(f"left out: {name}: {error.reason}\n")
                continue
            yield dict.fromkeys(_FIELDS, "") | {
                "from_name": mail.sender.name if mail.sender else "",
                "from_address": mail.sender.address if mail.sender else "",
                "subject": mail.subject, "body": f"{mail.text}\n{mail.signature}".strip(), "application": folder.name,
            }  # fmt: skip


def _store(folder: Path, rows: list[dict[str, Any]], settings: Settings) -> tuple[Counter[str], int]:
    """(new rows by category, number of known ones). Everything is checked before anything is written."""
    have = _ids_in(folder)
    texts: dict[Path, list[str]] = {}
    added: Counter[str] = Counter()
    known = 0
    defects: list[str] = []
    for number, row in enumerate(rows, 1):
        full = _completed(row)
        if row["application"] not in settings.applications:
            defects.append(f"row {number}: application {row['application']!r} is not in config.toml")
        defects += [f"row {number}: {defect}" for defect in defects_of(full, None)]
        if full["id"] in have:
            known += 1
            continue
        have.add(full["id"])
        added[row["application"]] += 1
        part = "gate" if in_gate(str(full["id"])) else "learning"
        texts.setdefault(folder / part / f"{row['application']}-own.jsonl", []).append(
            json.dumps(full, ensure_ascii=False)
        )
    if defects:
        raise SettingsError("the imported mails", defects)
    _append(texts)
    return added, known


def _ids_in(folder: Path) -> set[str]:
    """The ids of the mails that were imported before."""
    try:
        return {one.id for part in ("learning", "gate") for one in load_corpus(folder / part)}
    except CorpusError as error:
        raise SettingsError(f"the mails imported before, in {folder}", str(error).split("\n")) from None


def _append(texts: dict[Path, list[str]]) -> None:
    """Every file is written beside its place before the first one takes it, so that a full disk leaves all as they were.

    Should the program die between two of them, each is whole, and the same import again brings the rest.
    """
    with ExitStack() as files:
        for path, lines in texts.items():
            with named_target(path.parent):
                path.parent.mkdir(parents=True, exist_ok=True)
            out = files.enter_context(private_file(path))
            out.write(path.read_bytes() if path.exists() else b"")
            out.write("".join(f"{line}\n" for line in lines).encode())
            out.flush()


def _completed(row: dict[str, Any]) -> dict[str, Any]:
    """A corpus row: its id from its text, what the import does not tell is marked as not known."""
    digest = hashlib.sha256(
        "\n".join(str(row[name]) for name in ("from_address", "subject", "body")).encode()
    ).hexdigest()
    writer = row["writer"] or row["from_address"] or "own"
    unknown = [name for name in ("province", "organisation", "request_kind") if not row[name]]
    return row | {
        "id": f"{row['application']}-own-{digest[:16]}", "writer": writer, "style": "named", "province": row["province"] or None,
        "organisation": row["organisation"] or ORGANISATIONS[0], "request_kind": row["request_kind"] or REQUEST_KINDS[0],
        "unknown": unknown,
    }  # fmt: skip
