"""Outbox → relay: one leased row, one recipient, one known fate.

Order of effects: lease (commit), MAIL and RCPT, the mark "data begun" (commit), DATA, the outcome (commit). Only a loss between the
mark and the answer leaves doubt; such a letter goes out once more with the same Message-ID and then stands open for a person.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlmodel import Session

from daemon.desk.facts import Policy
from daemon.desk.letters import LetterKind
from daemon.desk.plan import Plan
from daemon.desk.retry import next_attempt
from daemon.desk.undelivered import undelivered
from daemon.faults import Deferred, InDoubt, Refused, ServiceDown
from daemon.loops.record import Recorder
from daemon.mail.relay import Relay
from daemon.settings import SendSettings
from storage import outbox, tickets
from storage.database import Database
from storage.faults import LeaseLost
from storage.tables import Outbox, OutboxState

log = logging.getLogger(__name__)

# Letters leased in one commit; the relay's connections take them one after the other.
AT_ONCE = 16
# How often leases that ran out are looked for: they come from other workers' deaths, not from this one's.
EXPIRED_EVERY = timedelta(seconds=30)


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
        self._clock = clock
        self._looked: datetime | None = None

    async def step(self) -> SendCounts:
        """Send a handful of due letters; raises ServiceDown with every unsent one given back."""
        counts = SendCounts()
        now = self._clock()
        until = now + timedelta(seconds=self._settings.lease_seconds)
        self._take_back_expired(now)
        with self._database.read() as session:
            due = outbox.next_due(session)
        if due is None or due > now:
            return counts
        with self._database.write() as session:
            rows = outbox.lease(session, now, until, AT_ONCE)
        results = await asyncio.gather(*(self._send(row, counts) for row in rows), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return counts

    def _take_back_expired(self, now: datetime) -> None:
        if self._looked is not None and abs(now - self._looked) < EXPIRED_EVERY:
            return
        self._looked = now
        with self._database.write() as session:
            outbox.take_back_expired(session, now, now)

    async def _send(self, row: Outbox, counts: SendCounts) -> None:
        def mark() -> None:
            with self._database.write() as session:
                outbox.mark_data_begun(session, row, self._clock())

        try:
            message = self._writer.message(row)
            reply = await self._relay.send(message, self._writer.envelope_from(row), row.recipient, mark)
        except LeaseLost:
            return  # another worker took the letter over: it is his now
        except ServiceDown:
            with self._database.write() as session:
                outbox.give_back(session, row, self._clock())
            raise
        except Deferred as fault:
            self._deferred(row, fault, counts)
        except Refused as fault:
            self._refused(row, f"{fault.code} {fault.reply}".strip(), counts)
        except InDoubt as fault:
            self._in_doubt(row, fault.reply)
        else:
            with self._database.write() as session:
                outbox.record_accepted(session, row, self._clock(), reply)
            counts.sent += 1
            log.info("letter_accepted outbox=%s letter=%s", row.id, row.letter)

    def _deferred(self, row: Outbox, fault: Deferred, counts: SendCounts) -> None:
        now = self._clock()
        pauses = [timedelta(minutes=minutes) for minutes in self._settings.retry_minutes]
        again = next_attempt(
            row.attempts + 1, row.created_at, now, pauses, timedelta(hours=self._settings.give_up_hours)
        )
        reply = f"{fault.code} {fault.reply}".strip()
        if again is None:
            self._refused(row, reply, counts)
            return
        with self._database.write() as session:
            outbox.record_deferred(session, row, now, reply, again)
        counts.deferred += 1
        log.info("letter_deferred outbox=%s again=%s reply=%s", row.id, again.isoformat(), reply)

    def _refused(self, row: Outbox, reply: str, counts: SendCounts) -> None:
        """An entry in the ticket's history, and the desk is told, in the same transaction as the outcome."""
        now = self._clock()
        with self._database.write() as session:
            outbox.record_refused(session, row, now, reply)
            plan = self._told(session, row, reply, now)
            if plan is not None:
                self._recorder.record_beside(session, plan, f"outbox:{row.id}", now)
        counts.refused += 1
        log.warning("letter_refused outbox=%s letter=%s reply=%s", row.id, row.letter, reply)

    def _told(self, session: Session, row: Outbox, reply: str, now: datetime) -> Plan | None:
        ticket = tickets.get(session, row.ticket_id) if row.ticket_id is not None else None
        if row.letter == LetterKind.UNDELIVERABLE.value:
            return None  # a notice about a failure is never the cause of another one
        chain = tickets.chain(session, ticket.id) if ticket is not None and ticket.id is not None else []
        return undelivered(ticket, chain, row, reply, now, self._policy())

    def _in_doubt(self, row: Outbox, reply: str) -> None:
        now = self._clock()
        again = now + timedelta(minutes=self._settings.retry_minutes[0])
        with self._database.write() as session:
            state = outbox.record_in_doubt(session, row, now, reply, again)
        word = "letter_open" if state is OutboxState.OPEN else "letter_in_doubt"
        log.warning("%s outbox=%s message_id=%s reply=%s", word, row.id, row.message_id, reply)
