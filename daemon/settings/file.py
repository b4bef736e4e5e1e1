"""Reading config.toml: every problem of the file is found before anything is said."""

import json
import tomllib
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from daemon.settings.crosschecks import contradictions
from daemon.settings.errors import SettingsError
from daemon.settings.expectations import lines_of
from daemon.settings.sections import Settings


def load(path: Path) -> Settings:
    """The settings in this file; relative paths in it are meant from its folder.

    Raises SettingsError with one line for each problem: `key = value: expected …`.
    """
    try:
        text = path.read_text("utf-8-sig")  # Windows editors put a byte order mark in front.
    except OSError as error:
        raise SettingsError(str(path), [f"cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError as error:
        raise SettingsError(str(path), [f"byte {error.start + 1}: expected UTF-8 text"]) from None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(str(path), [_syntax(error)]) from None
    return checked(data, source=str(path), folder=path.absolute().parent)


def checked(data: Mapping[str, Any], source: str, folder: Path | None = None) -> Settings:
    """Settings from a parsed file; SettingsError names `source`. Without `folder`, paths stay as they are."""
    context = {"folder": folder} if folder is not None else {}
    try:
        # TOML's values carried as JSON: pydantic is then strict about types, yet takes lists and dates as they are.
        settings = Settings.model_validate_json(json.dumps(data, default=_plain), strict=True, context=context)
    except ValidationError as error:
        lines = lines_of(error.errors(include_url=False), data, Settings)
        raise SettingsError(source, [*dict.fromkeys([*lines, *contradictions(data)])]) from None
    problems = contradictions(data)
    if problems:
        raise SettingsError(source, problems)
    return settings


def _plain(value: Any) -> str:
    if isinstance(value, date | time):
        return value.isoformat()
    raise TypeError(f"TOML has no {type(value).__name__}")


def _syntax(error: tomllib.TOMLDecodeError) -> str:
    message, _, place = str(error).rpartition(" (at ")
    return f"{place.rstrip(')')}: expected TOML ({message[:1].lower()}{message[1:]})"
