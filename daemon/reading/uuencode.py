"""Files that old programs put into the text of a mail: `begin 644 name`, lines, `end` (POSIX uuencode)."""

import binascii
import re
from contextlib import suppress
from dataclasses import dataclass

_BEGIN = re.compile(r"^begin [0-7]{3,4} (\S[^\n]{0,200})$", re.MULTILINE)
_DATA = re.compile(r"[ -`]{1,90}")
_MOST_FILES = 50


@dataclass(frozen=True, slots=True)
class Encoded:
    """A file that stood in the text."""

    name: str
    content: bytes


def taken_out(text: str) -> tuple[str, list[Encoded]]:
    """The text without its uuencoded files, and those. A block that is damaged, or has no end, stays text."""
    if "begin " not in text:
        return text, []
    text = text.replace("\r\n", "\n")
    files: list[Encoded] = []
    kept: list[str] = []
    at = 0
    for match in _BEGIN.finditer(text):
        if match.start() < at or len(files) >= _MOST_FILES:
            continue
        content, end = _block(text, match.end() + 1)
        if content is None:
            if end >= len(text):
                break  # no end mark follows for any later one either
            continue
        kept.append(text[at : match.start()])
        files.append(Encoded(match[1].strip(), content))
        at = end
    return ("".join(kept) + text[at:], files) if files else (text, [])


def decoded(data: bytes) -> bytes:
    """The first file of a body that is uuencoded as a whole; b"" for none. Damaged lines are left out, as mail programs do."""
    pieces: list[bytes] = []
    begun = False
    for line in data.splitlines():
        if not begun:
            begun = line.startswith(b"begin ")
        elif line.strip() == b"end":
            break
        else:
            pieces.append(_line(line) or b"")
    return b"".join(pieces)


def _line(line: bytes) -> bytes | None:
    """The bytes that a line holds; None for a damaged one. Some encoders count the padding wrongly: the length byte is right."""
    wanted = ((line[0] - 32) & 63) * 4 // 3 + 4 if line else 0
    for piece in (line, line[:wanted]):
        with suppress(binascii.Error):
            return binascii.a2b_uu(piece)
    return None


def _block(text: str, at: int) -> tuple[bytes | None, int]:
    """The content of the block whose lines begin at `at`, and where the text goes on; None when it is none."""
    pieces: list[bytes] = []
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        line = text[at:end].rstrip("\r")
        at = end + 1
        if line == "end":
            return b"".join(pieces), at
        if not _DATA.fullmatch(line):
            return None, at
        piece = _line(line.encode("ascii"))
        if piece is None:
            return None, at
        pieces.append(piece)
    return None, len(text)
