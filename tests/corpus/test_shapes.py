"""Signatures, what only looks like one, and attributions, in the shapes in which people and their programs write them.

`shapes/` holds them without headers, a body as its lines: `stays` must be left whole, of `signed` and `between` only the
`text` is new, and everything in `history` was repeated by a mail program. Blank lines are not compared.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from daemon.reading.message import Ours, read
from daemon.settings import LimitSettings

HERE = Path(__file__).parent / "shapes"
Shape = dict[str, Any]  # "body" and "text": lines; "from": a name
NEW = "Máy 3 vẫn báo lỗi."


def shapes(name: str) -> list[Shape]:
    found: list[Shape] = json.loads((HERE / f"{name}.json").read_text("utf-8"))
    return found


def said(body: list[str], sender: str = "Lê Lan", subject: str = "Re: Lỗi TABMIS") -> list[str]:
    """The lines of the new text of a plain mail."""
    head = f"From: {sender} <x@y.vn>\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n"
    return filled(read((head + "\n".join(body)).encode(), LimitSettings(), Ours()).text.split("\n"))


def filled(lines: list[str]) -> list[str]:
    return [line.strip() for line in lines if line.strip()]


@pytest.mark.parametrize("shape", shapes("stays"), ids=lambda shape: shape["body"][-1][:40])
@pytest.mark.parametrize("subject", ["Re: Lỗi TABMIS", "Lỗi TABMIS"])
def test_what_only_looks_like_a_signature_or_a_quote_stays(shape: Shape, subject: str) -> None:
    assert said(shape["body"], shape["from"], subject) == filled(shape["body"])


@pytest.mark.parametrize("shape", shapes("signed"), ids=lambda shape: shape["body"][-1][:40])
def test_a_signature_is_known_by_its_shape(shape: Shape) -> None:
    assert said(shape["body"], shape["from"]) == filled(shape["text"])


@pytest.mark.parametrize("shape", shapes("history"), ids=lambda shape: shape["body"][0][:40])
def test_what_a_program_repeats_is_known_by_the_line_above_it(shape: Shape) -> None:
    assert said([NEW, "", *shape["body"]]) == [NEW]


@pytest.mark.parametrize("shape", shapes("between"), ids=lambda shape: shape["body"][0][:40])
def test_answers_between_and_below_quoted_lines_are_the_text(shape: Shape) -> None:
    assert said(shape["body"]) == filled(shape["text"])
