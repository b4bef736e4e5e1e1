"""What keeps the house clean, each as a periodic job: leftovers of killed processes, files that no row speaks of."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage import blobs
from storage.database import Database
from storage.files import Files

log = logging.getLogger(__name__)

# A file is there before its row; anything older than this and unknown belongs to a transaction that never was.
ORPHAN_AGE = timedelta(days=1)


@dataclass(frozen=True)
class Housekeeping:
    database: Database
    files: Files

    def sweep(self, now: datetime) -> str:
        """Remove orphan files and unfinished ones; returns what was done in one line."""
        before = (now - ORPHAN_AGE).timestamp()
        unfinished = self.files.remove_unfinished(before)
        with self.database.read() as session:
            known = blobs.known_digests(session)
        orphans = self.files.orphans(known, before)
        for digest in orphans:
            self.files.remove(digest)
        log.info("housekeeping_done orphans=%d unfinished=%d", len(orphans), unfinished)
        return f"{len(orphans)} orphan files and {unfinished} unfinished ones removed"
