"""The line with which a mail program names who wrote what it repeats below: "Vào 4 thg 5, 2026, Hỗ trợ <…> đã viết:"."""

import re
from collections.abc import Sequence

from daemon.reading.characters import folded

WROTE = r"(?:da viet|viet|wrote|writes|said|says|tra loi|schrieb|a ecrit)"
# An address is known by its @ alone: a pattern for a whole one takes quadratic time on long words.
_AT = r"[^\s@<>()\[\]]@[^\s@<>()\[\]]"
_ENDS = rf"\b{WROTE}\s*(?::\s*-*|-{{2,}})$"  # Zoho: "---- On … wrote ---"
_MOMENT = r"(?:\d{1,2}[/.-]\d{1,2}|\d{4}[/-]\d{1,2}|\d{1,2}[:h]\d{2}|\d{1,2} (?:thang|thg|[a-z]{3,9}\.?) ?\d*)"
_OPENS = re.compile(r"^(?:-----\s*)?(?:Vào|Vao|On|Lúc)\s")  # a wrapped line hardly begins so, with a capital
_ATTRIBUTIONS = (
    re.compile(
        rf"^-*\s*(?:vao|on|luc|ngay|thu|th|cn|chu nhat|{_MOMENT}|le|am|(?:trong|theo) (?:thu|email|mail))\b"
        rf".{{3,400}}{_ENDS}"
    ),
    re.compile(rf"^.{{2,160}}\b{WROTE}\s+(?:vao|on|luc|at|ngay)\b.{{3,160}}:\s*$"),
    re.compile(r"^am\b.{3,200}\bschrieb\s.{2,80}:\s*$"),
    re.compile(r"^\d.{8,200}<[^<>\s@]+@[^<>\s]+>\s*:\s*$"),
    re.compile(rf"^-*\s*(?:quoting|trich dan|trich thu|dan lai|zitat von|quoted from)\b(?=.*:\s*-*$).*?{_AT}"),
)
_WHO_WROTE = re.compile(_ENDS)
_ADDRESS = re.compile(_AT)
_NEAR = 180  # characters between an address and the word that its owner wrote
# Some clients for telephones write what they quote behind the attribution, in the same line.
_WITH_QUOTE = re.compile(rf"^(?:vao|on|luc)\b.{{6,260}}[^\s@<>]@[^\s@<>]+>.{{0,40}}\b{WROTE}\s*:\s+\S")
# What a client, not a person, writes as the time: the day with its year, and the minute.
_STAMP = re.compile(
    r"(?=.*\b(?:19|20)\d\d\b)(?=.*\b\d{1,2}[:h]\d{2})^(?!.*\b(?:em|toi|minh|i|we)\b)-*\s*(?:vao|on|luc|\d)"
)
_BEGINS = re.compile(
    r"^-*\s*(?:vao|on|luc|ngay|thu|th|cn|chu nhat|le|am|\d[\d:h/. -]*|trong|theo)\b|^.{2,160}(?:viet|wrote|schrieb|writes)\b"
    rf"|^.{{0,260}}{_AT}|^-*\s*(?:quoting|quoted|trich|dan lai|zitat)\b"
)
_TIME = re.compile(r"\d{1,2}[:h]\d{2}|\d{1,2}[/.-]\d{1,2}|\d{4}")
_ANY_LANGUAGE = re.compile(r"^.{0,200}<[^\s@<>]+@[^\s@<>]+>.{0,80}[:：]$")
_DESK_WROTE = re.compile(rf"^.{{0,60}}\b(?:ho tro|kbnn|kho bac|cntt|help ?desk|service desk|support)\b.{{0,60}}{_ENDS}")
_CLOCK = re.compile(r"\d{1,2}[:h]\d{2}|(?:19|20)\d{2}")


def attribution_length(lines: Sequence[str], at: int) -> int:
    """How many lines (1 to 4, wrapped by the client) an attribution takes here; 0 when there is none."""
    if not _BEGINS.match(folded(lines[at][:300]).strip()):
        return 0
    joined = ""
    for length in range(1, 5):
        if at + length > len(lines):
            return 0
        line = lines[at + length - 1]
        if not line.strip() or line.startswith(">"):
            return 0
        joined = f"{joined} {line.strip()}".strip()
        if len(joined) > 500:
            return 0
        plain = folded(joined)
        if _WITH_QUOTE.match(plain) and _TIME.search(plain):
            return length
        if length > 1 and _OPENS.match(line):
            return 0  # the line above was typed
        if _is_attribution(plain):
            return length
    return 0


def _is_attribution(plain: str) -> bool:
    """Whether folded words are a whole attribution, which names a time or an address."""
    return (
        plain.endswith((":", "-"))
        and (_address_wrote(plain) or any(pattern.match(plain) for pattern in _ATTRIBUTIONS))
        and (_TIME.search(plain) is not None or "@" in plain)
    )


def _address_wrote(plain: str) -> bool:
    """Whether folded words end with who wrote, by his address: "Hỗ trợ <hotro@vst.gov.vn> đã viết:"."""
    end = _WHO_WROTE.search(plain)
    return end is not None and _ADDRESS.search(plain, max(0, end.start() - _NEAR), end.start()) is not None


def names_who_and_when(words: str) -> bool:
    """Whether an attribution has an address and a time, or a program's time: then it needs no quote marks below it."""
    return bool("@" in words and _CLOCK.search(words)) or bool(_STAMP.match(folded(words).strip()))


def names_somebody(line: str) -> bool:
    """Whether a line that marked ones follow names the desk, or in any language somebody by address and time."""
    if _DESK_WROTE.match(folded(line).strip()):
        return True
    return bool(_ANY_LANGUAGE.match(line.strip())) and bool(_TIME.search(line))
