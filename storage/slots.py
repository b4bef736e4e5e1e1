"""Due times of periodic jobs: each slot of a job runs once, whoever asks and however often."""

from datetime import datetime

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from storage.inserting import insert_once
from storage.tables import SlotRun


def claim(session: Session, job: str, slot: datetime, at: datetime) -> bool:
    """Take this slot. True for the one who may run it, in the same transaction as its effects; False for the rest."""
    return insert_once(session, SlotRun(job=job, slot=slot, ran_at=at), "job", "slot") is not None


def finish(session: Session, job: str, slot: datetime, outcome: str) -> None:
    """Note what a claimed slot did, for people."""
    session.exec(update(SlotRun).where(col(SlotRun.job) == job, col(SlotRun.slot) == slot).values(outcome=outcome))


def last_slot(session: Session, job: str) -> datetime | None:
    """The latest slot of this job that was claimed, or None before its first."""
    return session.exec(select(func.max(SlotRun.slot)).where(SlotRun.job == job)).one()
