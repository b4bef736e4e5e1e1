"""A private PostgreSQL for tests: own data folder, free loopback port, ordinary user, stopped by its process."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from tests.servers.programs import free_ports

LONGEST_START = 120.0  # seconds


def programs() -> Path | None:
    """The folder of the newest installed server's programs, or None where PostgreSQL is not installed."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(found, key=lambda path: int(path.parts[-3]), default=None)
    return newest.parent if newest else None


class Postgres:
    """A server that can go away and come back with its data, and forgets everything at the end; a context manager.

    `url` names no database; `f"{url}/postgres"` is the one that always exists. Raises RuntimeError with the server's words.
    """

    def __init__(self) -> None:
        where = programs()
        if where is None:
            raise RuntimeError("PostgreSQL is not installed")
        self._where = where
        self._folder = Path(tempfile.mkdtemp(prefix="desk-postgres-"))
        self._user = _ordinary_user()
        (self._port,) = free_ports(1)
        self._server: subprocess.Popen[bytes] | None = None
        self.url = f"postgresql+psycopg://desk@127.0.0.1:{self._port}"

    def start(self) -> None:
        self._server = _start(self._where, self._folder, self._user, self._port)
        _wait_until_ready(self._where, self._folder, self._server, self._port)

    def stop(self) -> None:
        """End it; open connections are cut."""
        if self._server is not None:
            _stop(self._server)
        self._server = None

    def __enter__(self) -> Self:
        try:
            if self._user:
                shutil.chown(self._folder, self._user)
            _initialise(self._where, self._folder, self._user)
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)


@contextmanager
def running_postgres() -> Iterator[str]:
    """The URL of a server of its own, without a database name."""
    with Postgres() as server:
        yield server.url


def _ordinary_user() -> str | None:
    """The user to run the server as; None to stay who we are. PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _initialise(where: Path, folder: Path, user: str | None) -> None:
    command = [str(where / "initdb"), "-D", str(folder / "data"), "-U", "desk", "-A", "trust", "-E", "UTF8"]
    done = subprocess.run(
        [*command, "--locale=C.UTF-8", "--no-sync"],
        user=user,
        extra_groups=[] if user else None,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"initdb failed: {done.stderr}")


def _start(where: Path, folder: Path, user: str | None, port: int) -> subprocess.Popen[bytes]:
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",
        "fsync": "off",  # a test's data may be lost with the machine
        "max_connections": "50",
        "deadlock_timeout": "100ms",
    }
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [where / "postgres", "-D", folder / "data", *options],
            user=user,
            extra_groups=[] if user else None,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


def _wait_until_ready(where: Path, folder: Path, server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + LONGEST_START
    ask = [str(where / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    while subprocess.run(ask, check=False).returncode != 0:
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"PostgreSQL did not start: {(folder / 'log').read_text()}")
        time.sleep(0.05)


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGINT)  # fast shutdown: open connections are ended
    try:
        server.wait(120)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
