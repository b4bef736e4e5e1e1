"""The directory of staff in the database: who belongs where, who is away, who has left."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from storage.tables import Person

_SAID = ("address", "name", "holder", "leader", "applications", "province")
_ABSENCE = ("absent_from", "absent_until", "substitute")


def is_empty(session: Session) -> bool:
    """True until somebody was imported or added; people who left count as somebody."""
    return session.exec(select(func.count()).select_from(Person)).one() == 0


def stamp(session: Session) -> tuple[int, datetime | None]:
    """A value that changes with every change of the directory: how many rows there are, and when one last changed."""
    rows, latest = session.exec(select(func.count(), func.max(Person.changed_at)).select_from(Person)).one()
    return rows, latest


def by_key(session: Session, key: str) -> Person | None:
    """The person with this comparable address, whether still here or not."""
    return session.exec(select(Person).where(Person.key == key)).one_or_none()


def listing(session: Session, *, holder: str = "", retired: bool = False) -> list[Person]:
    """The people of one holder or of all, in the order in which they came in; those who left only with `retired`."""
    rows = select(Person).order_by(col(Person.id))
    if holder:
        rows = rows.where(Person.holder == holder)
    return list(session.exec(rows if retired else rows.where(col(Person.retired_at).is_(None))))


def put(session: Session, person: Person, at: datetime, *, with_absence: bool = False) -> str:
    """Add this person, or make the stored one with the same key say the same; "added", "changed" or "unchanged".

    Somebody who had left is back. Absence and substitute of a known person are kept as they are, unless `with_absence`.
    """
    names = (*_SAID, *_ABSENCE) if with_absence else _SAID
    known = by_key(session, person.key)
    if known is None:
        person.changed_at = at
        session.add(person)
        session.flush()
        return "added"
    if known.retired_at is None and all(getattr(known, name) == getattr(person, name) for name in names):
        return "unchanged"
    back = known.retired_at is not None
    for name in names:
        setattr(known, name, getattr(person, name))
    known.retired_at, known.changed_at = None, at
    session.flush()
    return "added" if back else "changed"


def retire(session: Session, keys: Iterable[str], at: datetime) -> list[Person]:
    """Those of these people who were still here leave; their rows stay."""
    leaving = select(Person).where(col(Person.key).in_(list(keys)), col(Person.retired_at).is_(None))
    people = list(session.exec(leaving.order_by(col(Person.id))))
    for person in people:
        person.retired_at = person.changed_at = at
    session.flush()
    return people


def set_absence(
    session: Session, person: Person, first: date | None, last: date | None, substitute: str | None, at: datetime
) -> None:
    """Note from which to which day (both included) a person is away and who stands in; all None ends the absence."""
    person.absent_from, person.absent_until, person.substitute = first, last, substitute
    person.changed_at = at
    session.add(person)
    session.flush()
