"""Mail of many addresses in a folder: one Maildir each, delivered as Maildir wants it (tmp, fsync, rename to new)."""

import itertools
import os
import secrets
import threading
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, unquote

_numbers = itertools.count(1)


class Maildrop:
    """The Maildirs below `folder`, one for each address in lower case without its "+detail"."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._delivered = threading.Condition()

    def maildir(self, address: str) -> Path:
        """The Maildir of an address, made if missing."""
        path = self.folder / _folder_name(address)
        for part in ("tmp", "new", "cur"):
            (path / part).mkdir(parents=True, exist_ok=True)
        return path

    def addresses(self) -> list[str]:
        """Every address that has a Maildir, sorted."""
        if not self.folder.is_dir():
            return []
        return sorted(unquote(entry.name) for entry in self.folder.iterdir() if (entry / "new").is_dir())

    def deliver(self, address: str, message: bytes) -> Path:
        """Put a message into the Maildir durably; returns its file, whose name sorts by the order of delivery."""
        path = self.maildir(address)
        name = f"{time.time_ns():020d}.M{next(_numbers):08d}P{os.getpid()}R{secrets.token_hex(3)}.embedded"
        waiting, ready = path / "tmp" / name, path / "new" / name
        with waiting.open("xb") as file:
            file.write(message)
            file.flush()
            os.fsync(file.fileno())
        waiting.rename(ready)
        _sync_folder(ready.parent)
        with self._delivered:
            self._delivered.notify_all()
        return ready

    def read(self, address: str) -> list[bytes]:
        """All messages of the address's inbox in order of delivery, read and unread; empty when there are none."""
        while True:
            # A mail client moves and renames files at any time; then everything is read again.
            with suppress(FileNotFoundError):
                return [file.read_bytes() for file in self._files(address)]

    def count(self, address: str) -> int:
        """How many messages lie in the inbox."""
        return len({file.name.partition(":")[0] for file in self._files(address)})

    def wait_for(self, address: str, count: int, timeout: float) -> bool:
        """Wait until at least `count` messages lie in the inbox; False when `timeout` seconds pass before.

        Deliveries of this process are noticed at once, those of another one at the next look.
        """
        until = time.monotonic() + timeout
        with self._delivered:
            while self.count(address) < count:
                left = until - time.monotonic()
                if left <= 0:
                    return False
                self._delivered.wait(min(left, 0.1))
        return True

    def _files(self, address: str) -> list[Path]:
        path = self.folder / _folder_name(address)
        files = [file for part in ("new", "cur") if (path / part).is_dir() for file in (path / part).iterdir()]
        return sorted(files, key=lambda file: file.name)


def _folder_name(address: str) -> str:
    local, _, domain = address.strip().lower().rpartition("@")
    name = quote(f"{local.split('+', 1)[0]}@{domain}", safe="@")
    # quote leaves dots alone, and a leading one would make a Maildir subfolder.
    return name.replace(".", "%2E", 1) if name.startswith(".") else name


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
