"""A mail survives the way to the reading child and back, byte for byte."""

from pathlib import Path

import pytest

from daemon.reading.message import read
from daemon.reading.ours import Ours
from daemon.reading.proof import Key, KeyRing
from daemon.reading.wire import pack_answer, pack_order, unpack_answer, unpack_order
from daemon.settings import LimitSettings

CORPUS = sorted((Path(__file__).parents[2] / "corpus").glob("*.eml"))


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_every_mail_of_the_corpus_comes_back_the_same(path: Path) -> None:
    mail = read(path.read_bytes(), LimitSettings(), Ours())
    assert unpack_answer(pack_answer(mail)) == mail


def test_an_order_comes_back_the_same() -> None:
    own = Ours.of(("Desk@x.vn",), ("monitor@x.vn",), KeyRing((Key("k1", bytes(range(32))),)))
    order = (b"From: a@b\n\n\x00\xff", LimitSettings(seconds=3), own)
    assert unpack_order(pack_order(*order)) == order


def test_a_reason_comes_back_and_half_an_answer_is_none() -> None:
    assert unpack_answer(pack_answer("quá nhiều phần")) == "quá nhiều phần"
    mail = read(next(path for path in CORPUS if "inline-picture" in path.stem).read_bytes(), LimitSettings(), Ours())
    assert unpack_answer(pack_answer(mail)[:-1]) is None
    assert unpack_answer(b"") is None
