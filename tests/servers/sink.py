"""An SMTP server in the test's own process that takes every letter and remembers what it answered 250 to."""

import asyncio
import re
import threading
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[^>]+>)", re.IGNORECASE | re.MULTILINE)


class SmtpSink:
    """A context manager; `port` is known once it has started."""

    def __init__(self) -> None:
        self.port = 0
        self._ids: list[str] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def message_ids(self) -> list[str]:
        """The Message-ID of every message that was accepted, in order."""
        return list(self._ids)

    def __enter__(self) -> "SmtpSink":
        self._thread.start()
        server = asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(60)
        self._server = server
        self.port = int(server.sockets[0].getsockname()[1])
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(60)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _start(self) -> asyncio.Server:
        return await self._loop.create_server(lambda: SMTP(self, hostname="sink.localhost"), "127.0.0.1", 0)

    async def _stop(self) -> None:
        self._server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        found = MESSAGE_ID.search(envelope.original_content or b"")
        self._ids.append(found[1].decode("ascii") if found else "")
        return "250 2.0.0 taken"
