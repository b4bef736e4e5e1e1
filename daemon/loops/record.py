"""A plan becomes rows and letters in one transaction: commit 2. Files go to disk before it, sending comes after it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from daemon.desk.plan import Plan
from daemon.loops.composing import PlanComposer, Said, Written
from daemon.loops.gate import Gate
from daemon.mail.compose import Composer
from daemon.reading.mail import AttachedFile, Mail
from storage import blobs, events, intake, registers, requesters, tickets
from storage.database import Database
from storage.files import Files
from storage.tables import Attachment, Entry, Event, Inbound, Participant, Record, Ticket


class Recorder:
    """Stores plans. `ticket_prefix` is the first part of ticket codes, e.g. "HT"."""

    def __init__(
        self, database: Database, files: Files, composer: Callable[[], Composer], ticket_prefix: str, zone: ZoneInfo,
        gate: Gate,
    ) -> None:  # fmt: skip
        self._database = database
        self._files = files
        self._composer = composer
        self._plans = PlanComposer(database, composer)
        self._prefix = ticket_prefix
        self._zone = zone
        self._gate = gate

    def warm_up(self) -> None:
        """Compile every letter's templates before the first one is owed."""
        self._composer().warm_up()

    def record(self, row: Inbound, mail: Mail | None, plan: Plan, now: datetime, settled_by: str = "") -> None:
        """Everything of the plan or nothing. Raises Stale when the ticket changed since the facts were read.

        What the mail says is dated by its receipt. What was done about it is dated by `now`: events and outcome, so that a note
        about what happened since the last one leaves out no mail that waited; letters, so that a backlog counts against the hour
        in which it is answered.
        """
        assert row.id is not None
        plan, came_at = self._around_muted(plan, now), row.received_at
        ticket = self._coded(row.id, plan.new_ticket, came_at) if plan.new_ticket is not None else self._after(plan)
        said = self._said(row, mail, plan)
        letters = self._plans.letters(plan, mail, ticket, said, f"mail:{row.id}", now)
        with self._database.write() as session:
            ticket_id = self._store_ticket(session, plan)
            self._store_entry(session, said, ticket_id, came_at)
            self._learn(session, plan, ticket, came_at)
            self._store_events(session, plan, row.id, ticket_id, now)
            self._store_records(session, plan, row.id, ticket_id, came_at)
            self._store_letters(session, letters, plan, ticket_id, now)
            self._settle(session, row, mail, plan, ticket_id, now, settled_by)

    def record_due(self, plan: Plan, cause: str, now: datetime) -> None:
        """Store a plan that time alone caused, everything or nothing. Raises Stale as `record` does."""
        plan = self._around_muted(plan, now)
        ticket = self._after(plan)
        letters = self._plans.letters(plan, None, ticket, None, cause, now)
        with self._database.write() as session:
            ticket_id = self._store_ticket(session, plan)
            self._store_events(session, plan, None, ticket_id, now)
            self._store_letters(session, letters, plan, ticket_id, now)

    def record_beside(self, session: Session, plan: Plan, cause: str, now: datetime) -> None:
        """Store a plan that no mail caused (a refused letter, a slot) inside the caller's transaction."""
        self._gate.mute(session, plan, now)
        plan = self._gate.around_muted(session, plan, now)
        ticket = self._after(plan, session)
        self._store_events(session, plan, None, plan.ticket_id, now)
        for letter in plan.letters:
            row = self._composer().compose(letter, ticket, cause=letter.once or cause, thread=[], files=[], now=now)
            row.ticket_id = plan.ticket_id
            self._gate.put(session, row)

    # Before the transaction

    def _around_muted(self, plan: Plan, now: datetime) -> Plan:
        if not plan.letters:
            return plan
        with self._database.read() as session:
            return self._gate.around_muted(session, plan, now)

    def _keep_files(self, attached: Sequence[AttachedFile]) -> list[Attachment]:
        return [
            Attachment(
                entry_id=0, digest=self._files.put(file.content), filename=file.filename,
                content_type=file.content_type, size=file.size, inline=file.inline, content_id=file.content_id,
                withheld=bool(file.withheld),
            )
            for file in attached
        ]  # fmt: skip

    def _coded(self, inbound_id: int, ticket: Ticket, came_at: datetime) -> Ticket:
        """The ticket with its code; a repeat of the same mail after a crash finds the same one."""
        year = came_at.astimezone(self._zone).year
        with self._database.write() as session:
            number = tickets.reserve_code(session, inbound_id, year)
        ticket.code = f"{self._prefix}-{year}-{number:06d}"
        return ticket

    def _after(self, plan: Plan, session: Session | None = None) -> Ticket | None:
        """The old ticket as it will be once the plan's changes are stored."""
        if plan.ticket_id is None:
            return None
        if session is None:
            with self._database.read() as reading:
                ticket = tickets.get(reading, plan.ticket_id)
        else:
            ticket = tickets.get(session, plan.ticket_id)
        assert ticket is not None
        return Ticket(**{**ticket.model_dump(), **plan.changes})

    def _said(self, row: Inbound, mail: Mail | None, plan: Plan) -> Said | None:
        """The new entry with its files, which are safe on disk now; None for a mail that is only put on record."""
        if plan.entry is None or mail is None:
            return None
        entry = Entry(
            ticket_id=0, inbound_id=row.id, kind=plan.entry.kind, at=row.received_at,
            author_address=plan.entry.author_address, author_name=plan.entry.author_name, text=plan.entry.text,
            full_text=plan.entry.full_text, message_id=mail.message_id, digest=row.digest,
        )  # fmt: skip
        return Said(entry, self._keep_files(mail.attachments))

    # Inside it

    def _store_letters(
        self, session: Session, letters: Sequence[Written], plan: Plan, ticket_id: int | None, now: datetime
    ) -> None:
        self._gate.mute(session, plan, now)
        for letter in letters:
            letter.store(session, ticket_id, self._composer().most_octets, self._gate)

    def _store_ticket(self, session: Session, plan: Plan) -> int | None:
        if plan.new_ticket is not None:
            ticket_id = tickets.add(session, plan.new_ticket).id
        else:
            ticket_id = plan.ticket_id
            if ticket_id is not None and plan.ticket_version is not None:
                tickets.change(session, ticket_id, plan.ticket_version, plan.changes)
        if ticket_id is None:
            return None
        if plan.chain is not None:
            tickets.replace_chain(session, ticket_id, plan.chain)
        for person in plan.participants:
            tickets.add_participant(
                session, Participant(ticket_id=ticket_id, address=person.address, name=person.name, role=person.role)
            )
        return ticket_id

    def _store_entry(self, session: Session, said: Said | None, ticket_id: int | None, now: datetime) -> None:
        if said is None or ticket_id is None:
            return
        for file in said.files:
            blobs.remember(session, file.digest, file.size, now)
        said.entry.ticket_id = ticket_id
        tickets.add_entry(session, said.entry, said.files)

    def _learn(self, session: Session, plan: Plan, ticket: Ticket | None, now: datetime) -> None:
        for lesson in plan.learned:
            lesson.ticket_code = lesson.ticket_code or (ticket.code if ticket is not None else "")
            requesters.learn(session, lesson, now)

    def _store_events(
        self, session: Session, plan: Plan, inbound_id: int | None, ticket_id: int | None, now: datetime
    ) -> None:
        for event in plan.events:
            events.add(
                session,
                Event(
                    ticket_id=ticket_id, inbound_id=inbound_id, at=now, kind=event.kind, actor=event.actor,
                    reason=event.reason, details=dict(event.details),
                ),
            )  # fmt: skip

    def _store_records(
        self, session: Session, plan: Plan, inbound_id: int, ticket_id: int | None, now: datetime
    ) -> None:
        for new in plan.records:
            registers.put(
                session,
                Record(
                    kind=new.kind, state=new.state, ticket_id=ticket_id, inbound_id=inbound_id, office=new.office,
                    officer=new.officer, application=new.application, province=new.province,
                    organisation=new.organisation, requester_address=new.requester_address, text=new.text, at=now,
                    changed_at=now,
                ),
            )  # fmt: skip

    def _settle(
        self, session: Session, row: Inbound, mail: Mail | None, plan: Plan, ticket_id: int | None, now: datetime,
        settled_by: str,
    ) -> None:  # fmt: skip
        assert row.id is not None
        intake.settle(
            session, row.id, plan.outcome, now, kind=mail.kind.value if mail else "", reason=plan.reason,
            ticket_id=ticket_id, message_id=mail.message_id if mail else None,
            sender=mail.sender.address if mail and mail.sender else "", subject=mail.subject if mail else "",
            settled_by=settled_by,
        )  # fmt: skip
