"""Multipart mails whose boundary is missing or differs from the one that was announced: split by the one they show."""

import email
import re
from email.errors import MessageError
from email.message import Message

from daemon.reading.shelf import PARSING, Part, raw_payload

_SEARCHED = 64 << 10  # characters of a body in which its first boundary line must stand
_MOST = 50  # containers of one mail that are looked into
# A boundary line (RFC 2046, 5.1.1), and the header of a part right below it.
_SHOWN = re.compile(
    r"^--([^\s\"\\][^\r\n\"\\]{0,68}?)[ \t]*\r?\n(?:[\w-]{1,60}:[^\r\n]{0,998}\r?\n){0,5}?content-[\w-]{1,40}:",
    re.IGNORECASE | re.MULTILINE,
)
_LINE = re.compile(r"^--([^\s\"\\][^\r\n\"\\]{0,68}?)[ \t]*$", re.MULTILINE)


def recover(message: Part) -> None:
    """Give every container that was not split the parts which its body shows; all others stay as they are."""
    waiting, looked = [message], 0
    while waiting and looked < _MOST:
        part = waiting.pop()
        if not part.is_multipart():
            looked += 1
            _split(part)
        if part.is_multipart():
            waiting.extend(child for child in part.get_payload() if isinstance(child, Message))


def _split(part: Part) -> None:
    body, unlabelled = raw_payload(part), "content-type" not in part
    if not isinstance(body, str) or not (unlabelled or part.get_content_maintype() == "multipart"):
        return
    shown = _SHOWN.search(body[:_SEARCHED]) or (None if unlabelled else _closed(body))
    if shown is None or (unlabelled and body[: shown.start()].strip()):
        return  # a mail that never said it had parts begins with one
    kind = "multipart/mixed" if unlabelled else part.get_content_type()
    try:
        again: Part = email.message_from_string(
            f'Content-Type: {kind}; boundary="{shown[1]}"\n\n{body}', policy=PARSING
        )
    except (MessageError, ValueError, RecursionError):
        return
    children = again.get_payload()
    if isinstance(children, list):
        if unlabelled:
            part["Content-Type"] = kind
        part.set_payload(children)


def _closed(body: str) -> re.Match[str] | None:
    """A boundary line above parts without headers: the line that ends the last of them stands below it."""
    lines = _LINE.finditer(body[:_SEARCHED])
    return next((one for one, _ in zip(lines, range(_MOST), strict=False) if f"\n--{one[1]}--" in body), None)
