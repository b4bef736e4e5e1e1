"""The letters that the hourly cap of an address of the directory held back, told together: a job of the tick."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from daemon.desk.bundle import Bundle, bundle_of, by_recipient, is_due
from daemon.desk.facts import Policy
from daemon.desk.letters import LetterKind
from daemon.desk.plan import Plan
from daemon.loops.due import AFTER_A_FAILURE
from daemon.loops.record import Recorder
from storage import outbox, tickets
from storage.database import Database
from storage.faults import DatabaseWrong, StorageDown
from storage.tables import EntryKind, InboundState, Outbox

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Bundling:
    database: Database
    recorder: Recorder
    policy: Callable[[], Policy]
    _rests: dict[str, datetime] = field(default_factory=dict)  # until when an address waits on which the program failed

    def look(self, now: datetime) -> str:
        """Write the bundles that are due, each in one transaction with the letters that it replaces."""
        with self.database.read() as session:
            due = {
                key: rows
                for key, rows in by_recipient(outbox.held(session)).items()
                if is_due(rows, outbox.last_of_kind(session, key, LetterKind.BUNDLE.value), now)
                and self._rests.get(key, now) <= now
            }
        written = sum(self._handle(key, rows, now) for key, rows in due.items())
        return f"{written} bundles of held letters" if written else ""

    def _handle(self, key: str, rows: Sequence[Outbox], now: datetime) -> bool:
        try:
            self._write(rows, now)
        except (StorageDown, DatabaseWrong):
            raise
        except Exception:  # our bug: this address waits, and all the others have their turn
            log.exception("bundle_failed letters=%d first=%s", len(rows), rows[0].id)
            self._rests[key] = now + AFTER_A_FAILURE
            return False
        return True

    def _write(self, rows: Sequence[Outbox], now: datetime) -> None:
        with self.database.read() as session:
            bundle = self._bundle(session, rows, now)
        with self.database.write() as session:
            plan = Plan(InboundState.IGNORED, letters=(bundle.letter,))
            self.recorder.record_beside(session, plan, bundle.cause, now)
            outbox.mark_bundled(session, [row.id for row in bundle.rows if row.id is not None], bundle.cause)

    def _bundle(self, session: Session, rows: Sequence[Outbox], now: datetime) -> Bundle:
        ids = {row.ticket_id for row in rows if row.ticket_id is not None}
        found = {key: ticket for key in sorted(ids) if (ticket := tickets.get(session, key)) is not None}
        said = {key: self._said(session, key) for key in found}
        return bundle_of(rows, found, said, now, self.policy())

    def _said(self, session: Session, ticket_id: int) -> str:
        """The requester's own last words: what staff noted among themselves is not for everybody who gets the list."""
        entry = tickets.latest_entry(session, ticket_id, EntryKind.REQUEST, EntryKind.FOLLOW_UP)
        return entry.text if entry is not None else ""
