"""What keeps the house clean, each as a periodic job: the retention rule, leftovers of killed processes, orphan files."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.settings import RetentionSettings
from storage import blobs, corrections
from storage.database import Database
from storage.files import Files
from storage.retention import RULES, Before

log = logging.getLogger(__name__)

# A file is there before its row; anything older than this and unknown belongs to a transaction that never was.
ORPHAN_AGE = timedelta(days=1)
# A file that was wanted again so lately may belong to a transaction that is about to be; the sweep takes it later.
WANTED_AGAIN = timedelta(minutes=10)
AT_ONCE = 50  # rows in one transaction, so that nobody waits long for his turn


@dataclass(frozen=True)
class Housekeeping:
    database: Database
    files: Files

    def sweep(self, now: datetime) -> str:
        """Remove orphan files, unfinished ones, and what was erased from the database's journal; what was done, in one line."""
        before = (now - ORPHAN_AGE).timestamp()
        unfinished = self.files.remove_unfinished(before)
        with self.database.read() as session:
            known = blobs.known_digests(session)
        orphans = self.files.orphans(known, before)
        for digest in orphans:
            self.files.remove(digest, before)
        clean = self.database.forget_erased()
        level = logging.INFO if clean else logging.WARNING
        log.log(level, "housekeeping_done orphans=%d unfinished=%d journal_clean=%s", len(orphans), unfinished, clean)
        journal = (
            "" if clean else "; the database's journal was in use and may hold what was erased until tomorrow night"
        )
        return f"{len(orphans)} orphan files and {unfinished} unfinished ones removed{journal}"


@dataclass(frozen=True)
class Retention:
    """Applies `[retention]`. Files are only marked: the sweep that follows removes them."""

    database: Database
    settings: RetentionSettings

    def due(self, now: datetime) -> dict[str, int]:
        """How much each rule would take now; a rule later in the order may find less, because earlier ones take it along."""
        before = before_of(self.settings, now)
        with self.database.read() as session:
            return {rule.name: rule.count(session, before) for rule in RULES}

    def apply(self, now: datetime) -> dict[str, int]:
        """Take what is due, in small transactions; how much each rule took."""
        before = before_of(self.settings, now)
        if before.ticket_texts is not None:
            corrections.harvest(self.database)  # what staff said about these tickets is learned before their texts go
        taken = dict.fromkeys((rule.name for rule in RULES), 0)
        for rule in RULES:
            while True:
                with self.database.write() as session:
                    number = rule.apply(session, before, now, AT_ONCE)
                taken[rule.name] += number
                if number < AT_ONCE:
                    break
        return taken

    def run(self, now: datetime) -> str:
        """The nightly job; what was done in one line."""
        taken = self.apply(now)
        log.info("retention_done %s", " ".join(f"{name}={number}" for name, number in taken.items()))
        return ", ".join(f"{number} {name}" for name, number in taken.items() if number) or "nothing was due"


def before_of(settings: RetentionSettings, now: datetime) -> Before:
    """The moments before which things are due; None where they are kept for good."""

    def ago(days: int) -> datetime | None:
        return now - timedelta(days=days) if days else None

    return Before(
        ago(settings.ticket_mail_days), ago(settings.ignored_mail_days), ago(settings.attachment_days),
        ago(settings.ticket_text_days), ago(settings.letter_text_days), ago(settings.learning_text_days),
    )  # fmt: skip


def remove_files(files: Files, digests: Iterable[str], now: datetime) -> int:
    """Remove files that rows have just given up, after their commit; how many stay for the nightly sweep."""
    return sum(
        not files.remove(digest, (now - WANTED_AGAIN).timestamp()) for digest in set(digests) if files.exists(digest)
    )
