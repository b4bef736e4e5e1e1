"""The engine, its transactions, and the differences between SQLite and PostgreSQL; nobody else knows which one runs."""

import errno
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, ResourceClosedError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from storage.faults import DatabaseDown, DatabaseWrong, DiskFull, StorageDown, StorageFault

READ, WRITE, SCHEMA, CHECKPOINT = "read", "write", "schema", "checkpoint"

# A read that writes is an error, never a loss; a schema change rebuilds tables, which foreign keys would forbid.
_SQLITE_BEGIN = {
    READ: ("PRAGMA query_only = ON", "BEGIN"),
    WRITE: ("PRAGMA query_only = OFF", "BEGIN IMMEDIATE"),  # waits for its turn here, not at its first write
    SCHEMA: ("PRAGMA query_only = OFF", "PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE"),
    CHECKPOINT: ("PRAGMA query_only = OFF",),  # which is no transaction
}


class Database:
    """One database under an SQLAlchemy URL, `sqlite:///path` or `postgresql+psycopg://…`.

    Raises DatabaseWrong for a URL that names no such database. A missing SQLite file is created empty (0600, its
    folders 0700); `storage.migrations.upgrade` gives it the tables. `patience` is how many seconds a transaction
    waits for another one's lock before DatabaseDown.
    """

    def __init__(self, url: str, patience: float = 5.0) -> None:
        try:
            parsed = make_url(url)
            if parsed.get_backend_name() == "sqlite":
                _create_private(parsed.database)
                self.engine = _sqlite(url, patience)
            else:
                self.engine = _postgresql(url, patience)
        except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
            raise DatabaseWrong(f"the database address cannot be used: {error}") from error
        except OSError as error:
            raise _file_fault(error) from error
        self._patience = patience
        self._turn = threading.Lock()
        self._reading = self.engine.execution_options(mode=READ, **self._one_moment())

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose whole block is one transaction: stored and durable at its end, or gone with its exception.

        On SQLite only one block runs at a time. Rows stay usable as plain values after it.
        """
        with (
            self._renewed_after_a_fault(), translated(), self._in_turn(),
            Session(self.engine, expire_on_commit=False) as session, session.begin(),
        ):  # fmt: skip
            session.connection()  # waits for its turn before the block begins, not within it
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees the database at one moment and may not write. Rows stay usable as plain values."""
        with (
            self._renewed_after_a_fault(),
            translated(reading=True),
            Session(self._reading, autoflush=False) as session,
        ):
            yield session

    @contextmanager
    def change_schema(self) -> Iterator[Connection]:
        """A connection in one transaction that may rebuild tables; for migrations only."""
        with translated(), self.engine.execution_options(mode=SCHEMA).connect() as connection:
            if self.is_sqlite:
                connection.detach()  # its foreign keys will be off: it must not go back to the pool
            with connection.begin():
                one_at_a_time(connection, "schema")
                yield connection
                if self.is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise DatabaseWrong("the migration left rows that point to nothing; nothing was changed")

    def close(self) -> None:
        """Close every connection; the next block opens new ones."""
        self.engine.dispose()

    def forget_erased(self) -> bool:
        """Carry what was erased out of SQLite's journal, too; False while another process reads an older state.

        PostgreSQL does it by itself (autovacuum).
        """
        if not self.is_sqlite:
            return True
        with translated(), self.engine.execution_options(mode=CHECKPOINT).connect() as connection:
            busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()
        return not busy

    def examine(self) -> None:
        """Look whether the file is whole and may be written, for `check`; changes nothing. Raises a storage fault.

        On SQLite every page is read; PostgreSQL looks after its own pages.
        """
        with self.write():
            pass  # whether it may begin is the question; nobody else has to wait while the pages are read
        with self.read() as session:
            said = session.connection().exec_driver_sql("PRAGMA quick_check(1)").scalar() if self.is_sqlite else "ok"
        if said != "ok":
            raise DatabaseWrong(_damaged(str(said)))

    @contextmanager
    def _renewed_after_a_fault(self) -> Iterator[None]:
        """New connections after the world failed: SQLite opens a write-protected file for reading and stays with that."""
        try:
            yield
        except StorageDown:
            if self.is_sqlite:
                self.close()
            raise

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """One writing thread at a time on SQLite, whose own waiting is a sleep that grows to a tenth of a second."""
        if not self.is_sqlite:
            yield
            return
        if not self._turn.acquire(timeout=self._patience):
            raise DatabaseDown(f"the database is busy: another thread has been writing for {self._patience:g} seconds")
        try:
            yield
        finally:
            self._turn.release()

    def _one_moment(self) -> dict[str, Any]:
        return {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def _sqlite(url: str, patience: float) -> Engine:
    engine = create_engine(url, connect_args={"timeout": patience}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgresql(url: str, patience: float) -> Engine:
    settings = f"-c lock_timeout={round(patience * 1000)} -c timezone=UTC"
    return create_engine(
        url,
        hide_parameters=True,  # here and above: a fault's message must not hold what people wrote
        pool_pre_ping=True,  # a server that was restarted costs one reconnect instead of one failed transaction
        connect_args={"connect_timeout": 10, "tcp_user_timeout": 30_000, "options": settings},
    )


def _create_private(name: str | None) -> None:
    """Create the database file and its folders before SQLite would, readable by nobody else."""
    if not name or name == ":memory:" or name.startswith("file:"):
        return
    path = Path(name)
    for folder in reversed([path.parent, *path.parent.parents]):
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    assert isinstance(connection, sqlite3.Connection)
    connection.isolation_level = None  # the driver must not begin transactions by its own rules
    connection.create_function("lower", 1, _lower, deterministic=True)  # SQLite's own knows only A to Z
    # With secure_delete what was erased is overwritten with zeros, instead of lying about in free pages.
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    driver = connection.connection.dbapi_connection
    assert isinstance(driver, sqlite3.Connection)
    for statement in _SQLITE_BEGIN[connection.get_execution_options().get("mode", WRITE)]:
        driver.execute(statement).close()


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


@contextmanager
def translated(reading: bool = False) -> Iterator[None]:
    """Turn the driver's faults into storage's own; what is our bug (a broken constraint, bad SQL) passes unchanged.

    `reading` says that a refused write is our bug too, and not a file that we may not write.
    """
    try:
        yield
    except PoolTimeout as error:
        raise DatabaseDown(f"no database connection became free: {error}") from error
    except ResourceClosedError as error:
        raise DatabaseDown(f"the database connection was closed: {error}") from error
    except (DBAPIError, sqlite3.Error) as error:  # sqlite3's own class comes from the first words on a new connection
        fault = _fault(error, reading)
        if fault is None:
            raise
        raise fault from error


def _fault(error: DBAPIError | sqlite3.Error, reading: bool) -> StorageFault | None:
    original = error.orig if isinstance(error, DBAPIError) else error
    said = str(original).strip()
    if isinstance(original, sqlite3.Error):
        # A write that a reading session was refused reaches us through SQLAlchemy, the trouble of a new connection does not.
        return _sqlite_fault(getattr(original, "sqlite_errorcode", 0), said, reading and error is not original)
    assert isinstance(error, DBAPIError)
    return _postgresql_fault(getattr(original, "sqlstate", None), error, said)


def _sqlite_fault(code: int, said: str, reading: bool) -> StorageFault | None:
    """By result code, https://www.sqlite.org/rescode.html."""
    primary = code & 0xFF
    if code == sqlite3.SQLITE_READONLY and reading:
        return None
    if primary in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return DatabaseWrong(_damaged(said))
    if code == sqlite3.SQLITE_READONLY_DBMOVED:
        return DatabaseWrong(f"the database file was moved or replaced while it was in use: {said}; start again")
    if primary in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return DatabaseDown(f"the database file cannot be opened for writing: {said}")
    if primary == sqlite3.SQLITE_FULL:
        return DiskFull(f"no room for the database: {said}")
    if primary == sqlite3.SQLITE_IOERR:
        return DatabaseDown(f"the disk of the database fails: {said}")
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL):
        return DatabaseDown(f"the database is busy: {said}")
    return None


def _damaged(said: str) -> str:
    return f"the database file is damaged or no database: {said}; restore it from the backup"


def _file_fault(error: OSError) -> StorageFault:
    """Why the file could not even be made or opened."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(f"no room for the database: {error}")
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return DatabaseDown(f"the database file cannot be opened for writing: {error}")
    return DatabaseWrong(f"the database address cannot be used: {error}")


def _postgresql_fault(state: str | None, error: DBAPIError, said: str) -> StorageFault | None:
    """By SQLSTATE, PostgreSQL's manual, appendix A; a connection that failed carries none."""
    if state == "53100":
        return DiskFull(f"no room for the database: {said}")
    if state and (state[:2] in ("08", "28", "40", "53", "57", "58") or state == "55P03"):
        return DatabaseDown(f"the database is not available: {said}")
    if state == "3D000":
        return DatabaseWrong(f"there is no such database: {said}")
    if error.connection_invalidated or (
        state is None and type(error).__name__ in ("OperationalError", "InterfaceError")
    ):
        return DatabaseDown(f"the database cannot be reached: {said}")
    return None


def one_at_a_time(connection: Connection, name: str) -> None:
    """Wait until no other transaction holds this name; it is held until the end of the writing block.

    SQLite has one writer anyway. On PostgreSQL what the others have committed is visible after it.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))
