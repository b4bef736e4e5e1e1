"""pydantic's errors as plain lines: key, value, and what is expected there. Pure.

A key is written as it stands in the file; entries of lists are counted from 1: `mailboxes[1].port` is the first one's.
"""

import difflib
import json
import re
import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from daemon.settings.kinds import Expected, Unit

Location = Sequence[int | str]

SECRET_KEY = re.compile(r"pass|secret|token|pwd|mat_?khau", re.IGNORECASE)
SECRET_PLACE = (
    "expected no secret in this file: put it in an environment variable or in a file, "
    "and name that with password_env or password_file"
)
_PASSWORD_IN_ADDRESS = re.compile(r"(?<=://)[^\s\"]*:[^\s\"]*@|(?<=password=)[^&\s\"]*", re.IGNORECASE)
_LONGEST_VALUE = 80


@dataclass(frozen=True, slots=True)
class Spot:
    """The type that stands at a place of the file, with what its annotation says about it."""

    kind: Any
    marks: tuple[Any, ...] = field(default=())


def lines_of(errors: Sequence[ErrorDetails], data: Mapping[str, Any], root: type[BaseModel]) -> list[str]:
    """pydantic's errors as lines, in their order. Values of keys that may hold secrets are not repeated."""
    # Entries that are wrong are not counted, so that a list may seem too short on top of what is wrong with them.
    wrong = {error["loc"][:end] for error in errors for end in range(len(error["loc"]))}
    return [_line(error, data, root) for error in errors if error["type"] != "too_short" or error["loc"] not in wrong]


def _line(error: ErrorDetails, data: Mapping[str, Any], root: type[BaseModel]) -> str:
    place = [part for part in error["loc"] if part != "[key]"]
    key = key_of(place)
    if error["type"] == "extra_forbidden":
        return _unknown(place, data, root)
    expected = _expectation(error, _spot_at(error["loc"], root))
    if error["type"] == "missing":
        return f"{key} is missing: {expected}"
    if _hides(place):
        return f"{key}: {expected}"
    found = _value_at(place, data)
    return f"{key}: {expected}" if isinstance(found, Mapping) else f"{key} = {shown(found)}: {expected}"


def key_of(place: Location) -> str:
    """The place as a person looks for it: `groups.ITO.address`, `mailboxes[1].port`."""
    text = ""
    for part in place:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            text += ("." if text else "") + (part if re.fullmatch(r"[\w-]+", part) else f'"{part}"')
    return text


def shown(value: Any) -> str:
    """A value much as it stands in the file, without secrets, cut when it is long."""
    text = _PASSWORD_IN_ADDRESS.sub("…", json.dumps(_without_secrets(value), ensure_ascii=False, default=str))
    return text if len(text) <= _LONGEST_VALUE else text[:_LONGEST_VALUE] + "…"


def _without_secrets(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: "…" if SECRET_KEY.search(key) else _without_secrets(entry) for key, entry in value.items()}
    return [_without_secrets(entry) for entry in value] if isinstance(value, list) else value


def describe(spot: Spot) -> str:
    """What may stand at this place, as the end of a sentence that begins with "expected"."""
    words = next((mark.words for mark in spot.marks if isinstance(mark, Expected)), None)
    if words is not None:
        return words
    kind = spot.kind
    if get_origin(kind) is Literal:
        return _one_of(get_args(kind))
    if get_origin(kind) is tuple:
        return f"a list; each entry {describe(_spot(get_args(kind)[0]))}"
    if get_origin(kind) is dict or (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return "a table"
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _one_of([option.value for option in kind])
    if kind in (int, float):
        return _number(spot)
    simple = {bool: "true or false", str: "a text in quotes", date: "a date such as 2026-01-31", time: "a time of day"}
    return simple.get(kind, "another value")


def _expectation(error: ErrorDetails, spot: Spot) -> str:
    if error["type"] == "value_error":
        return str(error.get("ctx", {}).get("error", error["msg"]))
    if error["type"] == "too_short" and get_origin(spot.kind) is tuple:
        return "expected at least one entry"
    return f"expected {describe(spot)}"


def _unknown(place: Location, data: Mapping[str, Any], root: type[BaseModel]) -> str:
    name = str(place[-1])
    if SECRET_KEY.search(name):
        return f"{key_of(place)}: {SECRET_PLACE}"
    known = list(_fields(_spot_at(place[:-1], root).kind))
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    advice = f"the nearest is {key_of([*place[:-1], near[0]])}" if near else "known are " + ", ".join(known)
    found = _value_at(place, data)
    key = key_of(place) if isinstance(found, Mapping) else f"{key_of(place)} = {shown(found)}"
    return f"{key}: expected a known key; {advice}"


def _hides(place: Location) -> bool:
    """Whoever typed a secret at the wrong place must not find it in a log as well."""
    return any(isinstance(part, str) and SECRET_KEY.search(part) for part in place)


def _spot(annotation: Any, marks: tuple[Any, ...] = ()) -> Spot:
    """The bare type and all marks of an annotation; `X | None` counts as X."""
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation, *more = get_args(annotation)
            marks += tuple(_flat(more))
        elif origin in (Union, types.UnionType):
            annotation = next(option for option in get_args(annotation) if option is not type(None))
        else:
            return Spot(annotation, marks)


def _flat(marks: Iterable[Any]) -> Iterable[Any]:
    for mark in marks:
        if isinstance(mark, FieldInfo):
            yield from mark.metadata
        else:
            yield mark


def _fields(kind: Any) -> Mapping[str, FieldInfo]:
    return kind.model_fields if isinstance(kind, type) and issubclass(kind, BaseModel) else {}


def _spot_at(place: Location, root: type[BaseModel]) -> Spot:
    spot = Spot(root)
    for part in place:
        if _fields(spot.kind):
            info = _fields(spot.kind).get(str(part))
            spot = _spot(info.annotation, tuple(info.metadata)) if info is not None else Spot(object)
        elif get_origin(spot.kind) is tuple:
            options = [option for option in get_args(spot.kind) if option is not Ellipsis]
            spot = _spot(options[min(int(part), len(options) - 1)])
        elif get_origin(spot.kind) is dict:
            keys, values = get_args(spot.kind)
            spot = _spot(keys if place[-1] == "[key]" else values)
        elif part == "[key]":
            return spot
    return spot


def _value_at(place: Location, data: Any) -> Any:
    for part in place:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _one_of(options: Iterable[Any]) -> str:
    texts = [shown(option) for option in options]
    return texts[0] if len(texts) == 1 else ", ".join(texts[:-1]) + f" or {texts[-1]}"


def _number(spot: Spot) -> str:
    unit = next((f" of {mark.name}" for mark in spot.marks if isinstance(mark, Unit)), "")
    whole = "a whole number" if spot.kind is int else "a number"
    low = next((mark.ge for mark in spot.marks if isinstance(mark, Ge)), None)
    above = next((mark.gt for mark in spot.marks if isinstance(mark, Gt)), None)
    high = next((mark.le for mark in spot.marks if isinstance(mark, Le)), None)
    if low is not None and high is not None:
        reach = f" from {low} to {high}"
    elif low is not None:
        reach = f", {low} or more"
    else:
        reach = f" above {above}" if above is not None else ""
    return f"{whole}{unit}{reach}" + (", without a unit" if unit else "")
