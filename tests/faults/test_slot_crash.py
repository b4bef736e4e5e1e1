"""The program dies between the claim of a slot and the end of its job: the day's list is written, and once."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.triggers.cron import CronTrigger
from sqlmodel import select

from daemon.loops.tick import Job, Ticker
from storage import outbox
from storage.database import Database
from storage.faults import DatabaseDown
from storage.migrations import upgrade
from storage.slots import GIVEN_UP
from storage.tables import Outbox, SlotRun
from tests.flow.simulated import MovableClock
from tests.storage.rows import letter

MORNING = CronTrigger(hour=7, minute=45, timezone=UTC)
EVENING_BEFORE = datetime(2026, 11, 1, 20, tzinfo=UTC)
SLOT = datetime(2026, 11, 2, 7, 45, tzinfo=UTC)


class Killed(BaseException):
    """The process ends here; nothing after it is done."""


class Morning:
    """A job that writes the day's list, with a death, a fault or a bug before or after its commit."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = MovableClock(EVENING_BEFORE)
        self.before: Callable[[], None] = lambda: None
        self.after: Callable[[], None] = lambda: None
        self.restart()
        assert self.ticker.step() == [], "a new installation starts quietly"
        self.clock.now = SLOT + timedelta(minutes=1)

    def restart(self) -> None:
        self.ticker = Ticker(self.database, [Job("morning list", MORNING, self.run)], self.clock)

    def run(self, now: datetime) -> str:
        self.before()
        with self.database.write() as session:
            outbox.add_letter(session, letter(1, cause=f"slot:morning@{now.date()}"))
        self.after()
        return "listed"

    def heal(self) -> None:
        self.before = self.after = lambda: None

    def lists(self) -> int:
        with self.database.read() as session:
            return len(session.exec(select(Outbox)).all())

    def outcome(self) -> str:
        with self.database.read() as session:
            run = session.get(SlotRun, ("morning list", SLOT))
        assert run is not None
        return run.outcome


def dies() -> None:
    raise Killed


@pytest.fixture
def morning(tmp_path: Path) -> Iterator[Morning]:
    database = Database(f"sqlite:///{tmp_path}/desk.db")
    upgrade(database)
    yield Morning(database)
    database.close()


@pytest.mark.parametrize("where", ["before", "after"])
def test_a_death_in_the_job_repeats_it_after_the_restart_and_writes_one_list(morning: Morning, where: str) -> None:
    setattr(morning, where, dies)
    with pytest.raises(Killed):
        morning.ticker.step()
    morning.heal()
    morning.restart()
    assert morning.ticker.step() == ["morning list"]
    assert (morning.lists(), morning.outcome()) == (1, "listed")
    assert morning.ticker.step() == []


def test_a_job_that_kills_the_program_each_time_is_given_up_and_the_next_day_has_its_turn(morning: Morning) -> None:
    morning.before = dies
    for _ in range(3):
        with pytest.raises(Killed):
            morning.ticker.step()
        morning.restart()
    assert morning.ticker.step() == []
    assert morning.outcome() == GIVEN_UP
    morning.heal()
    assert morning.ticker.step() == []
    morning.clock.now += timedelta(days=1)
    assert morning.ticker.step() == ["morning list"]
    assert morning.lists() == 1


def test_a_world_that_fails_the_job_costs_no_try_and_the_job_runs_when_it_is_back(morning: Morning) -> None:
    def busy() -> None:
        raise DatabaseDown("the database is busy")

    morning.before = busy
    for _ in range(10):
        with pytest.raises(DatabaseDown):
            morning.ticker.step()
    morning.heal()
    assert morning.ticker.step() == ["morning list"]
    assert (morning.lists(), morning.outcome()) == (1, "listed")


def test_a_bug_in_one_job_is_on_record_and_the_loop_lives(morning: Morning) -> None:
    def broken() -> None:
        raise ZeroDivisionError("of ours")

    morning.before = broken
    assert morning.ticker.step() == ["morning list"]
    assert morning.outcome() == "failed: ZeroDivisionError: of ours"
    assert morning.ticker.step() == []


def test_a_slot_that_another_worker_holds_is_left_to_him_for_a_minute(
    morning: Morning, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL several workers may share the slots; here the lease alone is looked at."""
    monkeypatch.setattr(Database, "is_sqlite", property(lambda _: False))
    morning.before = dies
    with pytest.raises(Killed):
        morning.ticker.step()
    morning.heal()
    morning.restart()
    assert morning.ticker.step() == []
    morning.clock.now += timedelta(minutes=1)
    assert morning.ticker.step() == ["morning list"]
    assert morning.lists() == 1
