"""Contents inside other programs' envelopes: S/MIME, winmail.dat, rich text, uuencode."""

import binascii
import struct
from collections.abc import Callable
from unicodedata import normalize

import pytest

from daemon.reading import cms, tnef
from daemon.reading.message import Ours, read
from daemon.reading.rtf import decompressed, read_rich
from daemon.reading.uuencode import taken_out
from daemon.settings import LimitSettings

SIGNED_OID = bytes.fromhex("06092a864886f70d010702")
DATA_OID = bytes.fromhex("06092a864886f70d010701")
ENVELOPED_OID = bytes.fromhex("06092a864886f70d010703")


def der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    length = bytes([len(body)]) if len(body) < 128 else b"\x82" + len(body).to_bytes(2, "big")
    return bytes([tag]) + length + body


def ber(tag: int, *parts: bytes) -> bytes:
    return bytes([tag, 0x80]) + b"".join(parts) + b"\0\0"


@pytest.mark.parametrize("make", [der, ber])
def test_the_content_of_a_signed_message_is_found_in_both_kinds_of_length(make: Callable[..., bytes]) -> None:
    octets = der(0x04, b"Content-Type: text/plain\r\n\r\n"), der(0x04, b"xin chao")
    inner = make(0x30, DATA_OID, make(0xA0, make(0x24, *octets)))
    signed = make(0x30, der(0x02, b"\1"), make(0x31), inner)
    message = make(0x30, SIGNED_OID, make(0xA0, signed))
    found = cms.opened(message)
    assert found == cms.Opaque(cms.Envelope.SIGNED, b"Content-Type: text/plain\r\n\r\nxin chao")


def test_an_enveloped_message_is_encrypted_and_anything_else_is_other() -> None:
    enveloped = der(0x30, ENVELOPED_OID, der(0xA0, b""))
    assert cms.opened(enveloped).envelope is cms.Envelope.ENCRYPTED
    for data in (b"", b"0", b"\x30\x80" * 3000, b"xyz", enveloped[:5], der(0x30, DATA_OID, der(0xA0, b""))):
        assert cms.opened(data).envelope is cms.Envelope.OTHER


def attribute(level: int, name: int, data: bytes) -> bytes:
    return bytes([level]) + struct.pack("<HHI", name, 0, len(data)) + data + b"\0\0"


def text_property(name: int, value: str) -> bytes:
    data = value.encode("utf-16-le") + b"\0\0"
    return struct.pack("<HHII", 0x1F, name, 1, len(data)) + data + b"\0" * (-len(data) % 4)


def test_a_winmail_file_gives_its_body_and_files_by_their_long_names() -> None:
    properties = struct.pack("<I", 2) + text_property(0x1000, "Nội dung") + text_property(0x0037, "Tiêu đề")
    name = struct.pack("<I", 1) + text_property(0x3707, "báo cáo.pdf")
    stream = (
        tnef.SIGNATURE + b"\1\0" + attribute(1, 0x9003, properties) + attribute(2, 0x9002, b"")
        + attribute(2, 0x8010, b"BAOCAO~1.PDF\0") + attribute(2, 0x800F, b"%PDF-1") + attribute(2, 0x9005, name)
    )  # fmt: skip
    found = tnef.unpacked(stream)
    assert found is not None and (found.text, found.subject) == ("Nội dung", "Tiêu đề")
    assert [(one.name, one.content) for one in found.files] == [("báo cáo.pdf", b"%PDF-1")]
    for end in range(len(stream)):
        tnef.unpacked(stream[:end])  # cut anywhere: what came before, never an error
    assert tnef.unpacked(b"PK") is None


def test_rich_text_is_unpacked_as_microsoft_describes_it() -> None:
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert decompressed(packed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert read_rich(decompressed(packed)).text == "hello world"
    assert decompressed(b"short") == b"" and decompressed(b"\0" * 40) == b""


def test_rich_text_made_of_html_gives_the_html_and_plain_one_its_letters() -> None:
    made = rb"{\rtf1\ansi\fromhtml1{\*\htmltag64 <p>}\htmlrtf \b\htmlrtf0 Em g\u7917?i {\*\htmltag84 &amp;}{\*\htmltag72 </p>}}"
    assert read_rich(made).html == "<p>Em gửi &amp;</p>"
    plain = (
        rb"{\rtf1\ansi\ansicpg1258{\fonttbl{\f0 Arial;}}{\colortbl;}Kho ba\'f2c\par\u432?\u7899?c \{x\}{\*\unknown y}}"
    )
    assert normalize("NFC", read_rich(plain).text) == "Kho bạc\nước {x}"


@pytest.mark.parametrize("size", [60, 60_000])  # a large body is set aside from the parser and decoded by us
def test_a_part_that_is_uuencoded_as_a_whole_is_decoded_whatever_its_size(size: int) -> None:
    content = b"so lieu " * (size // 8)
    lines = b"".join(binascii.b2a_uu(content[at : at + 45]) for at in range(0, len(content), 45))
    raw = (
        b"From: a@x.vn\nContent-Type: application/octet-stream; name=a.dat\nContent-Transfer-Encoding: x-uuencode\n\n"
        b"begin 644 a.dat\n" + lines + b"`\nend\n"
    )
    (file,) = read(raw, LimitSettings(), Ours()).attachments
    assert file.content == content


def test_a_uuencoded_file_is_taken_out_and_a_sentence_is_not() -> None:
    lines = binascii.b2a_uu(b"so lieu")
    text = f"truoc\nbegin 644 a b.txt\n{lines.decode()}`\nend\nsau"
    assert taken_out(text)[0] == "truoc\nsau"
    assert [(one.name, one.content) for one in taken_out(text)[1]] == [("a b.txt", b"so lieu")]
    for other in ("begin 644 la gi\nkhong ro", "begin 644 x\n#abc", "begin 644 x\n" * 3):
        assert taken_out(other) == (other, [])
