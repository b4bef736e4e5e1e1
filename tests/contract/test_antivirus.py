"""The virus scanner's edge against a small server that speaks clamd's INSTREAM."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from daemon.faults import ServiceDown
from daemon.mail.antivirus import Antivirus, Unscannable

MAIL = b"so lieu " * 20_000


@contextmanager
def clamd(answer: bytes, most: int = 1 << 30) -> Iterator[tuple[str, list[bytes]]]:
    """A server for one connection; it gives its answer after the content, or as soon as that is larger than `most`."""
    got: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection, connection.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                while (size := int.from_bytes(stream.read(4), "big")) and sum(map(len, got)) < most:
                    got.append(stream.read(size))
                if answer:
                    connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"127.0.0.1:{server.getsockname()[1]}", got
        finally:
            thread.join()


def test_a_clean_file_passes_and_is_sent_whole() -> None:
    with clamd(b"stream: OK\0") as (address, got):
        assert Antivirus(address, 60).finding(MAIL) is None
    assert b"".join(got) == MAIL


def test_an_infected_file_is_named() -> None:
    with clamd(b"stream: Win.Test.EICAR_HDB-1 FOUND\0") as (address, _):
        assert Antivirus(address, 60).finding(b"x") == "Win.Test.EICAR_HDB-1"


def test_a_file_beyond_the_scanners_limit_is_unscannable() -> None:
    with clamd(b"INSTREAM size limit exceeded. ERROR\0") as (address, _), pytest.raises(Unscannable):
        Antivirus(address, 60).finding(MAIL)


@pytest.mark.parametrize("answer", [b"", b"nonsense\0"])
def test_a_scanner_that_says_nothing_useful_is_down(answer: bytes) -> None:
    with clamd(answer) as (address, _), pytest.raises(ServiceDown):
        Antivirus(address, 60).finding(b"x")


def test_a_scanner_that_is_not_there_is_down() -> None:
    with pytest.raises(ServiceDown, match="does not answer"):
        Antivirus("/nowhere/clamd.ctl", 1).finding(b"x")
