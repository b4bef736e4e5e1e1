"""Mails that hold more, or less, than words: signature logos, screenshots, encrypted text; through the command line."""

import smtplib
import sqlite3
import struct
import zlib
from contextlib import closing
from email.message import EmailMessage

import pytest

from daemon.mail import ocr
from tests.contract.test_pictures import screenshot  # noqa: F401 - a fixture
from tests.flow.desk_process import DESK, DeskProcess, plain
from tests.flow.test_conversation import HOA, OFFICE, USER, newest, wait_for_mail

ENCRYPTED = "-----BEGIN PGP MESSAGE-----\n\nhQEMA5xAbCdEf\n=abcd\n-----END PGP MESSAGE-----"


def png(side: int, shade: int) -> bytes:
    """A square picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes([shade]) * side) * side
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def with_pictures(number: int, *pictures: tuple[str, bytes]) -> EmailMessage:
    """A request in HTML with pictures in its text."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = USER, DESK, f"TABMIS lỗi {number}"
    mail["Message-ID"] = f"<logo.{number}@kbnn.example>"
    shown = "".join(f'<img src="cid:{name}@x">' for name, _ in pictures)
    mail.set_content(f"<p>TABMIS báo lỗi phân bổ lần {number}, KBNN Đức Trọng - Lâm Đồng.</p>{shown}", subtype="html")
    for name, content in pictures:
        mail.add_related(content, "image", "png", cid=f"<{name}@x>", filename=f"{name}.png")
    return mail


def deliver(desk: DeskProcess, mail: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", desk.servers.smtp_port, timeout=120) as smtp:
        smtp.send_message(mail, from_addr=HOA, to_addrs=[DESK])


def files_of(letter: EmailMessage) -> set[bytes]:
    contents = [part.get_payload(decode=True) for part in letter.walk() if part.get_content_maintype() == "image"]
    return {content for content in contents if isinstance(content, bytes)}


def kept_files(desk: DeskProcess, code: str) -> set[str]:
    """The names of the files of a ticket."""
    query = "SELECT a.filename FROM attachment a JOIN entry e ON e.id = a.entry_id JOIN ticket t ON t.id = e.ticket_id WHERE t.code = ?"
    [path] = [one for one in desk.folder.rglob("*") if one.is_file() and one.read_bytes()[:15] == b"SQLite format 3"]
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        return {name for (name,) in database.execute(query, (code,))}


def test_a_signature_logo_goes_into_no_notice_after_the_third_mail_and_stays_in_the_ticket(desk: DeskProcess) -> None:
    logo, dot = png(120, 40), png(8, 90)
    for number in (1, 2, 3):
        deliver(desk, with_pictures(number, ("logo", logo), ("dot", dot), ("screen", png(200, 100 + number))))
        wait_for_mail(desk, DESK, number)
    desk.once()
    codes = sorted(str(row["code"]) for row in desk.rows("tickets", "list"))
    assert len(codes) == 3
    for number, code in enumerate(codes, 1):
        sent = files_of(newest(desk, OFFICE, code))
        assert png(200, 100 + number) in sent and dot not in sent
        assert (logo in sent) is (number < 3)
        assert kept_files(desk, code) == {"logo.png", "dot.png", "screen.png"}


def test_an_encrypted_mail_reaches_the_service_desk_and_its_sender_is_asked_for_plain_text(desk: DeskProcess) -> None:
    desk.send(USER, "Lỗi TABMIS", ENCRYPTED)
    wait_for_mail(desk, DESK, 1)
    desk.once()
    ticket = desk.rows("tickets", "list")[0]
    assert ticket["holder"] == "SERVICE_DESK"
    asked = newest(desk, HOA, str(ticket["code"]))
    assert "không mã hóa" in plain(asked) and asked["Auto-Submitted"] == "auto-replied"
    assert "hQEMA5x" not in plain(newest(desk, "servicedesk@vst.gov.vn", str(ticket["code"])))


@pytest.mark.servers
def test_a_screenshot_is_read_for_staff_and_never_as_the_users_words(desk: DeskProcess, screenshot: bytes) -> None:  # noqa: F811
    assert ocr.is_installed()
    mail = with_pictures(1, ("man-hinh", screenshot))
    deliver(desk, mail)
    wait_for_mail(desk, DESK, 1)
    desk.once()
    code = str(desk.rows("tickets", "list")[0]["code"])
    shown = desk.rows("tickets", "show", code)[0]
    said = "".join(entry["text"] for entry in shown["entries"])
    holders = [
        box for box in (OFFICE, "servicedesk@vst.gov.vn") if any(code in str(m["Subject"]) for m in desk.mailbox(box))
    ]
    notice = plain(newest(desk, holders[0], code))
    assert "Máy đọc được từ ảnh gửi kèm" in notice and "Không kết nối được" in notice.partition("Máy đọc được")[2]
    assert "Không kết nối được" not in notice.partition("Máy đọc được")[0]
    assert "Không kết nối" not in said and "Không kết nối" not in plain(newest(desk, HOA, code))
