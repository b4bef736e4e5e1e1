"""A copy of the database and of the stored files, made while the desk runs."""

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from storage import blobs
from storage.database import CHECKPOINT, Database, translated
from storage.faults import DatabaseWrong
from storage.files import Files


def copy_database(database: Database, target: Path) -> None:
    """A whole SQLite database of one moment at `target` (mode 0600), in place of an older one; writers are not held up.

    Raises DatabaseWrong for another database: it has its own program for this.
    """
    if not database.is_sqlite:
        raise DatabaseWrong("only a SQLite database is copied like this; for PostgreSQL use pg_dump")
    new = target.with_name(f"{target.name}.new")
    new.unlink(missing_ok=True)
    os.close(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with translated(), database.engine.execution_options(mode=CHECKPOINT).connect() as connection:
        source = connection.connection.dbapi_connection
        assert isinstance(source, sqlite3.Connection)
        with closing(sqlite3.connect(new)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE").close()  # one file, without a journal beside it
    _flush(new)
    new.replace(target)


def copy_files(database: Database, files: Files, folder: Path) -> tuple[int, int]:
    """Make `folder` hold exactly the stored files that rows speak of; how many were copied and how many removed.

    To be called after `copy_database`: then every row of the copy has its file. What was erased leaves the backup here.
    """
    with database.read() as session:
        known = blobs.known_digests(session)
    backup = Files(folder)
    gone = [path for path in folder.glob("??/*.z") if path.stem not in known]
    for path in gone:
        path.unlink()
    copied = 0
    for digest in sorted(known):
        if not backup.exists(digest):
            with suppress(FileNotFoundError):  # removed by the retention rule since a moment ago
                private_copy(files.path(digest), backup.path(digest))
                copied += 1
    return copied, len(gone)


def private_copy(source: Path, target: Path) -> None:
    """A copy (0600, its folder 0700) that appears whole or not at all."""
    if not source.exists():
        raise FileNotFoundError(source)
    private_folder(target.parent)
    new = target.with_name(f"{target.name}.new")
    new.unlink(missing_ok=True)
    with source.open("rb") as read, os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as write:
        shutil.copyfileobj(read, write)
    _flush(new)
    new.replace(target)


def private_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing, each 0700."""
    if not folder.exists():
        private_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def _flush(file: Path) -> None:
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
