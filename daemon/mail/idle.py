"""Waiting for new mail in a way that ends at once when asked: a waker and one IDLE (RFC 2177)."""

import os
import select
import socket
import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

Responses = Sequence[tuple[Any, ...]]


class Waker:
    """Sleeps in one thread, woken from any other or from a signal handler; a wake-up before the sleep counts too."""

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(self._writer, False)
        for end in (self._reader, self._writer):
            weakref.finalize(self, os.close, end)

    def wake(self) -> None:
        with suppress(BlockingIOError):  # a full pipe wakes as well
            os.write(self._writer, b"!")

    def sleep(self, seconds: float, connection: socket.socket | None = None) -> tuple[bool, bool]:
        """Sleep until woken, until `connection` can be read or `seconds` are over; returns (woken, readable)."""
        watched: list[int | socket.socket] = [self._reader] if connection is None else [self._reader, connection]
        readable, _, _ = select.select(watched, [], [], max(0.0, seconds))
        woken = self._reader in readable
        if woken:
            os.read(self._reader, 65536)
        return woken, connection in readable


def idle(
    client: Any, waker: Waker, seconds: float, clock: Callable[[], float], note: Callable[[Responses], bool]
) -> bool:
    """Idle on an IMAPClient: True when `note`, given the server's lines, sees new mail before `seconds` are over.

    False when they are over or the waker was woken. A connection that ended raises the library's error. Lines are read after
    DONE, in the ordinary way: IMAPClient's own `idle_check` takes half a line for the end of the connection, and the end of
    the connection for silence.
    """
    until = clock() + seconds
    timeout = client.socket().gettimeout()
    while True:
        client.idle()
        woken, readable = (False, True) if _unread(client, timeout) else waker.sleep(until - clock(), client.socket())
        new = note(client.idle_done()[1])
        if new or woken or not readable or clock() >= until:
            return new


def _unread(client: Any, timeout: float | None) -> bool:
    """Whether more lines came with the answer to IDLE: they are in imaplib's buffer, where select is blind."""
    connection = client.socket()
    connection.setblocking(False)
    try:
        return bool(client._imap.file.peek(1))
    except OSError:
        return False
    finally:
        connection.settimeout(timeout)
