"""The database is locked, damaged, of another version, none at all, or gone for a while: nothing is overwritten, lost or doubled."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from daemon.mail.embedded import EmbeddedServers
from storage.faults import DatabaseDown
from storage.migrations import HEAD
from tests.contract.misbehaving_smtp import MisbehavingSmtp
from tests.faults.real_desk import a_desk, finding
from tests.faults.sending_desk import assert_whole, recipients, sending_desk
from tests.faults.test_disk_fails import servers
from tests.faults.whole_desk import USER, request, whole_desk, wire
from tests.flow.desk_process import DESK, DeskProcess, end
from tests.flow.test_serve import log_of, until
from tests.servers.postgres import Postgres, programs
from tests.servers.programs import unavailable

__all__ = ["servers"]


@pytest.fixture(autouse=True)
def _passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_PASSWORD", "demo")


@pytest.fixture
def desk(tmp_path: Path, servers: EmbeddedServers, request: pytest.FixtureRequest) -> DeskProcess:
    """A desk whose database is there, at a mailbox of its own."""
    desk = a_desk(tmp_path, servers, f"{abs(hash(request.node.name))}@vst.gov.vn")
    desk.once()
    return desk


def file_of(desk: DeskProcess) -> Path:
    return desk.folder / "data" / "desk.db"


def address_of(desk: DeskProcess) -> str:
    line = next(line for line in desk.config.read_text("utf-8").splitlines() if line.startswith("username"))
    return line.split('"')[1]


def letters_to(servers: EmbeddedServers, since: int) -> int:
    return len(servers.read_mailbox(USER)) - since


# Locked


def test_a_service_whose_database_another_program_holds_goes_on_when_it_lets_go(
    desk: DeskProcess, servers: EmbeddedServers
) -> None:
    before = len(servers.read_mailbox(USER))
    process = desk.serve()
    other = sqlite3.connect(file_of(desk), isolation_level=None)
    try:
        until(lambda: "service_started" in log_of(desk), "the service did not start")
        other.execute("BEGIN IMMEDIATE")
        servers.deliver(address_of(desk), wire(request(DESK, 11)))
        until(lambda: "world_down loop=poll" in log_of(desk), "the lock was not noticed")
        assert "the database is busy" in log_of(desk)
        ok, line = finding(desk, "database")
        assert not ok and "the database is busy" in line
        other.execute("ROLLBACK")
        until(lambda: letters_to(servers, before) == 1, "no answer after the lock was gone")
        assert end(process) == 0
    finally:
        other.close()
        process.kill()
        process.wait()
    assert len(desk.rows("tickets", "list")) == 1
    assert letters_to(servers, before) == 1


def test_an_outcome_that_the_locked_database_does_not_take_is_stored_before_anything_is_sent_again(
    tmp_path: Path,
) -> None:
    other: list[sqlite3.Connection] = []

    def lock() -> None:
        if not other:
            other.append(sqlite3.connect(tmp_path / "data" / "desk.db", isolation_level=None, check_same_thread=False))
            other[0].execute("BEGIN IMMEDIATE")

    with MisbehavingSmtp(happens={"dot": lock}) as relay, sending_desk(tmp_path, relay) as desk:
        desk.queue(USER)
        with pytest.raises(DatabaseDown, match="the database is busy"):
            desk.step()
        assert recipients(relay) == {USER: 1}
        other[0].execute("ROLLBACK")
        other[0].close()
        desk.resumes()
        assert recipients(relay) == {USER: 1}, "it was accepted, so it is not sent again"
        assert desk.states() == {"accepted": 1}
        assert desk.letter().doubts == 0
        assert_whole(desk)


# Damaged


def spoil(file: Path, table: str) -> bytes:
    """Overwrite the root page of a table; the file as it is afterwards."""
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    connection.close()
    with file.open("r+b") as opened:
        opened.seek((page - 1) * size)
        opened.write(b"\xa5" * size)
    return file.read_bytes()


@pytest.mark.parametrize("table", ["inbound", "ticket", "outbox"])
def test_a_damaged_page_stops_the_desk_with_a_clear_word_and_the_backup_brings_everything_back(
    table: str, desk: DeskProcess, servers: EmbeddedServers
) -> None:
    before = len(servers.read_mailbox(USER))
    backup = desk.folder / "backup.db"
    with sqlite3.connect(file_of(desk)) as source, sqlite3.connect(backup) as target:
        source.backup(target)
    source.close()
    target.close()
    spoil(file_of(desk), table)
    servers.deliver(address_of(desk), wire(request(DESK, 12)))
    for command in ("once", "serve"):
        done = desk.run(command)
        assert done.returncode == 1
        assert "the database file is damaged" in done.stderr
        assert "restore it from the backup" in done.stderr
    ok, line = finding(desk, "database")
    assert not ok and "damaged" in line
    assert finding(desk, "relay")[0], "the other checks go on"
    assert b"\xa5" * 512 in file_of(desk).read_bytes(), "nothing was overwritten"
    assert letters_to(servers, before) == 0
    for name in ("desk.db", "desk.db-wal", "desk.db-shm"):
        (desk.folder / "data" / name).unlink(missing_ok=True)
    shutil.copy(backup, file_of(desk))
    assert desk.once()["tickets_created"] == 1
    assert letters_to(servers, before) == 1
    assert finding(desk, "database")[0]


# Another version, or none


def version(file: Path, number: str) -> None:
    connection = sqlite3.connect(file)
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (number,))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.close()


def test_a_database_of_a_newer_program_is_left_alone(desk: DeskProcess) -> None:
    version(file_of(desk), "9999")
    before = file_of(desk).read_bytes()
    for command in ("once", "serve"):
        done = desk.run(command)
        assert done.returncode == 1
        assert f"schema 9999, newer than this program's {HEAD}" in done.stderr
        assert "Traceback" not in done.stderr
    ok, line = finding(desk, "database")
    assert not ok and "use the newer program" in line
    assert file_of(desk).read_bytes() == before
    version(file_of(desk), HEAD)
    assert desk.run("once").returncode == 0


def test_a_database_of_an_older_program_is_named_by_check_and_brought_up_by_the_service(desk: DeskProcess) -> None:
    from alembic import command
    from alembic.config import Config

    from storage.database import Database
    from storage.migrations import FOLDER

    file_of(desk).unlink()
    database = Database(f"sqlite:///{file_of(desk)}")
    with database.change_schema() as connection:
        config = Config()
        config.set_main_option("script_location", FOLDER.as_posix())
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
    database.close()
    ok, line = finding(desk, "database")
    assert not ok and "schema 0004" in line and "start the service once" in line
    assert desk.run("mail", "list").returncode == 1
    assert desk.run("once").returncode == 0
    assert finding(desk, "database")[0]


def test_a_file_that_is_no_database_is_left_as_it_is(desk: DeskProcess) -> None:
    content = b"day la mot tep van ban, khong phai co so du lieu\n" * 200
    file_of(desk).write_bytes(content)
    for command in ("once", "serve"):
        done = desk.run(command)
        assert done.returncode == 1
        assert "damaged or no database" in done.stderr
        assert "Traceback" not in done.stderr
    ok, line = finding(desk, "database")
    assert not ok and "no database" in line
    assert file_of(desk).read_bytes() == content


# PostgreSQL goes away and comes back


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    if programs() is None:
        unavailable("PostgreSQL is not installed: apt-get install postgresql")
    with Postgres() as server:
        engine = create_engine(f"{server.url}/postgres", isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("CREATE DATABASE desk TEMPLATE template0"))
        engine.dispose()
        yield server


def on_postgres(server: Postgres) -> tuple[tuple[str, str], ...]:
    return (('database = "sqlite:///data/desk.db"', f'database = "{server.url}/desk"'),)


@pytest.mark.servers
@pytest.mark.parametrize("stage", ["mail", "data", "dot"])
def test_postgresql_that_goes_away_in_the_middle_of_a_letter_makes_no_double(
    stage: str, tmp_path: Path, postgres: Postgres
) -> None:
    gone: list[bool] = []

    def go_away() -> None:
        if not gone:
            gone.append(True)
            postgres.stop()

    with (
        MisbehavingSmtp(happens={stage: go_away}) as relay,
        sending_desk(tmp_path, relay, on_postgres(postgres)) as desk,
    ):
        desk.queue(letters=4)
        for _ in range(3):
            with pytest.raises(DatabaseDown, match="the database"):
                desk.step()
        postgres.start()
        desk.resumes()
        assert desk.states() == {"accepted": 4}
        assert set(recipients(relay).values()) == {1}
        assert {row.doubts for row in desk.letters()} == {0}
        assert_whole(desk)


@pytest.mark.servers
def test_postgresql_that_goes_away_under_the_whole_desk_loses_nothing(
    tmp_path: Path, servers: EmbeddedServers, postgres: Postgres
) -> None:
    with whole_desk(tmp_path / "desk", servers, on_postgres(postgres)) as desk:
        desk.receives(1)
        desk.turn()
        postgres.stop()
        desk.receives(2)
        for _ in range(4):
            assert any("the database" in problem for problem in desk.turn().problems)
        postgres.start()
        desk.resume()
        desk.assert_settled(2)
        assert len(desk.relay.accepted) == 4
