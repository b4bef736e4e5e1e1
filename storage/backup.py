"""A copy of the database, of the stored files and of folders, made while the desk runs. What the target refuses is an OSError."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
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
    with (
        _appearing(target) as new,
        translated(),
        database.engine.execution_options(mode=CHECKPOINT).connect() as connection,
    ):
        source = connection.connection.dbapi_connection
        assert isinstance(source, sqlite3.Connection)
        with closing(sqlite3.connect(new)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE").close()  # one file, without a journal beside it


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
        if not backup.path(digest).exists():
            with suppress(FileNotFoundError):  # removed by the retention rule since a moment ago
                private_copy(files.path(digest), backup.path(digest))
                copied += 1
    return copied, len(gone)


def copy_folder(source: Path, target: Path) -> None:
    """Make `target` hold exactly the files below `source`, which may be missing."""
    wanted = _below(source)
    for name in _below(target) - wanted:
        (target / name).unlink()
    for name in sorted(wanted):
        with suppress(FileNotFoundError):  # removed since a moment ago
            private_copy(source / name, target / name)


def private_copy(source: Path, target: Path) -> None:
    """A copy (0600, its folder 0700) that appears whole or not at all. Raises OSError, also for a missing source."""
    with source.open("rb") as read:
        private_folder(target.parent)
        with _appearing(target) as new, new.open("wb") as write:
            shutil.copyfileobj(read, write)


def private_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing, each 0700."""
    if not folder.exists():
        private_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def _below(folder: Path) -> set[Path]:
    """Every file below a folder, by its path from there. OSError for a part that cannot be read: it would look empty."""

    def refuse(error: OSError) -> None:
        raise error

    if not folder.exists():
        return set()
    return {
        Path(parent, name).relative_to(folder) for parent, _, names in os.walk(folder, onerror=refuse) for name in names
    }


@contextmanager
def _appearing(target: Path) -> Iterator[Path]:
    """An empty file (0600) beside the target, which takes its place when the block ends well and is gone otherwise."""
    new = target.with_name(f"{target.name}.new")
    new.unlink(missing_ok=True)
    os.close(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield new
        _flush(new)
        new.replace(target)
    finally:
        new.unlink(missing_ok=True)


def _flush(file: Path) -> None:
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
