"""Mailbox → raw files and ledger rows: commit 1 of the way of a mail.

Order of effects: bytes on disk (fsynced), then one commit of blobs, ledger rows and cursor, and only then the move on the server,
which is a courtesy to people who look into the mailbox. Killed anywhere, the next poll repeats and the ledger's key catches it.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from daemon.mail.fetched import Fetched, Vanished, Withheld
from daemon.mail.mailbox import Mailbox
from daemon.reading.content import content_digest
from storage import blobs, intake
from storage.database import Database
from storage.files import Files
from storage.tables import Inbound, InboundState

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Stored:
    """A fetched mail whose bytes are safe on disk."""

    uid: int
    size: int
    digest: str
    content_digest: str | None


class Poller:
    """Reads one mailbox. `limit_bytes` is the size above which a mail is streamed to disk and read only in part."""

    def __init__(
        self, mailbox: Mailbox, database: Database, files: Files, zone: ZoneInfo, limit_bytes: int,
        clock: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self.mailbox = mailbox
        self.name = mailbox.settings.name
        self._database = database
        self._files = files
        self._zone = zone
        self._limit = limit_bytes
        self._clock = clock
        self._reconciled = 0  # the UIDVALIDITY for which holes were looked for since the connection began

    def step(self) -> int:
        """Take every new mail into the ledger; returns how many. Raises ServiceDown or a storage fault."""
        fresh = not self.mailbox.connected
        uidvalidity = self.mailbox.connect()
        if fresh:
            self._reconciled = 0
        taken = 0
        for uids in self._batches(self._wanted(uidvalidity)):
            taken += self._take(uidvalidity, uids)
            self._move_settled(uidvalidity)
        self._move_settled(uidvalidity)
        return taken

    def reconcile(self) -> None:
        """Let the next step compare the whole folder with the ledger instead of looking above the cursor only."""
        self._reconciled = 0

    def _wanted(self, uidvalidity: int) -> list[int]:
        """UIDs to take, ascending. After a connection all UIDs are compared with the ledger, so that no hole stays."""
        with self._database.read() as session:
            cursor = intake.cursor(session, self.name)
            same = cursor is not None and cursor.uidvalidity == uidvalidity
            after = cursor.last_uid if cursor is not None and same else 0
            whole = self._reconciled != uidvalidity
            known = intake.known_uids(session, self.name, uidvalidity, 0 if whole else after)
        if cursor is not None and not same:
            log.warning(
                "mailbox_rebuilt mailbox=%s uidvalidity=%d: every mail is compared anew", self.name, uidvalidity
            )
        listed = self.mailbox.all_uids() if whole else self.mailbox.new_uids(after)
        wanted = [uid for uid in listed if uid not in known]
        if whole and wanted:
            wanted = self._without_history(uidvalidity, wanted)
        self._reconciled = uidvalidity
        return wanted

    def _without_history(self, uidvalidity: int, uids: list[int]) -> list[int]:
        """Mail from before the start date is on record as history and never read (FIELD row 23)."""
        start = self.mailbox.settings.start_date
        if start is None:
            return uids
        recent = set(self.mailbox.uids_since(start, self._zone))
        history = [uid for uid in uids if uid not in recent]
        if history:
            reason = f"history: older than the start date {start.isoformat()}"
            with self._database.write() as session:
                for uid in history:
                    self._add_settled(session, uidvalidity, uid, reason)
            log.info("history_skipped mailbox=%s mails=%d start_date=%s", self.name, len(history), start)
        return [uid for uid in uids if uid in recent]

    def _batches(self, uids: Sequence[int]) -> Iterator[Sequence[int]]:
        size = self.mailbox.settings.batch
        for start in range(0, len(uids), size):
            yield uids[start : start + size]

    def _take(self, uidvalidity: int, uids: Sequence[int]) -> int:
        stored: list[_Stored] = []
        vanished: list[int] = []
        withheld: list[int] = []
        for result in self.mailbox.fetch(uids, self._limit):
            match result:
                case Fetched():
                    stored.append(self._keep(result))
                case Vanished():
                    vanished.append(result.uid)
                case Withheld():
                    # The UID stays without a row: the next connection finds the hole and asks again.
                    withheld.append(result.uid)
                    log.warning("mail_withheld mailbox=%s uid=%d reply=%s", self.name, result.uid, result.reply)
        now = self._clock()
        last = max(uids)
        with self._database.write() as session:
            for mail in stored:
                blobs.remember(session, mail.digest, mail.size, now)
                intake.add(session, self._row(uidvalidity, mail, now))
            for uid in vanished:
                self._add_settled(session, uidvalidity, uid, "vanished from the mailbox before it was read")
            cursor = intake.cursor(session, self.name)
            if cursor is None or cursor.uidvalidity != uidvalidity or cursor.last_uid < last:
                intake.set_cursor(session, self.name, uidvalidity, last, now)
        if stored:
            log.info("mails_fetched mailbox=%s mails=%d last_uid=%d", self.name, len(stored), last)
        return len(stored)

    def _keep(self, mail: Fetched) -> _Stored:
        if mail.raw is None:
            digest, size = self._files.put_pieces(self.mailbox.stream(mail.uid))
            return _Stored(mail.uid, size, digest, None)
        return _Stored(mail.uid, len(mail.raw), self._files.put(mail.raw), content_digest(mail.raw))

    def _row(self, uidvalidity: int, mail: _Stored, now: datetime) -> Inbound:
        return Inbound(
            mailbox=self.name,
            uidvalidity=uidvalidity,
            uid=mail.uid,
            digest=mail.digest,
            content_digest=mail.content_digest,
            size=mail.size,
            received_at=now,
        )

    def _add_settled(self, session: Session, uidvalidity: int, uid: int, reason: str) -> None:
        now = self._clock()
        row = Inbound(
            mailbox=self.name, uidvalidity=uidvalidity, uid=uid, size=0, received_at=now, state=InboundState.IGNORED,
            reason=reason, settled_at=now, moved_at=now,
        )  # fmt: skip
        intake.add(session, row)

    def _move_settled(self, uidvalidity: int) -> None:
        """Move what is in the ledger out of the inbox; only ever after our commit."""
        folder = self.mailbox.settings.done_folder
        if not folder:
            return
        with self._database.read() as session:
            rows = intake.unmoved(session, self.name, uidvalidity)
        if rows and self.mailbox.move([row.uid for row in rows], folder):
            with self._database.write() as session:
                intake.mark_moved(session, [row.id for row in rows if row.id is not None], self._clock())
