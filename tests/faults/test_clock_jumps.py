"""The host's clock jumps by hours, both ways, while the desk runs: nothing stalls, and nothing is done twice.

Pauses, time limits and waits for mail run on the monotonic clock and know nothing of it. What is kept in the database is a time
of day: when a letter is due, how long a lease lasts, which slot a job has done, when a ticket is looked at.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import update
from sqlmodel import Session, col, select

from daemon.loops.send import Writer
from daemon.loops.tick import Job, Ticker
from daemon.once import once
from daemon.parts import build
from daemon.settings import load
from storage import outbox
from storage.database import Database
from storage.faults import LeaseLost
from storage.migrations import upgrade
from storage.tables import Outbox, OutboxState, SlotRun
from tests.contract.misbehaving_imap import MisbehavingImap
from tests.faults.mailbox_desk import PASSWORD, RunningDesk, mail, mails, running_desk, settings_file
from tests.flow.simulated import MovableClock
from tests.flow.test_serve import until
from tests.servers.sink import SmtpSink
from tests.storage.rows import letter

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # a Monday morning in Vietnam
HOURS = timedelta(hours=5)


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_PASSWORD", PASSWORD)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    made = Database(f"sqlite:///{tmp_path}/clock.db")
    upgrade(made)
    return made


@pytest.mark.parametrize("jumps", [(HOURS,), (-HOURS,), (HOURS, -HOURS), (-HOURS, HOURS, -2 * HOURS)])
def test_a_running_desk_goes_on_answering_across_jumps(
    jumps: tuple[timedelta, ...], tmp_path: Path, models: Path
) -> None:
    clock = MovableClock(START)
    with MisbehavingImap(mails=mails(1, 2)) as server:
        with running_desk(tmp_path, models, {"desk": server}, clock=clock) as desk:
            desk.until_done(1, 2)
            for number, jump in enumerate(jumps, 3):
                clock.now += jump
                server.deliver(mail(number))
                desk.until_done(number)
            assert desk.pauses == []
        desk.assert_exactly(*range(1, 3 + len(jumps)))


def test_letters_that_wait_are_not_kept_waiting_by_a_clock_that_is_put_back(tmp_path: Path, models: Path) -> None:
    """Decided and given back while SMTP was down, then the clock goes back by hours: they leave at once, each once."""
    clock = MovableClock(START)
    with MisbehavingImap(mails=mails(1, 2)) as server, SmtpSink() as sink:
        desk = settings_file(tmp_path, models, {"desk": server.port}, sink.port)
        parts = build(load(desk.config), clock)
        try:
            while parts.pollers[0].step():
                pass
            while parts.intake.step().total:
                pass
            parts.pollers[0].mailbox.close()
            clock.now -= HOURS
        finally:
            parts.database.close()
        again = build(load(desk.config), clock)  # a restart: nothing of the earlier time is left in memory
        try:
            counts = once(again)
            assert counts.sending.sent == len(sink.message_ids()) == len(set(sink.message_ids())) >= 2
            with again.database.read() as session:
                assert {row.state for row in session.exec(select(Outbox))} == {OutboxState.ACCEPTED}
        finally:
            again.database.close()


def test_a_deferred_letter_and_a_dead_lease_come_forward_when_the_clock_is_put_back(database: Database) -> None:
    with database.write() as session:
        for row in (letter(1), letter(2), letter(3)):
            row.created_at = START
            row.next_attempt_at = START
            outbox.add_letter(session, row)
    with database.write() as session:
        deferred, held, _ = outbox.lease(session, START, START + timedelta(minutes=5), 3)
        outbox.record_deferred(session, deferred, START, "451 later", START + timedelta(hours=1))
    assert newest(database) == START
    back = START - HOURS
    with database.write() as session:
        assert outbox.clock_was_put_back(session, back, back + timedelta(minutes=5)) == 1
    with database.read() as session:
        assert outbox.next_due(session) == back
        leases = {row.lease_until for row in session.exec(select(Outbox)) if row.state is OutboxState.LEASED}
        assert leases == {back + timedelta(minutes=5)}
    with database.write() as session, pytest.raises(LeaseLost):
        outbox.mark_data_begun(session, held, back)


def newest(database: Database) -> datetime | None:
    with database.read() as session:
        return outbox.newest_time(session)


def test_a_clock_put_forward_in_mid_sending_never_sends_a_letter_twice(database: Database) -> None:
    """Another daemon on the same database, its clock hours ahead, thinks that a live lease has run out."""
    ahead = START + HOURS
    with database.write() as session:
        row = letter(1)
        row.created_at = row.next_attempt_at = START
        outbox.add_letter(session, row)
    with database.write() as session:
        (mine,) = outbox.lease(session, START, START + timedelta(minutes=5), 1)
    with database.write() as session:
        outbox.mark_data_begun(session, mine, START)
    pause = timedelta(minutes=1)
    with database.write() as session:
        (taken,) = outbox.take_back_expired(session, ahead, ahead + pause)
    with database.write() as session:
        assert outbox.lease(session, ahead, ahead + pause, 1) == [], "its holder has time to say what became of it"
        outbox.record_accepted(session, mine, START, "250 taken")
    with database.write() as session:
        assert outbox.lease(session, ahead + pause, ahead + 2 * pause, 1) == []
        kept = outbox.get(session, taken.id or 0)
        assert kept is not None and kept.state is OutboxState.ACCEPTED


class JumpingWriter:
    """Puts the clock forward between the lease of the first letter and its DATA."""

    def __init__(self, writer: Writer, clock: MovableClock) -> None:
        self._writer, self._clock, self._jumped = writer, clock, False

    def message(self, row: Outbox) -> bytes:
        if not self._jumped:
            self._jumped = True
            self._clock.now += HOURS
        return self._writer.message(row)

    def envelope_from(self, row: Outbox) -> str:
        return self._writer.envelope_from(row)


def test_a_clock_put_forward_before_data_sends_the_letter_once(tmp_path: Path, models: Path) -> None:
    clock = MovableClock(START)
    with MisbehavingImap(mails=mails(1)) as server, SmtpSink() as sink:
        desk = settings_file(tmp_path, models, {"desk": server.port}, sink.port)
        parts = build(load(desk.config), clock)
        try:
            parts.sender._writer = JumpingWriter(parts.sender._writer, clock)
            once(parts)
            once(parts)
            ids = sink.message_ids()
            assert len(ids) == len(set(ids)) >= 1
            with parts.database.read() as session:
                assert {row.state for row in session.exec(select(Outbox))} == {OutboxState.ACCEPTED}
        finally:
            parts.database.close()


def test_jobs_run_each_slot_once_and_are_not_silenced_by_a_clock_that_was_a_year_ahead(database: Database) -> None:
    clock = MovableClock(START)
    ran: list[datetime] = []

    def run(now: datetime) -> str:
        ran.append(now)
        return "done"

    ticker = Ticker(database, [Job("daily", CronTrigger(hour=3, minute=0, timezone=UTC), run)], clock)
    ticker.step()  # seen for the first time
    for jump in (timedelta(days=1), -HOURS, HOURS, timedelta(days=365), -timedelta(days=365), HOURS, -HOURS):
        clock.now += jump
        ticker.step()
        ticker.step()
    with database.read() as session:
        slots = [row.slot for row in session.exec(select(SlotRun).where(col(SlotRun.outcome) == "done"))]
    assert len(ran) == len(set(slots)) == len(slots)
    before = len(ran)
    clock.now = START + timedelta(days=2, hours=2)
    ticker.step()
    assert len(ran) == before + 1, "the next day has its run, though a slot of next year was claimed"


def test_a_jump_of_less_than_a_minute_disturbs_no_letter(database: Database, tmp_path: Path, models: Path) -> None:
    clock = MovableClock(START)
    with (
        MisbehavingImap(mails=mails(1)) as server,
        running_desk(tmp_path, models, {"desk": server}, clock=clock) as desk,
    ):
        desk.until_done(1)
        until(lambda: times_of_waiting(desk) == [], "a letter of the first request was not sent")
        later = START + timedelta(hours=1)
        with desk.parts.database.write() as session:
            wait_until(session, later)
        clock.now -= timedelta(seconds=30)
        server.deliver(mail(2))
        desk.until_done(2)
        until(lambda: len(times_of_waiting(desk)) <= 1, "a letter of the second request was not sent")
        assert times_of_waiting(desk) == [later]


def times_of_waiting(desk: RunningDesk) -> list[datetime]:
    """When the letters that have not arrived yet are tried next."""
    with desk.parts.database.read() as session:
        return [row.next_attempt_at for row in session.exec(select(Outbox)) if row.state is not OutboxState.ACCEPTED]


def wait_until(session: Session, moment: datetime) -> None:
    """Let the first letter wait until then, as after a deferral."""
    row = update(Outbox).where(col(Outbox.id) == 1)
    session.exec(row.values(state=OutboxState.PENDING, next_attempt_at=moment, attempts=1))
