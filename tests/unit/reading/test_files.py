"""What attached files really are, which of them are passed on, and how large pictures are."""

import io
import zipfile

import pytest

from daemon.reading.archives import directory_of
from daemon.reading.dangerous import Danger, danger_of
from daemon.reading.filetypes import true_type
from daemon.reading.mail import AttachedFile
from daemon.reading.pictures import is_tiny, size_of
from daemon.reading.shelf import set_aside


def packed(*names: str, content: bytes = b"x") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return buffer.getvalue()


def locked(raw: bytes) -> bytes:
    changed = bytearray(raw)
    changed[6] |= 1
    changed[raw.find(b"PK\x01\x02") + 8] |= 1
    return bytes(changed)


WORKBOOK = packed("[Content_Types].xml", "xl/workbook.xml")
MACROS = packed("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "Workbook".encode("utf-16-le")


@pytest.mark.parametrize(
    ("name", "content", "danger"),
    [
        ("a.txt", b"xin chao", None),
        ("so lieu.xlsx", WORKBOOK, None),
        ("so lieu.xls", OLE, None),
        ("chung tu.xml", b"<?xml version='1.0'?>", None),
        ("a.zip", packed("a.pdf", "b/c.xlsx"), None),
        ("a.EXE", b"", Danger.PROGRAM),
        ("hoa don.pdf", b"MZ\x90", Danger.PROGRAM),
        ("anh.jpg", b"\x7fELF", Danger.PROGRAM),
        ("a.lnk", b"L\0\0\0\x01\x14\x02\0", Danger.PROGRAM),
        ("a.pdf.js", b"x", Danger.PROGRAM),
        ("a.xlsx", MACROS, Danger.MACROS),
        ("a.xls", OLE + "_VBA_PROJECT".encode("utf-16-le"), Danger.MACROS),
        ("a.xlsm", WORKBOOK, Danger.PROGRAM),
        ("a.zip", packed("x/a.scr"), Danger.PROGRAM_IN_ARCHIVE),
        ("a.zip", locked(packed("a.txt")), Danger.ENCRYPTED_ARCHIVE),
        ("a.zip", packed("a.txt", content=b"\0" * (60 << 20)), Danger.ARCHIVE_BOMB),
        ("a.zip", packed(*(f"{n}.zip" for n in range(60))), Danger.ARCHIVE_BOMB),
        ("a.bin", b"Rar!\x1a\x07\x00", Danger.CLOSED_ARCHIVE),
        ("a.7z", b"", Danger.CLOSED_ARCHIVE),
    ],
)
def test_a_file_is_withheld_for_what_it_is(name: str, content: bytes, danger: Danger | None) -> None:
    assert danger_of(AttachedFile(name, "application/octet-stream", content)) is danger


def test_the_configuration_may_let_a_type_through() -> None:
    assert danger_of(AttachedFile("a.rar", "x/y", b"Rar!\x1a\x07\x00"), {"rar"}) is None
    assert danger_of(AttachedFile("a.zip", "x/y", packed("a.js")), {"js"}) is None


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (WORKBOOK, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (OLE, "application/vnd.ms-excel"),
        (packed("a.txt"), "application/zip"),
        (b"%PDF-1.7", "application/pdf"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"BM so lieu bao cao", ""),
        (b"<!DOCTYPE html><p>", "text/html"),
        (b"so lieu", ""),
        (b"", ""),
    ],
)
def test_the_true_type_is_told_by_the_content(content: bytes, kind: str) -> None:
    assert true_type(content) == kind


def test_a_directory_is_read_whole_cut_or_damaged_and_never_unpacked() -> None:
    raw = packed("a.txt", "b.txt")
    listing = directory_of(raw)
    assert listing is not None and [one.name for one in listing.members] == ["a.txt", "b.txt"]
    for end in range(len(raw)):
        directory_of(raw[:end])
    cut = directory_of(raw[: raw.find(b"PK\x01\x02")])
    assert cut is not None and [one.name for one in cut.members] == ["a.txt", "b.txt"]
    assert directory_of(b"%PDF") is None


def test_the_size_of_a_picture_is_in_its_header() -> None:
    png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR" + (640).to_bytes(4, "big") + (30).to_bytes(4, "big")
    jpeg = b"\xff\xd8\xff\xe0\0\x04\0\0\xff\xc0\0\x11\x08" + (480).to_bytes(2, "big") + (640).to_bytes(2, "big")
    assert size_of(png) == (640, 30) and not is_tiny(png)
    assert size_of(jpeg) == (640, 480) and size_of(b"GIF89a\x10\0\x10\0") == (16, 16)
    assert is_tiny(b"GIF89a\x10\0\x10\0") and is_tiny(b"?") and size_of(b"\xff\xd8\xff") is None


LARGE = b"QUJD\n" * 8000
MAIL = b"From: a@x.vn\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\nContent-Type: image/png\n\n%s\n--b--\n"


def test_large_bodies_are_set_aside_and_come_back_exactly() -> None:
    raw = MAIL % LARGE
    light, aside = set_aside(raw)
    assert len(light) < 400 and list(aside.values()) == [LARGE]
    mark, body = next(iter(aside.items()))
    assert light.replace(mark.encode(), body) == raw
    assert set_aside(raw.replace(b"boundary=b", b"boundary*=b")) == (raw.replace(b"boundary=b", b"boundary*=b"), {})


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("before", [b"", b"-- \nnot a boundary\n--bb\n"])
def test_no_boundary_line_is_ever_set_aside(line_end: bytes, before: bytes) -> None:
    raw = (MAIL % (before + LARGE + b"--b\nX: y\n\n" + LARGE)).replace(b"\n", line_end)
    light, aside = set_aside(raw)
    assert len(aside) == 2
    for mark, body in aside.items():
        assert line_end + b"--b" + line_end not in body
        light = light.replace(mark.encode(), body)
    assert light == raw
