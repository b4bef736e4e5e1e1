"""A TCP server that is scripted line by line: the frame of the misbehaving SMTP and IMAP servers."""

import socket
import ssl
import threading
from abc import ABC, abstractmethod
from contextlib import suppress
from types import TracebackType

from tests.servers.certificate import Certificate


class Hangup(Exception):
    """Raised by a script to drop the connection without a word."""


class Line:
    """One connection: lines in, lines out, and stalling until the server is stopped."""

    def __init__(self, connection: socket.socket, stopped: threading.Event) -> None:
        self._connection = connection
        self._file = connection.makefile("rb")
        self._stopped = stopped

    def read(self) -> bytes:
        """One line without its end; Hangup when the client is gone."""
        line = self._file.readline()
        if not line.endswith(b"\n"):
            raise Hangup
        return line.rstrip(b"\r\n")

    def write(self, *lines: str | bytes) -> None:
        data = b"".join((line.encode() if isinstance(line, str) else line) + b"\r\n" for line in lines)
        self._connection.sendall(data)

    def write_part(self, part: str) -> None:
        """The beginning of a line whose rest comes with the next `write`."""
        self._connection.sendall(part.encode())

    def secure(self, certificate: Certificate) -> None:
        """Speak TLS from here on, as after STARTTLS; Hangup when the client does not want to."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.file, certificate.key)
        try:
            self._connection = context.wrap_socket(self._connection, server_side=True)
        except OSError:
            raise Hangup from None
        self._file.close()
        self._file = self._connection.makefile("rb")

    def stall(self) -> None:
        """Say nothing more, with the connection open, until the server is stopped."""
        self._stopped.wait()
        raise Hangup

    def drip(self, word: str) -> None:
        """Say something that answers nothing, again and again, until the server is stopped or the client is gone."""
        while not self._stopped.wait(0.02):
            self.write(word)
        raise Hangup

    def close(self) -> None:
        self._file.close()
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        self._connection.close()


class MisbehavingServer(ABC):
    """Listens on a loopback `port`, 0 for a free one; each connection runs `talk` in a thread of its own. A context manager.

    With a certificate it speaks TLS from the first byte on.
    """

    def __init__(self, tls: Certificate | None = None, port: int = 0) -> None:
        self.tls = tls
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port = int(self._listener.getsockname()[1])
        self.connections = 0
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._listen)]
        self._open: list[socket.socket] = []

    @abstractmethod
    def talk(self, line: Line) -> None:
        """The script of one connection."""

    def drop_connections(self) -> None:
        """Drop every connection that is open, without a word."""
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> "MisbehavingServer":
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        # A thread in accept() is not woken by close() on Linux, but by shutdown().
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._threads[0].join(60)  # first: a connection accepted in this moment is dropped with the others
        self.drop_connections()
        for thread in self._threads:
            thread.join(60)
        self._listener.close()

    def _listen(self) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        if self.tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.tls.file, self.tls.key)
            try:
                connection = context.wrap_socket(connection, server_side=True)
            except OSError:
                connection.close()
                return
            self._open.append(connection)  # in place of the plain one, which is detached now
        line = Line(connection, self._stopped)
        try:
            with suppress(Hangup, OSError):
                self.talk(line)
        finally:
            line.close()
