"""config.toml documents every key: each stands in the shipped file, with a comment right above it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from daemon.settings import Settings

LINES = (Path(__file__).parents[2] / "config.toml").read_text("utf-8").splitlines()
_TABLE = re.compile(r"\[+([\w.]+)\]+$")
_KEY = re.compile(r"(?P<off># )?(?P<key>\w+) = ")


def keys_of(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, bool]]:
    """Every key as `table.key`, entries of repeated tables under one name; True where the key may stay commented out."""
    for name, field in model.model_fields.items():
        inner = _table_of(field.annotation)
        if inner is not None:
            yield from keys_of(inner, f"{path}{name}.")
        else:
            yield f"{path}{name}", field.default is None


def _table_of(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (tuple, dict):
        return next((found for part in get_args(annotation) if (found := _table_of(part)) is not None), None)
    return None


def documented() -> Iterator[tuple[str, bool]]:
    """Every key of the file under a comment of its own, and whether it is commented out."""
    table = ""
    for above, line in zip(["", *LINES], LINES, strict=False):
        if header := _TABLE.match(line):
            parts = header[1].split(".")
            # [groups.ITO] is an entry of the repeated table groups.
            table = parts[0] if parts[0] in ("groups", "departments", "applications") else header[1]
        elif (key := _KEY.match(line)) and above.startswith("# ") and not _KEY.match(above):
            yield f"{table}.{key['key']}", bool(key["off"])


def test_every_key_stands_in_the_file_under_a_comment_of_its_own() -> None:
    found = set(documented())
    missing = [
        key
        for key, optional in keys_of(Settings)
        if (key, False) not in found and not (optional and (key, True) in found)
    ]
    assert missing == []


def test_every_documented_key_exists() -> None:
    known = {key for key, _ in keys_of(Settings)}
    assert {key for key, _ in documented()} <= known


def test_the_walk_sees_keys_in_tables_lists_and_codes() -> None:
    known = {key for key, _ in keys_of(Settings)}
    assert {"desk.phase", "mailboxes.port", "targets.answer_hours.cao", "groups.passes_to", "regions.code"} <= known


def test_no_line_is_too_long_to_read() -> None:
    assert [line for line in LINES if len(line) > 200] == []
