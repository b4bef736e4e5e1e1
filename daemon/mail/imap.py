"""One IMAP connection: opened, logged in, and every error of it in our own words; the only module that uses imapclient."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from daemon.faults import ServiceDown
from daemon.mail.masking import without_secret
from daemon.mail.tls import connection_problem, tls_context
from daemon.settings import MailboxSettings, Security

# What the library raises: a refusal, and as a special case of it the loss of the connection.
Refused = IMAPClientError
Lost = IMAPClientAbortError


class Connection:
    """To the server of one mailbox of config.toml; `client` is imapclient's, None while there is no connection."""

    def __init__(self, settings: MailboxSettings, clock: Callable[[], float]) -> None:
        self.settings = settings
        self.client: Any = None
        self._clock = clock
        self._password = ""
        self._heard = 0.0  # when a command last ended well

    def open(self) -> None:
        """Connect and log in. Raises ServiceDown."""
        self._heard = self._clock()
        secret = self.settings.password()
        self._password = secret.get_secret_value() if secret else ""
        with self.translated("connecting"):
            self._connect()
        with self.translated(f"logging in as {self.settings.username}"):
            self._log_in()

    def close(self) -> None:
        """Log out if the server still listens, and let go of the connection."""
        client, self.client = self.client, None
        if client is not None:
            with suppress(IMAPClientError, OSError):
                client.logout()
            with suppress(IMAPClientError, OSError):
                client.shutdown()

    def abort(self) -> None:
        """End what the connection is doing, with ServiceDown there. May be called from any thread."""
        client = self.client
        if client is not None:
            with suppress(OSError):
                client.socket().shutdown(socket.SHUT_RDWR)

    def silent_for(self) -> float:
        """Seconds since the server last finished a command; 0 without a connection. May be called from any thread."""
        return self._clock() - self._heard if self.client is not None else 0.0

    @contextmanager
    def translated(self, doing: str) -> Iterator[None]:
        """Every library error inside becomes ServiceDown, and the connection, now in an unknown state, is dropped."""
        if self.client is None and doing != "connecting":
            raise ServiceDown(f"{self._place}: not connected")
        try:
            yield
            self._heard = self._clock()
        except LoginError as error:
            self._drop()
            raise ServiceDown(f"{self._place}: {doing} was refused: {self.without_secret(str(error))}") from None
        except IMAPClientAbortError as error:
            self._drop()
            reason = self.without_secret(str(error))
            raise ServiceDown(f"{self._place}: connection lost while {doing} ({reason})") from None
        except IMAPClientError as error:
            self._drop()
            raise ServiceDown(f"{self._place}: {doing} failed: {self.without_secret(str(error))}") from None
        except OSError as error:
            self._drop()
            problem = connection_problem(error, self.settings.host, self.settings.port)
            raise ServiceDown(f"mailbox {self.settings.name} at {problem} while {doing}") from None
        except (ValueError, KeyError, IndexError, TypeError, AssertionError) as error:
            # imaplib and IMAPClient answer a garbled line with whatever their parsing happens to stumble over.
            self._drop()
            raise ServiceDown(f"{self._place}: unintelligible answer while {doing} ({type(error).__name__})") from error

    def without_secret(self, said: str) -> str:
        """What the server said, in case it repeats the password that it was given."""
        if said.startswith("b'") and said.endswith("'"):  # IMAPClient quotes a refused login as Python writes bytes
            said = said[2:-1]
        return without_secret(said, self.settings.username, self._password)

    def _connect(self) -> None:
        settings = self.settings
        secure = settings.security is Security.TLS
        context = None if settings.security is Security.PLAIN else tls_context(settings)
        self.client = client = IMAPClient(
            settings.host,
            settings.port,
            ssl=secure,
            ssl_context=context if secure else None,
            timeout=SocketTimeout(settings.connect_timeout, settings.read_timeout),
        )
        # IMAPClient formats every line for a logger nobody reads, at five times the cost of the fetch itself.
        client._imap.debug = 0
        client.normalise_times = False
        client.socket().setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if settings.security is Security.STARTTLS:
            client.starttls(context)

    def _log_in(self) -> None:
        name, password = self.settings.username, self._password
        # The LOGIN command carries ASCII only and may be switched off; AUTHENTICATE PLAIN knows UTF-8.
        plain_ascii = (name + password).isascii()
        if (plain_ascii and not self.client.has_capability("LOGINDISABLED")) or not self.client.has_capability(
            "AUTH=PLAIN"
        ):
            self.client.login(name, password)
        else:
            self.client.plain_login(name, password)

    @property
    def _place(self) -> str:
        return f"mailbox {self.settings.name} at {self.settings.host}:{self.settings.port}"

    def _drop(self) -> None:
        client, self.client = self.client, None
        if client is not None:
            with suppress(IMAPClientError, OSError):
                client.shutdown()
