"""Transactions: everything or nothing, one moment for readers, and faults in words of our own."""

import sqlite3
import stat
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlmodel import Session

from storage import intake, tickets
from storage.columns import storable
from storage.database import Database
from storage.faults import DatabaseDown, DatabaseWrong
from storage.migrations import upgrade
from storage.tables import Inbound, InboundState
from tests.storage.rows import NOW, inbound, stored_inbound, stored_ticket, ticket

Opener = Callable[..., Database]


def test_a_block_that_ends_is_stored_and_one_that_fails_leaves_nothing(database: Database) -> None:
    with database.write() as session:
        stored_inbound(session, 1)
    with pytest.raises(ZeroDivisionError), database.write() as session:
        stored_inbound(session, 2)
        raise ZeroDivisionError
    with database.read() as session:
        assert intake.known_uids(session, "hotro", 7) == {1}


def test_rows_are_plain_values_after_their_block(database: Database) -> None:
    with database.write() as session:
        written = tickets.add(session, ticket())
    assert written.subject == "Không đăng nhập được TABMIS"
    with database.read() as session:
        row = tickets.by_code(session, "HT-2026-000001")
    assert row is not None
    assert (row.created_at, row.state, row.level) == (NOW, "new", 1)


def test_a_reading_block_sees_one_moment(database: Database) -> None:
    with database.read() as reading:
        assert intake.known_uids(reading, "hotro", 7) == set()
        with database.write() as session:
            stored_inbound(session, 1)
        assert intake.known_uids(reading, "hotro", 7) == set()
    with database.read() as reading:
        assert intake.known_uids(reading, "hotro", 7) == {1}


def test_a_write_in_a_reading_block_is_an_error_and_not_lost_in_silence(database: Database) -> None:
    with pytest.raises(DBAPIError), database.read() as session:
        intake.add(session, inbound(1))
    with database.write() as session:
        stored_inbound(session, 1)


def test_a_broken_constraint_stays_a_bug_of_ours(database: Database) -> None:
    with pytest.raises(IntegrityError), database.write() as session:
        stored_inbound(session, 1, ticket_id=999)


def test_a_value_outside_a_closed_list_and_a_time_without_zone_are_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="'lost' is not a valid"), database.write() as session:
        intake.add(session, inbound(1, state="lost"))
    with pytest.raises(StatementError, match="without zone"), database.write() as session:
        intake.add(session, inbound(1, received_at=datetime(2026, 11, 2)))  # noqa: DTZ001 (that is the point)


def test_closed_lists_come_back_as_their_members(database: Database) -> None:
    with database.write() as session:
        stored_inbound(session, 1)
    with database.read() as session:
        row = intake.get(session, 1)
        assert session.connection().execute(text("SELECT state FROM inbound")).scalar() == "pending"
    assert row is not None
    assert row.state is InboundState.PENDING


@pytest.mark.parametrize("subject", ["a\0b", "half \ud83d of a pair", "\0" * 3, "Đề nghị hỗ trợ 🎉"])
def test_no_text_of_a_mail_makes_its_row_impossible(database: Database, subject: str) -> None:
    with database.write() as session:
        row_id = stored_inbound(session, 1, subject=subject).id
    with database.read() as session:
        row = session.get(Inbound, row_id)
    assert row is not None
    assert row.subject == storable(subject)
    assert len(row.subject) == len(subject)


def test_a_message_id_longer_than_an_index_takes_is_stored_and_found(database: Database) -> None:
    endless = "<" + "".join(chr(0x1E00 + i % 250) for i in range(90_000)) + "@example.vn>"
    with database.write() as session:
        first = stored_inbound(session, 1, message_id=endless, content_digest="c1")
        second = stored_inbound(session, 2, message_id=endless, content_digest="c")
        found = intake.same_id_before(session, second)
    assert found is not None
    assert found.id == first.id


def test_uids_and_uidvalidity_use_all_32_bits(database: Database) -> None:
    highest = 2**32 - 1
    with database.write() as session:
        stored_inbound(session, highest, uidvalidity=highest)
        intake.set_cursor(session, "hotro", highest, highest, NOW)
    with database.read() as session:
        assert intake.known_uids(session, "hotro", highest) == {highest}


def test_texts_are_searched_without_regard_to_case_in_vietnamese(database: Database) -> None:
    with database.write() as session:
        stored_ticket(session, "HT-2026-000001", subject="Đề nghị mở khóa tài khoản 100%")
        stored_ticket(session, "HT-2026-000002", subject="Không in được")
    with database.read() as session:
        assert _codes(session, "ĐỀ NGHỊ") == ["HT-2026-000001"]
        assert _codes(session, "0%") == ["HT-2026-000001"]
        assert _codes(session, "không") == ["HT-2026-000002"]
        assert _codes(session, "HT-2026") == ["HT-2026-000002", "HT-2026-000001"]


def _codes(session: Session, searched: str) -> list[str]:
    return [row.code for row in tickets.listing(session, tickets.TicketFilter(text=searched))]


# --- SQLite alone


def test_the_sqlite_file_and_its_folders_are_private(tmp_path: Path, open_database: Opener) -> None:
    path = tmp_path / "new" / "data" / "desk.db"
    upgrade(open_database(f"sqlite:///{path}"))
    modes = {stat.S_IMODE(each.stat().st_mode) for each in (path, *path.parent.glob("desk.db-*"))}
    assert modes == {0o600}
    assert {stat.S_IMODE(each.stat().st_mode) for each in (path.parent, path.parent.parent)} == {0o700}


def test_sqlite_is_durable_and_keeps_foreign_keys(tmp_path: Path, open_database: Opener) -> None:
    database = open_database(f"sqlite:///{tmp_path}/desk.db")
    upgrade(database)
    for block in (database.read, database.write):
        with block() as session:
            ask = session.connection().exec_driver_sql
            answers = [ask(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous", "foreign_keys")]
        assert answers == ["wal", 2, 1]  # 2 is FULL


def test_a_locked_sqlite_is_down_and_works_again_when_it_is_free(tmp_path: Path, open_database: Opener) -> None:
    database = open_database(f"sqlite:///{tmp_path}/desk.db", 0.05)
    upgrade(database)
    other = sqlite3.connect(tmp_path / "desk.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseDown, match="busy: database is locked"), database.write():
        pytest.fail("the block must not begin")
    with database.read() as session:
        assert intake.pending(session) == []
    other.execute("ROLLBACK")
    other.close()
    with database.write() as session:
        stored_inbound(session, 1)


def test_a_file_that_is_no_database_is_wrong(tmp_path: Path, open_database: Opener) -> None:
    (tmp_path / "desk.db").write_bytes(b"Subject: not a database\r\n" * 100)
    database = open_database(f"sqlite:///{tmp_path}/desk.db")
    with pytest.raises(DatabaseWrong, match="damaged or no database"):
        upgrade(database)


def test_a_folder_in_place_of_the_file_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(DatabaseWrong, match="cannot be used"):
        Database(f"sqlite:///{tmp_path}")


@pytest.mark.parametrize("url", ["desk.db", "nosuch://x/y", ""])
def test_an_address_that_names_no_database_is_wrong(url: str) -> None:
    with pytest.raises(DatabaseWrong, match="cannot be used"):
        Database(url)


# --- PostgreSQL alone


def test_an_unreachable_postgresql_is_down(open_database: Opener) -> None:
    database = open_database("postgresql+psycopg://desk@127.0.0.1:1/desk")
    with pytest.raises(DatabaseDown, match="cannot be reached"), database.write():
        pytest.fail("the block must not begin")


@pytest.mark.servers
def test_a_connection_that_the_server_ended_is_down_once(postgres: str, open_database: Opener) -> None:
    database = open_database(f"{postgres}/model")
    with pytest.raises(DatabaseDown), database.write() as session:
        session.connection().execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    with database.read() as session:
        assert intake.pending(session) == []


@pytest.mark.servers
def test_a_missing_postgresql_database_is_refused_with_its_name(postgres: str, open_database: Opener) -> None:
    database = open_database(f"{postgres}/nosuch")
    with pytest.raises((DatabaseWrong, DatabaseDown), match="nosuch"):
        upgrade(database)
