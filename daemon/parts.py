"""The parts of the desk, built from the settings and wired to each other."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from sqlmodel import Session

from classifiers.drift import Drift
from daemon.desk.directory import SERVICE_DESK
from daemon.desk.facts import Policy
from daemon.desk.letters import Letter, LetterKind
from daemon.desk.plan import Plan
from daemon.jobs import jobs_of
from daemon.keys import KeyKeeper
from daemon.loops.daily import DailyNote
from daemon.loops.drift import DriftWatch, sentence_of
from daemon.loops.due import Clockwork
from daemon.loops.examine import Examiner
from daemon.loops.gate import Gate
from daemon.loops.gather import Gatherer
from daemon.loops.intake import Intake
from daemon.loops.poll import Poller
from daemon.loops.record import Recorder
from daemon.loops.send import Sender
from daemon.loops.tick import Ticker
from daemon.loops.writer import LetterWriter
from daemon.mail.compose import Composer, Desk, new_environment
from daemon.mail.embedded import HOSTNAME, EmbeddedServers
from daemon.mail.mailbox import Mailbox
from daemon.mail.message import Sender as Identity
from daemon.mail.relay import Relay
from daemon.models import ModelKeeper
from daemon.reading.ours import Ours
from daemon.reading.proof import Ring, loop_mark, message_id, reply_token
from daemon.settings import Settings
from daemon.today import Clock, PolicyOfTheDay, system_clock
from daemon.version import program_version
from storage import migrations
from storage.database import Database
from storage.files import Files
from storage.tables import InboundState


@dataclass
class Parts:
    """Everything that the commands drive; built once from the settings."""

    settings: Settings
    clock: Clock
    database: Database
    files: Files
    policy: PolicyOfTheDay
    ring: Ring
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
    ring = KeyKeeper(Path(settings.proof.key_file), clock)
    zone = ZoneInfo(settings.desk.timezone)
    policy = PolicyOfTheDay(settings, clock, database)
    models = ModelKeeper(Path(settings.storage.model), clock)
    composer = _composer(settings, ring, policy)
    recorder = Recorder(database, files, composer, settings.desk.ticket_prefix, zone, Gate(policy, composer))
    limit = settings.limits.mail_mb * 1024 * 1024
    pollers = [Poller(Mailbox(box), database, files, zone, limit, clock) for box in settings.mailboxes]
    intake = Intake(
        database, files, settings.limits, _ours(settings, ring), models.judge, _gatherer(settings, ring, policy),
        policy, recorder, clock, Examiner(settings.reading), program_version(),
    )  # fmt: skip
    relay = Relay(settings.relay)

    def identity() -> Identity:
        return Identity(settings.desk.name, settings.desk.address, loop_mark(ring, settings.desk.address))

    writer = LetterWriter(
        database, files, identity, settings.limits.outgoing_mb * 1024 * 1024, lambda: relay.size_limit,
        settings.relay.plus_addressing,
    )  # fmt: skip
    sender = Sender(database, relay, writer, recorder, policy, settings.send, clock)
    clockwork = Clockwork(database, recorder, policy)
    ticker = Ticker(
        database,
        jobs_of(
            settings, database, files, pollers, clockwork, drift_watch(settings, database, recorder, policy),
            DailyNote(database, recorder, policy),
        ),
        clock,
    )  # fmt: skip
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


def _ours(settings: Settings, ring: Ring) -> Ours:
    return Ours.of(
        (settings.desk.address, *settings.desk.own_addresses), settings.brakes.monitors, ring,
        settings.reading.spam_headers, settings.reading.spam_score, settings.reading.allowed_types,
    )  # fmt: skip


def _gatherer(settings: Settings, ring: Ring, policy: Callable[[], Policy]) -> Gatherer:
    pinned = settings.proof.pinned_hosts + ((HOSTNAME,) if settings.embedded.enabled else ())
    return Gatherer(ring, settings.desk.ticket_prefix, pinned, settings.proof.internal_networks, policy)


def _composer(settings: Settings, ring: Ring, policy: Callable[[], Policy]) -> Callable[[], Composer]:
    """The composer with today's names of offices; the templates are read once."""
    own = settings.desk
    desk = Desk(own.name, own.address, own.phone, own.website, own.own_domains)
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
