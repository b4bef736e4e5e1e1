"""The nightly sweep: what was erased does not stay in the database's journal either, and what was not done is said."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.loops.housekeeping import Housekeeping
from storage.database import Database
from storage.files import Files
from tests.storage.rows import NOW, stored_ticket


def journal(database: Database) -> bytes:
    return Path(f"{database.engine.url.database}-wal").read_bytes()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_sweep_takes_what_was_erased_out_of_the_journal(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with database.write() as session:
        stored_ticket(session, subject="Lỗi TABMIS của Hoa")
    assert "Lỗi TABMIS của Hoa".encode() in journal(database)
    with caplog.at_level("INFO"):
        said = Housekeeping(database, Files(tmp_path / "files")).sweep(NOW + timedelta(days=1))
    assert said == "0 orphan files and 0 unfinished ones removed"
    assert "journal_clean=True" in caplog.text
    assert journal(database) == b""


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_journal_that_somebody_reads_is_told_in_the_outcome_and_the_log(
    database: Database, open_database: Callable[..., Database], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    reader = open_database(str(database.engine.url))
    with reader.read() as session:
        session.connection().exec_driver_sql("SELECT count(*) FROM ticket").scalar()
        with database.write() as other:
            stored_ticket(other)
        impatient = open_database(str(database.engine.url), 0.1)
        said = Housekeeping(impatient, Files(tmp_path / "files")).sweep(NOW + timedelta(days=1))
    assert "the database's journal was in use" in said
    assert [record.levelname for record in caplog.records if "journal_clean=False" in record.getMessage()] == [
        "WARNING"
    ]
