"""A row as bytes: read back with the standard library, it says what the row says and nothing that a sender smuggled in."""

import email
import email.policy
import re
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

import pytest

from daemon.desk.letters import LetterKind
from daemon.mail.message import FileToAttach, Sender, build
from daemon.reading.proof import loop_mark_is_ours
from storage.tables import Outbox
from tests.unit.compose.samples import ADDRESS, LETTERS, RING, SENDER, ticket, write

PICTURE = FileToAttach("hình.png", "image/png", b"\x89PNG" + bytes(range(256)), inline=True, content_id="p1@hinh.hotro")
SHEET = FileToAttach("Bảng kê.xlsx", "application/vnd.ms-excel", b"PK\x03\x04" + b"\r\n.\r\nFrom x" * 50)


def row_of(kind: LetterKind = LetterKind.NOTICE, **changes: Any) -> Outbox:
    row = write(LETTERS[kind], ticket())
    for name, value in changes.items():
        changed(row, name, value)
    return row


def changed(row: Outbox, name: str, value: Any) -> Outbox:
    setattr(row, name, value)
    return row


def name_of(message: bytes) -> str:
    """The display name in To, by the older parser: the newer one puts blanks between encoded words (a known defect)."""
    name, _ = parseaddr(str(email.message_from_bytes(message)["to"]))
    return str(make_header(decode_header(name)))


def read(message: bytes) -> EmailMessage:
    parsed = email.message_from_bytes(message, policy=email.policy.default)
    assert [part.defects for part in parsed.walk() if part.defects] == []
    return parsed


def content(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_a_message_parses_back_with_the_headers_of_the_contract() -> None:
    row = row_of()
    message = read(build(row, [], SENDER))
    assert message["from"].addresses[0].addr_spec == ADDRESS
    assert message["from"].addresses[0].display_name == SENDER.name
    assert [a.addr_spec for a in message["to"].addresses] == [row.recipient]
    assert message["to"].addresses[0].display_name == "Phòng Tin học KBNN Lâm Đồng"
    assert message["subject"] == row.subject
    assert message["message-id"] == row.message_id
    assert message["in-reply-to"] == row.in_reply_to
    assert message["references"].split() == row.references
    assert message["date"].datetime == row.created_at
    assert message["auto-submitted"] == "auto-generated"
    assert message["x-auto-response-suppress"] == "OOF, AutoReply, RN, NRN"
    assert loop_mark_is_ours(RING, message["x-loop"])
    assert message["reply-to"] is None
    assert message["cc"] is None
    assert message["bcc"] is None
    assert not [name for name in message if name.lower().startswith(("list-", "precedence"))]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (LetterKind.ACKNOWLEDGEMENT, "auto-replied"),
        (LetterKind.HELP, "auto-replied"),
        (LetterKind.ANSWER, "auto-generated"),
    ],
)
def test_letters_that_answer_a_mail_are_marked_as_replies(kind: LetterKind, value: str) -> None:
    assert read(build(row_of(kind), [], SENDER))["auto-submitted"] == value


def test_text_and_html_come_back_letter_by_letter() -> None:
    row = row_of()
    message = read(build(row, [], SENDER))
    assert message.get_content_type() == "multipart/alternative"
    assert content(message, "plain").replace("\r\n", "\n") == row.text
    assert content(message, "html").replace("\r\n", "\n").strip() == row.html.strip()


def test_files_come_back_byte_by_byte_and_pictures_stand_beside_the_html() -> None:
    message = read(build(row_of(), [PICTURE, SHEET], SENDER))
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/related",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "image/png",
        "application/vnd.ms-excel",
    ]
    picture, sheet = list(message.walk())[5:]
    assert picture["content-id"] == "<p1@hinh.hotro>"
    assert picture.get_content_disposition() == "inline"
    assert picture.get_payload(decode=True) == PICTURE.content
    assert sheet.get_payload(decode=True) == SHEET.content
    assert (picture.get_filename(), sheet.get_filename()) == ("hình.png", "Bảng kê.xlsx")


@pytest.mark.parametrize(
    "name", ["a" * 150, "Bảng kê chi tiết đặc biệt " * 6, 'x";\r\nBcc: evil@x.vn', "%41%%", "文書.txt", ""]
)
def test_file_names_come_back_whole_and_safe(name: str) -> None:
    message = read(build(row_of(), [FileToAttach(name, "text/plain", b"x")], SENDER))
    found = list(message.walk())[-1].get_filename()
    assert found == (" ".join(name.split())[:150] or "dinh-kem")
    assert message["bcc"] is None


@pytest.mark.parametrize(
    "kind", ["message/rfc822", "multipart/mixed", "x", "text/html\r\nBcc: evil@x.vn", "", "a/b; c=d"]
)
def test_odd_content_types_become_plain_files(kind: str) -> None:
    message = read(build(row_of(), [FileToAttach("x.eml", kind, b"Subject: x\r\n\r\ny")], SENDER))
    assert list(message.walk())[-1].get_content_type() == "application/octet-stream"


EVIL = "x\r\nBcc: evil@x.vn\r\n\r\n<b>body</b>\x00\u2028\u0085\n Cc: e@x.vn"


@pytest.mark.parametrize("place", ["subject", "recipient_name", "recipient", "in_reply_to", "message_id"])
def test_headers_cannot_be_injected(place: str) -> None:
    message = read(build(changed(row_of(), place, EVIL), [], SENDER))
    assert message["bcc"] is None
    assert message["cc"] is None
    assert message.get_content_type() == "multipart/alternative"
    assert len(message["to"].addresses) == 1


def test_ids_and_the_desks_own_name_cannot_inject_either() -> None:
    row = row_of(references=["<ok@x.vn>", "<a@b>\r\nBcc: <evil@x.vn>", EVIL])
    message = read(build(row, [PICTURE], Sender(EVIL, ADDRESS, EVIL)))
    assert message["references"] == "<ok@x.vn>"
    assert message["bcc"] is None


@pytest.mark.parametrize(
    "name", ["Nguyễn " * 40, 'Ông "Ba" \\ <x@y.vn>', "a, b; c:", "=?utf-8?B?eA==?=", "A" * 180, "b@c.vn"]
)
def test_names_of_every_kind_come_back_as_names(name: str) -> None:
    message = read(build(row_of(recipient_name=name), [], SENDER))
    assert [a.addr_spec for a in message["to"].addresses] == ["tinhoc.lamdong@vst.gov.vn"]
    assert name_of(build(row_of(recipient_name=name), [], SENDER)) == name[:200].strip()


@pytest.mark.parametrize("subject", ["Lỗi " * 250, "x" * 900, "=?utf-8?q?x?=", "", "a  b", "😀" * 100])
def test_subjects_of_every_kind_come_back(subject: str) -> None:
    assert read(build(row_of(subject=subject), [], SENDER))["subject"] == " ".join(subject.split())


def test_lines_are_short_ascii_and_end_with_crlf() -> None:
    row = row_of(subject="Lỗi " * 200, recipient_name="Nguyễn " * 28, references=[f"<{n}@x.vn>" for n in range(20)])
    message = build(row, [PICTURE, SHEET], SENDER)
    assert message.isascii()
    assert message.endswith(b"\r\n")
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", message)
    lines = [line for line in message.split(b"\r\n") if not line.startswith(b"Message-ID:")]
    assert max(map(len, lines)) <= 78
    assert max(len(line) for line in lines if b"=?utf-8?" in line) <= 76
    assert not re.search(rb"(?m)^\.", message)


def test_the_same_row_gives_the_same_bytes() -> None:
    assert build(row_of(), [SHEET], SENDER) == build(row_of(), [SHEET], SENDER)


def test_files_that_the_relay_is_too_small_for_are_named_in_both_parts() -> None:
    message = read(build(row_of(), [], SENDER, left_out=["a<b>.zip (9 MB)"]))
    assert "Tệp lớn không gửi kèm: a<b>.zip (9 MB), còn lưu trong hồ sơ yêu cầu." in content(message, "plain")
    assert "a&lt;b&gt;.zip (9 MB)" in content(message, "html")
    assert content(message, "html").rstrip().endswith("</html>")


def test_an_international_address_stays_as_it_is() -> None:
    assert "người@ví-dụ.vn".encode() in build(row_of(recipient="người@ví-dụ.vn"), [], SENDER)
