"""Periodic jobs by durable slots: APScheduler only wakes the tick; which slot is due is a pure question of the trigger and the last slot.

A slot missed while the program was down runs once, late; a slot that was done never runs again, whoever asks. A slot whose process
died before it was done runs again: the job's rows have keys that make the second run of what is done already a run without effect.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from apscheduler.triggers.base import BaseTrigger

from daemon.faults import ServiceDown
from storage import slots
from storage.database import Database
from storage.faults import DatabaseWrong, StorageDown
from storage.slots import Taken

log = logging.getLogger(__name__)

# For so long an unfinished slot is thought to be in the hands of another worker. To be wrong is harmless: see above.
SOMEBODY_AT_IT = timedelta(minutes=1)


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
        self._interrupted: set[str] = set()  # jobs whose slot this process holds, because the world failed them

    def step(self) -> list[str]:
        """The names of the jobs that ran. Raises a fault of the world; the job that met it has its turn again."""
        return [job.name for job in self._jobs if self._run_if_due(job)]

    def _run_if_due(self, job: Job) -> bool:
        now = self._clock()
        if job.trigger is None:
            return bool(job.run(now))
        slot = self._taken(job, job.trigger, now)
        if slot is None:
            return False
        self._interrupted.add(job.name)
        outcome = self._outcome(job, now)
        with self._database.write() as session:
            slots.finish(session, job.name, slot, outcome)
        self._interrupted.discard(job.name)
        log.info("job_ran job=%s slot=%s outcome=%s", job.name, slot.isoformat(), outcome)
        return True

    def _taken(self, job: Job, trigger: BaseTrigger, now: datetime) -> datetime | None:
        """The slot that is ours to run now: a new one, or the last one if it was never done."""
        with self._database.read() as session:
            last = slots.last_slot(session, job.name, now)
            done = last is None or slots.is_finished(session, job.name, last)
        if last is None:
            with self._database.write() as session:
                slots.claim(session, job.name, now, now)
                slots.finish(session, job.name, now, "first seen")
            return None
        slot = due_slot(trigger, last, now)
        if slot is not None:
            with self._database.write() as session:
                return slot if slots.claim(session, job.name, slot, now) else None
        if done:
            return None
        return last if job.name in self._interrupted or self._taken_again(job, last, now) else None

    def _taken_again(self, job: Job, slot: datetime, now: datetime) -> bool:
        # On SQLite there is one daemon, so whoever began the slot is gone.
        left_alone_since = None if self._database.is_sqlite else now - SOMEBODY_AT_IT
        with self._database.write() as session:
            taken = slots.claim_again(session, job.name, slot, now, left_alone_since)
        if taken is not Taken.NO:
            log.warning(
                "job_interrupted job=%s slot=%s taken_again=%s", job.name, slot.isoformat(), taken is Taken.MINE
            )
        return taken is Taken.MINE

    def _outcome(self, job: Job, now: datetime) -> str:
        try:
            return job.run(now) or "done"
        except (ServiceDown, StorageDown, DatabaseWrong):
            raise
        except Exception as error:  # our bug: this slot is lost and said so, every other job has its turn
            log.exception("job_failed job=%s", job.name)
            return f"failed: {type(error).__name__}: {error}"
