"""A small bounded run of the fuzzer's plain half, from a fixed seed; the long runs are `python -m tests.fuzz`."""

import random

from tests.fuzz.holds import holds
from tests.fuzz.mutations import mutated, seeds


def test_damaged_golden_mails_are_read_or_refused_in_time_and_the_same_twice() -> None:
    rng, corpus = random.Random(20260101), seeds()
    for _ in range(400):
        holds(mutated(rng, corpus))
