"""The virus scanner ClamAV over its socket (clamd's INSTREAM): an optional edge."""

import socket
from contextlib import closing, suppress

from daemon.faults import ServiceDown

_PIECE = 1 << 16
_LONGEST_ANSWER = 4096


class Unscannable(Exception):
    """The scanner refuses the file, because it is larger than the scanner's own limit."""


class Antivirus:
    """Asks clamd about files. `address` is a path or `host:port`; `seconds` bounds one file's scan."""

    def __init__(self, address: str, seconds: float) -> None:
        self._address = address
        self._seconds = seconds

    def finding(self, content: bytes) -> str | None:
        """The name of what was found in the content, None when it is clean.

        Raises Unscannable for a file that is too large for the scanner, ServiceDown when it does not answer in time.
        """
        try:
            with closing(self._connected()) as connection:
                with suppress(BrokenPipeError, ConnectionResetError):  # it says why before it hangs up
                    self._send(connection, content)
                answer = self._answer(connection)
        except OSError as error:
            raise ServiceDown(f"the virus scanner at {self._address} does not answer: {error}") from error
        if answer.endswith(" FOUND"):
            return answer.removeprefix("stream: ").removesuffix(" FOUND")
        if answer.endswith("OK"):
            return None
        if "size limit exceeded" in answer:
            raise Unscannable(answer[:200])
        raise ServiceDown(f"the virus scanner at {self._address} answered: {answer[:200] or 'nothing'}")

    @staticmethod
    def _send(connection: socket.socket, content: bytes) -> None:
        connection.sendall(b"zINSTREAM\0")
        for at in range(0, len(content), _PIECE):
            piece = content[at : at + _PIECE]
            connection.sendall(len(piece).to_bytes(4, "big") + piece)
        connection.sendall(b"\0\0\0\0")

    def version(self) -> str:
        """What the scanner calls itself; raises ServiceDown."""
        try:
            with closing(self._connected()) as connection:
                connection.sendall(b"zVERSION\0")
                return self._answer(connection)
        except OSError as error:
            raise ServiceDown(f"the virus scanner at {self._address} does not answer: {error}") from error

    def _connected(self) -> socket.socket:
        host, colon, port = self._address.rpartition(":")
        if colon and port.isdigit() and "/" not in host:
            return socket.create_connection((host, int(port)), timeout=self._seconds)
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(self._seconds)
        try:
            connection.connect(self._address)
        except OSError:
            connection.close()
            raise
        return connection

    def _answer(self, connection: socket.socket) -> str:
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
            piece = connection.recv(_LONGEST_ANSWER)
            if not piece:
                break
            answer += piece
        return answer.rstrip(b"\0\n").decode("utf-8", "replace")
