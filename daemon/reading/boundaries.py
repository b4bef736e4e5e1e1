"""Where a mail program began to repeat an older mail: attribution lines, header blocks, separators.

Lines are compared folded (lower case, no diacritics), so that one pattern serves Vietnamese typed either way. The
shapes are those of Gmail, Outlook, Thunderbird, Apple Mail, Zimbra, Roundcube, Yahoo and Android clients.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from daemon.reading.attributions import WROTE, attribution_length, names_somebody, names_who_and_when
from daemon.reading.characters import folded

# A line between rules that heads a repeated mail, in whatever words.
_FRAMED = re.compile(r"^[-=_*~]{3,}\s*[^\s\-=_*~].{0,150}?[-=_*~]{3,}$")
_PASSES_ON = re.compile(r"\b(?:chuyen tiep|forward)")
_GROUPWISE = re.compile(r"^(?:> ?){3}[^>].{2,200}\d{1,2}:\d{2}.{0,12}>{3}$")
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
_FIRST = ("from", "date", "subject")  # a block begins with one of these; below a separator with the recipient too
_LABEL_OF = {word: field for field, words in _LABELS.items() for word in words}
_LABEL = re.compile(r"^[\s*|]*+([^:]{2,24}?)\s*:")
_WITHOUT_COLON = re.compile(r"^(?:From|Từ|Tu)\s+(\"[^\"]*\"\s*<[^<>\s]+@[^<>\s]+>|[^\s:]+@[^\s:]+$)")
_SHORT = r"^(?=.{0,200}$)(?=.*[a-z])"  # a long line of dashes alone would be tried in each way to divide it
_FORWARD = re.compile(
    _SHORT + r"\W*(?:--\s*(?:forwarded (?:message|by).*|.{0,10}(?:thu|tin nhan|thong diep|email"
    r"|mail)(?: da)?(?: duoc)? chuyen tiep.*?|weitergeleitete nachricht)\s*--"
    r"|bat dau (?:thu|tin nhan|thong diep|email) (?:da )?duoc chuyen tiep\s*:?|begin forwarded message\s*:?)\W*$"
)
_ORIGINAL = re.compile(
    _SHORT + r"\W*--\s*(?:original (?:message|appointment|e-?mail)|(?:thu|tin nhan|thong diep|email|mail) goc"
    r"|ursprungliche nachricht|reply message|(?:noi dung|tin) goc)\s*--\W*$"
)
_BARE_ORIGINAL = re.compile(
    rf"^\W*+(?:thu goc|tin nhan goc|noi dung goc|original(?: message)?|[^\s:]{{2,80}}@[^\s:]{{2,120}} {WROTE}\s*:)\W*$"
)
_RULE = re.compile(r"^\W{0,2}[_\-=]{8,}+\W*$")


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
    if block_below and _FRAMED.match(plain):
        return Boundary(at, 1, Start.FORWARD if _PASSES_ON.search(plain) else Start.HISTORY, sender=sender)
    block = header_block_at(lines, at)
    if block:
        return Boundary(at, block.length, Start.HISTORY, sender=block.sender)
    length = attribution_length(lines, at)
    if not length:
        return Boundary(at, 1, Start.ATTRIBUTION, marked=True) if _names_quoted(lines, at, sure) else None
    words = " ".join(lines[at : at + length])
    below = next(
        (index for index in range(at + length, min(len(lines), at + length + 3)) if lines[index].strip()), None
    )
    marked = below is not None and (lines[below].startswith(">") or below in sure)
    if marked or names_who_and_when(words) or _block_below(lines, at + length - 1):
        return Boundary(at, length, Start.ATTRIBUTION, marked)
    return None


def _names_quoted(lines: Sequence[str], at: int, sure: frozenset[int]) -> bool:
    """Whether a line names the desk, or in any language by address and time somebody, who wrote the marked lines right below it."""
    below = next((index for index in range(at + 1, min(len(lines), at + 3)) if lines[index].strip()), at)
    if below == at or not (lines[below].startswith(">") or below in sure):
        return False
    return names_somebody(lines[at])


def _inside_quote(lines: Sequence[str], at: int) -> Boundary | None:
    """The attribution or header block that a client (iOS, Outlook with marks) puts into the first lines of the quote."""
    if at > 0 and lines[at - 1].startswith(">"):
        return None
    end = next((index for index in range(at, min(len(lines), at + 30)) if not lines[index].startswith(">")), at + 30)
    bare = [line.removeprefix(">").removeprefix(" ") for line in lines[at:end]]
    if _GROUPWISE.match(lines[at]):
        return Boundary(at, 1, Start.HISTORY)
    length = attribution_length(bare[:5], 0)
    if not length and bare[0].strip():
        block = header_block_at(bare, 0)
        separator = _ORIGINAL.match(folded(bare[0]).strip()) or (_RULE.match(bare[0]) and _block_below(bare, 0))
        length = 1 if separator else block.length if block else 0
    return Boundary(at, length, Start.ATTRIBUTION, marked=True) if length else None


def header_block_at(lines: Sequence[str], at: int, first_ones: Sequence[str] = _FIRST) -> HeaderBlock | None:
    """The header lines of a repeated mail that begin here.

    `first_ones` are the fields that it may begin with. A block needs a sender and a date, and either an address or a
    subject: "Từ: 01/03, Đến: 31/03" is a period.
    """
    first = _label(lines[at])
    if first is None or first[0] not in first_ones:
        return None
    if _stands_apart(lines, at):
        return None
    fields: dict[str, str] = {}
    index, last, latest = at, at, ""
    while index < len(lines) and index - last <= 3 and index - at < 30:
        label = _label(lines[index])
        if label and index > at and label[0] == first[0]:
            # Another block begins here; what stood above it is one by itself, or a line that somebody typed.
            if all(line.strip() for line in lines[at + 1 : index]) and first[0] != "from":
                return None
            break
        if label:
            fields.setdefault(*label)
            last, latest = index, label[0]
        elif lines[index].strip() and not (latest != "date" and _continues(lines, index)):
            break
        index += 1
    if "from" not in fields or not re.search(r"\d", fields.get("date", "")):
        if not ("@" in fields.get("from", "") and "to" in fields and "subject" in fields):
            return None
    elif not ("subject" in fields or ("@" in fields["from"] and len(fields) >= 2)):
        return None
    return HeaderBlock(last - at + 1, fields["from"])


def _stands_apart(lines: Sequence[str], at: int) -> bool:
    """Whether a line that somebody typed ("Ngày: 12/05 là hạn cuối") stands right above the block, a blank between them."""
    if at + 1 >= len(lines) or lines[at + 1].strip():
        return False
    below = next((index for index in range(at + 2, min(at + 4, len(lines))) if lines[index].strip()), at)
    spaced = below + 1 < len(lines) and not lines[below + 1].strip()  # in some clients' HTML a blank follows each
    return below > at and not spaced and header_block_at(lines, below) is not None


@lru_cache(maxsize=512)
def _label(line: str) -> tuple[str, str] | None:
    match = _LABEL.match(line[:1000])
    field = _LABEL_OF.get(folded(match[1]).strip(" *-\t")) if match else None
    return (field, line[match.end() : 1000].strip().strip("*").strip()) if match and field else None


def _continues(lines: Sequence[str], index: int) -> bool:
    """Whether a line without a label is the rest of a wrapped recipient list: a label follows within two lines."""
    return not _RULE.match(lines[index]) and any(_label(line) for line in lines[index + 1 : index + 3])


def _block_below(lines: Sequence[str], at: int) -> HeaderBlock | None:
    """The header block that begins within three lines below a separator; it may stand in quote marks."""
    for index in range(at + 1, min(len(lines), at + 4)):
        if lines[index].strip("> "):
            marked = lines[index].startswith(">")
            below = [line.lstrip("> ") for line in lines[index : index + 30]] if marked else lines
            bare = _WITHOUT_COLON.match(lines[index].lstrip("> *")[:300])  # eM Client: From "A" <a@b.vn>
            return header_block_at(below, 0 if marked else index, (*_FIRST, "to")) or (
                HeaderBlock(1, bare[1]) if bare else None
            )
    return None
