"""Outbox → relay: one leased row, one recipient, one known fate.

Order of effects: lease (commit), MAIL and RCPT, the mark "data begun" (commit), DATA, the outcome (commit). Only a loss between the
mark and the answer leaves doubt; such a letter goes out once more with the same Message-ID and then stands open for a person.
An outcome that the database does not take is kept and stored before anything else is sent. A bug of ours in telling of a refused
letter costs that notice alone: the letter stands refused, with what failed, in the ticket and in the leaders' daily note.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol, TypeVar

from sqlmodel import Session

from daemon.desk.facts import Policy
from daemon.desk.plan import Plan
from daemon.desk.retry import next_attempt, speaks_of_the_system
from daemon.desk.undelivered import refusal, undelivered
from daemon.faults import Deferred, InDoubt, ItemFault, Refused, ServiceDown
from daemon.loops.record import Recorder
from daemon.mail.relay import Relay
from daemon.reading.addresses import comparable
from daemon.settings import SendSettings
from storage import mutes, outbox, tickets
from storage.database import Database
from storage.faults import DatabaseWrong, FileDamaged, LeaseLost, StorageDown
from storage.tables import InboundState, Outbox, OutboxState

log = logging.getLogger(__name__)

# Letters leased in one commit; the relay's connections take them one after the other.
AT_ONCE = 16
# How often leases that ran out are looked for: they come from other workers' deaths, not from this one's.
EXPIRED_EVERY = timedelta(seconds=30)
# A clock that goes back by less is being set right by a second now and then, and delays nothing that matters.
PUT_BACK = timedelta(minutes=1)
# A letter on which the program itself fails so often is set aside for a person.
MOST_FAILURES = 3

Result = TypeVar("Result")


class Writer(Protocol):
    """Turns an outbox row into the bytes of a message and says who its envelope sender is."""

    def message(self, row: Outbox) -> bytes: ...

    def envelope_from(self, row: Outbox) -> str: ...


@dataclass
class SendCounts:
    """In the words of `once --json`."""

    sent: int = 0
    deferred: int = 0
    refused: int = 0

    @property
    def total(self) -> int:
        return self.sent + self.deferred + self.refused


class Sender:
    """Sends what is due. One step leases a handful of letters and waits for all their fates."""

    def __init__(
        self, database: Database, relay: Relay, writer: Writer, recorder: Recorder, policy: Callable[[], Policy],
        settings: SendSettings, clock: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self._database = database
        self._relay = relay
        self._writer = writer
        self._recorder = recorder
        self._policy = policy
        self._settings = settings
        self._lease_time = timedelta(seconds=settings.lease_seconds)
        self._clock = clock
        self._looked: datetime | None = None
        self._seen: datetime | None = None
        self._owed: list[Callable[[], object]] = []

    async def step(self) -> SendCounts:
        """Send a handful of due letters; raises ServiceDown or a storage fault with every unsent one given back."""
        counts = SendCounts()
        self.settle()
        now = self._clock()
        self._notice_the_clock(now)
        self._take_back_expired(now)
        with self._database.read() as session:
            due = outbox.next_due(session)
        if due is None or due > now:
            return counts
        await self._relay.open()  # its limits must be known before a letter is written
        rows = self._lease()
        results = await asyncio.gather(*(self._send(row, counts) for row in rows), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return counts

    def settle(self) -> None:
        """Store the outcomes that a failing database did not take: what the relay has accepted must not be sent again."""
        while self._owed:
            self._owed[0]()
            del self._owed[0]
            log.info("outcome_stored_late left=%d", len(self._owed))

    def _commit(self, outcome: Callable[[Session], Result]) -> Result:
        with self._database.write() as session:
            return outcome(session)

    def _store(self, outcome: Callable[[Session], Result]) -> Result:
        """Commit what happened, now or, where the database fails, before anything else is sent."""
        return self._surely(partial(self._commit, outcome))

    def _surely(self, commit: Callable[[], Result]) -> Result:
        try:
            return commit()
        except StorageDown:
            self._owed.append(commit)
            raise

    def _lease(self) -> list[Outbox]:
        now = self._clock()
        until = now + self._lease_time
        try:
            with self._database.write() as session:
                return outbox.lease(session, now, until, AT_ONCE)
        except StorageDown:
            # A commit that failed may have been stored all the same, and nobody would know of these leases.
            self._owed.append(partial(self._commit, lambda session: outbox.give_back_lease(session, until)))
            raise

    def _notice_the_clock(self, now: datetime) -> None:
        """Letters wait for a time of day; when the host's clock goes back, they must not wait for it all over again."""
        if self._seen is None:
            with self._database.read() as session:
                self._seen = outbox.newest_time(session) or now
        if self._seen - now > PUT_BACK:
            with self._database.write() as session:
                letters = outbox.clock_was_put_back(session, now, now + self._lease_time)
            log.warning("clock_put_back seconds=%d letters=%d", (self._seen - now).total_seconds(), letters)
        self._seen = now

    def _take_back_expired(self, now: datetime) -> None:
        if self._looked is not None and abs(now - self._looked) < EXPIRED_EVERY:
            return
        with self._database.write() as session:
            # Where a clock was put forward, the holder of a begun letter may be alive: he has time to note its outcome.
            outbox.take_back_expired(session, now, now + timedelta(minutes=self._settings.retry_minutes[0]))
        self._looked = now

    async def _send(self, row: Outbox, counts: SendCounts) -> None:
        begun, first_tried_at = False, None

        def mark() -> None:
            nonlocal begun
            with self._database.write() as session:
                outbox.mark_data_begun(session, row, self._clock())
            begun = True

        try:
            first_tried_at = self._first_tried(row)
            message = self._writer.message(row)
            reply = await self._relay.send(message, self._writer.envelope_from(row), row.recipient, mark)
        except LeaseLost:
            return  # another worker took the letter over: it is his now
        except (ServiceDown, StorageDown):
            self._store(lambda session: outbox.give_back(session, row, self._clock()))
            raise
        except DatabaseWrong:
            raise
        except Deferred as fault:
            self._deferred(row, fault, first_tried_at, counts)
        except Refused as fault:
            self._refused(row, _words(fault), counts)
        except InDoubt as fault:
            self._in_doubt(row, fault.reply)
        except FileDamaged as fault:
            self._refused(row, f"a file of this letter cannot be read: {fault}", counts)
        except Exception as error:  # our bug: this letter waits, every other one has its turn
            log.exception("letter_failed outbox=%s", row.id)
            self._failed(row, begun, f"the program failed on this letter: {type(error).__name__}: {error}", counts)
        else:
            self._store(lambda session: outbox.record_accepted(session, row, self._clock(), reply))
            counts.sent += 1
            log.info("letter_accepted outbox=%s letter=%s", row.id, row.letter)

    def _first_tried(self, row: Outbox) -> datetime | None:
        if not row.attempts:
            return None
        with self._database.read() as session:
            return outbox.first_tried(session, row)

    def _failed(self, row: Outbox, begun: bool, reply: str, counts: SendCounts) -> None:
        if begun:
            self._in_doubt(row, reply)
        elif row.attempts + 1 < MOST_FAILURES:
            self._deferred(row, Deferred(row.recipient, 0, reply), None, counts)
        else:
            self._refused(row, reply, counts)

    def _deferred(self, row: Outbox, fault: Deferred, first_tried_at: datetime | None, counts: SendCounts) -> None:
        now = self._clock()
        reply = _words(fault)
        pauses = [timedelta(minutes=minutes) for minutes in self._settings.retry_minutes]
        if speaks_of_the_system(reply):
            pauses = pauses[:1]  # no letter's fault, and over for all letters at once
        give_up_after = timedelta(hours=self._settings.give_up_hours)
        again = next_attempt(row.attempts + 1, first_tried_at or now, now, pauses, give_up_after)
        if again is None:
            self._refused(row, reply, counts)
            return
        self._store(lambda session: outbox.record_deferred(session, row, now, reply, again))
        counts.deferred += 1
        log.info("letter_deferred outbox=%s again=%s reply=%s", row.id, again.isoformat(), reply)

    def _refused(self, row: Outbox, reply: str, counts: SendCounts) -> None:
        """An entry in the ticket's history, and the desk is told, in the same transaction as the outcome."""
        self._surely(partial(self._refuse, row, reply, self._clock()))
        counts.refused += 1
        log.warning("letter_refused outbox=%s letter=%s reply=%s", row.id, row.letter, reply)

    def _refuse(self, row: Outbox, reply: str, now: datetime) -> None:
        cause = f"outbox:{row.id}"
        try:
            with self._database.write() as session:
                outbox.record_refused(session, row, now, reply)
                self._recorder.record_beside(session, self._told(session, row, reply, now), cause, now)
        except (StorageDown, DatabaseWrong):
            raise
        except Exception as error:  # our bug: it costs the notice, and the refusal itself is on record
            log.exception("notice_failed outbox=%s", row.id)
            with self._database.write() as session:
                outbox.record_refused(session, row, now, f"{reply} (nobody was told: {type(error).__name__})")
                plan = Plan(InboundState.IGNORED, ticket_id=row.ticket_id, events=(refusal(row, reply),))
                self._recorder.record_beside(session, plan, cause, now)

    def _told(self, session: Session, row: Outbox, reply: str, now: datetime) -> Plan:
        ticket = tickets.get(session, row.ticket_id) if row.ticket_id is not None else None
        chain = tickets.chain(session, ticket.id) if ticket is not None and ticket.id is not None else []
        muted = comparable(row.recipient) in mutes.at(session, now)
        return undelivered(ticket, chain, row, reply, now, self._policy(), muted_already=muted)

    def _in_doubt(self, row: Outbox, reply: str) -> None:
        now = self._clock()
        again = now + timedelta(minutes=self._settings.retry_minutes[0])
        state = self._store(lambda session: outbox.record_in_doubt(session, row, now, reply, again))
        word = "letter_open" if state is OutboxState.OPEN else "letter_in_doubt"
        log.warning("%s outbox=%s message_id=%s reply=%s", word, row.id, row.message_id, reply)


def _words(fault: ItemFault) -> str:
    return f"{fault.code} {fault.reply}" if fault.code else fault.reply
