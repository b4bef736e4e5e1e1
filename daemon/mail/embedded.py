"""Mail servers inside the program, for the demo and for tests: IMAP by pymap, SMTP by aiosmtpd, over Maildirs.

They listen on loopback and take mail for any address; whoever reaches them may write as anybody, so they are for one
machine and for trying out. Both run in one background thread with its own event loop.
"""

import asyncio
import secrets
import socket
import threading
from asyncio import AbstractServer
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from daemon.faults import ServiceDown
from daemon.mail.embedded_imap import start_imap
from daemon.mail.maildrop import Maildrop
from daemon.mail.trace import traced

# The name in the servers' greetings and the authserv-id of their Authentication-Results: pinned by [proof].
HOSTNAME = "embedded.localhost"
GREETING = f"{HOSTNAME} ready"
GREETING_SECONDS = 10.0  # on a busy machine; a port where nobody listens is known at once


def passes_spf(sender: str) -> str:
    """The default SPF result: everybody on this machine is who he says he is; a bounce has no sender to check."""
    return "pass" if sender else "none"


class EmbeddedServers:
    """Both servers; a context manager. Port 0 means any free one, known as `imap_port` and `smtp_port` once started."""

    def __init__(
        self,
        folder: Path,
        *,
        host: str = "127.0.0.1",
        imap_port: int = 0,
        smtp_port: int = 0,
        password: str = "demo",
        accept: Callable[[str], bool] = lambda address: True,
        spf: Callable[[str], str] = passes_spf,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        size_limit: int = 50 * 1024 * 1024,
    ) -> None:
        """`accept` says which recipients exist (others get 550), `spf` the result for an envelope sender."""
        self.host = host
        self.imap_port = imap_port
        self.smtp_port = smtp_port
        self.drop = Maildrop(Path(folder))
        self._password = password
        self._accept = accept
        self._spf = spf
        self._clock = clock
        self._size_limit = size_limit
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._ready = threading.Event()
        self._failure: OSError | None = None

    # Life

    def start(self) -> None:
        """Return when both ports answer; ServiceDown when one cannot be had."""
        self._ready.clear()
        self._failure = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="embedded-mail", daemon=True)
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            self.stop()
            raise ServiceDown(f"embedded mail servers cannot listen on {self.host}: {self._failure.strerror}")

    def stop(self) -> None:
        """Close both servers and every connection, and wait for the thread to end."""
        if self._thread is None:
            return
        if self._loop is not None and self._stop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._thread = None

    def __enter__(self) -> "EmbeddedServers":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        servers: list[AbstractServer] = []
        conversations: set[_Smtp] = set()
        try:
            self.drop.folder.mkdir(parents=True, exist_ok=True)
            imap = await start_imap(self.drop, self.host, self.imap_port, self._password, GREETING)
            servers.append(imap)
            smtp = await self._loop.create_server(lambda: self._conversation(conversations), self.host, self.smtp_port)
            servers.append(smtp)
            self.imap_port, self.smtp_port = _port(imap), _port(smtp)
        except OSError as error:
            self._failure = error
            self._stop.set()
        finally:
            self._ready.set()
        await self._stop.wait()
        for server in servers:
            server.close()
        for conversation in conversations:
            conversation.hang_up()
        # asyncio.run cancels what is still being said on IMAP; one turn lets the closed transports finish first.
        await asyncio.sleep(0)

    def _conversation(self, conversations: "set[_Smtp]") -> "_Smtp":
        return _Smtp(
            _Reception(self.drop, self._accept, self._spf, self._clock),
            conversations,
            hostname=HOSTNAME,
            ident="ready",
            data_size_limit=self._size_limit,
            enable_SMTPUTF8=True,
            auth_require_tls=False,
            authenticator=self._authenticate,
            loop=self._loop,
        )

    def _authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        """Logging in is not needed to send; mail clients that do it need the password."""
        right = isinstance(data, LoginPassword) and secrets.compare_digest(data.password, self._password.encode())
        return AuthResult(success=right, handled=False)

    # What the demo and the tests see

    def deliver(self, address: str, message: bytes) -> None:
        """Put a message into an inbox as it is, without SMTP and without trace headers."""
        self.drop.deliver(address, message)

    def read_mailbox(self, address: str) -> list[bytes]:
        """Every message in the inbox of an address, in order of delivery, with the trace headers of SMTP."""
        return self.drop.read(address)

    def addresses(self) -> list[str]:
        """Every address that ever got mail or logged in."""
        return self.drop.addresses()

    def wait_until_visible(self, address: str, count: int = 1, timeout: float = 10.0) -> bool:
        """Wait until at least `count` messages are in the inbox, where the next IMAP command sees them."""
        return self.drop.wait_for(address, count, timeout)

    def already_answering(self) -> bool:
        """Whether embedded servers (of another process) answer on both ports, so that none need to be started."""
        return all(port and HOSTNAME in _greeting(self.host, port) for port in (self.imap_port, self.smtp_port))


class _Smtp(SMTP):
    # aiosmtpd refuses lines above 1001 bytes; real mail has them, and our own reading must be tried with it.
    line_length_limit: ClassVar[int] = 1024 * 1024  # type: ignore[misc]

    def __init__(self, handler: Any, conversations: "set[_Smtp]", **options: Any) -> None:
        super().__init__(handler, **options)
        self._conversations = conversations

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._conversations.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._conversations.discard(self)
        super().connection_lost(error)

    def hang_up(self) -> None:
        if self.transport is not None:
            self.transport.close()


class _Reception:
    """What happens to a message at the SMTP server: a copy with trace headers into each recipient's Maildir."""

    def __init__(
        self, drop: Maildrop, accept: Callable[[str], bool], spf: Callable[[str], str], clock: Callable[[], datetime]
    ) -> None:
        self._drop = drop
        self._accept = accept
        self._spf = spf
        self._clock = clock

    async def handle_RCPT(
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "@" not in address or not self._accept(address):
            return f"550 5.1.1 <{address}>: no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Recipient OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        number = secrets.token_hex(6)
        content = envelope.original_content or b""
        sender = envelope.mail_from or ""
        for recipient in envelope.rcpt_tos:
            message = traced(
                content,
                host=HOSTNAME,
                peer=str(session.peer[0]) if session.peer else "unknown",
                helo=str(session.host_name or "unknown"),
                sender=sender,
                recipient=recipient,
                spf=self._spf(sender),
                number=number,
                now=self._clock(),
            )
            await asyncio.to_thread(self._drop.deliver, recipient, message)
        return f"250 2.0.0 OK: filed as {number}"


def _port(server: AbstractServer) -> int:
    return int(server.sockets[0].getsockname()[1])  # type: ignore[attr-defined]


def _greeting(host: str, port: int) -> str:
    """The first line a server says, "" when it says nothing for so long that nobody is behind the port."""
    try:
        with closing(socket.create_connection((host, port), timeout=GREETING_SECONDS)) as connection:
            return connection.recv(512).decode("ascii", "replace")
    except OSError:
        return ""
