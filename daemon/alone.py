"""One daemon on one SQLite database."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO

from daemon.faults import ServiceDown
from daemon.parts import Parts
from storage import outbox

FAR_FUTURE = timedelta(days=3650)


def _opened(lock: Path) -> IO[str]:
    try:
        lock.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return lock.open("a")
    except OSError as error:
        raise ServiceDown(f"the lock file cannot be made: {error}") from error


@contextmanager
def only_daemon(parts: Parts) -> Iterator[None]:
    """One daemon on one SQLite database: a second one would send in the first one's place. ServiceDown when there is one.

    Having the lock also proves that every lease left in the database belongs to a process that is gone.
    """
    if not parts.database.is_sqlite:
        yield
        return
    lock = Path(parts.settings.storage.files).parent / "daemon.lock"
    with _opened(lock) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ServiceDown(f"another daemon works on this database (lock {lock})") from None
        now = parts.clock()
        with parts.database.write() as session:
            outbox.take_back_expired(session, now + FAR_FUTURE, now)
        yield
