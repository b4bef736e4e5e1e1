"""The retention rule: what goes by itself some time after it was needed. What belongs to an open ticket never goes.

Each rule is a question ("which rows are due?") and a deed on some of them, so that it can be counted without being done
and be done in small transactions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, false, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from storage import blobs
from storage.emptying import UNSENT, empty_labels, empty_letters, empty_mails, empty_ticket
from storage.tables import (
    Attachment,
    Blob,
    Entry,
    Inbound,
    InboundState,
    Label,
    Outbox,
    Requester,
    Ticket,
    TicketState,
)

# A duplicate of a request that still waits is not over for its requester, and a letter on its way still needs its files.
ENDED = (TicketState.CLOSED, TicketState.REJECTED, TicketState.DUPLICATE, TicketState.INCIDENT_CHILD)


@dataclass(frozen=True, slots=True)
class Before:
    """For each rule the moment before which things are due; None keeps them for good."""

    ticket_mails: datetime | None = None
    ignored_mails: datetime | None = None
    attachments: datetime | None = None
    ticket_texts: datetime | None = None
    letter_texts: datetime | None = None
    learning_texts: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """`due` selects the keys of the rows that the rule takes; `take` does it to rows with these keys."""

    name: str
    due: Callable[[Before], Any]
    take: Callable[[Session, Sequence[Any], datetime], None]

    def count(self, session: Session, before: Before) -> int:
        """How many rows are due."""
        return session.exec(select(func.count()).select_from(self.due(before).subquery())).one()

    def apply(self, session: Session, before: Before, now: datetime, limit: int) -> int:
        """Take up to `limit` rows that are due; how many they were."""
        keys = list(session.exec(self.due(before).limit(limit)))
        if keys:
            self.take(session, keys, now)
        return len(keys)


def ended_tickets(before: datetime | None) -> Any:
    """The ids of tickets that ended before then and owe nobody anything; none for None."""
    if before is None:
        return select(Ticket.id).where(false())
    main = aliased(Ticket)
    main_waits = exists().where(col(main.code) == Ticket.duplicate_of, col(main.state).not_in(ENDED))
    letters = exists().where(col(Outbox.ticket_id) == Ticket.id, col(Outbox.state).in_(UNSENT))
    ended = select(Ticket.id).where(col(Ticket.state).in_(ENDED), col(Ticket.closed_at) < before)
    return ended.where(~main_waits, ~letters)


def _due_mails(before: Before) -> Any:
    """The ids of mails whose raw file is no longer needed. Quarantined and pending mail waits for somebody."""
    of_tickets = (col(Inbound.state) == InboundState.ENTRY) & col(Inbound.ticket_id).in_(
        ended_tickets(before.ticket_mails)
    )
    return select(Inbound.id).where(or_(of_tickets, _ignored_due(before)))


def _ignored_due(before: Before) -> Any:
    if before.ignored_mails is None:
        return false()
    of_no_open_ticket = or_(
        col(Inbound.ticket_id).is_(None), col(Inbound.ticket_id).in_(ended_tickets(before.ignored_mails))
    )
    return (
        (col(Inbound.state) == InboundState.IGNORED)
        & (col(Inbound.settled_at) < before.ignored_mails)
        & of_no_open_ticket
    )


def _due_attachments(before: Before) -> Any:
    entries = select(Entry.id).where(col(Entry.ticket_id).in_(ended_tickets(before.attachments)))
    return select(Attachment.id).where(col(Attachment.entry_id).in_(entries))


def _due_files(before: Before) -> Any:
    """The digests of files that nothing needs which is not due itself: one file may serve several mails and tickets."""
    mail_needs = exists().where(
        col(Inbound.digest) == Blob.digest,
        col(Inbound.emptied_at).is_(None),
        col(Inbound.id).not_in(_due_mails(before)),
    )
    attachment_needs = exists().where(
        col(Attachment.digest) == Blob.digest, col(Attachment.id).not_in(_due_attachments(before))
    )
    return select(Blob.digest).where(col(Blob.removed_at).is_(None), ~mail_needs, ~attachment_needs)


def _of_state(state: InboundState) -> Any:
    return exists().where(col(Inbound.digest) == Blob.digest, col(Inbound.state) == state)


def _due_raw_of_tickets(before: Before) -> Any:
    return _due_files(before).where(_of_state(InboundState.ENTRY))


def _due_raw_of_ignored(before: Before) -> Any:
    return _due_files(before).where(_of_state(InboundState.IGNORED), ~_of_state(InboundState.ENTRY))


def _due_attached_files(before: Before) -> Any:
    is_raw = exists().where(col(Inbound.digest) == Blob.digest)
    return _due_files(before).where(~is_raw)


def _remove_files(session: Session, digests: Sequence[Any], now: datetime) -> None:
    blobs.mark_removed(session, digests, now)


def _due_ignored(before: Before) -> Any:
    """Ignored mails whose sender and subject go with the raw file, and repeats of mails that were emptied."""
    first = aliased(Inbound)
    same = or_(col(first.digest) == Inbound.digest, col(first.content_digest) == Inbound.content_digest)
    repeats = exists().where(same, col(first.emptied_at).is_not(None), col(first.id) < Inbound.id)
    ignored = (col(Inbound.state) == InboundState.IGNORED) & col(Inbound.emptied_at).is_(None)
    return select(Inbound.id).where(ignored, or_(_ignored_due(before), repeats))


def _empty_ignored(session: Session, ids: Sequence[Any], now: datetime) -> None:
    mails = session.exec(select(Inbound).where(col(Inbound.id).in_(ids))).all()
    digests = empty_mails(mails, now)
    session.flush()
    blobs.release(session, digests, now)


def _due_tickets(before: Before) -> Any:
    anew = or_(col(Ticket.emptied_at).is_(None), col(Ticket.emptied_at) < col(Ticket.closed_at))
    return ended_tickets(before.ticket_texts).where(anew)


def _empty_tickets(session: Session, ids: Sequence[Any], now: datetime) -> None:
    for ticket in session.exec(select(Ticket).where(col(Ticket.id).in_(ids)).with_for_update()).all():
        blobs.release(session, empty_ticket(session, ticket, now), now)


def _due_learned(before: Before) -> Any:
    """The keys of requesters from whom nothing was heard for so long that their tickets are empty."""
    if before.ticket_texts is None:
        return select(Requester.key).where(false())
    return select(Requester.key).where(col(Requester.updated_at) < before.ticket_texts)


def _forget_learned(session: Session, keys: Sequence[Any], now: datetime) -> None:
    session.exec(delete(Requester).where(col(Requester.key).in_(keys)))


def _due_letters(before: Before) -> Any:
    if before.letter_texts is None:
        return select(Outbox.id).where(false())
    of_no_open_ticket = or_(
        col(Outbox.ticket_id).is_(None), col(Outbox.ticket_id).in_(ended_tickets(before.letter_texts))
    )
    old = select(Outbox.id).where(col(Outbox.created_at) < before.letter_texts, col(Outbox.emptied_at).is_(None))
    return old.where(col(Outbox.state).not_in(UNSENT), of_no_open_ticket)


def _empty_letters(session: Session, ids: Sequence[Any], now: datetime) -> None:
    empty_letters(session, session.exec(select(Outbox).where(col(Outbox.id).in_(ids))).all(), (), now)


def _due_labels(before: Before) -> Any:
    if before.learning_texts is None:
        return select(Label.id).where(false())
    speaks = or_(*(col(said) != "" for said in (Label.text, Label.subject, Label.sender_address, Label.sender_name)))
    of_no_open_ticket = col(Label.ticket_id).in_(ended_tickets(before.learning_texts))
    return select(Label.id).where(col(Label.at) < before.learning_texts, of_no_open_ticket, speaks)


def _empty_labels(session: Session, ids: Sequence[Any], now: datetime) -> None:
    empty_labels(session.exec(select(Label).where(col(Label.id).in_(ids))).all())


# In this order: files before the rows that say what they were.
RULES = (
    Rule("ticket_mails", _due_raw_of_tickets, _remove_files),
    Rule("ignored_mails", _due_raw_of_ignored, _remove_files),
    Rule("attachments", _due_attached_files, _remove_files),
    Rule("ignored_names", _due_ignored, _empty_ignored),
    Rule("ticket_texts", _due_tickets, _empty_tickets),
    Rule("learned_people", _due_learned, _forget_learned),
    Rule("letter_texts", _due_letters, _empty_letters),
    Rule("learning_texts", _due_labels, _empty_labels),
)
