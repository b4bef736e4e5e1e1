"""Text in screenshots, read by the real tesseract; the tests draw their own error dialogs."""

import io

import pytest

from daemon.loops.examine import Examiner
from daemon.mail import ocr
from daemon.reading.mail import AttachedFile, Mail
from daemon.reading.message import Ours, read
from daemon.settings import LimitSettings, ReadingSettings
from tests.servers.programs import need_program, unavailable

pytestmark = pytest.mark.servers
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
DIALOG = ["Lỗi hệ thống TABMIS", "Không kết nối được máy chủ", "APP-FND-01564"]


@pytest.fixture(scope="module")
def screenshot() -> bytes:
    """An error dialog as a PNG."""
    need_program("tesseract", "tesseract-ocr tesseract-ocr-vie")
    if "vie" not in ocr.languages():
        unavailable("tesseract has no Vietnamese: apt-get install tesseract-ocr-vie")
    from PIL import Image, ImageDraw, ImageFont

    try:
        font = ImageFont.truetype(FONT, 26)
    except OSError:
        unavailable("no font with Vietnamese letters: apt-get install fonts-dejavu-core")
    picture = Image.new("RGB", (700, 240), "white")
    drawing = ImageDraw.Draw(picture)
    for number, line in enumerate(DIALOG):
        drawing.text((30, 30 + 60 * number), line, fill="black", font=font)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def mail_of(screenshot: bytes, text: str = "Nhờ xem giúp.") -> Mail:
    import base64

    body = base64.encodebytes(screenshot).decode()
    raw = (
        f"From: a@x.vn\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
        f"--b\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\n{body}\n--b--\n"
    )
    return read(raw.encode(), LimitSettings(), Ours())


def test_a_mail_that_is_only_a_screenshot_is_read_as_evidence_and_not_as_words(screenshot: bytes) -> None:
    mail = Examiner(ReadingSettings(ocr_seconds=60))(mail_of(screenshot))
    assert "TABMIS" in mail.picture_text and "Không kết nối được" in mail.picture_text
    assert "APP-FND-01564" in mail.picture_text.replace(" ", "")
    assert mail.text == "Nhờ xem giúp." and "read_from_picture" in mail.defects


def test_a_mail_with_words_of_its_own_and_a_tiny_picture_are_not_read(screenshot: bytes) -> None:
    assert ocr.worth_reading(mail_of(screenshot, "Em không đăng nhập được vào chương trình. " * 5)) == []
    assert ocr.worth_reading(mail_of(b"GIF89a\x10\0\x10\0")) == []
    assert Examiner(ReadingSettings(ocr=False))(mail_of(screenshot)).picture_text == ""


def test_a_picture_that_takes_too_long_or_is_broken_gives_no_text(screenshot: bytes) -> None:
    picture = AttachedFile("a.png", "image/png", screenshot)
    assert ocr.text_in([picture], 0.001) == ""
    assert ocr.text_in([AttachedFile("a.png", "image/png", screenshot[:200])], 10) == ""
