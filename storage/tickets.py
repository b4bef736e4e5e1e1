"""Tickets with their entries, participants and chain of passers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unicodedata import normalize

from sqlalchemy import delete, func, or_, update
from sqlmodel import Session, col, select

from storage.database import one_at_a_time
from storage.faults import Stale
from storage.inserting import insert_once
from storage.tables import (
    Attachment,
    Blob,
    Channel,
    Entry,
    EntryKind,
    Inbound,
    Outbox,
    Participant,
    Passing,
    Role,
    Ticket,
    TicketCode,
    TicketState,
)

MOST_REFERENCES = 500
OPEN = (TicketState.NEW, TicketState.IN_PROGRESS, TicketState.WAITING)


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """Which tickets to list; an empty field does not narrow. `holders` are codes of offices, groups and departments."""

    holders: frozenset[str] = frozenset()
    states: frozenset[TicketState] = frozenset()
    levels: frozenset[int] = frozenset()
    application: str = ""
    requester: str = ""  # an address; case does not matter
    open_only: bool = False
    overdue_at: datetime | None = None  # open, and due before this moment
    text: str = ""  # part of the code, the subject, or the requester's name or address; case does not matter


# --- codes and tickets


def reserve_code(session: Session, inbound_id: int, year: int) -> int:
    """The ticket number of this mail within the year: the one it was given before, else the next without a gap."""
    one_at_a_time(session.connection(), "ticket codes")
    given = session.get(TicketCode, inbound_id)
    if given is None:
        last = session.exec(select(func.max(TicketCode.number)).where(TicketCode.year == year)).one()
        given = TicketCode(inbound_id=inbound_id, year=year, number=(last or 0) + 1)
        session.add(given)
        session.flush()
    return given.number


def add(session: Session, ticket: Ticket) -> Ticket:
    """Store a new ticket; it has its id afterwards."""
    session.add(ticket)
    session.flush()
    return ticket


def get(session: Session, ticket_id: int) -> Ticket | None:
    return session.get(Ticket, ticket_id)


def by_code(session: Session, code: str) -> Ticket | None:
    """The ticket with exactly this code, e.g. `HT-2026-000123`."""
    return session.exec(select(Ticket).where(Ticket.code == code)).one_or_none()


def change(session: Session, ticket_id: int, version: int, changes: Mapping[str, Any]) -> None:
    """Set columns of a ticket, named as in `Ticket`, and count its version up.

    Raises Stale if the stored version is not the one that the caller had read: everything must roll back.
    """
    row = update(Ticket).where(col(Ticket.id) == ticket_id, col(Ticket.version) == version)
    if session.exec(row.values({**changes, "version": version + 1})).rowcount != 1:
        raise Stale(f"ticket {ticket_id} is no longer at version {version}")


def listing(session: Session, wanted: TicketFilter, limit: int = 100, offset: int = 0) -> list[Ticket]:
    """Tickets that pass the filter, newest first."""
    conditions = _conditions(wanted)
    rows = select(Ticket).where(*conditions).order_by(col(Ticket.id).desc()).limit(limit).offset(offset)
    return list(session.exec(rows))


def duplicates_of(session: Session, code: str) -> list[Ticket]:
    """The tickets that are handled together with this one, oldest first."""
    merged = select(Ticket).where(Ticket.duplicate_of == code, Ticket.state == TicketState.DUPLICATE)
    return list(session.exec(merged.order_by(col(Ticket.id))))


def count_of_requester(session: Session, address: str, since: datetime, until: datetime | None = None) -> int:
    """How many tickets this address, in whatever case, began by mail between these moments.

    "" counts those without a usable sender; what was written down for callers never counts.
    """
    begun = select(func.count()).select_from(Ticket).where(col(Ticket.created_at) >= since)
    if until is not None:
        begun = begun.where(col(Ticket.created_at) <= until)
    by_mail = begun.where(col(Ticket.channel) != Channel.TELEPHONE)
    return session.exec(by_mail.where(func.lower(Ticket.requester_address) == address.lower())).one()


def _conditions(wanted: TicketFilter) -> list[Any]:
    conditions: list[Any] = []
    if wanted.holders:
        conditions.append(col(Ticket.holder).in_(wanted.holders))
    if wanted.states:
        conditions.append(col(Ticket.state).in_(wanted.states))
    if wanted.levels:
        conditions.append(col(Ticket.level).in_(wanted.levels))
    if wanted.application:
        conditions.append(col(Ticket.application) == wanted.application)
    if wanted.requester:
        conditions.append(func.lower(Ticket.requester_address) == wanted.requester.lower())
    if wanted.open_only or wanted.overdue_at is not None:
        conditions.append(col(Ticket.state).in_(OPEN))
    if wanted.overdue_at is not None:
        conditions.append(col(Ticket.due_at) < wanted.overdue_at)
    if wanted.text:
        searched = (Ticket.code, Ticket.subject, Ticket.requester_address, Ticket.requester_name)
        text = normalize("NFC", wanted.text)
        conditions.append(or_(*(col(column).icontains(text, autoescape=True) for column in searched)))
    return conditions


# --- finding the ticket of a mail


def by_message_ids(session: Session, message_ids: Sequence[str]) -> list[Ticket]:
    """Every ticket that mail with these Message-IDs belongs to, in or out, in the order of the given Message-IDs.

    Message-IDs are only hints: two mails of different tickets may carry the same one, then the older ticket is first.
    Of more than `MOST_REFERENCES` only the first are looked up, so that no mail can make the query too large.
    """
    wanted = list(dict.fromkeys(message_ids))[:MOST_REFERENCES]
    tickets_of: dict[str, set[int]] = {}
    for table in (Inbound, Entry, Outbox):
        for message_id, ticket_id in session.exec(
            select(table.message_id, table.ticket_id).where(col(table.message_id).in_(wanted))
        ):
            if message_id is not None and ticket_id is not None:
                tickets_of.setdefault(message_id, set()).add(ticket_id)
    in_order = dict.fromkeys(found for m in wanted for found in sorted(tickets_of.get(m, ())))
    return [ticket for ticket_id in in_order if (ticket := session.get(Ticket, ticket_id)) is not None]


# --- entries and attachments


def add_entry(session: Session, entry: Entry, attachments: Iterable[Attachment] = ()) -> Entry:
    """Store an entry and its attachments, whose `entry_id` is set here; it has its id afterwards."""
    session.add(entry)
    session.flush()
    assert entry.id is not None
    for attachment in attachments:
        attachment.entry_id = entry.id
        session.add(attachment)
    session.flush()
    return entry


def entries(session: Session, ticket_id: int) -> list[Entry]:
    """What was said in a ticket, in order."""
    return list(session.exec(select(Entry).where(Entry.ticket_id == ticket_id).order_by(col(Entry.id))))


def latest_entry(session: Session, ticket_id: int, *kinds: EntryKind) -> Entry | None:
    """The last entry of a ticket, of these kinds or of any."""
    rows = select(Entry).where(Entry.ticket_id == ticket_id).order_by(col(Entry.id).desc()).limit(1)
    return session.exec(rows.where(col(Entry.kind).in_(kinds)) if kinds else rows).first()


def count_entries(session: Session, ticket_id: int, since: datetime) -> int:
    """How many entries a ticket got from that time on."""
    counted = select(func.count()).select_from(Entry).where(Entry.ticket_id == ticket_id)
    return session.exec(counted.where(col(Entry.at) >= since)).one()


def attachments_of(session: Session, entry_ids: Iterable[int]) -> list[Attachment]:
    """The attachments of these entries whose files are kept, in the order of their mails."""
    kept = select(Blob.digest).where(col(Blob.removed_at).is_(None))
    rows = select(Attachment).where(col(Attachment.entry_id).in_(list(entry_ids)), col(Attachment.digest).in_(kept))
    return list(session.exec(rows.order_by(col(Attachment.id))))


def digests_often_sent(session: Session, author: str, digests: Iterable[str], times: int) -> set[str]:
    """Which of these digests stood as a picture in the text of at least `times` earlier mails of that author."""
    mails = func.count(func.distinct(col(Attachment.entry_id)))
    rows = (
        select(Attachment.digest)
        .join(Entry, col(Entry.id) == col(Attachment.entry_id))
        .where(col(Attachment.digest).in_(list(digests)), Attachment.inline, Entry.author_address == author)
        .group_by(Attachment.digest)
        .having(mails >= times)
    )
    return set(session.exec(rows))


def attachments_by_id(session: Session, attachment_ids: Sequence[int]) -> list[Attachment]:
    """The attachments with these ids whose files are kept, in the given order: as an outbox row names them."""
    kept = select(Blob.digest).where(col(Blob.removed_at).is_(None))
    rows = select(Attachment).where(col(Attachment.id).in_(attachment_ids), col(Attachment.digest).in_(kept))
    found = {row.id: row for row in session.exec(rows)}
    return [found[wanted] for wanted in attachment_ids if wanted in found]


# --- participants and passers


def participants(session: Session, ticket_id: int) -> list[Participant]:
    """Who is in the conversation, in the order in which they came in."""
    rows = select(Participant).where(Participant.ticket_id == ticket_id)
    return list(session.exec(rows.order_by(col(Participant.id))))


def add_participant(session: Session, participant: Participant) -> bool:
    """Bring an address into a ticket; True if it is new. One that is in keeps its role, unless he takes over now."""
    if insert_once(session, participant, "ticket_id", "address") is not None:
        return True
    if participant.role is Role.COLLEAGUE:
        known = update(Participant).where(
            col(Participant.ticket_id) == participant.ticket_id, col(Participant.address) == participant.address
        )
        session.exec(known.values(role=Role.COLLEAGUE))
    return False


def chain(session: Session, ticket_id: int) -> list[Passing]:
    """The links of those who passed the ticket up, lowest first."""
    rows = select(Passing).where(Passing.ticket_id == ticket_id)
    return list(session.exec(rows.order_by(col(Passing.position))))


def replace_chain(session: Session, ticket_id: int, links: Iterable[Passing]) -> None:
    """Store these links, which carry their positions, instead of the ticket's chain so far."""
    session.exec(delete(Passing).where(col(Passing.ticket_id) == ticket_id))
    columns = set(Passing.model_fields) - {"id", "ticket_id"}
    for link in links:
        session.add(Passing(ticket_id=ticket_id, **{name: getattr(link, name) for name in columns}))
    session.flush()
