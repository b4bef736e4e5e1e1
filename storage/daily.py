"""What the daily note tells: the rows since the last note, and what still waits for a person."""

from datetime import datetime

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from storage.tables import Attempt, Event, Outbox, OutboxState, Ticket


def last_note(session: Session, letter: str) -> datetime | None:
    """When the last letter of this kind was decided, whoever got it."""
    return session.exec(select(func.max(Outbox.created_at)).where(Outbox.letter == letter)).one()


def failed_proofs(session: Session, since: datetime) -> list[tuple[Event, str]]:
    """Each mail from that time on whose sender was not proved, with its ticket's code ("" for none), oldest first."""
    rows = select(Event, Ticket.code).join(Ticket, col(Ticket.id) == col(Event.ticket_id), isouter=True)
    found = session.exec(rows.where(Event.kind == "proof_failed", col(Event.at) > since).order_by(col(Event.id)))
    return [(event, code or "") for event, code in found]


def stuck_letters(session: Session, since: datetime) -> list[Outbox]:
    """Letters that wait for a person: every open one, and those that were refused from that time on."""
    tried = select(Attempt.outbox_id).where(col(Attempt.at) > since)
    refused = (col(Outbox.state) == OutboxState.REFUSED) & col(Outbox.id).in_(tried)
    rows = select(Outbox).where(or_(col(Outbox.state) == OutboxState.OPEN, refused))
    return list(session.exec(rows.order_by(col(Outbox.id))))
