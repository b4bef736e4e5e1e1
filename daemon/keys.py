"""The key file of the proofs: made on first start, readable by nobody else; an older key proves until it is removed."""

import base64
import os
import secrets
from pathlib import Path

from daemon.reading.proof import Key, KeyRing
from daemon.settings import SettingsError

HEADER = "# Keys of the desk's Message-IDs and reply tokens, current one first: NAME SECRET. Keep private, keep in the backup.\n"


def load_keys(path: Path) -> KeyRing:
    """The key ring in this file, which is created (mode 0600) with one new key when missing.

    Raises SettingsError for a file that cannot be read, has no key, or may be read by others.
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
    return KeyRing(tuple(keys))


def _key(path: Path, number: int, line: str) -> Key:
    try:
        name, secret = line.split()
        return Key(name, base64.b64decode(secret, validate=True))
    except ValueError as error:
        raise SettingsError(str(path), [f"line {number}: expected NAME SECRET ({error})"]) from None


def _create(path: Path) -> None:
    """The file appears whole or not at all, so that a crash never leaves a ring that later fails to prove."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    secret = base64.b64encode(secrets.token_bytes(32)).decode("ascii")
    new = path.with_name(path.name + ".new")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"{HEADER}k1 {secret}\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
