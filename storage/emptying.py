"""Taking people and their words out of rows whose counts stay: the one way for the retention rule and for `erase`.

What stays of a ticket: its code, times, states, level, holders, categories, province, and who of the staff did what.
What stays of a mail: its place in the ledger and its digests, so that it is not taken in a second time.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from storage.tables import (
    Attachment,
    Attempt,
    Entry,
    EntryKind,
    Event,
    Inbound,
    Label,
    Outbox,
    OutboxState,
    Participant,
    Record,
    Role,
    Ticket,
)

# RFC 2606 keeps .invalid free of real addresses, so that nothing can ever be sent to one of these.
NOBODY = "erased@removed.invalid"
MARK = "[…]"  # stands in a text where a person was named

_OF_STAFF = (EntryKind.ANSWER, EntryKind.INTERNAL)
_OUTSIDE = (Role.REQUESTER, Role.CC, Role.COLLEAGUE)
# Letters that may still be sent, and need their words and files.
UNSENT = (OutboxState.PENDING, OutboxState.LEASED, OutboxState.IN_DOUBT, OutboxState.OPEN, OutboxState.HELD)


def without(text: str, named: Iterable[str]) -> str:
    """The text with MARK for each of these addresses and names, whatever their capitals; parts of words stay."""
    wanted = sorted({one for one in named if one.strip()}, key=len, reverse=True)
    if not text or not wanted:
        return text
    found = "|".join(re.escape(one) for one in wanted)
    return re.sub(rf"(?<![\w.+-])(?:{found})(?![\w-])", MARK, text, flags=re.IGNORECASE)


def plain_without(value: Any, named: Collection[str]) -> Any:
    """The same for every text inside a JSON value."""
    if isinstance(value, str):
        return without(value, named)
    if isinstance(value, list):
        return [plain_without(one, named) for one in value]
    if isinstance(value, dict):
        return {key: plain_without(one, named) for key, one in value.items()}
    return value


def empty_ticket(session: Session, ticket: Ticket, at: datetime) -> set[str]:
    """Take everybody from outside and every word out of a ticket; the digests of files that it no longer needs."""
    assert ticket.id is not None
    entries = list(session.exec(select(Entry).where(Entry.ticket_id == ticket.id)))
    people, named = _people_of(session, ticket, entries)
    _empty_letters_of(session, ticket.id, people, at)
    _empty_events(session, ticket.id, people, named)
    for record in session.exec(select(Record).where(Record.ticket_id == ticket.id)):
        record.requester_address, record.text = NOBODY, without(record.text, named)
    for entry in entries:
        entry.text = entry.full_text = ""
        entry.message_id = None
        if entry.kind not in _OF_STAFF:
            entry.author_address, entry.author_name = NOBODY, ""
    session.exec(
        delete(Participant).where(col(Participant.ticket_id) == ticket.id, col(Participant.role).in_(_OUTSIDE))
    )
    ticket.subject, ticket.requester_name = "", ""
    ticket.requester_address = ticket.reply_address = NOBODY
    ticket.why = without(ticket.why, named)
    ticket.emptied_at, ticket.version = at, ticket.version + 1
    mails = list(session.exec(select(Inbound).where(Inbound.ticket_id == ticket.id)))
    digests = remove_attachments(session, [entry.id for entry in entries if entry.id is not None])
    session.flush()
    return digests | empty_mails(mails, at)


def empty_mails(mails: Iterable[Inbound], at: datetime) -> set[str]:
    """Take sender, subject and Message-ID out of the ledger's rows; the digests of their raw files."""
    digests = set()
    for mail in mails:
        mail.reason = without(mail.reason, (mail.sender, mail.subject))
        mail.sender, mail.subject, mail.message_id, mail.emptied_at = "", "", None, at
        if mail.digest is not None:
            digests.add(mail.digest)
    return digests


def remove_attachments(session: Session, entry_ids: Sequence[int]) -> set[str]:
    """Remove the rows of these entries' attachments; the digests of their files."""
    of_entries = col(Attachment.entry_id).in_(entry_ids)
    digests = set(session.exec(select(Attachment.digest).where(of_entries)))
    session.exec(delete(Attachment).where(of_entries))
    return digests


def empty_letters(session: Session, letters: Iterable[Outbox], people: Collection[str], at: datetime) -> None:
    """Take the words out of letters, and the recipient where he is one of `people` (lower case).

    What was not yet accepted is cancelled: an empty letter must never be sent.
    """
    for letter in letters:
        if letter.state in UNSENT:
            letter.state, letter.lease_until = OutboxState.CANCELLED, None
        letter.subject = letter.text = letter.html = letter.last_reply = ""
        letter.references, letter.attachments, letter.in_reply_to = [], [], None
        if letter.recipient.lower() in people:
            # Each its own, because a cause writes a letter once to a recipient.
            letter.recipient, letter.recipient_name = f"erased-{letter.id}@removed.invalid", ""
            letter.recipient_key = letter.recipient_domain = ""
        letter.emptied_at = at
        session.exec(update(Attempt).where(col(Attempt.outbox_id) == letter.id).values(reply=""))


def empty_labels(labels: Iterable[Label]) -> None:
    """Take the request out of rows to learn from; what was judged and what was said of it stays."""
    for label in labels:
        label.sender_name = label.sender_address = label.subject = label.text = ""


def _people_of(session: Session, ticket: Ticket, entries: Sequence[Entry]) -> tuple[set[str], set[str]]:
    """The addresses of those from outside in a ticket (lower case), and all that names them."""
    rows = session.exec(
        select(Participant).where(Participant.ticket_id == ticket.id, col(Participant.role).in_(_OUTSIDE))
    ).all()
    outside = [entry for entry in entries if entry.kind not in _OF_STAFF]
    addresses = {ticket.requester_address, ticket.reply_address}
    addresses |= {row.address for row in rows} | {entry.author_address for entry in outside}
    names = {ticket.requester_name} | {row.name for row in rows} | {entry.author_name for entry in outside}
    people = {address.lower() for address in addresses if address}
    return people, {*people, *telling_names(names), *([ticket.subject] if len(ticket.subject) > 5 else [])}


def telling_names(names: Iterable[str]) -> set[str]:
    """Those names that are taken out of a text: one syllable alone could be any word."""
    return {name for name in names if len(name.split()) > 1}


def _empty_letters_of(session: Session, ticket_id: int, people: Collection[str], at: datetime) -> None:
    empty_letters(session, session.exec(select(Outbox).where(Outbox.ticket_id == ticket_id)), people, at)


def _empty_events(session: Session, ticket_id: int, people: Collection[str], named: Collection[str]) -> None:
    for event in session.exec(select(Event).where(Event.ticket_id == ticket_id)):
        if event.actor.lower() in people:
            event.actor = NOBODY
        event.reason = without(event.reason, named)
        event.details = plain_without(event.details, named)
