"""One IMAP mailbox, read without changing it.

A `Mailbox` is used by one thread; only `interrupt` and `abort` may be called from another. Every error of the
library, the socket or TLS comes out as `ServiceDown`, after which the connection is closed and `connect` starts anew.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from daemon.mail.fetched import HEAD_BYTES, Fetched, Vanished, Withheld, chunks, groups
from daemon.mail.idle import Responses, Waker, idle
from daemon.mail.imap import Connection, Lost, Refused
from daemon.mail.moving import Mover, still_there
from daemon.settings import MailboxSettings

log = logging.getLogger(__name__)

# A server may close an IDLE after 30 minutes (RFC 2177); renewing it much earlier also bounds the harm of a server
# that accepts IDLE and never says anything.
IDLE_SECONDS = 300.0
# imaplib refuses lines above 1,000,000 bytes, so a search answers at most this many UIDs of up to 10 digits.
SEARCH_WINDOW = 50_000
# What an untagged FETCH may hold although nobody asked (RFC 3501, 7.4.2; RFC 7162), and what the library adds.
UNASKED = {b"FLAGS", b"MODSEQ", b"SEQ"}


class Mailbox:
    """A connection to one mailbox of config.toml."""

    def __init__(
        self,
        settings: MailboxSettings,
        clock: Callable[[], float] = time.monotonic,
        search_window: int = SEARCH_WINDOW,
    ) -> None:
        self.settings = settings
        self.uidvalidity = 0
        self._clock = clock
        self._window = search_window
        self._connection = Connection(settings, clock)
        self._exists = 0
        self._readonly = False
        self._mover = Mover()
        self._stays = ""  # why read mail was not moved the last time
        self._waker = Waker()

    # Connection

    @property
    def _client(self) -> Any:
        return self._connection.client

    @property
    def connected(self) -> bool:
        return self._client is not None

    def connect(self, readonly: bool = False) -> int:
        """Connect, log in and select the folder; returns its UIDVALIDITY. Does nothing when connected already."""
        if not self.connected:
            self._connection.open()
            self.select(readonly)
            self._mover.connected(self.uidvalidity)
        return self.uidvalidity

    def select(self, readonly: bool = False) -> int:
        """Select the folder again and return its UIDVALIDITY: another one means that remembered UIDs are void."""
        with self._connection.translated(f"selecting {self.settings.folder}"):
            answer = self._client.select_folder(self.settings.folder, readonly=readonly)
            self._readonly = readonly
            self._exists = int(answer[b"EXISTS"])
            self._client._imap.untagged_responses.pop("EXISTS", None)
            self.uidvalidity = int(answer[b"UIDVALIDITY"])
        return self.uidvalidity

    def close(self) -> None:
        """Log out if the server still listens, and let go of the connection."""
        self._connection.close()

    def __enter__(self) -> "Mailbox":
        self.connect()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Listing

    def new_uids(self, after: int) -> list[int]:
        """Every UID above `after`, ascending, as the server knows them now."""
        with self._connection.translated("looking for new mail"):
            self._refresh()
            # "n:*" always names the newest mail too, even below n (RFC 3501, 6.4.8): hence the filter.
            return [uid for uid in self._search(f"UID {after + 1}:*") if uid > after]

    def all_uids(self) -> list[int]:
        """Every UID in the folder, for comparing it with our ledger."""
        return self.new_uids(0)

    def uids_since(self, day: date, zone: tzinfo = UTC) -> list[int]:
        """UIDs whose INTERNALDATE, seen in `zone`, is on `day` or later; all others are history.

        SEARCH SINCE disregards time and zone (RFC 3501, 6.4.4), so the days around the border are asked one by one.
        """
        with self._connection.translated("looking for mail since the start date"):
            self._refresh()
            since = set(self._search(f"SINCE {_search_date(day - timedelta(days=1))}"))
            surely = set(self._search(f"SINCE {_search_date(day + timedelta(days=2))}"))
            for batch in chunks(sorted(since - surely), 1000):
                for uid, answer in _answers(self._client.fetch(batch, ["INTERNALDATE"])).items():
                    if _aware(answer[b"INTERNALDATE"]).astimezone(zone).date() >= day:
                        surely.add(uid)
        return sorted(surely)

    def listed(self, uids: Sequence[int]) -> set[int]:
        """Which of these the server still lists: mail that it lists and did not hand out is not gone."""
        with self._connection.translated("looking for mail that did not come"):
            return still_there(self._client, uids)

    def _refresh(self) -> bool:
        """Let the server tell what changed; True when it announced mail since the last time, with whatever command."""
        untagged = self._client._imap.untagged_responses
        earlier = [(int(number), b"EXISTS") for number in untagged.pop("EXISTS", [])]
        now = self._client.noop()[1]
        untagged.pop("EXISTS", None)
        return self._note([*earlier, *now])

    def _note(self, responses: Responses) -> bool:
        """Whether one of the server's lines announces mail. Numbers are not compared: moving mail away lowers them."""
        counts = [int(response[0]) for response in responses if len(response) == 2 and response[1] == b"EXISTS"]
        if counts:
            self._exists = counts[-1]
        return bool(counts)

    def _search(self, criteria: str) -> list[int]:
        """UIDs by SEARCH, asked in windows of sequence numbers when one answer would be too long a line."""
        if self._exists <= self._window:
            return sorted(self._client.search(criteria))
        before = self.uidvalidity
        if self.select(self._readonly) != before:  # selected for the exact number: expunged mails were not counted down
            raise Lost("the mailbox was rebuilt meanwhile")
        found: set[int] = set()
        for start in range(1, self._exists + 1, self._window):
            end = start + self._window - 1
            window = f"{start}:{end}" if end < self._exists else f"{start}:*"
            found.update(self._client.search(f"{window} {criteria}"))
        return sorted(found)

    # Reading

    def fetch(self, uids: Sequence[int], limit_bytes: int) -> Iterator[Fetched | Vanished | Withheld]:
        """One result for each UID, in order; sizes are asked first and bodies read with PEEK, so \\Seen stays as it is.

        Memory holds one group of mails: at most `batch` of them and, together, at most about `limit_bytes`.
        """
        for batch in chunks(uids, self.settings.batch):
            with self._connection.translated("asking for sizes"):
                facts = self._fetch_lenient(batch, ["RFC822.SIZE"])
            sizes = {uid: fact[b"RFC822.SIZE"] for uid, fact in facts.items() if isinstance(fact, dict)}
            for group in groups(batch, sizes, limit_bytes):
                yield from self._fetch_group(group, facts, limit_bytes)

    def _fetch_group(
        self, group: Sequence[int], facts: dict[int, Any], limit_bytes: int
    ) -> Iterator[Fetched | Vanished | Withheld]:
        listed = [uid for uid in group if isinstance(facts.get(uid), dict)]
        small = [uid for uid in listed if facts[uid][b"RFC822.SIZE"] <= limit_bytes]
        large = [uid for uid in listed if uid not in set(small)]
        with self._connection.translated("reading mail"):
            bodies = self._fetch_lenient(small, ["BODY.PEEK[]"]) if small else {}
            if large:
                bodies |= self._fetch_lenient(large, [f"BODY.PEEK[]<0.{min(HEAD_BYTES, limit_bytes)}>"])
        for uid in group:
            yield self._result(uid, facts.get(uid), bodies.get(uid), uid in large)

    def _result(self, uid: int, fact: Any, body: Any, too_large: bool) -> Fetched | Vanished | Withheld:
        for answer in (fact, body):
            if isinstance(answer, str):
                return Withheld(uid, answer)
        if fact is None or body is None:
            return Vanished(uid)
        content = body.get(b"BODY[]<0>" if too_large else b"BODY[]")
        if content is None:
            return Withheld(uid, "the server sent no content")
        if too_large:
            return Fetched(uid, int(fact[b"RFC822.SIZE"]), None, content)
        return Fetched(uid, int(fact[b"RFC822.SIZE"]), content)

    def stream(self, uid: int, chunk_bytes: int = 1024 * 1024) -> Iterator[bytes]:
        """A mail of any size in pieces by partial FETCH, for writing it to disk; ends early if the mail vanishes."""
        offset = 0
        while True:
            with self._connection.translated("reading a large mail"):
                answer = self._client.fetch([uid], [f"BODY.PEEK[]<{offset}.{chunk_bytes}>"])
            piece = answer.get(uid, {}).get(f"BODY[]<{offset}>".encode()) or b""
            if piece:
                yield piece
            if len(piece) < chunk_bytes:
                return
            offset += len(piece)

    def _fetch_lenient(self, uids: Sequence[int], items: list[str]) -> dict[int, Any]:
        """What the server answers for each UID; a refusal (NO) of a batch is narrowed down to the mail that causes it.

        A refused mail's value is the server's reply as str; a vanished one is absent.
        """
        try:
            return _answers(self._client.fetch(uids, items))
        except Lost:
            raise
        except Refused as error:
            if len(uids) == 1:
                return {uids[0]: self._connection.without_secret(str(error))}
        answers: dict[int, Any] = {}
        for uid in uids:
            answers |= self._fetch_lenient([uid], items)
        return answers

    # The one change

    def move(self, uids: Sequence[int], folder: str) -> list[int]:
        """Move exactly these mails to `folder`, made if missing; returns the UIDs for which nothing is left to do.

        Moving is a courtesy to people who look into the mailbox, so a refusal is logged and never stops the reading.
        """
        if not uids:
            return []
        with self._connection.translated(f"moving mail to {folder}"):
            done, refusal = self._mover.move(self._client, uids, folder)
        reason = self._connection.without_secret(refusal)
        if reason and reason != self._stays:  # once, not at every look
            log.warning("mail_stays mailbox=%s folder=%s reason=%s", self.settings.name, self.settings.folder, reason)
        if self._stays and not reason:
            log.info("mail_moves_again mailbox=%s folder=%s", self.settings.name, folder)
        self._stays = reason
        return done

    def move_again(self) -> None:
        """Let the next `move` try what was given up. May be called from any thread."""
        self._mover.begin_anew()

    # Waiting

    def wait(self, seconds: float = IDLE_SECONDS) -> bool:
        """Wait until there may be new mail (True), `seconds` are over or `interrupt` is called (False).

        With IDLE where the server has it and the settings want it; else a pause of at most `poll_seconds`.
        Raises ServiceDown when the connection turns out to be dead.
        """
        with self._connection.translated("waiting for new mail"):
            if not (self.settings.idle and self._client.has_capability("IDLE")):
                self._waker.sleep(min(seconds, self.settings.poll_seconds))
                return False
            # What arrived since the last listing is no longer announced by IDLE.
            if self._refresh():
                return True
            return idle(self._client, self._waker, min(seconds, IDLE_SECONDS), self._clock, self._note)

    def silent_for(self) -> float:
        """Seconds since the server last finished a command; 0 without a connection. May be called from any thread."""
        return self._connection.silent_for()

    def interrupt(self) -> None:
        """End a `wait`, the present or the next one. May be called from any thread or signal handler."""
        self._waker.wake()

    def abort(self) -> None:
        """End whatever the mailbox is doing, with ServiceDown there. May be called from any thread."""
        self.interrupt()
        self._connection.abort()


def _answers(told: dict[int, Any]) -> dict[int, Any]:
    """By UID, without what a server tells unasked meanwhile of these or other mails, perhaps by number: their flags."""
    return {uid: answer for uid, answer in told.items() if answer.keys() - UNASKED}


def _search_date(day: date) -> str:
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{day.day}-{months[day.month - 1]}-{day.year}"


def _aware(moment: datetime) -> datetime:
    """INTERNALDATE always has a zone on the wire; a value without one is taken as UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
