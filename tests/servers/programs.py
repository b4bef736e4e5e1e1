"""Finding the real servers' programs: absent ones skip a test on a developer's machine and fail it in CI."""

import os
import shutil
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

# Debian keeps servers outside an ordinary user's PATH.
PLACES = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/usr/lib/postfix/sbin"])


def need_program(name: str, packages: str) -> Path:
    """The program's path; without it the test is skipped, or failed where the environment variable CI is set."""
    found = shutil.which(name, path=PLACES)
    if found is None:
        unavailable(f"{name} is not installed: apt-get install {packages}")
    return Path(found)


def unavailable(reason: str) -> NoReturn:
    """Skip the test, saying why; in CI a missing server is a failure, because nobody reads skips there."""
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def free_ports(count: int) -> list[int]:
    """That many different free TCP ports on loopback; all are held until all are known."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]
    finally:
        for each in sockets:
            each.close()


def wait_for(condition: Callable[[], bool], what: str, seconds: float = 20) -> None:
    """Ask until the condition holds; AssertionError naming `what` when it does not within `seconds`."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"waited {seconds:g} s for {what}"
        time.sleep(0.02)


def answers(port: int) -> bool:
    """Whether something accepts connections on the loopback port and greets."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            return bool(connection.recv(64))
    except OSError:
        return False
