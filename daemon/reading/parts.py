"""The MIME tree of a mail into bodies, files and enclosed mails (RFC 2046, 2387, 3462), whatever its labels say."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from typing import Any, TypeAlias

from daemon.reading.characters import one_line
from daemon.reading.charsets import decode
from daemon.reading.filenames import numbered, safe_name
from daemon.reading.headers import decode_words
from daemon.reading.mail import AttachedFile

# A parsed part. The class is generic for the type checker only, hence the quotes.
Part: TypeAlias = "Message[Any, Any]"
_SIGNATURES = ("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature")
_ENCRYPTED = ("application/pgp-encrypted",)
_PART_HEADERS = ("content-type", "content-disposition", "content-id")
_READABLE = ("text/plain", "text/html", "text/calendar")
_TYPE_BY_START = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"PK\x03\x04", "application/zip"),
    (b"MZ", "application/x-msdownload"),
    (b"Rar!\x1a", "application/vnd.rar"),
    (b"7z\xbc\xaf", "application/x-7z-compressed"),
)


@dataclass(slots=True)
class Contents:
    """What a mail holds. Texts are decoded, not yet cleaned; `enclosed` are attached mails in order."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    calendar: list[str] = field(default_factory=list)
    files: list[AttachedFile] = field(default_factory=list)
    enclosed: list[Part] = field(default_factory=list)
    statuses: list[Part] = field(default_factory=list)  # message/delivery-status
    returned: list[Part] = field(default_factory=list)  # mail or headers inside a report
    report_type: str = ""
    defects: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _File:
    """A file that is not named yet."""

    name: str
    content_type: str
    content: bytes
    inline: bool
    content_id: str | None


def contents_of(message: Part) -> Contents:
    """Everything in the mail, enclosed mails left closed."""
    result = Contents()
    files: list[_File] = []
    for part, inside in _leaves(message):
        _mend_headers(part, result.defects)
        _place(part, inside, result, files)
    if not (result.plain or result.html or result.calendar):
        _only_text_is_the_body(result, files)
    html = "\n".join(result.html)
    names = [safe_name(one.name, one.content_type, number) for number, one in enumerate(files, 1)]
    for one, name in zip(files, numbered(names), strict=True):
        shown = one.inline or bool(one.content_id and f"cid:{one.content_id}" in html)
        result.files.append(AttachedFile(name, one.content_type, one.content, shown, one.content_id))
    return result


def measure(message: Part) -> tuple[int, int]:
    """Levels of nesting and number of parts, counted without recursion."""
    deepest, count, stack = 0, 0, [(message, 1)]
    while stack:
        part, level = stack.pop()
        deepest, count = max(deepest, level), count + 1
        if part.is_multipart():
            stack.extend((child, level + 1) for child in part.get_payload() if isinstance(child, Message))
    return deepest, count


def _leaves(message: Part) -> Iterator[tuple[Part, str]]:
    """Parts that are not containers, with the type of the container around them; alternatives reduced to the usable."""
    stack: list[tuple[Part, str]] = [(message, "")]
    while stack:
        part, around = stack.pop()
        kind = part.get_content_type()
        children = part.get_payload() if part.is_multipart() and kind.startswith("multipart/") else None
        if isinstance(children, list):
            report = kind == "multipart/report" or around == "multipart/report"
            inner = "multipart/report" if report else kind
            stack.extend((child, inner) for child in reversed(children) if isinstance(child, Message))
            if kind == "multipart/report":
                yield part, kind
        else:
            yield part, around


def _place(part: Part, around: str, result: Contents, files: list[_File]) -> None:
    kind = part.get_content_type()
    if kind == "multipart/report":
        result.report_type = str(part.get_param("report-type", "") or "").lower()
    elif kind == "message/delivery-status":
        result.statuses.append(part)
    elif kind == "message/disposition-notification":
        result.report_type = result.report_type or "disposition-notification"
    elif around == "multipart/report" and kind in ("message/rfc822", "text/rfc822-headers", "message/global"):
        result.returned.append(part)
    elif kind in ("message/rfc822", "message/global"):
        _enclose(part, result, files)
    elif kind in _SIGNATURES:
        result.defects.append("signed")
    elif kind in _ENCRYPTED:
        result.defects.append("encrypted")
    elif kind in _READABLE and not _is_file(part, kind):
        texts = {"text/plain": result.plain, "text/html": result.html, "text/calendar": result.calendar}[kind]
        texts.append(_text(part, result.defects))
    elif kind.startswith("multipart/"):  # a container without a boundary: its text is all there is
        result.plain.append(_text(part, result.defects))
        result.defects.append("damaged_structure")
    else:
        files.append(_file(part, result.defects))


def _mend_headers(part: Part, defects: list[str]) -> None:
    """Raw 8-bit bytes in a part's own headers decoded in place, because the library would replace each by a mark."""
    for name, value in part.raw_items():
        if isinstance(value, str) and name.lower() in _PART_HEADERS and not value.isascii():
            decoded = decode(value.encode("utf-8", "surrogateescape"), None)
            defects.extend((*decoded.defects, "raw_8bit_header"))
            part.replace_header(name, decoded.text)


def _is_file(part: Part, kind: str) -> bool:
    """Whether a readable part was sent as a file: marked so, or named (a calendar's name is only a habit)."""
    return part.get_content_disposition() == "attachment" or (kind != "text/calendar" and bool(_name(part, [])))


def _only_text_is_the_body(result: Contents, files: list[_File]) -> None:
    """Some programs mark the only text as attachment; it is the body then, and stays a file when it has a name."""
    texts = [one for one in files if one.content_type in ("text/plain", "text/html")]
    if len(texts) == 1:
        target = result.plain if texts[0].content_type == "text/plain" else result.html
        decoded = decode(texts[0].content, None)
        target.append(decoded.text)
        result.defects.extend(decoded.defects)
        if not texts[0].name:
            files.remove(texts[0])


def _enclose(part: Part, result: Contents, files: list[_File]) -> None:
    inner = part.get_payload()
    enclosed = inner[0] if isinstance(inner, list) and inner and isinstance(inner[0], Message) else None
    if enclosed is None:
        files.append(_file(part, result.defects))
        return
    result.enclosed.append(enclosed)
    name = _name(part, result.defects)
    if not name:
        subject = one_line(decode_words(str(enclosed.get("subject", "")), result.defects))
        name = f"{subject[:100]}.eml" if subject else ""
    files.append(_File(name, "message/rfc822", source_of(enclosed), False, None))


def source_of(message: Part) -> bytes:
    """The bytes of an enclosed mail, as near to the original as the parser kept them."""
    try:
        return message.as_bytes()
    except (UnicodeError, LookupError, ValueError, TypeError, AttributeError):
        return str(message.get_payload()).encode("utf-8", "replace")


def _file(part: Part, defects: list[str]) -> _File:
    content = _bytes(part)
    identity = re.sub(r"[<>\s]", "", one_line(str(part.get("content-id", "")))) or None
    inline = part.get_content_disposition() == "inline" and part.get_content_maintype() in ("image", "video", "audio")
    kind = one_line(part.get_content_type())
    if kind == "application/octet-stream":
        kind = next((name for start, name in _TYPE_BY_START if content.startswith(start)), kind)
    return _File(_name(part, defects), kind, content, inline, identity)


def _name(part: Part, defects: list[str]) -> str:
    """`filename*`, `filename`, `name` in this order (RFC 2231, RFC 2183); "" for none."""
    for parameter, header in (("filename", "content-disposition"), ("name", "content-type")):
        try:
            value = part.get_param(parameter, None, header)
        except (ValueError, TypeError, LookupError, AttributeError):
            continue  # a damaged continuation; the other parameter may be whole
        if isinstance(value, tuple):
            charset, _, coded = value
            data = coded.encode("latin-1", "replace") if coded.isascii() or max(coded) < "\u0100" else coded.encode()
            decoded = decode(data, charset or None)
            defects.extend(decoded.defects)
            name = decoded.text
        else:
            name = _plain_name(str(value or ""), defects)
        if name.strip():
            return one_line(name)
    return ""


def _plain_name(value: str, defects: list[str]) -> str:
    """A name that is not coded by RFC 2231; encoded words are not allowed there but usual."""
    return decode_words(value, defects)


def _text(part: Part, defects: list[str]) -> str:
    """The decoded text of a part; soft line ends of `format=flowed` are joined (RFC 3676)."""
    charset = part.get_param("charset")
    label = charset[2] if isinstance(charset, tuple) else charset
    decoded = decode(_bytes(part), str(label) if label else None)
    defects.extend(decoded.defects)
    if str(part.get_param("format", "")).lower() == "flowed":
        return _unflowed(decoded.text, str(part.get_param("delsp", "")).lower() == "yes")
    return decoded.text


def _unflowed(text: str, delete_space: bool) -> str:
    lines: list[str] = []
    open_line = False
    for line in text.replace("\r\n", "\n").split("\n"):
        stuffed = line[1:] if line.startswith(" ") else line
        soft = stuffed.endswith(" ") and stuffed != "-- " and not stuffed.startswith(">")
        stuffed_end = stuffed[:-1] if soft and delete_space else stuffed
        if open_line and not stuffed.startswith(">") and stuffed != "-- ":
            lines[-1] += stuffed_end
        else:
            lines.append(stuffed_end)
        open_line = soft
    return "\n".join(lines)


def _bytes(part: Part) -> bytes:
    """The decoded bytes of a part; what its transfer encoding does not allow is left out, as mail programs do."""
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, TypeError, LookupError, AttributeError, AssertionError):
        payload = None
    if isinstance(payload, bytes):
        return payload
    raw = part.get_payload()
    if isinstance(raw, list):
        return b"\n".join(source_of(one) for one in raw if isinstance(one, Message))
    return raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else b""
