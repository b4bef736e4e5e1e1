"""A plan becomes rows and letters in one transaction: commit 2. Files go to disk before it, sending comes after it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from daemon.desk.letters import Letter
from daemon.desk.plan import Plan
from daemon.mail.compose import Composer
from daemon.reading.addresses import comparable
from daemon.reading.dangerous import is_dangerous
from daemon.reading.mail import AttachedFile, Mail
from storage import blobs, events, intake, outbox, tickets
from storage.database import Database
from storage.files import Files
from storage.tables import Attachment, Entry, Event, Inbound, Outbox, Participant, Ticket


class Recorder:
    """Stores plans. `ticket_prefix` is the first part of ticket codes, e.g. "HT"."""

    def __init__(
        self, database: Database, files: Files, composer: Composer, ticket_prefix: str, zone: ZoneInfo
    ) -> None:
        self._database = database
        self._files = files
        self._composer = composer
        self._prefix = ticket_prefix
        self._zone = zone

    def record(self, row: Inbound, mail: Mail | None, plan: Plan, now: datetime) -> None:
        """Everything of the plan or nothing. Raises Stale when the ticket changed since the facts were read."""
        assert row.id is not None
        attachments = self._keep_files(mail.attachments) if mail is not None and plan.entry is not None else []
        ticket = self._coded(row.id, plan.new_ticket, now) if plan.new_ticket is not None else self._after(plan)
        threads = self._threads(plan, mail, ticket)
        cause = f"mail:{row.id}"
        letters = [
            self._composer.compose(
                letter, ticket, cause=cause, thread=threads[letter.recipient],
                files=attachments if letter.with_attachments else [], now=now,
            )
            for letter in plan.letters
        ]  # fmt: skip
        with self._database.write() as session:
            ticket_id = self._store_ticket(session, plan, now)
            entry_files = self._store_entry(session, plan, row, mail, ticket_id, attachments, now)
            self._store_events(session, plan, row.id, ticket_id, now)
            for letter, written in zip(plan.letters, letters, strict=True):
                self._store_letter(session, letter, written, ticket_id, entry_files)
            self._settle(session, row, mail, plan, ticket_id, now)

    def record_beside(self, session: Session, plan: Plan, cause: str, now: datetime) -> None:
        """Store a plan that no mail caused (a refused letter, a slot) inside the caller's transaction."""
        ticket = self._after(plan, session)
        written = [
            self._composer.compose(letter, ticket, cause=cause, thread=[], files=[], now=now)
            for letter in plan.letters
        ]
        self._store_events(session, plan, None, plan.ticket_id, now)
        for letter, row in zip(plan.letters, written, strict=True):
            self._store_letter(session, letter, row, plan.ticket_id, [])

    # Before the transaction

    def _keep_files(self, attached: Sequence[AttachedFile]) -> list[Attachment]:
        return [
            Attachment(
                entry_id=0, digest=self._files.put(file.content), filename=file.filename,
                content_type=file.content_type, size=file.size, inline=file.inline, content_id=file.content_id,
                withheld=is_dangerous(file),
            )
            for file in attached
        ]  # fmt: skip

    def _coded(self, inbound_id: int, ticket: Ticket, now: datetime) -> Ticket:
        """The ticket with its code; a repeat of the same mail after a crash finds the same one."""
        year = now.astimezone(self._zone).year
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

    def _threads(self, plan: Plan, mail: Mail | None, ticket: Ticket | None) -> Mapping[str, list[str]]:
        """For each recipient the Message-IDs of what he wrote and got in this ticket, oldest first: his conversation."""
        recipients = {letter.recipient for letter in plan.letters}
        threads: dict[str, list[str]] = {recipient: [] for recipient in recipients}
        if ticket is not None and ticket.id is not None:
            with self._database.read() as session:
                written = [(e.at, e.author_address, e.message_id) for e in tickets.entries(session, ticket.id)]
                written += [(o.created_at, o.recipient, o.message_id) for o in outbox.of_ticket(session, ticket.id)]
            for _, address, message_id in sorted(written, key=lambda item: item[0]):
                for recipient in recipients:
                    if message_id and comparable(recipient) == comparable(address):
                        threads[recipient].append(message_id)
        if mail is not None and mail.message_id and mail.sender is not None:
            writer = {comparable(mail.sender.address)}
            if plan.new_ticket is not None and comparable(plan.new_ticket.requester_address) in writer:
                writer.add(comparable(plan.new_ticket.reply_address))
            for recipient in recipients:
                if comparable(recipient) in writer:
                    threads[recipient].append(mail.message_id)
        return threads

    # Inside it

    def _store_ticket(self, session: Session, plan: Plan, now: datetime) -> int | None:
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

    def _store_entry(
        self, session: Session, plan: Plan, row: Inbound, mail: Mail | None, ticket_id: int | None,
        attachments: Sequence[Attachment], now: datetime,
    ) -> list[Attachment]:  # fmt: skip
        if plan.entry is None or mail is None or ticket_id is None:
            return []
        for file in attachments:
            blobs.remember(session, file.digest, file.size, now)
        entry = Entry(
            ticket_id=ticket_id, inbound_id=row.id, kind=plan.entry.kind, at=now,
            author_address=plan.entry.author_address, author_name=plan.entry.author_name, text=plan.entry.text,
            full_text=plan.entry.full_text, message_id=mail.message_id, digest=row.digest,
        )  # fmt: skip
        tickets.add_entry(session, entry, attachments)
        return list(attachments)

    def _store_events(self, session: Session, plan: Plan, inbound_id: int | None, ticket_id: int | None, now: datetime) -> None:
        for event in plan.events:
            events.add(
                session,
                Event(
                    ticket_id=ticket_id, inbound_id=inbound_id, at=now, kind=event.kind, actor=event.actor,
                    reason=event.reason, details=dict(event.details),
                ),
            )  # fmt: skip

    def _store_letter(
        self, session: Session, letter: Letter, written: Outbox, ticket_id: int | None, files: Sequence[Attachment]
    ) -> None:
        written.ticket_id = ticket_id
        if letter.with_attachments:
            written.attachments = [file.id for file in files if file.id is not None]
        outbox.add_letter(session, written)

    def _settle(
        self, session: Session, row: Inbound, mail: Mail | None, plan: Plan, ticket_id: int | None, now: datetime
    ) -> None:
        assert row.id is not None
        intake.settle(
            session, row.id, plan.outcome, now, kind=mail.kind.value if mail else "", reason=plan.reason,
            ticket_id=ticket_id, message_id=mail.message_id if mail else None,
            sender=mail.sender.address if mail and mail.sender else "", subject=mail.subject if mail else "",
        )  # fmt: skip
