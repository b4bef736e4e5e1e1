"""What the notes of a morning tell: the rows since the last one, and what still waits for a person.

`since` is the first moment and `until` the first one that is left to the next note.
"""

from datetime import datetime

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from storage.tables import Attempt, Event, Inbound, Outbox, OutboxState, Ticket


def last_note(session: Session, letter: str) -> datetime | None:
    """When the last letter of this kind was decided, whoever got it."""
    return session.exec(select(func.max(Outbox.created_at)).where(Outbox.letter == letter)).one()


def failed_proofs(session: Session, since: datetime, until: datetime) -> list[tuple[Event, str, datetime]]:
    """Each mail handled then whose sender was not proved, oldest first: with its ticket's code ("" for none) and its receipt."""
    rows = select(Event, Ticket.code, Inbound.received_at).join(
        Ticket, col(Ticket.id) == col(Event.ticket_id), isouter=True
    )
    of_mails = rows.join(Inbound, col(Inbound.id) == col(Event.inbound_id), isouter=True)
    then = of_mails.where(Event.kind == "proof_failed", col(Event.at) >= since, col(Event.at) < until)
    found = session.exec(then.order_by(col(Event.id)))
    return [(event, code or "", received_at or event.at) for event, code, received_at in found]


def stuck_letters(session: Session, since: datetime, until: datetime) -> list[Outbox]:
    """Letters that wait for a person: every open one, and those that were refused then."""
    tried = select(Attempt.outbox_id).where(col(Attempt.at) >= since, col(Attempt.at) < until)
    refused = (col(Outbox.state) == OutboxState.REFUSED) & col(Outbox.id).in_(tried)
    rows = select(Outbox).where(or_(col(Outbox.state) == OutboxState.OPEN, refused))
    return list(session.exec(rows.order_by(col(Outbox.id))))
