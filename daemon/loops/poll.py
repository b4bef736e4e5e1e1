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
from daemon.reading.glance import claimed_sender
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
    sender: str = ""  # as claimed: mails take turns by it


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
        self._compare = True  # the whole folder with the ledger, at the next step
        self._holes: list[int] = []  # UIDs that the server lists and did not hand out, asked again at each step
        self._withheld: set[int] = set()  # those that were ever withheld: the log names each once

    def step(self) -> int:
        """Take every new mail into the ledger; returns how many. Raises ServiceDown or a storage fault."""
        if not self.mailbox.connected:
            self._compare = True
        uidvalidity = self.mailbox.connect()
        whole, self._compare = self._compare, False
        try:
            taken = sum(self._take(uidvalidity, uids) for uids in self._batches(self._wanted(uidvalidity, whole)))
        except BaseException:
            self._compare = True  # what was not taken to its end may lie below the cursor
            raise
        self._move_settled(uidvalidity)
        return taken

    def reconcile(self) -> None:
        """Let the next step compare the whole folder with the ledger, and move what could not be moved: once a night."""
        self.mailbox.move_again()
        self._compare = True

    def _wanted(self, uidvalidity: int, whole: bool) -> list[int]:
        """UIDs to take. After a connection all UIDs are compared with the ledger, so that no hole stays.

        The oldest come first; behind them those that the server withheld before, at most one batch of them a step.
        """
        with self._database.read() as session:
            cursor = intake.cursor(session, self.name)
            same = cursor is not None and cursor.uidvalidity == uidvalidity
            after = cursor.last_uid if cursor is not None and same else 0
            known = intake.known_uids(session, self.name, uidvalidity, 0 if whole else after)
        if cursor is not None and not same:
            log.warning(
                "mailbox_rebuilt mailbox=%s uidvalidity=%d: every mail is compared anew", self.name, uidvalidity
            )
        listed = self.mailbox.all_uids() if whole else self.mailbox.new_uids(after)
        wanted = [uid for uid in listed if uid not in known]
        if whole:
            self._holes = []  # they are among those listed
            return self._without_history(uidvalidity, wanted) if wanted else []
        again, self._holes = self._holes[: self.mailbox.settings.batch], self._holes[self.mailbox.settings.batch :]
        return [*wanted, *again]

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
        missing: list[int] = []
        withheld: dict[int, str] = {}
        for result in self.mailbox.fetch(uids, self._limit):
            match result:
                case Fetched():
                    stored.append(self._keep(result))
                case Vanished():
                    missing.append(result.uid)
                case Withheld():
                    withheld[result.uid] = result.reply
        if missing:
            # Only what the server lists no more is gone; what it merely did not send must not be written off.
            withheld |= dict.fromkeys(self.mailbox.listed(missing), "no answer, and still listed")
        self._remember_holes(withheld)
        now = self._clock()
        last = max(uids)
        with self._database.write() as session:
            for mail in stored:
                blobs.remember(session, mail.digest, mail.size, now)
                intake.add(session, self._row(uidvalidity, mail, now))
            for uid in missing:
                if uid not in withheld:
                    self._add_settled(session, uidvalidity, uid, "vanished from the mailbox before it was read")
            cursor = intake.cursor(session, self.name)
            if cursor is None or cursor.uidvalidity != uidvalidity or cursor.last_uid < last:
                intake.set_cursor(session, self.name, uidvalidity, last, now)
        if stored:
            log.info("mails_fetched mailbox=%s mails=%d last_uid=%d", self.name, len(stored), last)
        return len(stored)

    def _remember_holes(self, withheld: dict[int, str]) -> None:
        """Their places stay without a row: the next step asks again, and so does the next connection."""
        if withheld and not set(withheld) <= self._withheld:
            uid, reply = next(iter(withheld.items()))
            log.warning("mail_withheld mailbox=%s mails=%d first_uid=%d reply=%s", self.name, len(withheld), uid, reply)
        self._withheld.update(withheld)
        self._holes.extend(withheld)

    def _keep(self, mail: Fetched) -> _Stored:
        if mail.raw is None:
            digest, size = self._files.put_pieces(self.mailbox.stream(mail.uid))
            return _Stored(mail.uid, size, digest, None)
        digest = self._files.put(mail.raw)
        return _Stored(mail.uid, len(mail.raw), digest, content_digest(mail.raw), claimed_sender(mail.raw))

    def _row(self, uidvalidity: int, mail: _Stored, now: datetime) -> Inbound:
        return Inbound(
            mailbox=self.name,
            uidvalidity=uidvalidity,
            uid=mail.uid,
            digest=mail.digest,
            content_digest=mail.content_digest,
            sender=mail.sender,
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
        """Move what is in the ledger out of the inbox; only ever after our commit, and after all reading."""
        folder = self.mailbox.settings.done_folder
        if not folder:
            return
        while True:
            with self._database.read() as session:
                rows = {
                    row.uid: row.id for row in intake.unmoved(session, self.name, uidvalidity) if row.id is not None
                }
            done = self.mailbox.move(list(rows), folder) if rows else []
            if done:
                with self._database.write() as session:
                    intake.mark_moved(session, [rows[uid] for uid in done], self._clock())
            if len(done) < len(rows) or not rows:
                return
