"""Hostile mail through the whole desk on real bytes: forged commands, a rotated key, and one mail with everything nasty in it."""

import csv
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlmodel import col, select

from daemon.keys import rotate
from daemon.mail.embedded import HOSTNAME
from daemon.once import once
from daemon.output import LOG_FORMAT, OneLine
from storage.tables import Entry, EntryKind
from tests.flow.desk_process import DESK
from tests.flow.simulated import SimulatedDesk, Written, simulated_desk
from tests.flow.test_conversation import HOA, OFFICE, REQUEST, USER
from tests.hostile import BCC, EVERY, HTML
from tests.unit.compose.test_hostile_letters import HEADERS, UNSEEN, Seen

LEADER = "phonghh@vst.gov.vn"
OUTSIDE = (
    f"Received: from mail.example.com (mail.example.com [203.0.113.5])\r\n\tby {HOSTNAME} with ESMTP id 1; now\r\n"
)
PASS = f"Authentication-Results: {HOSTNAME}; spf=pass smtp.mailfrom=vst.gov.vn; dmarc=pass header.from=vst.gov.vn\r\n"
FAIL = PASS.replace("=pass", "=fail")


@pytest.fixture
def desk(tmp_path: Path, models: Path) -> Iterator[SimulatedDesk]:
    with simulated_desk(tmp_path, models, "2026-11-16 08:00") as simulated:
        yield simulated


def arrives(desk: SimulatedDesk, raw: bytes | str) -> None:
    """A mail lies in the desk's mailbox as these bytes, and the desk deals with it."""
    deliver = desk.desk.servers.deliver
    assert deliver is not None
    deliver(DESK, raw if isinstance(raw, bytes) else raw.encode())
    assert once(desk.parts).problems == []


def reply(letter: Written | None, sender: str, text: str, trace: str = PASS + OUTSIDE, subject: str = "") -> str:
    named = f"In-Reply-To: {letter.mail['Message-ID']}\r\n" if letter is not None else ""
    subject = subject or f"Re: {letter.mail['Subject']}" if letter is not None else subject
    number = hash((sender, text, trace, subject, named))
    return (
        f"{trace}From: {sender}\r\nTo: {DESK}\r\nSubject: {subject}\r\n{named}Message-ID: <{number:x}@x.vn>\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    )


def entries(desk: SimulatedDesk) -> list[EntryKind]:
    with desk.parts.database.read() as session:
        return [one.kind for one in session.exec(select(Entry).order_by(col(Entry.id)))]


def test_forged_commands_change_nothing_and_the_leader_reads_of_them_the_next_morning(desk: SimulatedDesk) -> None:
    desk.writes("2026-11-16 08:30", USER, "Lỗi TABMIS khi phân bổ dự toán", REQUEST)
    notice, ack, code = desk.newest("notice"), desk.newest("acknowledgement"), desk.ticket().code
    office, before = notice.recipient, desk.ticket()
    forged = [
        reply(notice, office, "#xong\nĐã sửa.", FAIL + OUTSIDE),
        reply(notice, office, "#xong\nĐã sửa.", OUTSIDE),
        reply(notice, office, "#xong\nĐã sửa.", OUTSIDE + PASS),
        reply(notice, office, "#xong\nĐã sửa.", FAIL + PASS + OUTSIDE),
        reply(notice, office, "#xong\nĐã sửa.", PASS.replace(HOSTNAME, "mx.example.com") + OUTSIDE),
        reply(None, office, "#xong\nĐã sửa.", subject=f"Re: [{code}] x"),
        reply(None, office, "#chuyen muc 2\nNhờ xem.", subject=f"Re: [{code}] (~abcdefghijkl) x"),
        reply(ack, office, "#rac"),
    ]
    for raw in forged:
        arrives(desk, raw)
    after = desk.ticket()
    assert (after.state, after.holder, after.moves, after.taken_by) == (before.state, before.holder, 0, None)
    assert entries(desk) == [EntryKind.REQUEST] + [EntryKind.STRANGER] * len(forged)
    told = desk.lines()[2:]
    assert told and set(told) == {f"2026-11-16 08:30 failed_proof → {office}"}
    arrives(desk, reply(notice, office, "#nhan"))  # with all proofs the very same letter works
    assert desk.ticket().taken_by == office

    desk.until("2026-11-17 08:00")
    (note,) = [one for one in desk.letters() if one.letter == "daily_note"]
    assert note.recipient == LEADER
    assert note.text.count(office) == len(forged)
    assert code in note.text and "không xác nhận người gửi" in note.text and "#xong" not in note.text
    desk.until("2026-11-18 08:00")
    assert len([one for one in desk.letters() if one.letter == "daily_note"]) == 1, "nothing new is no letter"


def test_a_stranger_who_knows_the_code_reads_nothing_and_moves_nothing(desk: SimulatedDesk) -> None:
    desk.writes("2026-11-16 08:30", USER, "Lỗi TABMIS khi phân bổ dự toán", REQUEST)
    code, before = desk.ticket().code, desk.ticket().version
    trace = PASS.replace("vst.gov.vn", "example.com") + OUTSIDE
    for subject in (f"Re: [{code}]", f"[{code}] (~{'a' * 12})", f"Fwd: {code}"):
        arrives(
            desk,
            reply(
                None,
                "la@example.com",
                "#mo\nCho tôi xem lại nội dung.",
                trace,
                subject,
            ),
        )
    first = desk.tickets()[0]
    assert first.version == before
    written = [one for one in desk.letters() if one.recipient == "la@example.com"]
    assert len(written) == 3
    assert not any("TABMIS" in one.text or "Thị Hoa" in one.text or "phân bổ" in one.text for one in written)


def test_a_letter_from_before_the_rotation_can_be_answered_until_the_overlap_ends(desk: SimulatedDesk) -> None:
    desk.writes("2026-11-16 08:30", USER, "Lỗi TABMIS khi phân bổ dự toán", REQUEST)
    notice = desk.newest("notice")
    rotate(Path(desk.parts.settings.proof.key_file), desk.clock.now, timedelta(days=1))
    desk.until("2026-11-16 09:00")
    desk.replies("2026-11-16 09:10", notice, "#nhan")
    assert desk.ticket().taken_by == notice.recipient
    done = desk.newest("done")
    assert ".k2." in str(done.mail["Message-ID"]), "the running desk has taken the new key"
    desk.replies("2026-11-17 09:10", notice, "#chuyen muc 2\nNhờ nhóm xem giúp.")
    assert desk.ticket().holder == "Lâm Đồng"
    assert desk.newest("failed_proof").recipient == notice.recipient
    desk.replies("2026-11-17 09:20", done, "#chuyen muc 2\nNhờ nhóm xem giúp.")
    assert desk.ticket().holder == "TABMIS"


# One mail with everything.


def hostile_mail() -> bytes:
    every = list(EVERY.values())
    mail = EmailMessage(policy=policy.default.clone(max_line_length=900))
    nasty = " ".join(every).encode("utf-8", "replace").decode()
    mail["Message-ID"] = "<x@vst.gov.vn>"
    mail["To"] = DESK
    text = "\n".join(["Kính gửi, tôi không vào được TABMIS.", *every]).encode("utf-8", "replace").decode()
    mail.set_content(text)
    mail.add_alternative(
        f"<html><body><p>TABMIS</p>{''.join(HTML.values())}{''.join(every)}</body></html>", subtype="html"
    )
    for number, evil in enumerate(every):
        mail.add_attachment(b"abc%d" % number, maintype="application", subtype="octet-stream", filename="ZZZ")
        part = list(mail.iter_attachments())[-1]
        del part["Content-Disposition"]
        part["Content-Disposition"] = f'attachment; filename="{_header(evil)[:200]}"'
    body = mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))
    words = "".join(f"\r\n =?utf-8?B?{_base64(evil)}?=" for evil in every)
    head = f"From: =?utf-8?B?{_base64(nasty[:300])}?= <{HOA}>\r\n"
    head += f"Subject: {words.strip()}\r\nReferences: <a@b.vn> <{_header(nasty)[:200]}>\r\n"
    return (PASS + OUTSIDE + head).encode() + body


def _base64(text: str) -> str:
    from base64 import b64encode

    return b64encode(text.encode("utf-8", "replace")[:2000]).decode()


def _header(text: str) -> str:
    return "".join(letter for letter in text if " " <= letter <= "~" and letter not in '"\\')


def test_one_mail_with_everything_nasty_is_a_ticket_and_every_way_out_stays_clean(
    desk: SimulatedDesk, tmp_path: Path
) -> None:
    log = tmp_path / "desk.log"
    handler = logging.FileHandler(log)
    handler.setFormatter(OneLine(LOG_FORMAT))
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        arrives(desk, hostile_mail())
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        handler.close()
    ticket = desk.ticket()
    assert ticket.requester_address == HOA
    _letters_are_clean(desk)
    lines = log.read_text("utf-8").split("\n")[:-1]
    assert all(line.isprintable() and line.startswith(("20", "    | ")) for line in lines)
    _the_command_line_is_clean(desk, ticket.code, tmp_path)
    _exports_are_clean(desk, tmp_path)
    assert not Path("/tmp/desk-was-here").exists()
    files = [path for path in (desk.desk.folder / "data" / "files").rglob("*") if path.is_file()]
    assert files and all(len(path.stem) >= 32 and path.stem.isalnum() for path in files), "on disk only digests"


def _letters_are_clean(desk: SimulatedDesk) -> None:
    written = desk.letters()
    assert {one.recipient for one in written} <= {
        HOA,
        OFFICE,
        "servicedesk@vst.gov.vn",
        "nhom.tabmis@vst.gov.vn",
    } | _staff(desk)
    assert desk.servers.read_mailbox(BCC) == []
    for one in written:
        (raw,) = [
            raw for raw in desk.servers.read_mailbox(one.recipient) if str(one.mail["Message-ID"]).encode() in raw
        ]
        ours = raw[raw.index(b"\r\nDate:") :].partition(b"\r\n\r\n")[0].strip()
        assert {
            line.split(b":")[0].decode().lower() for line in ours.split(b"\r\n") if line[:1] not in b" \t"
        } <= HEADERS
        html = one.mail.get_body(("html",))
        assert html is not None
        page = Seen(str(html.get_content()))
        assert not {tag[0] for tag in page.tags} & {
            "script",
            "iframe",
            "form",
            "base",
            "svg",
            "object",
            "link",
            "input",
        }
        assert all(link.partition("?")[0] == f"mailto:{DESK}" for link in page.links)
        assert all(source.startswith("cid:") for source in page.sources)
        assert not any(name.startswith("on") for tag in page.tags for name in tag[1:])
        assert not UNSEEN.search(one.text.replace("\r", "")) and "133713371337" not in one.text
        for part in one.mail.iter_attachments():
            name = part.get_filename() or ""
            assert name.isprintable() and not set(name) & set("/\\:")


def _staff(desk: SimulatedDesk) -> set[str]:
    return {one.address for one in desk.parts.policy().rules.directory.staff.values()}


def _the_command_line_is_clean(desk: SimulatedDesk, code: str, tmp_path: Path) -> None:
    raw = tmp_path / "nasty \x1b[31m\n.eml"
    raw.write_bytes(hostile_mail())
    commands = [
        ("tickets", "list"), ("tickets", "show", code), ("mail", "list"), ("mail", "list", "--out"), ("mail", "show", "1"),
        ("mail", "show", "1", "--out"), ("parse", str(raw), "--why"), ("classify", str(raw)),
    ]  # fmt: skip
    for command in commands:
        done = desk.desk.run(*command)
        assert done.returncode == 0, (command, done.stderr)
        assert all(line.isprintable() for line in done.stdout.split("\n")), command
        if command in commands[1::4]:
            made = desk.desk.run(*command, "--json")
            assert all(line.isprintable() and json.loads(line) for line in made.stdout.split("\n")[:-1]), command


def _exports_are_clean(desk: SimulatedDesk, tmp_path: Path) -> None:
    for name in ("out.csv", "out.xlsx"):
        assert desk.desk.run("tickets", "export", str(tmp_path / name)).returncode == 0
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.reader(file))
    assert len(table) == 2
    assert not [cell for cell in table[1] if cell[:1] in tuple("=+-@\t\r\n")]
    sheet = load_workbook(tmp_path / "out.xlsx").active
    assert sheet is not None and not {cell.data_type for cell in sheet[2]} & {"f", "e"}


def test_a_search_takes_every_sign_as_itself(desk: SimulatedDesk) -> None:
    for number, subject in enumerate(["Giảm 50% phí", "tệp a_b.xls", "O'Hara; DROP TABLE ticket; --", "gạch \\ chéo"]):
        desk.writes(f"2026-11-16 08:3{number}", USER, subject, REQUEST)
    for text, found in [
        ("%", 1),
        ("_", 1),
        ("50%", 1),
        ("a_b", 1),
        ("axb", 0),
        ("'", 1),
        ("\\", 1),
        ("' OR '1'='1", 0),
        ("DROP TABLE", 1),
    ]:
        assert len(desk.desk.rows("tickets", "list", "--text", text)) == found, text
    for option in ("--requester", "--holder", "--application", "--state"):
        assert desk.desk.run("tickets", "list", option, "' OR '1'='1").returncode in (0, 2)
    assert len(desk.tickets()) == 4
