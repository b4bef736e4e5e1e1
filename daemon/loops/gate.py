"""The last door before the outbox: every letter is counted against the hourly caps in the transaction that stores it.

So the caps hold whoever wrote the letter: a mail, the clock, or a letter that came back. What they stop stays on record.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from daemon.desk.brakes import HOUR, REACHED, REASON, Fate, Hour, around_muted, fate_of, later_by, stopped_note
from daemon.desk.facts import Policy
from daemon.desk.letters import LetterKind
from daemon.desk.plan import Plan
from daemon.mail.compose import Composer
from daemon.reading.addresses import comparable
from storage import events, mutes, outbox
from storage.tables import Event, Mute, Outbox, OutboxState

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Gate:
    policy: Callable[[], Policy]
    composer: Callable[[], Composer]

    def around_muted(self, session: Session, plan: Plan, now: datetime) -> Plan:
        """The plan with letters to muted addresses going to whoever stands in for them."""
        if not plan.letters:
            return plan
        muted = {key: mute.until for key, mute in mutes.at(session, now).items()}
        return around_muted(plan, muted, self.policy()) if muted else plan

    def put(self, session: Session, row: Outbox) -> None:
        """Queue a letter as far as the caps allow; inside the caller's transaction."""
        if not row.automatic:
            outbox.add_letter(session, row)
            return
        hour, policy = self._hour(session, row), self.policy()
        fate = fate_of(LetterKind(row.letter), row.recipient, hour, policy)
        if fate is Fate.LATER:
            row.next_attempt_at += later_by(hour, policy)
        elif fate is Fate.HELD:
            row.state, row.last_reply = OutboxState.HELD, "above the hourly cap of notices to this address"
        elif fate is Fate.STOPPED:
            row.state, row.last_reply = OutboxState.CANCELLED, f"{REASON}above the hourly cap of automatic answers"
        if outbox.add_letter(session, row) is None or fate is Fate.SENT:
            return
        log.warning("letter_braked letter=%s fate=%s cause=%s", row.letter, fate.value, row.cause)
        if fate is Fate.STOPPED:
            self._tell(session, row, hour)

    def _hour(self, session: Session, row: Outbox) -> Hour:
        since = row.created_at - HOUR
        to_address = outbox.automatic_since(session, row.recipient_key, since)
        if self.policy().rules.directory.member(row.recipient) is not None:
            return Hour(to_address)
        return Hour(to_address, outbox.automatic_to_domain_since(session, row.recipient_domain, since))

    def _tell(self, session: Session, row: Outbox, hour: Hour) -> None:
        """Once a day for each address or domain, on record and to the Service Desk."""
        note = stopped_note(row.recipient, hour, row.created_at, self.policy())
        if outbox.has_cause(session, note.once):
            return
        why = "automatic answers to this address"
        events.add(
            session, Event(ticket_id=row.ticket_id, at=row.created_at, kind=REACHED, actor=row.recipient, reason=why)
        )
        composed = self.composer().compose(note, None, cause=note.once, thread=[], files=[], now=row.created_at)
        self.put(session, composed)

    def mute(self, session: Session, plan: Plan, now: datetime) -> None:
        """Store the mutes that a plan begins."""
        for new in plan.mutes:
            log.warning("address_muted until=%s", new.until.isoformat())
            mutes.put(
                session,
                Mute(key=comparable(new.address), address=new.address, since=now, until=new.until, reply=new.reply),
            )
