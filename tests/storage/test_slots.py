"""Slots: each due time of a job runs once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from storage import slots
from storage.database import Database
from storage.tables import SlotRun
from tests.storage.rows import NOW


def test_a_slot_is_claimed_once_per_job(database: Database) -> None:
    with database.write() as session:
        assert slots.claim(session, "daily", NOW, NOW)
    with database.write() as session:
        assert not slots.claim(session, "daily", NOW, NOW + timedelta(minutes=1))
        assert slots.claim(session, "weekly", NOW, NOW)


def test_the_last_slot_of_a_job_is_the_latest_due_time(database: Database) -> None:
    with database.write() as session:
        assert slots.last_slot(session, "daily", NOW + timedelta(days=9)) is None
        slots.claim(session, "daily", NOW + timedelta(days=1), NOW)
        slots.claim(session, "daily", NOW, NOW)
        slots.claim(session, "weekly", NOW + timedelta(days=7), NOW)
        slots.finish(session, "daily", NOW, "3 letters")
    with database.read() as session:
        assert slots.last_slot(session, "daily", NOW + timedelta(days=9)) == NOW + timedelta(days=1)
        assert slots.last_slot(session, "daily", NOW + timedelta(hours=1)) == NOW
        run = session.get(SlotRun, ("daily", NOW))
        assert run is not None
        assert (run.outcome, run.ran_at) == ("3 letters", NOW)


def test_of_workers_that_want_the_same_slot_one_gets_it(database: Database) -> None:
    def claim(_: int) -> bool:
        with database.write() as session:
            return slots.claim(session, "daily", NOW, NOW)

    with ThreadPoolExecutor(4) as workers:
        assert sorted(workers.map(claim, range(4))) == [False, False, False, True]
