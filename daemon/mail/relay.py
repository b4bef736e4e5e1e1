"""Letters out by SMTP, one recipient and one known fate each: the only module that uses aiosmtplib.

`Relay.send` speaks MAIL, RCPT and DATA itself, step by step, so that the caller can commit a mark just before the
content leaves, and so that no clean-up command can hide the server's own answer. All connections belong to one event
loop: the one that `send` runs in.
"""

import asyncio
import contextlib
import inspect
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiosmtplib
from aiosmtplib import SMTPException, SMTPResponseException
from aiosmtplib.email import quote_address

from daemon.faults import Deferred, InDoubt, Refused, ServiceDown
from daemon.mail.masking import without_secret
from daemon.mail.tls import connection_problem, tls_context
from daemon.settings import RelaySettings, Security

BeforeData = Callable[[], Awaitable[None] | None]

# Replies that speak of us and not of the letter: 421 closes the service; the others ask for (other) credentials.
SERVICE_CODES = {421, 454, 530, 534, 535, 538}
LINE_END = re.compile(rb"\r\n|\n|\r(?!\n)")
HEADER_END = re.compile(rb"\r?\n\r?\n")


class _Lost(Exception):
    """The connection ended or fell silent before the content began: nothing was delivered."""


class Relay:
    """The server of [relay]; connections are opened when needed and used again."""

    def __init__(self, settings: RelaySettings, helo_name: str | None = None) -> None:
        self.settings = settings
        self.size_limit: int | None = None  # bytes, as announced by EHLO; None when unknown or unlimited
        self._helo_name = helo_name
        self._password = ""
        self._free: list[aiosmtplib.SMTP] = []
        self._turns = asyncio.Semaphore(settings.connections)

    async def send(
        self, message: bytes, envelope_from: str, recipient: str, before_data: BeforeData | None = None
    ) -> str:
        """Hand over one message for one recipient; returns the server's 250 reply.

        `envelope_from` is "" for the null sender. `before_data` runs (and is awaited) after the recipient was
        accepted and before DATA; what it raises comes out unchanged and nothing is sent. Raises ServiceDown,
        Deferred, Refused or InDoubt. After ServiceDown, Deferred and Refused nothing was delivered, mark or not.
        """
        message = with_crlf(message)
        async with self._turns, self._envelope(message, envelope_from, recipient) as client:
            if before_data is not None:
                pause = before_data()
                if inspect.isawaitable(pause):
                    await pause
            return await self._content(client, message, recipient)

    async def open(self) -> None:
        """Connect unless a connection is there already, so that `size_limit` is known; raises ServiceDown."""
        async with self._turns:
            if not any(client.is_connected for client in self._free):
                self._free.append(await self._connect())

    async def check(self) -> str:
        """Connect, log in and say NOOP, as `check` shows it; returns a line about the server or raises ServiceDown."""
        async with self._turns:
            client = await self._connect()
            try:
                answer = await client.noop()
            except (SMTPException, OSError) as error:
                raise ServiceDown(f"relay at {self._problem(error)}") from None
            finally:
                self._free.append(client)
        size = f", at most {self.size_limit} bytes a mail" if self.size_limit else ""
        return f"{self.settings.host}:{self.settings.port} answers {answer.code}{size}"

    async def close(self) -> None:
        """Say QUIT on every open connection."""
        while self._free:
            client = self._free.pop()
            with contextlib.suppress(SMTPException, OSError):
                if client.is_connected:
                    await client.quit(timeout=2)
            client.close()
        # Whoever sends next may do so in another event loop, and a semaphore belongs to the loop that it first waited in.
        self._turns = asyncio.Semaphore(self.settings.connections)

    async def __aenter__(self) -> "Relay":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    # Connections

    async def _connect(self) -> aiosmtplib.SMTP:
        settings = self.settings
        secret = settings.password() if settings.username else None
        self._password = secret.get_secret_value() if secret else ""
        client = aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            username=settings.username or None,
            password=self._password if secret else None,
            local_hostname=self._helo_name,
            timeout=settings.connect_timeout,
            use_tls=settings.security is Security.TLS,
            start_tls=settings.security is Security.STARTTLS,
            tls_context=None if settings.security is Security.PLAIN else tls_context(settings),
        )
        try:
            await client.connect()
            if client.is_ehlo_or_helo_needed:
                await client.ehlo()
        except SMTPResponseException as error:
            client.close()
            raise ServiceDown(f"relay at {self._place}: {error.code} {self._said(error.message)}") from None
        except (SMTPException, OSError, ValueError) as error:
            client.close()
            raise ServiceDown(f"relay at {self._problem(error)}") from None
        client.timeout = settings.read_timeout
        announced = client.esmtp_extensions.get("size", "").strip()
        self.size_limit = int(announced) or None if announced.isdigit() else None
        return client

    @property
    def _place(self) -> str:
        return f"{self.settings.host}:{self.settings.port}"

    def _problem(self, error: BaseException) -> str:
        """aiosmtplib's own refusals ("STARTTLS not supported by server") stand as they are."""
        if isinstance(error, SMTPException) and not isinstance(error, OSError):
            return f"{self._place}: {self._said(error.message)}"
        return connection_problem(error, self.settings.host, self.settings.port)

    def _said(self, reply: str) -> str:
        """What the server said, in one line."""
        return without_secret(" ".join(reply.split()), self.settings.username, self._password)

    # One message

    @asynccontextmanager
    async def _envelope(self, message: bytes, sender: str, recipient: str) -> AsyncIterator[aiosmtplib.SMTP]:
        """A connection on which sender and recipient are accepted; afterwards it is free again, or closed."""
        client = await self._addressed(message, sender, recipient)
        try:
            yield client
        except (Deferred, Refused):
            await self._release(client)
            raise
        except BaseException:
            # Cancelled, in doubt, or the caller's mark failed: a new connection is the only certain reset.
            client.close()
            raise
        self._free.append(client)

    async def _addressed(self, message: bytes, sender: str, recipient: str) -> aiosmtplib.SMTP:
        """Servers close idle connections at will, so a used one that is dead is replaced once by a new one."""
        while self._free:
            client = self._free.pop()
            if client.is_connected:
                with contextlib.suppress(_Lost, ServiceDown):
                    await self._address(client, message, sender, recipient)
                    return client
        client = await self._connect()
        try:
            await self._address(client, message, sender, recipient)
        except _Lost as lost:
            raise ServiceDown(f"relay at {lost}") from None
        return client

    async def _address(self, client: aiosmtplib.SMTP, message: bytes, sender: str, recipient: str) -> None:
        """MAIL and RCPT; leaves the connection free or closed when it raises."""
        try:
            for address in filter(None, (sender, recipient)):
                check_address(address, recipient)
            utf8 = self._needs_utf8(client, message, sender, recipient)
            encoding = "utf-8" if utf8 else "ascii"
            options = self._mail_options(client, message, utf8, recipient)
            try:
                await client.mail(sender, options=options, encoding=encoding)
                await client.rcpt(recipient, encoding=encoding)
            except SMTPResponseException as error:
                raise self._outcome(recipient, error.code, error.message) from None
            except (SMTPException, OSError) as error:
                raise _Lost(self._problem(error)) from None
        except (Deferred, Refused):
            await self._release(client)
            raise
        except BaseException:
            client.close()
            raise

    async def _content(self, client: aiosmtplib.SMTP, message: bytes, recipient: str) -> str:
        try:
            start = await client.execute_command(b"DATA")
        except (SMTPException, OSError) as error:
            raise ServiceDown(f"relay at {self._problem(error)}") from None
        if start.code != 354:
            raise self._outcome(recipient, start.code, start.message)
        protocol = client.protocol
        if protocol is None:
            raise ServiceDown(f"relay at {self._place}: connection lost")
        try:
            protocol.write(re.sub(rb"(?m)^\.", b"..", message) + b".\r\n")
        except (SMTPException, OSError) as error:
            raise ServiceDown(f"relay at {self._problem(error)}") from None
        try:
            answer = await protocol.read_response(timeout=self.settings.read_timeout)
        except (SMTPException, OSError) as error:
            raise InDoubt(recipient, 0, self._problem(error)) from None
        if 200 <= answer.code < 300:
            return f"{answer.code} {self._said(answer.message)}"
        raise self._outcome(recipient, answer.code, answer.message)

    async def _release(self, client: aiosmtplib.SMTP) -> None:
        """Reset after a refusal; a server that does not manage even that loses the connection, nothing else."""
        try:
            await client.rset()
        except (SMTPException, OSError):
            client.close()
        else:
            self._free.append(client)

    def _outcome(self, recipient: str, code: int, reply: str) -> Deferred | Refused | ServiceDown:
        reply = self._said(reply)
        if code in SERVICE_CODES:
            return ServiceDown(f"relay at {self._place}: {code} {reply}")
        if 400 <= code < 500:
            return Deferred(recipient, code, reply)
        if 500 <= code < 600:
            return Refused(recipient, code, reply)
        return ServiceDown(f"relay at {self._place}: unexpected answer {code} {reply}")

    def _needs_utf8(self, client: aiosmtplib.SMTP, message: bytes, sender: str, recipient: str) -> bool:
        """Whether addresses or headers are beyond ASCII (RFC 6531); Refused when the server cannot take them."""
        head = HEADER_END.split(message, maxsplit=1)[0]
        needed = not (sender.isascii() and recipient.isascii() and head.isascii())
        if needed and not client.supports_extension("smtputf8"):
            raise Refused(recipient, 0, "the relay does not take international addresses (SMTPUTF8)")
        return needed

    def _mail_options(self, client: aiosmtplib.SMTP, message: bytes, utf8: bool, recipient: str) -> list[str]:
        options = []
        if client.supports_extension("size"):
            options.append(f"SIZE={len(message)}")
        if not message.isascii():
            if not client.supports_extension("8bitmime"):
                raise Refused(recipient, 0, "the relay does not take 8-bit content (8BITMIME)")
            options.append("BODY=8BITMIME")
        if utf8:
            options.append("SMTPUTF8")
        return options


def check_address(address: str, recipient: str) -> None:
    """Refused unless the address goes over the wire as it stands.

    aiosmtplib parses addresses leniently: of "a@x <b@y>" it would send to b@y without a word.
    """
    try:
        unchanged = quote_address(address) == f"<{address}>" and address.isprintable()
    except ValueError:
        unchanged = False
    if not unchanged:
        raise Refused(recipient, 0, f"not an address that SMTP can carry: {address!r}")


def with_crlf(message: bytes) -> bytes:
    """The message as it goes over the wire: every line ended by CRLF, the last one too (RFC 5321, 2.3.8)."""
    message = LINE_END.sub(b"\r\n", message)
    return message if message.endswith(b"\r\n") else message + b"\r\n"
