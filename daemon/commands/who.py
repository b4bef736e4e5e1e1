"""Who gives a command, for the record."""

import getpass
import os


def invoker() -> str:
    """The system's name for the person: with sudo the one who called it, not the desk's own user."""
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
