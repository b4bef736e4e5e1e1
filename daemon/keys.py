"""The key file of the proofs: made on first start, readable by nobody else; rotation with a time in which both keys prove.

A line is `NAME SECRET`, the current key first, or `NAME SECRET until TIME` for an older one, which proves until then.
"""

import base64
import logging
import os
import secrets
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from daemon.reading.proof import Key, KeyRing
from daemon.settings import SettingsError

log = logging.getLogger(__name__)

HEADER = (
    "# Keys of the desk's Message-IDs and reply tokens, current one first: NAME SECRET [until TIME].\n"
    "# Keep private, keep in the backup.\n"
)
LOOK_AGAIN = timedelta(seconds=5)  # between two looks whether the file was changed by a command


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key and the moment until which it proves; None for the current one."""

    key: Key
    until: datetime | None = None

    def proves(self, now: datetime) -> bool:
        return self.until is None or now < self.until


def read_keys(path: Path) -> list[StoredKey]:
    """Every key of the file, the current one first, also those that no longer prove.

    A missing file is created (mode 0600) with one new key. Raises SettingsError for a file that cannot be read, has no
    key, or may be read by others.
    """
    if not path.exists():
        _create(path)
    try:
        mode = path.stat().st_mode & 0o077
        lines = path.read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(str(path), [f"proof.key_file cannot be read: {error}"]) from None
    if mode:
        raise SettingsError(str(path), ["the key file may be read by others: expected mode 0600 (chmod 600)"])
    keys = [_key(path, number, line) for number, line in enumerate(lines, 1) if line.strip() and line[0] != "#"]
    if not keys:
        raise SettingsError(str(path), ["holds no key: expected lines of NAME and SECRET; restore it from the backup"])
    if keys[0].until is not None:
        raise SettingsError(str(path), ["the first key has an end: expected the current key in the first line"])
    return keys


def rotate(path: Path, now: datetime, overlap: timedelta) -> list[StoredKey]:
    """Put a new key first; the others prove for `overlap` at most. Those that no longer prove are thrown away.

    Returns the keys of the file as it is afterwards; it appears whole or not at all.
    """
    before = read_keys(path)
    kept = [
        StoredKey(one.key, min(one.until, now + overlap) if one.until is not None else now + overlap)
        for one in before
        if one.proves(now)
    ]
    # A number is never used again, so that a key's name in an old letter cannot mean another key.
    numbers = [int(one.key.name[1:]) for one in before if one.key.name[1:].isdigit()]
    keys = [StoredKey(_new_key(f"k{max(numbers, default=0) + 1}")), *kept]
    _write(path, keys, replace=True)
    return keys


class KeyKeeper:
    """The key ring in use, taken anew when the file changes or a key's time is over, without a restart.

    It can stand wherever a KeyRing can. A file that cannot be used any more leaves the ring as it was, and the log says why.
    """

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        self._path = path
        self._clock = clock
        self._stored = read_keys(path)
        self._stamp = self._seen()
        self._looked = clock()

    @property
    def keys(self) -> tuple[Key, ...]:
        now = self._clock()
        if abs(now - self._looked) >= LOOK_AGAIN:
            self._looked = now
            self._look()
        return _ring(self._stored, now).keys

    @property
    def current(self) -> Key:
        return self.keys[0]

    def named(self, name: str) -> Key | None:
        return KeyRing(self.keys).named(name)

    def _look(self) -> None:
        stamp = self._seen()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        if stamp is None:  # looking must not make a new file while the service holds the only copy of the keys
            log.error("keys_kept reason=the key file is gone: restore it from the backup")
            return
        try:
            self._stored = read_keys(self._path)
        except SettingsError as error:
            log.error("keys_kept reason=%s", " ".join(str(error).split()))
        else:
            log.info("keys_taken current=%s", self._stored[0].key.name)

    def _seen(self) -> tuple[int, int, int] | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns, status.st_mode


def _ring(stored: Sequence[StoredKey], now: datetime) -> KeyRing:
    return KeyRing(tuple(one.key for one in stored if one.proves(now)))


def _key(path: Path, number: int, line: str) -> StoredKey:
    try:
        name, secret, *rest = line.split()
        key = Key(name, base64.b64decode(secret, validate=True))
        if not rest:
            return StoredKey(key)
        word, moment = rest
        until = datetime.fromisoformat(moment)
        if word != "until" or until.tzinfo is None:
            raise ValueError("expected until and a time with its zone")
    except ValueError as error:
        raise SettingsError(str(path), [f"line {number}: expected NAME SECRET [until TIME] ({error})"]) from None
    return StoredKey(key, until)


def _new_key(name: str) -> Key:
    return Key(name, secrets.token_bytes(32))


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(FileExistsError):  # another process was first, and its key is as good
        _write(path, [StoredKey(_new_key("k1"))], replace=False)
        log.warning(
            "keys_made file=%s: right at a first start; otherwise restore the file, or earlier letters prove nothing",
            path,
        )


def _write(path: Path, keys: Sequence[StoredKey], *, replace: bool) -> None:
    """The file appears whole or not at all, so that a crash never leaves a ring that later fails to prove.

    With `replace` it belongs to whom it belonged before, though somebody else gave the command; without, a file that is
    there already raises FileExistsError.
    """
    lines = "".join(f"{_line(one)}\n" for one in keys)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    new = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(HEADER + lines)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            _give_to_owner_of(path, new)
            new.replace(path)
        else:
            os.link(new, path)
    finally:
        new.unlink(missing_ok=True)


def _give_to_owner_of(old: Path, new: Path) -> None:
    status = old.stat()
    if os.geteuid() == 0:
        os.chown(new, status.st_uid, status.st_gid)


def _line(stored: StoredKey) -> str:
    secret = base64.b64encode(stored.key.secret).decode("ascii")
    end = f" until {stored.until.isoformat(timespec='seconds')}" if stored.until is not None else ""
    return f"{stored.key.name} {secret}{end}"
