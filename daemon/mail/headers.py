"""Header fields as bytes: folded, encoded (RFC 2047, RFC 2231), and impossible to inject into."""

import base64
import re
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import quote

from daemon.reading.characters import one_line

_LINE = 76  # RFC 5322, 2.1.1 recommends 78; encoded words may have 76 (RFC 2047, 2)
# Octets in one encoded word. With base64 and the 12 letters around it, it fits behind "Subject: " and "From: ".
_PIECE_OF_TEXT = 39
_PIECE_OF_NAME = 42
_PLAIN_WORD = re.compile(r"[!-~]{1,60}")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{3,250}>")
_NOT_IN_ADDRESS = re.compile(r"[\x00-\x20\x7f-\xa0<>,;:\u2028\u2029\ud800-\udfff]")
_CONTENT_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,90}", re.IGNORECASE)
_ATTRIBUTE_CHARACTERS = "!#$&+-.^_`{}~"  # RFC 2231, 7, besides letters and digits


def text_field(name: str, value: str) -> str:
    """An unstructured field such as Subject. Leading ASCII words stay readable, the rest becomes encoded words."""
    words = one_line(value).split(" ")
    plain = 0
    while plain < len(words) and _PLAIN_WORD.fullmatch(words[plain]) and "=?" not in words[plain]:
        plain += 1
    return _folded(name, [*words[:plain], *_encoded_words(" ".join(words[plain:]), _PIECE_OF_TEXT)])


def address_field(name: str, person: str, address: str) -> str:
    """A field with exactly one mailbox; whatever could begin a second one is taken out of the address."""
    mailbox = f"<{_NOT_IN_ADDRESS.sub('', address)}>"
    person = one_line(person)[:200]
    if not person:
        return _folded(name, [mailbox])
    if person.isascii() and len(person) <= 60 and "=?" not in person:
        quoted = person.replace("\\", "\\\\").replace('"', '\\"')
        return _folded(name, [f'"{quoted}"', mailbox])
    return _folded(name, [*_encoded_words(person, _PIECE_OF_NAME), mailbox])


def ids_field(name: str, ids: list[str]) -> str:
    """Message-ID, In-Reply-To or References, one id a line; "" when none of them is one."""
    valid = [one for one in ids if is_message_id(one)]
    return f"{name}: " + "\r\n ".join(valid) + "\r\n" if valid else ""


def is_message_id(value: str) -> bool:
    """Whether a Message-ID, ours or a stranger's, may stand in a header of ours."""
    return _MESSAGE_ID.fullmatch(value) is not None


def date_field(at: datetime) -> str:
    """RFC 5322 date; a time without zone is UTC, as in every table."""
    aware = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    return f"Date: {format_datetime(aware)}\r\n"


def content_type_of(value: str) -> str:
    """A content type that may be attached: ours or a neutral one. Parts that hold mail or parts go as plain files."""
    value = value.strip().lower()
    if not _CONTENT_TYPE.fullmatch(value) or value.startswith(("multipart/", "message/")):
        return "application/octet-stream"
    return value


def disposition_field(kind: str, filename: str) -> str:
    """Content-Disposition with the file's name in UTF-8, continued over lines where it is long (RFC 2231, 3 and 4)."""
    coded = [quote(letter, safe=_ATTRIBUTE_CHARACTERS) for letter in one_line(filename)[:150] or "dinh-kem"]
    pieces = [""]
    for letter in coded:
        if len(pieces[-1]) + len(letter) > 48:
            pieces.append("")
        pieces[-1] += letter
    if len(pieces) == 1:
        parts = [f"filename*=utf-8''{pieces[0]}"]
    else:
        first = f"filename*0*=utf-8''{pieces[0]}"
        parts = [first, *(f"filename*{number}*={piece}" for number, piece in enumerate(pieces[1:], 1))]
    return f"Content-Disposition: {kind};\r\n " + ";\r\n ".join(parts) + "\r\n"


def _encoded_words(text: str, most_octets: int) -> list[str]:
    """RFC 2047 encoded words; none splits a letter, and blanks between two of them do not count for readers."""
    words, piece = [], b""
    for letter in text:
        octets = letter.encode("utf-8", "replace")
        if len(piece) + len(octets) > most_octets:
            words.append(piece)
            piece = b""
        piece += octets
    words = [*words, piece] if piece else words
    return [f"=?utf-8?B?{base64.b64encode(word).decode('ascii')}?=" for word in words]


def _folded(name: str, words: list[str]) -> str:
    lines, line = [], f"{name}:"
    for word in words:
        if len(line) + 1 + len(word) > _LINE and line != f"{name}:":
            lines.append(line)
            line = ""
        line += f" {word}"
    return "\r\n".join([*lines, line]) + "\r\n"
