"""Everything about one person: found for `export --person`, taken out by `erase --person`.

Erasing goes in small transactions that may be repeated after a crash: first what others wrote about the person, then his
tickets one by one, last what names him on its own. What is still to be done is found again from what is still there.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, delete, func, or_, update
from sqlmodel import Session, SQLModel, col, select

from storage import blobs, tickets
from storage.emptying import (
    NOBODY,
    UNSENT,
    empty_labels,
    empty_letters,
    empty_mails,
    empty_ticket,
    plain_without,
    remove_attachments,
    telling_names,
    without,
)
from storage.tables import (
    Attachment,
    Attempt,
    Entry,
    EntryKind,
    Event,
    Inbound,
    InboundState,
    Label,
    Mute,
    Outbox,
    Participant,
    Passing,
    Person,
    Record,
    Requester,
    Ticket,
    TicketState,
)

# Where an address stands alone as the name of whoever did something; it becomes NOBODY.
_WHO = (
    (Event, "actor"), (Label, "who"), (Passing, "officer"), (Record, "officer"), (Record, "requester_address"),
    (Ticket, "taken_by"), (Ticket, "assigned_to"), (Person, "substitute"), (Entry, "author_address"),
)  # fmt: skip
# Where people and machines write about others; a person's address and name become a mark.
_ABOUT = (
    (Entry, ("text", "full_text")), (Outbox, ("subject", "text", "html", "last_reply")), (Event, ("reason", "details")),
    (Record, ("text",)), (Ticket, ("subject", "why")), (Inbound, ("subject", "reason")), (Attempt, ("reply",)),
    (Label, ("subject", "text")), (Attachment, ("filename",)),
)  # fmt: skip
_UNREAD = (InboundState.PENDING, InboundState.QUARANTINED)


@dataclass
class Traces:
    """The rows about one person. `tickets` are his own, `elsewhere` others' in which he took part or gets the answers."""

    tickets: list[Ticket] = field(default_factory=list)
    elsewhere: list[Ticket] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)  # all of his tickets, and his own elsewhere
    participations: list[Participant] = field(default_factory=list)
    mails: list[Inbound] = field(default_factory=list)  # those that he sent
    letters: list[Outbox] = field(default_factory=list)  # those written to him
    records: list[Record] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)  # what he did
    learned: list[Requester] = field(default_factory=list)
    staff: list[Person] = field(default_factory=list)  # rows of the directory, when he once was staff

    def names(self, spellings: Collection[str]) -> set[str]:
        """How the person with these addresses (lower case) is called, in all rows together."""
        own = {entry.author_name for entry in self.entries if entry.author_address.lower() in spellings}
        rows = {row.name for kind in (self.participations, self.learned, self.staff) for row in kind}
        learned = {label.sender_name for label in self.labels if label.sender_address.lower() in spellings}
        requests, letters = {t.requester_name for t in self.tickets}, {m.recipient_name for m in self.letters}
        return (own | rows | learned | requests | letters) - {""}

    @property
    def open_codes(self) -> list[str]:
        """The codes of his tickets that have not ended."""
        return [t.code for t in self.tickets if t.state in (*tickets.OPEN, TicketState.RESOLVED)]

    def counts(self) -> dict[str, int]:
        """How many rows there are of each kind."""
        return {name: len(rows) for name, rows in vars(self).items()}


def traces_of(session: Session, spellings: Collection[str]) -> Traces:
    """Everything about the person whose address is one of these (lower case)."""

    def his(column: Any) -> Any:
        return func.lower(column).in_(spellings)

    def rows(model: Any, *conditions: Any) -> list[Any]:
        first = next(iter(model.__table__.primary_key.columns))
        return list(session.exec(select(model).where(or_(*conditions)).order_by(first)))

    own = rows(Ticket, his(Ticket.requester_address))
    own_ids = [ticket.id for ticket in own]
    participations = rows(Participant, his(Participant.address))
    entries = rows(Entry, his(Entry.author_address), col(Entry.ticket_id).in_(own_ids))
    took_part = {row.ticket_id for row in (*participations, *entries)}
    elsewhere = rows(Ticket, col(Ticket.id).in_(took_part), his(Ticket.reply_address))
    return Traces(
        own, [ticket for ticket in elsewhere if ticket.id not in own_ids], entries, participations, rows(Inbound, his(Inbound.sender)),
        rows(Outbox, his(Outbox.recipient)), rows(Record, his(Record.requester_address)),
        rows(Label, his(Label.sender_address), col(Label.ticket_id).in_(own_ids)), rows(Event, his(Event.actor)),
        rows(Requester, his(Requester.address), his(Requester.key)), rows(Person, his(Person.address), his(Person.key)),
    )  # fmt: skip


def unread(session: Session) -> list[Inbound]:
    """Mails whose sender nobody knows yet: they wait to be read, or could not be."""
    rows = select(Inbound).where(
        col(Inbound.state).in_(_UNREAD), Inbound.sender == "", col(Inbound.digest).is_not(None)
    )
    return list(session.exec(rows.order_by(col(Inbound.id))))


# --- erasing, each a transaction's worth


def erase_mentions(session: Session, spellings: Collection[str], traces: Traces, at: datetime) -> int:
    """Take the person out of what others wrote; how many rows were changed. Raw mails of others stay as they are."""
    named = {*spellings, *telling_names(traces.names(spellings))}
    own = {ticket.id for ticket in traces.tickets}
    changed = 0
    for model, columns in _ABOUT:
        for row in _mentioning(session, model, columns, spellings):
            changed += _rewrite(row, columns, named) if getattr(row, "ticket_id", None) not in own else 0
    lists = _lists_naming(session, traces)
    empty_letters(session, [letter for letter in lists if letter.state not in UNSENT], (), at)
    for letter in lists:
        subjects = {ticket.subject for ticket in traces.tickets if len(ticket.subject) > 5}
        changed += _rewrite(letter, ("subject", "text", "html"), named | subjects)
    session.flush()
    return changed


def erase_ticket(session: Session, ticket_id: int, at: datetime, by: str) -> list[str]:
    """Empty one ticket of the person and close it if it was open; the digests of files to be removed after the commit."""
    ticket = session.exec(select(Ticket).where(Ticket.id == ticket_id).with_for_update()).one()
    if ticket.state in (*tickets.OPEN, TicketState.RESOLVED):
        ticket.state, ticket.closed_at = TicketState.CLOSED, at
        ticket.next_at = ticket.next_what = ticket.waiting_since = None
        session.add(Event(ticket_id=ticket_id, at=at, kind="closed", actor=by, reason="erased"))
    digests = empty_ticket(session, ticket, at)
    empty_labels(session.exec(select(Label).where(Label.ticket_id == ticket_id)))
    session.add(Event(ticket_id=ticket_id, at=at, kind="person_erased", actor=by))
    session.flush()
    return blobs.release(session, digests, at)


def erase_participation(session: Session, ticket_id: int, spellings: Collection[str], names: Collection[str],
                        at: datetime) -> list[str]:  # fmt: skip
    """Take the person out of somebody else's ticket; the digests of files to be removed after the commit.

    What he wrote as an officer stays without his name, because it belongs to the requester.
    """
    said = list(session.exec(select(Entry).where(Entry.ticket_id == ticket_id)))
    his = [entry for entry in said if entry.author_address.lower() in spellings]
    named = {*spellings, *telling_names(names)}
    ids = {entry.message_id for entry in his}
    for entry in said:
        _rewrite(entry, ("text", "full_text"), named)
    for entry in his:
        entry.full_text = entry.text if entry.kind in (EntryKind.ANSWER, EntryKind.INTERNAL) else ""
        entry.text, entry.message_id = entry.full_text, None
        entry.author_address, entry.author_name = NOBODY, ""
    for letter in session.exec(select(Outbox).where(Outbox.ticket_id == ticket_id)):
        _rewrite(letter, ("subject", "text", "html", "last_reply"), named)
        letter.references = [one for one in letter.references if one not in ids]
        letter.in_reply_to = None if letter.in_reply_to in ids else letter.in_reply_to
    for event in session.exec(select(Event).where(Event.ticket_id == ticket_id)):
        _rewrite(event, ("reason", "details"), named)
    of_ticket = col(Participant.ticket_id) == ticket_id
    session.exec(delete(Participant).where(of_ticket, func.lower(Participant.address).in_(spellings)))
    digests = remove_attachments(session, [entry.id for entry in his if entry.id is not None])
    mails = session.exec(
        select(Inbound).where(Inbound.ticket_id == ticket_id, func.lower(Inbound.sender).in_(spellings))
    )
    digests |= empty_mails(mails, at)
    session.flush()
    return blobs.release(session, digests, at)


def erase_rest(session: Session, spellings: Collection[str], at: datetime, by: str) -> list[str]:
    """Take out what names the person on its own, and note that it was done; the digests of files to be removed."""
    left = traces_of(session, spellings)
    digests = empty_mails(left.mails, at)
    empty_letters(session, left.letters, spellings, at)
    empty_labels(left.labels)
    for gone in left.learned:
        session.delete(gone)
    session.exec(delete(Mute).where(func.lower(Mute.key).in_(spellings)))
    session.exec(delete(Participant).where(func.lower(Participant.address).in_(spellings)))
    for row in left.staff:
        row.key = row.address = f"erased-{row.id}@removed.invalid"
        row.name = ""
    for model, name in _WHO:
        column = getattr(model, name)
        session.exec(update(model).where(func.lower(column).in_(spellings)).values({name: NOBODY}))
    answered = update(Ticket).where(func.lower(Ticket.reply_address).in_(spellings))
    session.exec(answered.values(reply_address=Ticket.requester_address))  # who asked gets the answers from now on
    session.add(Event(at=at, kind="person_erased", actor=by))
    session.flush()
    return blobs.release(session, digests, at)


def _mentioning(session: Session, model: Any, columns: Collection[str], spellings: Collection[str]) -> list[SQLModel]:
    wanted = [
        cast(getattr(model, name), String).icontains(spelling, autoescape=True)
        for name in columns
        for spelling in spellings
    ]
    return list(session.exec(select(model).where(or_(*wanted))))


def _lists_naming(session: Session, traces: Traces) -> list[Outbox]:
    """Letters of no ticket that name one of his: the lists of each morning, the leaders' summaries."""
    found: dict[int | None, Outbox] = {}
    for ticket in traces.tickets:
        named = select(Outbox).where(col(Outbox.ticket_id).is_(None), col(Outbox.text).contains(ticket.code))
        found |= {letter.id: letter for letter in session.exec(named)}
    return list(found.values())


def _rewrite(row: Any, columns: Collection[str], named: Collection[str]) -> int:
    """Put the mark into these columns of a row; 1 if that changed it."""
    changed = 0
    for name in columns:
        before = getattr(row, name)
        after = without(before, named) if isinstance(before, str) else plain_without(before, named)
        if after != before:
            setattr(row, name, after)
            changed = 1
    return changed
