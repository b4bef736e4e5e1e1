"""Where a mail program began to repeat an older mail: attribution lines, header blocks, separators.

Lines are compared folded (lower case, no diacritics), so that one pattern serves Vietnamese typed either way. The
shapes are those of Gmail, Outlook, Thunderbird, Apple Mail, Zimbra, Roundcube, Yahoo and Android clients.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from daemon.reading.characters import folded

_WROTE = r"(?:da viet|viet|wrote|writes|tra loi|schrieb|a ecrit)"
_ATTRIBUTIONS = (
    re.compile(rf"^-*\s*(?:vao|on|luc|ngay|thu|th|cn|chu nhat|\d|le|am)\b.{{3,400}}\b{_WROTE}\s*:\s*-*$"),
    re.compile(rf"^.{{2,160}}\b{_WROTE}\s+(?:vao|on|luc|at|ngay)\b.{{3,160}}:\s*$"),
    re.compile(r"^\d.{8,200}<[^<>\s]+@[^<>\s]+>\s*:\s*$"),
    re.compile(rf"^\"?[^:]{{2,120}}<[^<>\s]+@[^<>\s]+>\"?\s+{_WROTE}\s*:\s*$"),
)
_BEGINS = re.compile(
    r"^-*\s*(?:vao|on|luc|ngay|thu|th|cn|chu nhat|le|am|\d)\b|^.{2,160}(?:viet|wrote|schrieb|writes)\b"
    r"|^.{2,120}<[^<>\s]+@"
)
_TIME = re.compile(r"\d{1,2}[:h]\d{2}|\d{1,2}[/.-]\d{1,2}|\d{4}")
_LABELS = {
    "from": ("from", "tu", "gui tu", "nguoi gui", "von", "de"),
    "date": (
        "sent",
        "date",
        "da gui",
        "ngay",
        "ngay gui",
        "gui luc",
        "gui vao",
        "thoi gian",
        "thoi gian gui",
        "gui",
        "sent at",
        "da gui vao",
    ),
    "to": ("to", "den", "toi", "nguoi nhan", "gui den", "gui toi", "gui cho", "an"),
    "cc": ("cc", "dong gui", "dong kinh gui", "bcc", "sao gui"),
    "subject": ("subject", "chu de", "tieu de", "tieu de thu", "betreff", "objet"),
    "other": (
        "importance",
        "attachments",
        "reply-to",
        "tam quan trong",
        "dinh kem",
        "tep dinh kem",
        "tra loi toi",
        "phan hoi toi",
        "do quan trong",
        "muc do quan trong",
    ),
}
_LABEL_OF = {word: field for field, words in _LABELS.items() for word in words}
_LABEL = re.compile(r"^[\s*|]*([^:]{2,24}?)\s*:\s*\**\s*(.*?)\**$")
_FORWARD = re.compile(
    r"^\W*(?:-{2,}\s*(?:forwarded (?:message|by).*|.{0,10}(?:thu|tin nhan|thong diep|email"
    r"|mail)(?: da)?(?: duoc)? chuyen tiep.*?|weitergeleitete nachricht)\s*-{2,}"
    r"|bat dau (?:thu|tin nhan|thong diep|email) (?:da )?duoc chuyen tiep\s*:?|begin forwarded message\s*:?)\W*$"
)
_ORIGINAL = re.compile(
    r"^\W*-{2,}\s*(?:original (?:message|appointment|e-?mail)|(?:thu|tin nhan|thong diep|email|mail) goc"
    r"|ursprungliche nachricht|reply message)\s*-{2,}\W*$"
)
_BARE_ORIGINAL = re.compile(r"^\W*(?:thu goc|tin nhan goc|original message)\W*$")
_RULE = re.compile(r"^\W{0,2}[_\-=]{8,}\W*$")


class Start(StrEnum):
    """What kind of boundary begins here."""

    ATTRIBUTION = "attribution"
    HISTORY = "history"
    FORWARD = "forward"


@dataclass(frozen=True, slots=True)
class Boundary:
    """A boundary at line `at` that takes `length` lines; `marked` when `>` lines or a client's mark follow it."""

    at: int
    length: int
    start: Start
    marked: bool = False
    sender: str = ""  # the value of its From line


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """A repeated mail's header lines: how many lines they take, and the sender they name ("" for none)."""

    length: int
    sender: str


def boundary_at(lines: Sequence[str], at: int, sure: frozenset[int]) -> Boundary | None:
    """The boundary that begins at this line, or None. Lines with `>` belong to a quote."""
    line = lines[at]
    if not line.strip() or len(line) > 500:
        return None
    if line.startswith(">"):
        return _inside_quote(lines, at)
    plain = folded(line).strip()
    block_below = _block_below(lines, at)
    sender = block_below.sender if block_below else ""
    if _FORWARD.match(plain):
        return Boundary(at, 1, Start.FORWARD, sender=sender)
    if _ORIGINAL.match(plain) or (block_below and (_BARE_ORIGINAL.match(plain) or _RULE.match(plain))):
        return Boundary(at, 1, Start.HISTORY, sender=sender)
    block = header_block_at(lines, at)
    if block:
        return Boundary(at, block.length, Start.HISTORY, sender=block.sender)
    length = _attribution_length(lines, at)
    if not length:
        return None
    words = " ".join(lines[at : at + length])
    below = next(
        (index for index in range(at + length, min(len(lines), at + length + 3)) if lines[index].strip()), None
    )
    marked = below is not None and (lines[below].startswith(">") or below in sure)
    # Without quote marks only an attribution that names both an address and a time is believed.
    if marked or ("@" in words and _TIME.search(words)):
        return Boundary(at, length, Start.ATTRIBUTION, marked)
    return None


def _inside_quote(lines: Sequence[str], at: int) -> Boundary | None:
    """The attribution that iOS puts into the first lines of the quote itself."""
    if at > 0 and lines[at - 1].startswith(">"):
        return None
    bare = [line.removeprefix("> ") for line in lines[at : at + 5] if line.startswith(">")]
    length = _attribution_length(bare, 0)
    return Boundary(at, length, Start.ATTRIBUTION, marked=True) if length else None


def header_block_at(lines: Sequence[str], at: int) -> HeaderBlock | None:
    """The header lines of a repeated mail that begin here.

    A block needs a sender and a date, and either an address or a subject: "Từ: 01/03, Đến: 31/03" is a period.
    """
    first = _label(lines[at])
    if first is None or first[0] not in ("from", "date", "subject"):
        return None
    fields: dict[str, str] = {}
    index, last = at, at
    while index < len(lines) and index - last <= 3 and index - at < 30:
        label = _label(lines[index])
        if label:
            fields.setdefault(*label)
            last = index
        elif lines[index].strip() and not (_continues(lines, index) and len(fields) >= 1):
            break
        index += 1
    if "from" not in fields or not re.search(r"\d", fields.get("date", "")):
        if not ("@" in fields.get("from", "") and "to" in fields and "subject" in fields):
            return None
    elif not ("subject" in fields or ("@" in fields["from"] and len(fields) >= 2)):
        return None
    return HeaderBlock(last - at + 1, fields["from"])


@lru_cache(maxsize=512)
def _label(line: str) -> tuple[str, str] | None:
    match = _LABEL.match(line[:1000])
    field = _LABEL_OF.get(folded(match[1]).strip(" *-\t")) if match else None
    return (field, match[2].strip()) if match and field else None


def _continues(lines: Sequence[str], index: int) -> bool:
    """Whether a line without a label is the rest of a wrapped recipient list: a label follows within two lines."""
    return any(_label(line) for line in lines[index + 1 : index + 3])


def _block_below(lines: Sequence[str], at: int) -> HeaderBlock | None:
    """The header block that begins within three lines below a separator."""
    for index in range(at + 1, min(len(lines), at + 4)):
        if lines[index].strip():
            return header_block_at(lines, index)
    return None


def _attribution_length(lines: Sequence[str], at: int) -> int:
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
        if any(pattern.match(plain) for pattern in _ATTRIBUTIONS) and (_TIME.search(plain) or "@" in plain):
            return length
    return 0
