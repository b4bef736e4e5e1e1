"""Header fields into values: words, addresses, dates and ids, as damaged as they come (RFC 5322, RFC 2047)."""

import base64
import binascii
import quopri
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from daemon.reading.characters import one_line
from daemon.reading.charsets import decode
from daemon.reading.mail import Address
from daemon.reading.repair import repaired

SUBJECT_KEPT = 1000
_IDS_KEPT = 200
_NAME_KEPT = 300
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bq])\?([^?]*)\?=", re.IGNORECASE)
_WORDS = re.compile(rf"{_WORD.pattern}(?:\s*{_WORD.pattern})*", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<\s*([^<>]*?)\s*>")
# A piece ends at a comma or semicolon outside quotes, comments and brackets.
_ADDRESS_PIECES = re.compile(r'(?:"(?:[^"\\]|\\.?)*+(?:"|$)|\([^()]*+\)|<[^<>]*+>|[^,;])+')
_QUOTED = re.compile(r'"(?:[^"\\]|\\.?)*+(?:"|$)')
_QUOTED_OR_NOT = re.compile(r'"(?:[^"\\]|\\.?)*+(?:"|$)|[^"]+|"')
_COMMENT = re.compile(r"\([^()]*\)")
_ANGLE = re.compile(r"<([^<>]*+)>[^<>]*$")
_GROUP = re.compile(r'^[^"@<>:=]{0,60}:\s*')
_USABLE = re.compile(r"[^@\s<>,;:]+@[^@\s<>,;]+|\"[^\"\r\n]+\"@[^@\s<>,;]+")


class Headers:
    """The fields of one header block by lower-case name, in order; values as they stood, 8-bit bytes decoded."""

    def __init__(self, items: Sequence[tuple[str, str]], defects: list[str]) -> None:
        self.defects = defects
        self._fields: dict[str, list[str]] = {}
        for name, value in items:
            self._fields.setdefault(name.strip().lower(), []).append(self._readable(str(value)))

    def _readable(self, value: str) -> str:
        if value.isascii():
            return value
        decoded = decode(
            value.encode("ascii", "surrogateescape") if _has_bytes(value) else value.encode("utf-8", "replace"), None
        )
        self.defects.extend((*decoded.defects, "raw_8bit_header"))
        return decoded.text

    def all(self, name: str) -> list[str]:
        return self._fields.get(name, [])

    def first(self, name: str) -> str:
        """The first value, "" when the field is absent."""
        return self._fields[name][0] if name in self._fields else ""

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def words(self, name: str) -> str:
        """The first value as people read it: encoded words decoded, one line."""
        return one_line(_mended(decode_words(self.first(name), self.defects), self.defects))

    def addresses(self, name: str) -> tuple[Address, ...]:
        """Every usable address of all fields of that name; groups are opened, doubles kept once."""
        found: dict[tuple[str, str], Address] = {}
        for value in self.all(name)[:50]:
            for address in _addresses(value, self.defects):
                found.setdefault((address.name, address.address), address)
        return tuple(found.values())

    def ids(self, name: str) -> tuple[str, ...]:
        """Message-IDs in brackets, in order, once each; when too many, the first and the latest."""
        values = " ".join(self.all(name))
        ids = [f"<{''.join(one.split())}>" for one in _MESSAGE_ID.findall(values) if one.strip() and len(one) < 900]
        if not ids:
            ids = [f"<{word}>" for word in values.split() if word.count("@") == 1 and "<" not in word]
        ids = [one_line(one) for one in dict.fromkeys(ids)]
        return tuple(ids if len(ids) <= _IDS_KEPT else ids[:1] + ids[1 - _IDS_KEPT :])

    def date(self, name: str) -> datetime | None:
        """The time with its offset (UTC where the header says it knows none); None when absent or impossible."""
        value = one_line(self.first(name))
        if not value:
            return None
        try:
            moment = parsedate_to_datetime(value)
        except (ValueError, TypeError, OverflowError, IndexError):
            moment = None
        if moment is None or not 1980 <= moment.year <= 2100:
            self.defects.append("bad_date")
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def decode_words(value: str, defects: list[str]) -> str:
    """A header's text with its encoded words decoded; neighbours of one charset are joined as bytes first.

    Many programs split a letter of several bytes between two encoded words, against RFC 2047 section 5.
    """
    if "=?" not in value:
        return value
    value = re.sub(r"\r?\n[ \t]", " ", value)

    def run(match: re.Match[str]) -> str:
        pieces: list[tuple[str, bytes]] = []
        for charset, encoding, coded in _WORD.findall(match[0]):
            charset, data = charset.partition("*")[0].lower(), _word_bytes(encoding, coded)
            if pieces and pieces[-1][0] == charset:
                pieces[-1] = (charset, pieces[-1][1] + data)
            else:
                pieces.append((charset, data))
        text = ""
        for charset, data in pieces:
            decoded = decode(data, charset)
            defects.extend(decoded.defects)
            text += decoded.text
        return text

    return _WORDS.sub(run, value)


def _mended(value: str, defects: list[str]) -> str:
    """The text with its encoding put right where that is clear."""
    found = repaired(value)
    if found is None:
        return value
    defects.append(found.defect)
    return found.text


def _word_bytes(encoding: str, coded: str) -> bytes:
    raw = coded.encode("utf-8", "replace")
    if encoding in "qQ":
        return quopri.decodestring(raw.replace(b"_", b" "), header=False)
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    letters = letters[:-1] if len(letters) % 4 == 1 else letters
    try:
        return base64.b64decode(letters + b"=" * (-len(letters) % 4))
    except binascii.Error:
        return raw


def _addresses(value: str, defects: list[str]) -> list[Address]:
    value = " ".join(value[:65_536].split())
    pieces = split_addresses(value) or split_addresses(value.replace('"', ""))  # a quote that was never closed
    if not pieces and "=?" in value:  # the whole field, address included, was put into encoded words
        pieces = split_addresses(" ".join(decode_words(value, defects).split()))
    addresses = []
    for name, address in pieces:
        name = (
            one_line(_mended(decode_words(name, defects), defects))
            .replace('\\"', "\u201d")
            .strip("'\" ")
            .replace("\u201d", '"')
        )
        address = one_line(address).strip("<>'\" ").removeprefix("mailto:")
        if _USABLE.fullmatch(address) and len(address) <= 320:
            addresses.append(Address(name[:_NAME_KEPT], address))
        else:
            defects.append("bad_address")
    return addresses


def split_addresses(value: str) -> list[tuple[str, str]]:
    """Names and addresses of a list, still encoded. What stands in angle brackets is the address, whatever else has an @.

    The standard library would take `boss@ours <evil@theirs>` for two addresses, the wrong one first.
    """
    found: list[tuple[str, str]] = []
    pending = ""  # pieces without an address: a name with an unquoted comma in it
    for piece in _ADDRESS_PIECES.findall(value):
        comments = [comment[1:-1] for comment in _COMMENT.findall(_QUOTED.sub("", piece))]
        bare = _without_comments(piece).strip()
        if (angle := _ANGLE.search(bare)) is not None and "@" in angle[1]:
            name = f"{pending}, {bare[: angle.start()]}" if pending else bare[: angle.start()]
            found.append((name.strip() or " ".join(comments), angle[1].rpartition(":")[2].replace(" ", "")))
            pending = ""
        elif "@" in bare:
            words = bare.rpartition(": ")[2].split() if ":" in bare else bare.split()
            address = next((word for word in words if "@" in word.strip("@")), "")
            found.append((" ".join(comments), address.rpartition(":")[2]))
            pending = ""
        elif bare and not bare.endswith(":"):
            pending = f"{pending}, {bare}" if pending else bare
    return [(_GROUP.sub("", name), address) for name, address in found if address]


def _without_comments(piece: str) -> str:
    """The piece without its comments in parentheses; parentheses inside quotes belong to the name."""
    return "".join(one if one.startswith('"') else _COMMENT.sub(" ", one) for one in _QUOTED_OR_NOT.findall(piece))


def _has_bytes(value: str) -> bool:
    return any("\udc80" <= letter <= "\udcff" for letter in value)
