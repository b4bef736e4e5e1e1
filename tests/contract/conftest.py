"""The servers that the suites run against."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.mail.embedded import EmbeddedServers
from tests.servers.fixtures import dovecot, dovecot_without_move, postfix
from tests.servers.programs import free_ports

__all__ = ["dovecot", "dovecot_without_move", "postfix"]


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[EmbeddedServers]:
    with EmbeddedServers(tmp_path / "mail") as servers:
        yield servers


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every server of these suites knows this password."""
    monkeypatch.setenv("CONTRACT_PASSWORD", "demo")


@pytest.fixture
def closed_port() -> int:
    """A loopback port that refuses connections."""
    return free_ports(1)[0]


@pytest.fixture(autouse=True)
def _no_thread_left() -> Iterator[None]:
    """Servers and waits end with their test."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before and not thread.daemon]
    for thread in left:
        thread.join(60)
    assert not [thread for thread in left if thread.is_alive()]
