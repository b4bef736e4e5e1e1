"""Due times of periodic jobs: each slot of a job is done once, whoever asks and however often.

A slot is claimed before its job runs and finished after it. One that was claimed and never finished belongs to a process that
died in between, and is taken up again; the keys of the job's own rows keep its effects single. A slot in which the program dies
again and again is given up, so that one bad job cannot stop the desk for ever.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from storage.inserting import insert_once
from storage.tables import SlotRun

GIVEN_UP = "given up: the program ended three times before it was done"

# The outcome of a slot that is not finished says how often it was begun.
_NEXT_TRY = {"": "begun again", "begun again": "begun for the third time", "begun for the third time": GIVEN_UP}


class Taken(StrEnum):
    """What became of the wish to take an unfinished slot up again."""

    MINE = "mine"
    GIVEN_UP = "given up"
    NO = "no"  # it is finished, or somebody is at it


def claim(session: Session, job: str, slot: datetime, at: datetime) -> bool:
    """Take this slot. True for the one who may run it; False for the rest. To be committed before the job runs."""
    return insert_once(session, SlotRun(job=job, slot=slot, ran_at=at), "job", "slot") is not None


def claim_again(session: Session, job: str, slot: datetime, at: datetime, left_alone_since: datetime | None) -> Taken:
    """Take up a slot that nobody began after `left_alone_since`, as after a crash; None: whoever began it is gone."""
    run = session.get(SlotRun, (job, slot), populate_existing=True)
    if run is None or run.outcome not in _NEXT_TRY:
        return Taken.NO
    if left_alone_since is not None and run.ran_at > left_alone_since:
        return Taken.NO
    row = update(SlotRun).where(col(SlotRun.job) == job, col(SlotRun.slot) == slot, col(SlotRun.outcome) == run.outcome)
    outcome = _NEXT_TRY[run.outcome]
    if session.exec(row.values(outcome=outcome, ran_at=at)).rowcount != 1:
        return Taken.NO  # another worker was quicker
    return Taken.GIVEN_UP if outcome == GIVEN_UP else Taken.MINE


def finish(session: Session, job: str, slot: datetime, outcome: str) -> None:
    """Note what a claimed slot did, for people; `outcome` is not empty."""
    session.exec(update(SlotRun).where(col(SlotRun.job) == job, col(SlotRun.slot) == slot).values(outcome=outcome))


def last_slot(session: Session, job: str, until: datetime) -> datetime | None:
    """The latest slot of this job up to this time that was claimed, or None before its first.

    Slots that a clock in the future claimed do not silence the job until then; they are not claimed twice either.
    """
    claimed = select(func.max(SlotRun.slot)).where(SlotRun.job == job, col(SlotRun.slot) <= until)
    return session.exec(claimed).one()


def is_finished(session: Session, job: str, slot: datetime) -> bool:
    """Whether a claimed slot was done, or given up."""
    run = session.get(SlotRun, (job, slot))
    return run is not None and run.outcome not in _NEXT_TRY
