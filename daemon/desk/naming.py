"""Which province, application or kind of organisation a person means by what he typed into a field or a short reply. Pure."""

import re
from collections.abc import Callable

from daemon.desk.catalogue import KHAC, Catalogue
from daemon.desk.words import fold
from templates.mail.wording import ORGANISATIONS

Province = tuple[str | None, str]  # former (None where only the current one was named), current
LONGEST_NAME = 5  # syllables of a province's name, "Bà Rịa - Vũng Tàu" being the longest
SHORT_REPLY = 6  # words; only in so short a text does one syllable ("Huế") name a province
MOST_WORDS = 400  # of a reply that are searched


def province_in(text: str, resolve: Callable[[str], Province | None]) -> Province | None:
    """The one province that a text names, in full or anywhere in it; None where it names none or several.

    "Bình Thuận cũ, nay thuộc Lâm Đồng" names one: the former province that lies in the other.
    """
    whole = resolve(text.strip(" .,;:!\t\n"))
    if whole is not None:
        return whole
    found: list[Province] = []
    for line in text.split("\n"):
        found += _provinces_of(re.findall(r"[^\W_]+", line)[:MOST_WORDS], resolve)
    currents = {current for _, current in found}
    return found[0] if len(currents) == 1 else None


def _provinces_of(words: list[str], resolve: Callable[[str], Province | None]) -> list[Province]:
    shortest = 1 if len(words) <= SHORT_REPLY else 2
    found, position = [], 0
    while position < len(words):
        for length in range(min(LONGEST_NAME, len(words) - position), shortest - 1, -1):
            named = resolve(" ".join(words[position : position + length]))
            if named is not None:
                found.append(named)
                position += length - 1
                break
        position += 1
    return found


def application_in(text: str, catalogue: Catalogue) -> str | None:
    """The code of the one application that a text names by code or by name, or by the distinct beginning of a name."""
    typed = _plain(text)
    if not typed:
        return None
    whole = [code for code, one in catalogue.applications.items() if typed in (_plain(code), _plain(one.name))]
    if len(whole) == 1 and whole[0] != KHAC:
        return whole[0]
    named = {code for code in catalogue.applications if code != KHAC and f" {_plain(code)} " in f" {typed} "}
    named -= {short for short in named for other in named if short != other and _plain(short) in _plain(other).split()}
    if named:
        return named.pop() if len(named) == 1 else None
    names = {code: _plain(one.name) for code, one in catalogue.applications.items() if code != KHAC}
    told = [code for code, name in names.items() if name and name in typed]
    if not told and " " in typed:
        told = [code for code, name in names.items() if typed in name]
    return told[0] if len(told) == 1 else None


def organisation_name(code: str) -> str:
    """The name of a kind of organisation as it stands on a button."""
    name = ORGANISATIONS[code]
    return name[:1].upper() + name[1:]


def organisation_named(text: str) -> str | None:
    """The code of the one kind of organisation whose name, as on a button, is a line of the text or follows its label."""
    values = {_plain(part) for line in text.split("\n") for part in (line, line.partition(":")[2])}
    found = [code for code, name in ORGANISATIONS.items() if _plain(name) in values]
    return found[0] if len(found) == 1 else None


# What the name of a unit says about its kind, the surest first; any other name is left to the classifiers.
_UNITS = (
    ("tw", re.compile(r"\b(kho bac nha nuoc|kbnn) trung uong\b|\bso giao dich\b|\bcuc (?:cntt|cong nghe thong tin)\b")),
    ("kbnn", re.compile(r"\b(?:kbnn|kho bac)\b")),
    ("tc", re.compile(r"\b(?:so|phong) tai chinh\b|\btai chinh ke hoach\b")),
    ("qhns", re.compile(r"^(?:truong|benh vien|ubnd|uy ban nhan dan|tram y te|trung tam|ban quan ly)\b")),
    ("khac", re.compile(r"^(?:ngan hang|cong ty|chi cuc thue|cuc thue|chi cuc hai quan)\b")),
)


def organisation_in(unit: str) -> str | None:
    """The code of the kind of organisation that the name of a unit tells, such as "Trường THCS Lê Lợi"; else None."""
    typed = _plain(unit)
    whole = organisation_named(unit)
    return whole or next((code for code, pattern in _UNITS if pattern.search(typed)), None)


def _plain(text: str) -> str:
    """Unaccented lower-case words with one blank between, so that `KDL_TABMIS` is "kdl tabmis"."""
    return " ".join(re.findall(r"[a-z0-9]+", fold(text)))
