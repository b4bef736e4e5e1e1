"""Finding the real servers' programs: absent ones skip a test on a developer's machine and fail it in CI."""

import os
import random
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


# Below the ports that the kernel gives to connections and to servers that ask for any, so that nobody takes one between
# its choice and its use, nor while its server is away. Each test process of a run has a range of its own.
FIRST_PORT, PORTS_OF_A_PROCESS, PROCESSES = 20_000, 1_000, 12
_given: set[int] = set()


def free_ports(count: int) -> list[int]:
    """That many TCP ports on loopback that are free and stay free; none is given twice."""
    process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % PROCESSES
    first = FIRST_PORT + process * PORTS_OF_A_PROCESS
    start = random.SystemRandom().randrange(PORTS_OF_A_PROCESS)
    found: list[int] = []
    for number in range(PORTS_OF_A_PROCESS):
        port = first + (start + number) % PORTS_OF_A_PROCESS
        if port not in _given and _is_free(port):
            found.append(port)
        if len(found) == count:
            _given.update(found)
            return found
    raise AssertionError(f"no {count} free ports from {first} on")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def wait_for(condition: Callable[[], bool], what: str, seconds: float = 120) -> None:
    """Ask until the condition holds; AssertionError naming `what` when it does not within `seconds`."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"waited {seconds:g} s for {what}"
        time.sleep(0.02)


def answers(port: int) -> bool:
    """Whether something accepts connections on the loopback port and greets."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            return bool(connection.recv(64))
    except OSError:
        return False
