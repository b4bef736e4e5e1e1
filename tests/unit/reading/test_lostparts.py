"""Containers whose boundary is missing or wrong are split by the one that their body shows."""

import pytest

from daemon.reading.message import Ours, read
from daemon.settings import LimitSettings

PART = "Content-Type: text/plain; charset=utf-8\n\nMáy in kẹt giấy."
PICTURE = "Content-Type: image/png; name=a.png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo="


@pytest.mark.parametrize(
    ("head", "boundary"),
    [
        ("Content-Type: multipart/mixed\n", "abc"),
        ("Content-Type: multipart/mixed; boundary=other\n", "----=_Part_1"),
        ("Content-Type: multipart/alternative; boundary=\n", "x y"),
        ("", "b1"),
        ('Content-Type: multipart/mixed; boundary="o"\n\n--o\nContent-Type: multipart/mixed\n', "inner"),
    ],
)
def test_parts_are_found_by_the_boundary_that_the_body_shows(head: str, boundary: str) -> None:
    raw = f"From: a@x.vn\n{head}\n--{boundary}\n{PART}\n--{boundary}\n{PICTURE}\n--{boundary}--\n"
    found = read(raw.encode(), LimitSettings(), Ours())
    assert found.text == "Máy in kẹt giấy."
    assert [one.filename for one in found.attachments] == ["a.png"]


def test_parts_without_headers_are_found_by_the_line_that_ends_them() -> None:
    raw = "From: a@x.vn\nContent-Type: multipart/mixed; boundary=a\n\n--b\n\nMay in ket giay.\n--b--\n"
    assert read(raw.encode(), LimitSettings(), Ours()).text == "May in ket giay."


@pytest.mark.parametrize("head", ["Content-Type: text/plain; charset=utf-8\n", ""])
def test_a_mail_that_a_person_pasted_into_a_text_stays_text(head: str) -> None:
    raw = f"From: a@x.vn\n{head}\nLog:\n--b\nContent-Type: text/plain\n\nchao\n--b--\n"
    assert "--b\nContent-Type" in read(raw.encode(), LimitSettings(), Ours()).text
