"""Events: who did what, when and why."""

from datetime import datetime

from sqlalchemy import func
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


def since(session: Session, at: datetime, kind: str | None = None) -> list[Event]:
    """All events from that time on, of one kind or of all, oldest first."""
    happened = select(Event).where(col(Event.at) >= at).order_by(col(Event.id))
    return list(session.exec(happened if kind is None else happened.where(Event.kind == kind)))


def count_since(session: Session, at: datetime, kind: str, actor: str | None = None) -> int:
    """How many events of this kind there were from that time on, of one actor or of all."""
    counted = select(func.count()).select_from(Event).where(col(Event.at) >= at, Event.kind == kind)
    return session.exec(counted if actor is None else counted.where(Event.actor == actor)).one()


def latest(session: Session, ticket_id: int, kind: str) -> Event | None:
    """The last event of this kind in a ticket."""
    rows = select(Event).where(Event.ticket_id == ticket_id, Event.kind == kind)
    return session.exec(rows.order_by(col(Event.id).desc()).limit(1)).first()
