"""A configuration of the demo's own: the configured desk, with everything that it writes to inside one fresh folder."""

import json
import tomllib
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Any

from daemon.settings import Settings

HOST = "127.0.0.1"
MONITOR = "giamsat@vst.gov.vn"  # the machine that writes on the sample day


def write_own_config(config: Path, settings: Settings, folder: Path, imap_port: int, smtp_port: int) -> Path:
    """Write `config.toml` into the folder and return its path; `settings` are those of `config`."""
    data = tomllib.loads(config.read_text("utf-8-sig"))
    data["storage"] = {
        "database": "sqlite:///desk.db", "files": "files", "model": str(Path(settings.storage.model).absolute())
    }  # fmt: skip
    data["mailboxes"] = [
        {
            "name": settings.mailboxes[0].name, "host": HOST, "port": imap_port, "security": "plain",
            "username": settings.desk.address, "poll_seconds": 1, "idle": True,
        }
    ]  # fmt: skip
    data["relay"] = {"host": HOST, "port": smtp_port, "security": "plain", "connections": 4}
    data["embedded"] = {"enabled": True, "folder": "mailboxes", "password": settings.embedded.password}
    data["proof"] = {"key_file": "proof.keys"}
    brakes = data.setdefault("brakes", {})
    brakes["monitors"] = sorted({*settings.brakes.monitors, MONITOR})
    data["directory"] = {"assign": settings.directory.assign, "file": str(Path(settings.directory.file).absolute())}
    own = folder / "config.toml"
    own.write_text(f"# Made by `demo` from {config.absolute()}\n{toml(data)}", "utf-8")
    return own


def toml(table: Mapping[str, Any], name: str = "") -> str:
    """The values as TOML text: what `tomllib` gives, written back (without the comments, which it does not keep)."""
    plain = {key: value for key, value in table.items() if not _is_table(value)}
    text = "".join(f"{_key(key)} = {_value(value)}\n" for key, value in plain.items())
    for key, value in table.items():
        path = f"{name}.{_key(key)}" if name else _key(key)
        if isinstance(value, Mapping):
            text += f"\n[{path}]\n{toml(value, path)}"
        elif _is_table(value):
            text += "".join(f"\n[[{path}]]\n{toml(one, path)}" for one in value)
    return text


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping) or (
        isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)
    )


def _key(key: str) -> str:
    return (
        key
        if key.isascii() and key.replace("_", "").replace("-", "").isalnum()
        else json.dumps(key, ensure_ascii=False)
    )


def _value(value: Any) -> str:
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list):
        return f"[{', '.join(_value(one) for one in value)}]"
    # A JSON string without escaped letters is a TOML basic string; numbers and booleans look the same in both.
    return json.dumps(value, ensure_ascii=False)
