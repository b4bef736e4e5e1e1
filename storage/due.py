"""Tickets by their clocks: which ones are due to be looked at, which are open, and what happened to them lately."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from storage.tables import Event, Passing, Ticket, TicketState
from storage.tickets import OPEN

ON_THE_CLOCK = (*OPEN, TicketState.RESOLVED)


def due(session: Session, now: datetime, limit: int) -> list[Ticket]:
    """Tickets whose next date has come, longest due first; those that the clocks never saw come before them.

    A ticket that was looked at in the future belongs to them: the host's clock was put back since.
    """
    has_come = or_(col(Ticket.next_at).is_(None), col(Ticket.next_at) <= now, col(Ticket.chased_at) > now)
    rows = select(Ticket).where(col(Ticket.state).in_(ON_THE_CLOCK), has_come)
    return list(session.exec(rows.order_by(col(Ticket.next_at).nulls_first(), col(Ticket.id)).limit(limit)))


def open_tickets(session: Session) -> list[Ticket]:
    """Every open ticket, oldest first."""
    return list(session.exec(select(Ticket).where(col(Ticket.state).in_(OPEN)).order_by(col(Ticket.id))))


def chains(session: Session, ticket_ids: Iterable[int]) -> dict[int, list[Passing]]:
    """The links of those who passed these tickets up, lowest first, by ticket."""
    rows = select(Passing).where(col(Passing.ticket_id).in_(list(ticket_ids))).order_by(col(Passing.position))
    found: dict[int, list[Passing]] = {}
    for link in session.exec(rows):
        found.setdefault(link.ticket_id, []).append(link)
    return found


def begun_since(session: Session, at: datetime) -> dict[str, int]:
    """How many tickets began from that time on, by who holds them now."""
    return _by_holder(session, col(Ticket.created_at) >= at)


def resolved_since(session: Session, at: datetime) -> dict[str, int]:
    """How many tickets were resolved from that time on and stayed so, by who resolved them."""
    return _by_holder(session, col(Ticket.resolved_at) >= at)


def happened_since(session: Session, kind: str, at: datetime) -> dict[str, int]:
    """How many events of this kind there were from that time on, by who holds their tickets now."""
    counted = select(Ticket.holder, func.count()).join(Event, col(Event.ticket_id) == col(Ticket.id))
    rows = counted.where(Event.kind == kind, col(Event.at) >= at).group_by(col(Ticket.holder))
    return dict(session.exec(rows).all())


def _by_holder(session: Session, condition: object) -> dict[str, int]:
    counted = select(Ticket.holder, func.count()).where(condition).group_by(col(Ticket.holder))  # type: ignore[arg-type]
    return dict(session.exec(counted).all())
