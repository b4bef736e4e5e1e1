"""The clocks at work: tickets whose next date has come, one transaction each, and the lists by which people chase.

Nothing is done twice: a ticket's next date moves on in the transaction that did what was due, and every letter's cause names
the step that it belongs to.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlmodel import Session

from daemon.desk import chasing
from daemon.desk.brakes import REASON
from daemon.desk.facts import Policy
from daemon.desk.letters import Letter, LetterKind
from daemon.desk.plan import Plan
from daemon.desk.reminders import look_at
from daemon.desk.unseen import SPAM_REASON, lines_of
from daemon.loops.daily import since_the_last
from daemon.loops.record import Recorder
from storage import due, intake, tickets
from storage.database import Database
from storage.faults import DatabaseWrong, Stale, StorageDown
from storage.tables import EntryKind, InboundState, Ticket, TicketState

log = logging.getLogger(__name__)

AFTER_A_FAILURE = timedelta(hours=1)
AT_ONCE = 200  # tickets looked up in one go; each is still handled and committed alone


@dataclass(frozen=True)
class Clockwork:
    """Three jobs: every tick the tickets that are due, each working morning a list, twice a week a summary."""

    database: Database
    recorder: Recorder
    policy: Callable[[], Policy]

    def look(self, now: datetime) -> str:
        """Do what is due for every ticket; what was done in one line, "" for nothing."""
        with self.database.read() as session:
            rows = due.due(session, now, AT_ONCE)
        done = [self._handle(row, now) for row in rows]
        letters = sum(len(plan.letters) for plan in done if plan is not None)
        return f"{len(done)} tickets looked at, {letters} letters written" if rows else ""

    def _handle(self, ticket: Ticket, now: datetime) -> Plan | None:
        try:
            return self._look_at(ticket, now)
        except Stale:
            return None  # somebody wrote meanwhile: the next turn looks at what is true then
        except (StorageDown, DatabaseWrong):
            raise
        except Exception:  # our bug: this ticket waits, and all the others have their turn
            log.exception("ticket_failed ticket=%s", ticket.code)
            self._postpone(ticket, now)
            return None

    def _postpone(self, ticket: Ticket, now: datetime) -> None:
        assert ticket.id is not None
        done = min(ticket.chased_at, now) if ticket.chased_at is not None else None
        try:
            with self.database.write() as session:
                later = {"next_at": now + AFTER_A_FAILURE, "chased_at": done}
                tickets.change(session, ticket.id, ticket.version, later)
        except Stale:
            return  # whoever wrote has given it a next date

    def _look_at(self, ticket: Ticket, now: datetime) -> Plan:
        assert ticket.id is not None
        with self.database.read() as session:
            chain, people = tickets.chain(session, ticket.id), tickets.participants(session, ticket.id)
            question = self._open_question(session, ticket)
        plan = look_at(ticket, chain, people, now, self.policy(), question)
        self.recorder.record_due(plan, f"slot:clock:{ticket.code}@{ticket.version}", now)
        if plan.events:
            log.info(
                "ticket_due ticket=%s did=%s",
                ticket.code,
                ",".join(event.reason or event.kind for event in plan.events),
            )
        return plan

    def _open_question(self, session: Session, ticket: Ticket) -> str:
        """What the requester was asked last, for the letter that reminds him."""
        if ticket.state is not TicketState.WAITING or ticket.id is None or ticket.waiting_since is None:
            return ""
        asked = tickets.latest_entry(session, ticket.id, EntryKind.ANSWER)
        return asked.text if asked is not None and asked.at >= ticket.waiting_since else ""

    def morning(self, now: datetime, at: time) -> str:
        """The Service Desk's list of this working day; `at` is when it is due at the earliest."""
        policy = self.policy()
        calendar = policy.calendar_of("")
        local = now.astimezone(calendar.zone)
        if not calendar.works_on(local.date()) or local.time() < at:
            return "no working morning"
        with self.database.read() as session:
            rows = due.open_tickets(session)
            chains = due.chains(session, (row.id for row in rows if row.id is not None))
            since, until = since_the_last(session, LetterKind.MORNING_LIST, now)
            spam, braked = (intake.ignored_between(session, since, until, reason) for reason in (SPAM_REASON, REASON))
            unseen = lines_of(spam, braked, intake.quarantined(session))
        letter = chasing.morning_list(rows, chains, now, policy, unseen)
        self._send([letter], policy.once_a_day("morning", now), now)
        return f"{len(rows)} open tickets listed"

    def summarise(self, now: datetime, at: time) -> str:
        """The leaders' summary, where one falls on this day."""
        policy = self.policy()
        calendar, days = policy.calendar_of(""), policy.chasing.summary_days
        local = now.astimezone(calendar.zone)
        if not chasing.summary_is_due(local.date(), calendar, days) or local.time() < at:
            return "no summary today"
        since = datetime.combine(chasing.last_summary(local.date(), calendar, days), at, calendar.zone)
        with self.database.read() as session:
            rows = due.open_tickets(session)
            happened = chasing.Happened(
                due.begun_since(session, since),
                due.resolved_since(session, since),
                due.happened_since(session, "chased", since),
            )
        letters = chasing.summary(rows, happened, since, now, policy)
        self._send(letters, policy.once_a_day("summary", now), now)
        return f"{len(letters)} leaders told"

    def _send(self, letters: list[Letter], cause: str, now: datetime) -> None:
        self.recorder.record_due(Plan(InboundState.IGNORED, letters=tuple(letters)), cause, now)
