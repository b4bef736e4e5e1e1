"""A disk that fails or is slow on request: flushes of files and folders, and commits of SQLite. For tests only."""

import errno
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine.default import DefaultDialect

# What a write of a file, and what a commit, says in each trouble.
TROUBLES: dict[str, tuple[int, int, str]] = {
    "full": (errno.ENOSPC, sqlite3.SQLITE_FULL, "database or disk is full"),
    "read-only": (errno.EROFS, sqlite3.SQLITE_READONLY, "attempt to write a readonly database"),
    "failing": (errno.EIO, sqlite3.SQLITE_IOERR, "disk I/O error"),
    "locked": (0, sqlite3.SQLITE_BUSY, "database is locked"),
}


class FailingDisk:
    """Counts the writes below `folder`; from number `fails_from` on (1 is the first) each fails until `mended`.

    `afterwards`: the commit is done and only its answer is lost. `each` is called at every write, as a slow disk takes time.
    """

    def __init__(self, folder: Path, trouble: str = "full", fails_from: int = 0, afterwards: bool = False) -> None:
        self._folder = str(folder)
        self._errno, self._code, self._said = TROUBLES[trouble]
        self._fails_from = fails_from
        self._afterwards = afterwards
        self.writes = 0
        self.each: Callable[[], None] = lambda: None

    def mended(self) -> None:
        self._fails_from = 0

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        flush: Callable[[int], None] = os.fsync
        commit: Callable[[Any, Any], None] = DefaultDialect.do_commit

        def fsync(handle: int) -> None:
            below = str(Path(f"/proc/self/fd/{handle}").readlink()).startswith(self._folder)
            if self._errno and below and self._fails():
                raise OSError(self._errno, os.strerror(self._errno))
            flush(handle)

        def do_commit(dialect: Any, connection: Any) -> None:
            fails = self._fails()
            if self._afterwards or not fails:
                commit(dialect, connection)
            if fails:
                error = sqlite3.OperationalError(self._said)
                error.sqlite_errorcode = self._code
                raise error

        monkeypatch.setattr(os, "fsync", fsync)
        monkeypatch.setattr(DefaultDialect, "do_commit", do_commit)

    def _fails(self) -> bool:
        self.writes += 1
        self.each()
        return 0 < self._fails_from <= self.writes
