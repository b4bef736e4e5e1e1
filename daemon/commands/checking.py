"""`check`: every outside thing is tried, nothing is changed, and the first poll is foretold."""

import asyncio
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from classifiers import registry
from classifiers.verdict import Undecided
from daemon.commands.desk import existing_database
from daemon.faults import Fault
from daemon.keys import read_keys
from daemon.mail import ocr
from daemon.mail.antivirus import Antivirus
from daemon.mail.mailbox import Mailbox
from daemon.mail.relay import Relay
from daemon.output import print_json, printable
from daemon.parts import embedded_servers
from daemon.settings import MailboxSettings, Settings, SettingsError, load
from daemon.today import PolicyOfTheDay, system_clock
from storage import intake, migrations, outbox
from storage.database import Database
from storage.faults import DiskFull, StorageFault
from storage.files import Files
from storage.tables import OutboxState

MEGABYTE = 1 << 20
LEAST_FREE = 200  # MB: a handful of the largest mails with their attachments
ENDED = (OutboxState.ACCEPTED, OutboxState.BUNDLED, OutboxState.CANCELLED)  # nothing more becomes of such a letter
DECIDE = (OutboxState.OPEN, OutboxState.REFUSED)  # a person must say what becomes of it


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried: whether it works, and one line about it without secrets."""

    name: str
    ok: bool
    line: str


def check(config: Path, as_json: bool) -> int:
    """1 when anything failed; a wrong configuration is 2 and reported before this."""
    settings = load(config)
    with embedded_servers(settings):
        database, said = _opened(settings)
        findings = [
            Finding(
                "settings", True, f"{config}: phase {settings.desk.phase}, {len(settings.applications)} applications"
            ),
            _tried("directory", lambda: _directory(settings, database)),
            said,
            _tried("keys", lambda: _keys(settings, database)),
            *([_tried("letters", lambda: _letters(database))] if database is not None else []),
            _tried("disk", lambda: _disk(settings)),
            _model(settings),
            *_helpers(settings),
            *(_tried(f"mailbox {box.name}", partial(_mailbox, settings, box, database)) for box in settings.mailboxes),
            _tried("relay", lambda: asyncio.run(_relay(settings))),
        ]
    for finding in findings:
        if as_json:
            print_json({"check": finding.name, "ok": finding.ok, "detail": finding.line})
        else:
            sys.stdout.write(f"{'ok    ' if finding.ok else 'FAILED'}  {finding.name:18} {printable(finding.line)}\n")
    return 0 if all(finding.ok for finding in findings) else 1


def _tried(name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(name, True, look())
    except (Fault, StorageFault, SettingsError) as error:
        return Finding(name, False, " ".join(str(error).split()))


def _opened(settings: Settings) -> tuple[Database | None, Finding]:
    """The database if it can be used, and what was found; the other checks do without one that cannot."""
    found: list[Database] = []

    def look() -> str:
        database = existing_database(settings)
        if database is None:
            return "will be made at the first start"
        database.examine()
        migrations.require_current(database)
        with database.read() as session:
            counts = intake.counts(session)
        found.append(database)
        kind = "SQLite" if database.is_sqlite else "PostgreSQL"
        return f"{kind}, " + (", ".join(f"{number} {state}" for state, number in counts.items()) or "no mail yet")

    finding = _tried("database", look)
    return (found[0] if found else None), finding


def _directory(settings: Settings, database: Database | None) -> str:
    directory = PolicyOfTheDay(settings, system_clock, database)().rules.directory
    return f"{len(directory.staff)} members of staff in {len(directory.holders)} offices, groups and departments"


def _keys(settings: Settings, database: Database | None) -> str:
    """Without its keys a desk that has sent letters understands no reply to them: a new file would hide that."""
    path = Path(settings.proof.key_file)
    if path.exists():
        return f"{len(read_keys(path))} in {path}"
    if database is None:
        return "will be made at the first start"
    raise SettingsError(str(path), ["the key file is gone: restore it from the backup before the service is started"])


def _letters(database: Database) -> str:
    with database.read() as session:
        return letters_line(outbox.counts(session))


def letters_line(counts: Mapping[OutboxState, int]) -> str:
    """What waits and what a person must decide; a letter's fate is no failure of the desk."""
    shown = ", ".join(f"{counts[state]} {state}" for state in OutboxState if state in counts and state not in ENDED)
    advice = " or ".join(f"mail list --out --state {state}" for state in DECIDE if state in counts)
    return (shown or "none waits") + (f"; see: {advice}" if advice else "")


def _disk(settings: Settings) -> str:
    folder = Path(settings.storage.files)
    free = Files(folder).free() // MEGABYTE
    if free < LEAST_FREE:
        raise DiskFull(f"only {free} MB free below {folder}, less than {LEAST_FREE} MB: make room")
    return f"{free} MB free below {folder}"


def _model(settings: Settings) -> Finding:
    found = registry.open_current(Path(settings.storage.model))
    if isinstance(found, Undecided):
        return Finding("model", False, f"{found.reason}; until then every request goes to the Service Desk")
    return Finding("model", True, found.name)


def _helpers(settings: Settings) -> list[Finding]:
    """The optional programs: a missing reader of pictures is no failure, a configured scanner that is silent is one."""
    findings = []
    if settings.reading.ocr:
        known = ocr.languages()
        line = (
            "tesseract reads Vietnamese"
            if "vie" in known
            else "tesseract without Vietnamese: install tesseract-ocr-vie"
        )
        missing = "not installed (Debian: tesseract-ocr, tesseract-ocr-vie); text in pictures is not read"
        findings.append(Finding("pictures", True, line if known else missing))
    if settings.reading.clamav_socket:
        scanner = Antivirus(settings.reading.clamav_socket, settings.reading.clamav_seconds)
        findings.append(_tried("antivirus", scanner.version))
    return findings


def _mailbox(settings: Settings, box: MailboxSettings, database: Database | None) -> str:
    mailbox = Mailbox(box)
    try:
        uidvalidity = mailbox.connect(readonly=True)
        listed = mailbox.all_uids()
        known: set[int] = set()
        if database is not None:
            with database.read() as session:
                known = intake.known_uids(session, box.name, uidvalidity)
        fresh = [uid for uid in listed if uid not in known]
        history = 0
        if box.start_date is not None and fresh:
            recent = set(mailbox.uids_since(box.start_date, ZoneInfo(settings.desk.timezone)))
            history = sum(uid not in recent for uid in fresh)
    finally:
        mailbox.close()
    old = f", {history} older than the start date stay history" if history else ""
    return f"{len(listed)} mails in {box.folder}; the first poll would take {len(fresh) - history}{old}"


async def _relay(settings: Settings) -> str:
    async with Relay(settings.relay) as relay:
        return await relay.check()
