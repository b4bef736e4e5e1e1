"""Small bounded runs of the fuzzer from fixed seeds; the long runs are `python -m tests.fuzz`."""

import random
from collections.abc import Callable

import pytest

from tests.fuzz.coverage import Growing, edges_of
from tests.fuzz.holds import holds
from tests.fuzz.mutations import mutated, seeds

INPUTS = 2000


def test_damaged_golden_mails_are_read_or_refused_in_time_and_the_same_twice(
    record_property: Callable[[str, object], None], capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = Growing(random.Random(20260101), seeds())
    for number in range(INPUTS):
        raw = corpus.next() if number % 2 else mutated(random.Random(number), seeds_once)
        corpus.learn(raw, holds(raw))
    record_property("inputs", INPUTS)
    with capsys.disabled():
        print(f"\nfuzz: {INPUTS} inputs, {len(corpus.edges)} pairs of lines reached, {len(corpus.grown)} inputs kept")
    assert len(corpus.grown) > 50 and len(corpus.edges) > 2000


seeds_once = seeds()


def test_the_guided_run_keeps_what_reaches_new_lines() -> None:
    corpus = Growing(random.Random(7), seeds_once[:20])
    for _ in range(60):
        raw = corpus.next()
        corpus.learn(raw, holds(raw))
    assert 0 < len(corpus.grown) < 60
    plain, html = edges_of(b"From: a@b.vn\n\nx"), edges_of(b"From: a@b.vn\nContent-Type: text/html\n\n<b>x")
    assert html - plain and not corpus.learn(corpus.grown[0], holds(corpus.grown[0]))
