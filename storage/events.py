"""Events: who did what, when and why."""

from datetime import datetime

from sqlmodel import Session, col, select

from storage.tables import Event


def add(session: Session, event: Event) -> Event:
    """Record the event; it has its id afterwards, for causes such as `event:9`."""
    session.add(event)
    session.flush()
    return event


def of_ticket(session: Session, ticket_id: int) -> list[Event]:
    """The events of a ticket in the order in which they happened."""
    return list(session.exec(select(Event).where(Event.ticket_id == ticket_id).order_by(col(Event.id))))


def between(session: Session, since: datetime, until: datetime, kind: str) -> list[Event]:
    """The events of a kind from `since` on and before `until`, oldest first."""
    happened = select(Event).where(Event.kind == kind, col(Event.at) >= since, col(Event.at) < until)
    return list(session.exec(happened.order_by(col(Event.id))))


def latest(session: Session, ticket_id: int, kind: str) -> Event | None:
    """The last event of this kind in a ticket."""
    rows = select(Event).where(Event.ticket_id == ticket_id, Event.kind == kind)
    return session.exec(rows.order_by(col(Event.id).desc()).limit(1)).first()
