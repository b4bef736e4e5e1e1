"""The desk put together: parts built from settings, the loops that drive them, signals and supervision."""

import asyncio
import fcntl
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from sqlmodel import Session

from classifiers.drift import Drift
from daemon.desk.directory import SERVICE_DESK, Staff
from daemon.desk.facts import Policy
from daemon.desk.letters import Letter, LetterKind
from daemon.desk.plan import Plan
from daemon.faults import ServiceDown
from daemon.keys import load_keys
from daemon.loops.drift import DriftWatch, sentence_of
from daemon.loops.due import Clockwork
from daemon.loops.examine import Examiner
from daemon.loops.gather import Gatherer
from daemon.loops.housekeeping import Housekeeping
from daemon.loops.intake import Intake, IntakeCounts
from daemon.loops.poll import Poller
from daemon.loops.record import Recorder
from daemon.loops.send import SendCounts, Sender
from daemon.loops.tick import Job, Ticker
from daemon.loops.worker import Worker
from daemon.loops.writer import LetterWriter
from daemon.mail.compose import Composer, Desk, new_environment
from daemon.mail.embedded import HOSTNAME, EmbeddedServers
from daemon.mail.mailbox import Mailbox
from daemon.mail.message import Sender as Identity
from daemon.mail.relay import Relay
from daemon.models import ModelKeeper
from daemon.policy import policy_of
from daemon.reading.ours import Ours
from daemon.reading.proof import KeyRing, loop_mark, message_id, reply_token
from daemon.settings import Settings, SettingsError
from daemon.staff_file import read_staff
from daemon.staff_rows import staff_on
from storage import migrations, outbox, people
from storage.database import Database
from storage.files import Files
from storage.tables import InboundState

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
FAR_FUTURE = timedelta(days=3650)


def system_clock() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


LOOK_EVERY = timedelta(seconds=5)  # between two looks whether the directory was changed by a command


def known_holders(settings: Settings) -> set[str]:
    """The codes that a directory may name beside the current provinces."""
    return {*settings.groups, *settings.departments, *(region.code for region in settings.regions)}


class PolicyOfTheDay:
    """The policy, built anew when the local day changes: holidays and dated regions are part of it."""

    def __init__(self, settings: Settings, clock: Clock, database: Database | None = None) -> None:
        self._settings = settings
        self._database = database
        self._stamp: object = None
        self._looked: datetime | None = None
        self._clock = clock
        self._zone = ZoneInfo(settings.desk.timezone)
        self._day: date | None = None
        self._policy: Policy | None = None

    def __call__(self) -> Policy:
        now = self._clock()
        today = now.astimezone(self._zone).date()
        changed = self._directory_changed(now)
        if self._policy is None or self._day != today or changed:
            self._policy, self._day = policy_of(self._settings, self._staff(today), today), today
        return self._policy

    def _directory_changed(self, now: datetime) -> bool:
        """Whether somebody changed the directory since the last look, which is at most some seconds ago."""
        if self._database is None or (self._looked is not None and abs(now - self._looked) < LOOK_EVERY):
            return False
        with self._database.read() as session:
            stamp = people.stamp(session)
        before, self._stamp, self._looked = self._stamp, stamp, now
        return before != stamp

    def _staff(self, today: date) -> list[Staff]:
        """The database's directory; the file of the settings while nobody was imported."""
        if self._database is not None:
            with self._database.read() as session:
                if not people.is_empty(session):
                    return staff_on(people.listing(session), today)
        return read_staff(
            Path(self._settings.directory.file), known_holders(self._settings), set(self._settings.applications)
        )


@dataclass
class Parts:
    """Everything that the commands drive; built once from the settings."""

    settings: Settings
    clock: Clock
    database: Database
    files: Files
    policy: PolicyOfTheDay
    ring: KeyRing
    models: ModelKeeper
    pollers: list[Poller]
    intake: Intake
    relay: Relay
    sender: Sender
    ticker: Ticker


def build(settings: Settings, clock: Clock = system_clock) -> Parts:
    """All parts, with the database brought up to date. Raises SettingsError or a storage fault; opens no connection."""
    database = open_database(settings)
    migrations.upgrade(database)
    files = Files(Path(settings.storage.files))
    ring = load_keys(Path(settings.proof.key_file))
    zone = ZoneInfo(settings.desk.timezone)
    policy = PolicyOfTheDay(settings, clock, database)
    models = ModelKeeper(Path(settings.storage.model), clock)
    composer = _composer(settings, ring, policy)
    recorder = Recorder(database, files, composer, settings.desk.ticket_prefix, zone)
    limit = settings.limits.mail_mb * 1024 * 1024
    pollers = [Poller(Mailbox(box), database, files, zone, limit, clock) for box in settings.mailboxes]
    intake = Intake(
        database, files, settings.limits, _ours(settings, ring), models.judge, _gatherer(settings, ring, policy),
        policy, recorder, clock, Examiner(settings.reading),
    )  # fmt: skip
    relay = Relay(settings.relay)
    identity = Identity(settings.desk.name, settings.desk.address, loop_mark(ring, settings.desk.address))
    writer = LetterWriter(
        database, files, identity, settings.limits.outgoing_mb * 1024 * 1024, lambda: relay.size_limit,
        settings.relay.plus_addressing,
    )  # fmt: skip
    sender = Sender(database, relay, writer, recorder, policy, settings.send, clock)
    clockwork = Clockwork(database, recorder, policy)
    ticker = Ticker(
        database,
        _jobs(settings, database, files, pollers, clockwork, drift_watch(settings, database, recorder, policy)),
        clock,
    )
    return Parts(settings, clock, database, files, policy, ring, models, pollers, intake, relay, sender, ticker)


def open_database(settings: Settings) -> Database:
    """The configured database; its password comes from where the settings say, never from the address."""
    secret = settings.storage.password()
    url = settings.storage.database
    if secret is not None:
        scheme, _, rest = url.partition("://")
        user, at, place = rest.rpartition("@")
        url = f"{scheme}://{user}:{quote(secret.get_secret_value(), safe='')}{at}{place}" if at else url
    return Database(url)


def _ours(settings: Settings, ring: KeyRing) -> Ours:
    return Ours.of(
        (settings.desk.address, *settings.desk.own_addresses), settings.brakes.monitors, ring,
        settings.reading.spam_headers, settings.reading.spam_score, settings.reading.allowed_types,
    )  # fmt: skip


def _gatherer(settings: Settings, ring: KeyRing, policy: Callable[[], Policy]) -> Gatherer:
    pinned = settings.proof.pinned_hosts + ((HOSTNAME,) if settings.embedded.enabled else ())
    return Gatherer(ring, settings.desk.ticket_prefix, pinned, settings.proof.internal_networks, policy)


def _composer(settings: Settings, ring: KeyRing, policy: Callable[[], Policy]) -> Callable[[], Composer]:
    """The composer with today's names of offices; the templates are read once."""
    desk = Desk(settings.desk.name, settings.desk.address, settings.desk.phone, settings.desk.website)
    zone = ZoneInfo(settings.desk.timezone)
    domain = settings.desk.address.partition("@")[2]
    environment = new_environment()

    def composer() -> Composer:
        rules = policy().rules
        return Composer(
            desk, zone, rules.directory, rules.catalogue,
            lambda code, key: message_id(ring, code, key, domain), lambda code, bound: reply_token(ring, code, bound),
            settings.limits.outgoing_mb * 1024 * 1024, environment,
        )  # fmt: skip

    return composer


def drift_watch(settings: Settings, database: Database, recorder: Recorder, policy: Callable[[], Policy]) -> DriftWatch:
    """Tells the administrator, or the Service Desk where none is named."""

    def tell(session: Session, cause: str, drifts: Sequence[Drift], now: datetime) -> None:
        address = settings.desk.admin or policy().rules.directory.holder(SERVICE_DESK).address
        letter = Letter(LetterKind.DRIFT, address, lines=tuple(sentence_of(drift) for drift in drifts))
        recorder.record_beside(session, Plan(InboundState.IGNORED, letters=(letter,)), cause, now)

    return DriftWatch(database, ZoneInfo(settings.desk.timezone), tell)


def _jobs(
    settings: Settings,
    database: Database,
    files: Files,
    pollers: list[Poller],
    clockwork: Clockwork,
    watch: DriftWatch,
) -> list[Job]:
    from apscheduler.triggers.cron import CronTrigger

    zone = ZoneInfo(settings.desk.timezone)
    morning, summary = settings.chasing.morning_list_at, settings.chasing.summary_at
    housekeeping = Housekeeping(database, files)

    def reconcile(now: datetime) -> str:
        for poller in pollers:
            poller.reconcile()
        return f"{len(pollers)} mailboxes will be compared with the ledger"

    return [
        Job("housekeeping", CronTrigger(hour=2, minute=10, timezone=zone), housekeeping.sweep),
        Job("reconciliation", CronTrigger(hour=1, minute=40, timezone=zone), reconcile),
        Job("due tickets", None, clockwork.look),
        Job("drift", CronTrigger(day_of_week="mon", hour=6, minute=30, timezone=zone), watch.count),
        # Every day: which days are working days is the calendar's business.
        Job(
            "morning list",
            CronTrigger(hour=morning.hour, minute=morning.minute, timezone=zone),
            lambda now: clockwork.morning(now, morning),
        ),
        Job(
            "leaders' summary",
            CronTrigger(hour=summary.hour, minute=summary.minute, timezone=zone),
            lambda now: clockwork.summarise(now, summary),
        ),
    ]


# --- embedded servers and the one-daemon lock


@contextmanager
def embedded_servers(settings: Settings) -> Iterator[EmbeddedServers | None]:
    """Embedded servers on the configured ports while the block runs; none where they answer already or are switched off."""
    if not settings.embedded.enabled:
        yield None
        return
    servers = EmbeddedServers(
        Path(settings.embedded.folder), imap_port=settings.mailboxes[0].port, smtp_port=settings.relay.port,
        password=settings.embedded.password,
    )  # fmt: skip
    if servers.already_answering():
        yield servers
        return
    with servers:
        yield servers


@contextmanager
def only_daemon(parts: Parts) -> Iterator[None]:
    """One daemon on one SQLite database: a second one would send in the first one's place. ServiceDown when there is one.

    Having the lock also proves that every lease left in the database belongs to a process that is gone.
    """
    if not parts.database.is_sqlite:
        yield
        return
    lock = Path(parts.settings.storage.files).parent / "daemon.lock"
    lock.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ServiceDown(f"another daemon works on this database (lock {lock})") from None
        now = parts.clock()
        with parts.database.write() as session:
            outbox.take_back_expired(session, now + FAR_FUTURE, now)
        yield


# --- once


@dataclass
class OnceCounts:
    """What `once` did, in the contract's words."""

    fetched: int
    intake: IntakeCounts
    sending: SendCounts
    problems: list[str]


def once(parts: Parts) -> OnceCounts:
    """Read, decide and send everything due. A service that is down is a problem in the result, and the rest still runs."""
    counts = OnceCounts(0, IntakeCounts(), SendCounts(), [])
    for poller in parts.pollers:
        try:
            while taken := poller.step():
                counts.fetched += taken
        except ServiceDown as error:
            counts.problems.append(error.reason)
        finally:
            poller.mailbox.close()
    while (handled := parts.intake.step()).total:
        counts.intake = add_counts(counts.intake, handled)
    parts.ticker.step()
    try:
        counts.sending = asyncio.run(_send_all(parts))
    except ServiceDown as error:
        counts.problems.append(error.reason)
    return counts


async def _send_all(parts: Parts) -> SendCounts:
    total = SendCounts()
    async with parts.relay:
        while (counts := await parts.sender.step()).total:
            total = replace(
                total, sent=total.sent + counts.sent, deferred=total.deferred + counts.deferred,
                refused=total.refused + counts.refused,
            )  # fmt: skip
    return total


def add_counts(one: IntakeCounts, other: IntakeCounts) -> IntakeCounts:
    return IntakeCounts(
        one.tickets_created + other.tickets_created,
        one.entries_added + other.entries_added,
        one.ignored + other.ignored,
        one.quarantined + other.quarantined,
    )


# --- serve


class Service:
    """The running desk: one worker a loop. `stop` may be called from a signal handler or another thread."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.reason: str | None = None  # why it stopped by itself, None when it was asked to
        self._stopped = threading.Event()
        self._workers: list[Worker] = []
        self._mailboxes = [poller.mailbox for poller in parts.pollers]

    def run(self) -> int:
        """Run until stopped; 0 when asked to stop, 1 when a loop died."""
        from apscheduler.schedulers.background import BackgroundScheduler

        with ExitStack() as stack:
            stack.enter_context(only_daemon(self.parts))
            # The sending loop waits for the network many times a letter; with Python's usual 5 ms it would wait as often
            # for the intake loop, which computes.
            sys.setswitchinterval(0.0005)
            self.parts.intake.warm_up()
            self._workers = self._make_workers()
            scheduler = BackgroundScheduler(timezone=UTC)
            tick = next(worker for worker in self._workers if worker.name == "tick")
            scheduler.add_job(tick.wake, "interval", seconds=20, misfire_grace_time=None, coalesce=True)
            scheduler.start()
            stack.callback(scheduler.shutdown, wait=False)
            for worker in self._workers:
                worker.start()
            log.info("service_started pid=%d loops=%d", os.getpid(), len(self._workers))
            self._stopped.wait()
            self._end_workers()
        log.info("service_stopped reason=%s", self.reason or "asked to stop")
        return 1 if self.reason else 0

    def stop(self) -> None:
        self._stopped.set()

    def _died(self, name: str, error: BaseException) -> None:
        self.reason = f"the {name} loop died: {type(error).__name__}: {error}"
        self._stopped.set()

    def _end_workers(self) -> None:
        for worker in self._workers:
            worker.stop()
        for mailbox in self._mailboxes:
            mailbox.interrupt()
        for worker in self._workers:
            worker.join(timeout=15)
            if worker.is_alive():
                log.warning("loop_left_behind loop=%s", worker.name)

    def _make_workers(self) -> list[Worker]:
        parts = self.parts
        runner = asyncio.Runner()

        def end_sending() -> None:
            runner.run(parts.relay.close())
            runner.close()

        send = Worker("send", lambda: runner.run(parts.sender.step()).total > 0, 5.0, self._died,
                      finish=end_sending)  # fmt: skip

        def take_in() -> bool:
            handled = parts.intake.step().total
            if handled:
                send.wake()
            return handled > 0

        intake = Worker("intake", take_in, 5.0, self._died)
        pollers = [self._poll_worker(poller, intake) for poller in parts.pollers]

        def look_at_the_clock() -> bool:
            if parts.ticker.step():
                send.wake()
            return False  # what ran once has nothing more to do before the next tick

        tick = Worker("tick", look_at_the_clock, 60.0, self._died)
        return [send, intake, tick, *pollers]

    def _poll_worker(self, poller: Poller, intake: Worker) -> Worker:
        def step() -> bool:
            taken = poller.step()
            if taken:
                intake.wake()
            return taken > 0

        seconds = poller.mailbox.settings.poll_seconds
        return Worker(
            f"poll-{poller.name}", step, seconds, self._died, wait=poller.mailbox.wait, finish=poller.mailbox.close
        )


def stop_on_signals(service: Service) -> None:
    """SIGTERM and Ctrl-C end the service after the steps in hand."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: service.stop())


__all__ = ["Parts", "Service", "SettingsError", "build", "embedded_servers", "once", "only_daemon", "stop_on_signals"]
