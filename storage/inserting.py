"""Inserting a row unless its key is there already, in one statement, so that two workers cannot both believe it new."""

from typing import Any

from sqlalchemy import Insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def insert_once(session: Session, row: SQLModel, *key: str) -> Any:
    """Insert the row unless one with the same key columns exists.

    Returns the first primary key column's value of the new row, or None when it existed. The row object itself is not
    attached to the session.
    """
    table = type(row).__table__  # type: ignore[attr-defined]
    values = {c.name: getattr(row, c.name) for c in table.columns}
    if values.get("id", 0) is None:
        del values["id"]
    first = next(iter(table.primary_key.columns))
    statement: Insert
    if session.get_bind().dialect.name == "postgresql":
        statement = postgresql.insert(table).values(values).on_conflict_do_nothing(index_elements=key).returning(first)
    else:
        statement = sqlite.insert(table).values(values).on_conflict_do_nothing(index_elements=key).returning(first)
    session.flush()  # rows added before this one may be what it points to
    return session.connection().execute(statement).scalar_one_or_none()
