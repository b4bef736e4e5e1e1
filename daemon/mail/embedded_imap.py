"""The embedded IMAP server: pymap over the Maildirs of a `Maildrop`, any address with the one password.

pymap is bent in three places, each named below: who may log in, the order and bytes of mails, and where its index is
written. It serves the demo and the tests, on loopback; it is no mail server for daily use.
"""

import asyncio
import tempfile
from argparse import Namespace
from asyncio import AbstractServer
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.maildir import Config, FilterSet, Session
from pymap.backend.maildir.io import FileWriteable
from pymap.backend.maildir.layout import MaildirLayout
from pymap.backend.maildir.mailbox import MailboxSet, Maildir
from pymap.concurrent import Subsystem
from pymap.exceptions import AuthorizationFailure, InvalidAuth, NotAllowedError
from pymap.imap import IMAPServer
from pymap.interfaces.login import IdentityInterface, LoginInterface
from pymap.token import AllTokens
from pymap.user import UserMetadata
from pysasl.creds.server import ServerCredentials
from pysasl.hashing import Cleartext

from daemon.mail.maildrop import Maildrop


async def start_imap(drop: Maildrop, host: str, port: int, password: str, greeting: str) -> AbstractServer:
    """An IMAP server that already listens, in the running event loop. `greeting` lets a probe know whom it met."""
    FileWriteable.file_write = _write_beside  # type: ignore[method-assign, assignment]
    config = _Config(drop, password, greeting)
    config.apply_context()
    server = IMAPServer(_Login(config), config)
    return await asyncio.start_server(ProxyProtocolReader(config.proxy_protocol).get_callback(server), host, port)


def _write_beside(index: Any) -> None:
    """Write pymap's index next to its place: pymap writes it to the system's temporary folder and renames it from
    there, which fails where that is another file system."""
    place = Path(index.get_file(index.path))
    with tempfile.NamedTemporaryFile("w", dir=place.parent, delete=False) as file:
        index.write(file)
    Path(file.name).rename(place)
    index._touched = False


class _Config(Config):
    def __init__(self, drop: Maildrop, password: str, greeting: str) -> None:
        super().__init__(
            Namespace(passlib_cfg=None, proxy_protocol=None),
            host=None,
            port=0,
            base_dir=str(drop.folder),
            layout="++",
            colon=None,
            tls_enabled=False,
            reject_dnsbl=False,
            hash_context=Cleartext(),
            subsystem=Subsystem.for_asyncio(),
            cpu_subsystem=Subsystem.for_asyncio(),
        )
        self.drop = drop
        self.password = password
        self._greeting = greeting.encode()

    @property
    def greeting(self) -> bytes:
        return self._greeting


class _Login(LoginInterface):
    """Any address may log in with the password; its mailbox is made if it has none yet."""

    def __init__(self, config: _Config) -> None:
        self._config = config
        self._tokens = AllTokens(config)

    @property
    def tokens(self) -> AllTokens:
        return self._tokens

    async def authenticate(self, credentials: ServerCredentials) -> IdentityInterface:
        name = credentials.authcid
        user = UserMetadata(self._config, name, password=self._config.password)
        if "@" not in name or not credentials.verify(user):
            raise InvalidAuth()
        return _Identity(self._config, name)

    async def authorize(self, authenticated: IdentityInterface, authzid: str) -> IdentityInterface:
        if authenticated.name != authzid:
            raise AuthorizationFailure()
        return authenticated


class _Identity(IdentityInterface):
    def __init__(self, config: _Config, name: str) -> None:
        self._config = config
        self._name = name

    @property
    def name(self) -> str:
        return self._name

    @property
    def roles(self) -> frozenset[str]:
        return frozenset()

    @asynccontextmanager
    async def new_session(self) -> AsyncIterator[Session]:
        path = str(self._config.drop.maildir(self._name))
        mailboxes = MailboxSet(_Maildir(path, create=False), MaildirLayout.get(path, "++", _Maildir))
        yield Session(self._name, self._config, mailboxes, FilterSet(path))

    async def new_token(self, *, expiration: datetime | None = None) -> str | None:
        return None

    async def get(self) -> UserMetadata:
        return UserMetadata(self._config, self._name, password=self._config.password)

    async def set(self, metadata: UserMetadata) -> int | None:
        raise NotAllowedError("The one password is set in config.toml.")

    async def delete(self) -> None:
        raise NotAllowedError("Mailboxes are not deleted over IMAP.")


class _Maildir(Maildir):
    """A Maildir whose new mails get UIDs in the order of delivery, and whose mails come out byte for byte.

    pymap numbers new files in the order of the directory, which is any order; and it hands out Python's
    re-serialisation of a mail, which changes line ends and repairs what a test wants broken.
    """

    def keys(self) -> list[str]:
        return sorted(super().keys())

    def get_message(self, key: str) -> Any:
        return self.get_bytes(key)
