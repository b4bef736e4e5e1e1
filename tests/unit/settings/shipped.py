"""The shipped config.toml as parsed values, for tests that change one thing in it."""

import copy
import tomllib
from pathlib import Path
from typing import Any

from daemon.settings import Settings, SettingsError
from daemon.settings.file import checked

ROOT = Path(__file__).parents[3]
CONFIG = ROOT / "config.toml"
_SHIPPED = tomllib.loads(CONFIG.read_text("utf-8"))


def shipped() -> dict[str, Any]:
    """A fresh copy of the shipped file's values."""
    return copy.deepcopy(_SHIPPED)


def changed(**sections: dict[str, Any]) -> dict[str, Any]:
    """The shipped values with some keys of some tables changed."""
    data = shipped()
    for section, values in sections.items():
        data[section] = {**data[section], **values}
    return data


def settings_of(data: dict[str, Any]) -> Settings:
    return checked(data, "config.toml")


def problems_of(data: dict[str, Any]) -> list[str]:
    """The lines that `load` would print for these values; empty when they are right."""
    try:
        checked(data, "config.toml")
    except SettingsError as error:
        return error.problems
    return []
