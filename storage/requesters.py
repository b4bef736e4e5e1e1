"""Requesters outside the directory, as earlier tickets taught them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from storage.tables import LearnedFrom, Requester, Ticket, TicketState


def known(session: Session, key: str) -> Requester | None:
    """What is known of the requester with this comparable address."""
    return session.get(Requester, key) if key else None


def learn(session: Session, lesson: Requester, at: datetime) -> None:
    """Take in what one ticket taught.

    The same province again counts as one more confirmation. Another province replaces the old one, but a person's word
    is replaced only by a person's word.
    """
    old = session.get(Requester, lesson.key)
    if old is None:
        lesson.updated_at = at
        session.add(lesson)
        session.flush()
        return
    said_by_person = lesson.learned_from is LearnedFrom.PERSON
    if lesson.province != old.province and not said_by_person and old.learned_from is LearnedFrom.PERSON:
        return
    old.confirmed = old.confirmed + 1 if lesson.province == old.province else 1
    if said_by_person or lesson.province != old.province:
        old.learned_from = lesson.learned_from
    old.province, old.province_current = lesson.province, lesson.province_current
    old.organisation = lesson.organisation or old.organisation
    old.name, old.address = lesson.name or old.name, lesson.address
    old.ticket_code, old.updated_at = lesson.ticket_code or old.ticket_code, at
    session.flush()


def open_tickets(session: Session, address: str, states: Collection[TicketState], limit: int) -> list[Ticket]:
    """The tickets in these states that this address began, newest first; capitals make no difference."""
    asked = func.lower(col(Ticket.requester_address)) == address.lower()
    rows = select(Ticket).where(asked, col(Ticket.state).in_(states))
    return list(session.exec(rows.order_by(col(Ticket.id).desc()).limit(limit)))


def load(session: Session, states: Collection[TicketState]) -> dict[str, int]:
    """How many tickets in these states each officer has, by address as written: taken by him, else assigned to him."""
    officer = func.coalesce(Ticket.taken_by, Ticket.assigned_to)
    rows = select(officer, func.count()).where(col(Ticket.state).in_(states), officer.is_not(None)).group_by(officer)
    found: dict[str, int] = dict(session.exec(rows).all())
    return found
