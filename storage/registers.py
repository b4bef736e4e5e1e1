"""The registers of the support division: bugs, user mistakes, proposals and changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from storage.tables import Record, RecordState, Register, Ticket

AT_ONCE = 500  # a database takes only so many values in one question
# A bug goes this way and never back.
BUG_GOES = (RecordState.SUSPECTED, RecordState.CONFIRMED, RecordState.BEING_FIXED, RecordState.FIXED)


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """Which records to list; an empty field does not narrow. `until` itself is outside."""

    kind: Register | None = None
    since: datetime | None = None
    until: datetime | None = None
    province: str = ""
    application: str = ""


def put(session: Session, record: Record) -> Record:
    """Store a record. A ticket has one bug, one mistake and one proposal, which a second word brings up to date.

    Changes are each a record of its own.
    """
    known = _known(session, record) if record.kind is not Register.CHANGE else None
    if known is None:
        session.add(record)
        session.flush()
        return record
    if record.state in BUG_GOES and BUG_GOES.index(record.state) > BUG_GOES.index(known.state):
        known.state = record.state
    known.text, known.application, known.province = record.text, record.application, record.province
    known.office, known.officer, known.changed_at = record.office, record.officer, record.changed_at
    session.add(known)
    session.flush()
    return known


def listing(session: Session, wanted: RecordFilter) -> list[Record]:
    """The records that pass the filter, oldest first."""
    return list(session.exec(select(Record).where(*_conditions(wanted)).order_by(col(Record.id))))


def codes(session: Session, ticket_ids: Iterable[int]) -> dict[int, str]:
    """The codes of these tickets, by id."""
    wanted, found = sorted(set(ticket_ids)), dict[int, str]()
    for start in range(0, len(wanted), AT_ONCE):
        rows = select(Ticket.id, Ticket.code).where(col(Ticket.id).in_(wanted[start : start + AT_ONCE]))
        found |= {number: code for number, code in session.exec(rows) if number is not None}
    return found


def _known(session: Session, record: Record) -> Record | None:
    if record.ticket_id is None:
        return None
    same = select(Record).where(Record.ticket_id == record.ticket_id, Record.kind == record.kind)
    return session.exec(same).first()


def _conditions(wanted: RecordFilter) -> list[bool]:
    conditions = []
    if wanted.kind is not None:
        conditions.append(col(Record.kind) == wanted.kind)
    if wanted.since is not None:
        conditions.append(col(Record.at) >= wanted.since)
    if wanted.until is not None:
        conditions.append(col(Record.at) < wanted.until)
    if wanted.province:
        conditions.append(col(Record.province) == wanted.province)
    if wanted.application:
        conditions.append(col(Record.application) == wanted.application)
    return conditions  # type: ignore[return-value]
