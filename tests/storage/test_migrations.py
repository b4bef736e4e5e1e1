"""The migrated schema is the one of `storage.tables`, and a database that does not fit is refused."""

import threading
from collections.abc import Callable

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlmodel import SQLModel

import storage.tables  # noqa: F401 (fills the metadata)
from storage.database import Database
from storage.faults import DatabaseWrong
from storage.migrations import HEAD, require_current, upgrade

Opener = Callable[[str], Database]


def differences(database: Database) -> list[object]:
    with database.read() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        return list(compare_metadata(context, SQLModel.metadata))


def test_an_empty_database_gets_exactly_the_tables_of_the_program(empty_url: str, open_database: Opener) -> None:
    database = open_database(empty_url)
    assert differences(database)
    upgrade(database)
    assert differences(database) == []
    require_current(database)


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    upgrade(database)
    assert differences(database) == []


def test_two_programs_that_start_together_upgrade_once(empty_url: str, open_database: Opener) -> None:
    databases = [open_database(empty_url) for _ in range(2)]
    faults: list[Exception] = []

    def start(database: Database) -> None:
        try:
            upgrade(database)
        except Exception as error:  # noqa: BLE001 (the test shows whatever it was)
            faults.append(error)

    threads = [threading.Thread(target=start, args=(database,)) for database in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert differences(databases[0]) == []


def test_a_database_of_a_newer_program_is_refused_by_name_of_both_schemas(database: Database) -> None:
    with database.write() as session:
        session.connection().execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseWrong, match=f"9999, newer than this program's {HEAD}"):
        upgrade(database)
    with pytest.raises(DatabaseWrong, match="9999"):
        require_current(database)


def test_a_database_of_something_else_is_left_alone(empty_url: str, open_database: Opener) -> None:
    database = open_database(empty_url)
    with database.write() as session:
        session.connection().execute(text("CREATE TABLE guestbook (line TEXT)"))
    with pytest.raises(DatabaseWrong, match="something else: guestbook"):
        upgrade(database)


def test_a_database_without_tables_is_not_current(empty_url: str, open_database: Opener) -> None:
    database = open_database(empty_url)
    with pytest.raises(DatabaseWrong, match="start the service once"):
        require_current(database)
