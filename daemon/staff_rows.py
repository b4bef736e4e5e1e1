"""The directory's rows in the database as members of staff, and back."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from daemon.desk.directory import Staff
from daemon.reading.addresses import comparable
from storage.tables import Person


def staff_on(rows: Iterable[Person], today: date) -> list[Staff]:
    """The members of staff as they are on this day; those who are away stay members."""
    return [
        Staff(
            row.address,
            row.name,
            row.holder,
            row.leader,
            frozenset(row.applications),
            row.province,
            absent=is_absent(row, today),
            substitute=row.substitute,
        )
        for row in rows
    ]


def is_absent(row: Person, today: date) -> bool:
    """Whether this person is away on this day; an absence without end lasts until it is taken back."""
    return row.absent_from is not None and row.absent_from <= today <= (row.absent_until or today)


def rows_of(staff: Sequence[Staff], at: datetime) -> list[Person]:
    """A row for each member, as it is added to the database."""
    return [
        Person(
            key=comparable(one.address),
            address=one.address,
            name=one.name,
            holder=one.holder,
            leader=one.leader,
            applications=sorted(one.applications),
            province=one.province,
            absent_from=one.absent_from,
            absent_until=one.absent_until,
            substitute=one.substitute,
            changed_at=at,
        )
        for one in staff
    ]
