"""Periodic jobs by durable slots: APScheduler only wakes the tick; which slot is due is a pure question of the trigger and the last slot.

A slot missed while the program was down runs once, late; a slot that ran never runs again, whoever asks.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from apscheduler.triggers.base import BaseTrigger

from storage import slots
from storage.database import Database

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """A periodic job: `run` gets the present time and returns what it did in one line.

    Without a trigger it runs at every tick, keeps no slots because its own rows say what is done, and says "" for nothing.
    """

    name: str
    trigger: BaseTrigger | None
    run: Callable[[datetime], str]


def due_slot(trigger: BaseTrigger, last: datetime | None, now: datetime) -> datetime | None:
    """The latest slot after `last` that is not in the future; None when none is due. Older missed slots are skipped.

    A job that never ran is first due at its next time from now on, so that a new installation starts quietly.
    """
    slot: datetime | None = trigger.get_next_fire_time(last, last if last is not None else now)
    if last is not None and slot is not None and slot <= last:
        slot = trigger.get_next_fire_time(slot, slot)
    latest = None
    while slot is not None and slot <= now:
        latest = slot
        slot = trigger.get_next_fire_time(slot, slot)
    return latest


class Ticker:
    """Runs every job whose slot is due. A job's first slot is remembered when the tick first sees it."""

    def __init__(self, database: Database, jobs: Sequence[Job], clock: Callable[[], datetime]) -> None:
        self._database = database
        self._jobs = jobs
        self._clock = clock

    def step(self) -> list[str]:
        """The names of the jobs that ran."""
        return [job.name for job in self._jobs if self._run_if_due(job)]

    def _run_if_due(self, job: Job) -> bool:
        now = self._clock()
        if job.trigger is None:
            return bool(job.run(now))
        with self._database.read() as session:
            last = slots.last_slot(session, job.name)
        if last is None:
            with self._database.write() as session:
                slots.claim(session, job.name, now, now)
                slots.finish(session, job.name, now, "first seen")
            return False
        slot = due_slot(job.trigger, last, now)
        if slot is None:
            return False
        with self._database.write() as session:
            if not slots.claim(session, job.name, slot, now):
                return False
        outcome = job.run(now)
        with self._database.write() as session:
            slots.finish(session, job.name, slot, outcome)
        log.info("job_ran job=%s slot=%s outcome=%s", job.name, slot.isoformat(), outcome)
        return True
