"""Every effect of the program on the world, counted, with a death before or after any one of them. For tests only.

Wrapped are the commits of the database, the writes and renames of files, the IMAP commands and the SMTP commands. A death is
`os._exit`: nothing is flushed, closed or rolled back, as with SIGKILL.
"""

import functools
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiosmtplib
import imapclient
from aiosmtplib.protocol import SMTPProtocol
from sqlalchemy.engine.default import DefaultDialect

DIED = 77  # the exit code of a process that died on purpose

IMAP = ("login", "select_folder", "noop", "search", "fetch", "create_folder", "move", "copy", "logout")
SMTP = ("connect", "ehlo", "mail", "rcpt", "rset", "quit")


class Effects:
    """Counts effects; dies at number `die_at` (1 is the first), never for 0. Each effect counts before and after."""

    def __init__(self, die_at: int = 0) -> None:
        self.die_at = die_at
        self.names: list[str] = []

    def happens(self, name: str) -> None:
        self.names.append(name)
        if len(self.names) == self.die_at:
            os._exit(DIED)

    def watch(self) -> None:
        """Wrap every effect of this process."""
        self._wrap(DefaultDialect, "do_commit", "commit")
        self._wrap(os, "fsync", "fsync")
        self._wrap(Path, "replace", "rename")
        self._wrap(Path, "unlink", "unlink")
        for name in IMAP:
            self._wrap(imapclient.IMAPClient, name, f"imap {name}")
        for name in SMTP:
            self._wrap_async(aiosmtplib.SMTP, name, f"smtp {name}")
        self._wrap_async(aiosmtplib.SMTP, "execute_command", "smtp command")
        self._wrap(SMTPProtocol, "write", "smtp content")
        self._wrap_async(SMTPProtocol, "read_response", "smtp reply")

    def _wrap(self, owner: Any, name: str, effect: str) -> None:
        original: Callable[..., Any] = getattr(owner, name)

        @functools.wraps(original)
        def watched(*arguments: Any, **options: Any) -> Any:
            self.happens(f"before {effect}")
            result = original(*arguments, **options)
            self.happens(f"after {effect}")
            return result

        setattr(owner, name, watched)

    def _wrap_async(self, owner: Any, name: str, effect: str) -> None:
        original: Callable[..., Awaitable[Any]] = getattr(owner, name)

        @functools.wraps(original)
        async def watched(*arguments: Any, **options: Any) -> Any:
            self.happens(f"before {effect}")
            result = await original(*arguments, **options)
            self.happens(f"after {effect}")
            return result

        setattr(owner, name, watched)
