"""What the parser is spared: large bodies are set aside before it sees the mail, so that it never copies them.

The parser holds a mail several times as text; a mark in the place of each large leaf keeps its work, time and memory
proportional to the structure. Bodies are put back as bytes where somebody asks for them (`payload.bytes_of`).
"""

import hashlib
import re
from collections.abc import Iterator
from email.message import Message
from email.policy import Compat32
from typing import Any, TypeAlias

Part: TypeAlias = "Message[Any, Any]"
ASIDE = "_set_aside"  # attribute of a part: the marks in its payload and what they stand for
_LARGE = 16 << 10  # bytes of a body that is worth it
_BOUNDARY = re.compile(rb"boundary\s*=\s*(?:\"([^\"\r\n]{1,200})\"|([^\s;\"\r\n]{1,200}))", re.IGNORECASE)
_UNUSUAL = re.compile(rb"boundary(?:\*|\s+\*|\s*=\s*\"[^\"\r\n]{0,200}\\)", re.IGNORECASE)
_DASHES = re.compile(rb"--([^\r\n]*)[\r\n]*")
_HEAD_END = re.compile(rb"\r\n\r\n|\n\n|\r\r|\A(?:\r\n|\n|\r)")
_CONTAINER = re.compile(rb"^content-type\s*:\s*(multipart|message)/", re.IGNORECASE | re.MULTILINE)
_LONGEST_FIELD = 4000  # characters of a part's type with all its parameters
_HEAD = 300 << 10  # bytes in which a part's headers end

Aside = dict[str, bytes]


class _Sparing(Compat32):
    """The library's own policy, except that it takes quadratic time on each look at a part's type: an endless one is cut."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_LONGEST_FIELD] if name.lower() in ("content-type", "content-disposition") else value


PARSING = _Sparing()


def set_aside(raw: bytes) -> tuple[bytes, Aside]:
    """The mail with marks for its large leaf bodies, and those by their marks. Putting them back gives the same bytes."""
    if len(raw) < 2 * _LARGE or _UNUSUAL.search(raw):
        return raw, {}
    stem = b"set-aside-" + hashlib.sha256(raw[:4096] + len(raw).to_bytes(8, "big")).hexdigest()[:24].encode()
    if stem in raw:
        return raw, {}
    pieces: list[bytes] = []
    aside: Aside = {}
    at = 0
    for start, end in _bodies(raw):
        mark = b"%s-%d." % (stem, len(aside))
        pieces.extend((raw[at:start], mark))
        aside[mark.decode("ascii")] = raw[start:end]
        at = end
    pieces.append(raw[at:])
    return b"".join(pieces), aside


def put_on(message: Part, aside: Aside) -> None:
    """Tell every part of the parsed mail what the marks in it stand for."""
    if not aside:
        return
    stem = next(iter(aside)).rpartition("-")[0]
    for part in message.walk():
        payload = raw_payload(part)
        if isinstance(payload, str) and stem in payload:
            marks = re.findall(re.escape(stem) + r"-\d+\.", payload)
            setattr(part, ASIDE, {mark: aside[mark] for mark in marks if mark in aside})


def raw_payload(part: Part) -> object:
    """The payload as the parser left it; the library's own accessor replaces bytes that are no ASCII."""
    return vars(part).get("_payload")


def _bodies(raw: bytes) -> Iterator[tuple[int, int]]:
    """Start and end of each large body that is a leaf; no boundary line lies inside one."""
    names = {(one or other).rstrip() for one, other in _BOUNDARY.findall(raw)}
    start = 0
    for match in _DASHES.finditer(raw) if names else ():
        if match.start() and raw[match.start() - 1] not in b"\r\n":
            continue
        line = match[1].rstrip(b" \t")
        if line in names or line.removesuffix(b"--") in names:
            yield from _body(raw, start, match.start())
            start = match.end() if not match[0].endswith((b"\n\n", b"\r\n\r\n", b"\r\r")) else _after_line(raw, match)
    yield from _body(raw, start, len(raw))


def _after_line(raw: bytes, match: re.Match[bytes]) -> int:
    """The beginning of the line behind a boundary line: an empty one there ends headers that are none."""
    end = match.end(1)
    return end + 2 if raw[end : end + 2] == b"\r\n" else end + 1


def _body(raw: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The body of the part between two boundary lines, when it is large and no container."""
    for _ in range(4):  # mails within mails begin with headers again
        if end - start < _LARGE:
            return
        head = _HEAD_END.search(raw[start : start + _HEAD])
        if head is None:
            return
        kind = _CONTAINER.search(raw, start, start + head.start())
        start += head.end()
        if kind is None:
            # The line end before a boundary belongs to the boundary.
            stop = end - (2 if raw[end - 2 : end] == b"\r\n" else 1)
            if end == len(raw):
                stop = end
            if stop - start >= _LARGE:
                yield start, stop
            return
        if kind[1].lower() == b"multipart":
            return
