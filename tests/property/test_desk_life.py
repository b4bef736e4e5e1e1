"""Whatever people write and however time passes, a ticket never leaves its state graph and is never forgotten.

Random mails, words and time are decided one after the other, and the plans applied to plain values as the loops would.
Each life is drawn from its own number: see `tests/property/desk_lives.py` for how to live a failed one again.
"""

import os
from random import Random

import pytest

from storage.tables import Ticket
from tests.property.desk_holds import holds_for_look, holds_for_mail, holds_for_ticket
from tests.property.desk_lives import POLICIES, Desk, Step, drawn_step, in_part, moved_time, written

LIVES = int(os.environ.get("DESK_LIVES", "10000" if os.environ.get("CI") else "300"))
CHUNKS = 8  # so that several workers share the lives
SEED = os.environ.get("DESK_SEED")


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_ticket_lives_within_its_states_and_is_never_forgotten(chunk: int) -> None:
    seeds = range(chunk, LIVES, CHUNKS) if SEED is None else [int(SEED)] if chunk == 0 else []
    for seed in seeds:
        lived: list[Step] = []
        try:
            live(Random(seed), lived)
        except Exception as error:
            story = "\n".join(f"{number:2} {step}" for number, step in enumerate(lived))
            error.add_note(f"DESK_SEED={seed}, after these steps:\n{story}")
            raise


def live(random: Random, lived: list[Step]) -> None:
    desk = Desk(POLICIES[random.choice([1, 2, 3])])
    desk.begin(random)
    assert desk.ticket is not None
    holds_for_ticket(desk, desk.ticket)
    twice = random.random() < 0.1  # deciding again must give the same; a tenth of the lives is enough to see it
    for number in range(random.randint(3, 14)):
        step = in_part(drawn_step(random), desk)
        lived.append(step)
        moved_time(step, desk)
        if step.runs and desk.is_due():
            _look(desk, twice)
        if step.author is not None:
            _read(desk, step, number, twice)


def _look(desk: Desk, twice: bool) -> None:
    before = desk.ticket
    plan = desk.looked()
    assert not twice or plan == desk.looked()
    desk.apply(plan)
    assert before is not None
    holds_for_look(desk, before, plan)


def _read(desk: Desk, step: Step, number: int, twice: bool) -> None:
    text, answered = written(step, desk, number)
    facts = desk.facts(step, answered)
    before: Ticket | None = desk.ticket
    plan = desk.decided(text, facts)
    assert not twice or plan == desk.decided(text, facts)
    desk.apply(plan)
    assert before is not None
    holds_for_mail(desk, before, plan, step, answered)
