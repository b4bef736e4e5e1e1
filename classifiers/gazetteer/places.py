"""The 63 former and 34 current provinces, their districts, area codes and mail domains, read from the CSV files here."""

import csv
import io
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources

from classifiers.text import folded, spelling, tokens
from classifiers.verdict import TRUNG_UONG

LONGEST_NAME = 5  # syllables, the most of any key of `names()`


class PlaceKind(StrEnum):
    PROVINCE = "province"  # its name in full, or the one that everybody uses
    DISTRICT = "district"
    INITIALS = "initials"  # "BL", "ĐT": only together with something else


@dataclass(frozen=True, slots=True)
class Place:
    """One reading of a name: `former` is the province it lies in, `spelt` its accented forms, comparable by `spelling`."""

    name: str
    kind: PlaceKind
    former: str
    spelt: frozenset[str]


@dataclass(frozen=True, slots=True)
class Province:
    """A former province: the current one that owns it, its landline area code, its labels in mail domains."""

    name: str
    current: str
    area_code: str
    mail_labels: tuple[str, ...]
    other_names: tuple[str, ...]


def former_names() -> tuple[str, ...]:
    """The 63 provinces until 30 June 2025, in the order of their unaccented names."""
    return tuple(_provinces())


def current_names() -> tuple[str, ...]:
    """The 34 provinces since 1 July 2025, in the order of their unaccented names."""
    return tuple(sorted({province.current for province in _provinces().values()}, key=folded))


def current_of(former: str) -> str:
    """The current province of a former one; `TRUNG_UONG` is its own. KeyError for any other word."""
    return TRUNG_UONG if former == TRUNG_UONG else _provinces()[former].current


def share_office(one: str | None, other: str | None) -> bool:
    """Whether two former provinces are known and have the same office, that of their current province."""
    return one is not None and other is not None and current_of(one) == current_of(other)


def province(former: str) -> Province:
    """Everything known of a former province. KeyError for any other word."""
    return _provinces()[former]


def resolve_name(text: str) -> tuple[str | None, str] | None:
    """(former, current) of a province as a person types it; None when it is not one.

    Case, diacritics and "Tỉnh" or "TP" in front are ignored. A name is a former label first, else a current one (then
    former is None). `TRUNG_UONG` stands for itself in both places.
    """
    key = name_key(text)
    if key in ("trung uong", "tw", "kbnn tw", "kbnn trung uong"):
        return TRUNG_UONG, TRUNG_UONG
    for prefix in ("tinh ", "thanh pho ", "tp "):
        if key.startswith(prefix) and key not in _by_name():
            key = key.removeprefix(prefix)
            break
    former = _by_name().get(key) or _by_name().get(key.replace(" ", ""))
    if former is not None:
        return former, current_of(former)
    return next(((None, current) for current in current_names() if name_key(current) == key), None)


def slug(current: str) -> str:
    """The name as addresses write it: "Lâm Đồng" becomes "lamdong"."""
    return name_key(current).replace(" ", "")


def name_key(name: str) -> str:
    """A name's unaccented lower-case syllables with one blank between: how names are looked up."""
    return " ".join(token.plain for token in tokens(name.replace("_", " ")))


@cache
def names() -> Mapping[str, tuple[Place, ...]]:
    """Every name of a province or district, initials included, with all the places that it may mean, by `name_key`."""
    found: dict[str, dict[tuple[str, PlaceKind], Place]] = defaultdict(dict)

    def add(name: str, kind: PlaceKind, former: str, label: str) -> None:
        spelt = frozenset({spelling(" ".join(token.typed for token in tokens(name)))})
        for key in {name_key(name), name_key(name).replace(" ", "")}:
            # A provincial capital is often called like its province: one reading is enough. A run-together
            # name ("lamdong") is common on keyboards without blanks; short ones would be other words.
            if (" " in key or " " not in name_key(name) or len(key) > 6) and (
                (former, PlaceKind.PROVINCE) not in found[key]
            ):
                earlier = found[key].get((former, kind))
                found[key][former, kind] = Place(
                    label, kind, former, spelt | (earlier.spelt if earlier else frozenset())
                )

    for one in _provinces().values():
        for name in (one.name, *one.other_names):
            add(name, PlaceKind.PROVINCE, one.name, one.name)
    for former, district, others in _districts():
        for name in (district, *others):
            add(name, PlaceKind.DISTRICT, former, district)
        if district.startswith("Quận "):
            number = district.removeprefix("Quận ")
            for name in (f"Q{number}", f"Q {number}", f"Quận 0{number}", f"Q0{number}"):
                add(name, PlaceKind.DISTRICT, former, district)
    for one in _provinces().values():
        add(
            "".join(syllable[0] for syllable in one.name.replace("-", " ").split()),
            PlaceKind.INITIALS,
            one.name,
            one.name,
        )
    return {key: tuple(places.values()) for key, places in found.items() if places}


@cache
def first_syllables() -> frozenset[str]:
    """The syllables that names begin with: nothing else needs to be looked up."""
    return frozenset(key.split()[0] for key in names())


@cache
def area_codes() -> Mapping[str, str]:
    """The former province of each landline area code ("0263", "024")."""
    return {one.area_code: one.name for one in _provinces().values()}


@cache
def mail_labels() -> Mapping[str, str]:
    """The former province of each label in mail domains ("lamdong")."""
    return {label: one.name for one in _provinces().values() for label in one.mail_labels}


@cache
def surnames() -> frozenset[str]:
    """Family and middle names that may stand before a given name which is also a place ("Nguyễn Khánh Hòa").

    In lower case, with their accents in the form of `spelling` ("Trường" is a school) and without any ("nguyen").
    """
    names = _text("surnames.txt").split()
    return frozenset(spelling(name) for name in names) | frozenset(folded(name) for name in names)


@cache
def _by_name() -> Mapping[str, str]:
    keys: dict[str, str] = {}
    for one in _provinces().values():
        for name in (one.name, *one.other_names):
            keys.setdefault(name_key(name), one.name)
    for one in _provinces().values():
        keys.setdefault(name_key(one.name).replace(" ", ""), one.name)
    return keys


@cache
def _provinces() -> Mapping[str, Province]:
    return {
        row["former"]: Province(
            row["former"],
            row["current"],
            row["area_code"],
            tuple(row["mail_labels"].split()),
            tuple(filter(None, row["other_names"].split("|"))),
        )
        for row in _rows("provinces.csv")
    }


@cache
def _districts() -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    return tuple(
        (row["former"], row["district"], tuple(filter(None, row["other_names"].split("|"))))
        for row in _rows("districts.csv")
    )


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(_text(name))))


def _text(name: str) -> str:
    return (resources.files("classifiers.gazetteer") / name).read_text(encoding="utf-8")
