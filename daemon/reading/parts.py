"""The MIME tree of a mail into bodies, files and enclosed mails (RFC 2046, 2387, 3462), whatever its labels say."""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import MessageError
from email.message import Message

from daemon.reading import cms, tnef
from daemon.reading.characters import one_line
from daemon.reading.charsets import decode
from daemon.reading.filenames import numbered, safe_name
from daemon.reading.filetypes import true_type
from daemon.reading.headers import decode_words
from daemon.reading.mail import AttachedFile
from daemon.reading.markup import in_unicode
from daemon.reading.payload import bytes_of, name_of, source_of, text_of
from daemon.reading.repair import repaired
from daemon.reading.shelf import PARSING, Part
from daemon.reading.shown import pictures_shown
from daemon.reading.uuencode import taken_out

_SIGNATURES = ("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature")
_OPAQUE = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_TNEF = ("application/ms-tnef", "application/vnd.ms-tnef")
_PART_HEADERS = ("content-type", "content-disposition", "content-id")
_READABLE = ("text/plain", "text/html", "text/calendar")
_UNTOLD = ("application/octet-stream", "application/x-unknown", "application/binary", "application/force-download")
_MOST_LAYERS = 5  # signed mails within signed mails
_MOST_INSIDE = 1000  # parts of a signed mail's content
_LONGEST_TYPE, _LONGEST_ID = 255, 500  # characters of a content type (RFC 6838, 4.2) and of a Content-ID
_PGP_MESSAGE = "-----BEGIN PGP MESSAGE-----"
_PGP_MESSAGE_END, _ARMOUR_WITHIN = "-----END PGP MESSAGE-----", 2000
_PGP_SIGNED, _PGP_SIGNATURE = "-----BEGIN PGP SIGNED MESSAGE-----", "\n-----BEGIN PGP SIGNATURE-----"


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
    encrypted: bool = False  # the text itself is locked


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
    for part, inside in _leaves(message, result.defects):
        _mend_headers(part, result.defects)
        _place(part, inside, result, files)
    if not (result.plain or result.html or result.calendar):
        _only_text_is_the_body(result, files)
    _put_right(result, files)
    shown = pictures_shown("\n".join(result.html))
    names = [safe_name(one.name, one.content_type, number) for number, one in enumerate(files, 1)]
    for one, name in zip(files, numbered(names), strict=True):
        inline = one.inline or (one.content_id is not None and one.content_id in shown)
        identity = one.content_id[:_LONGEST_ID] if one.content_id else None
        result.files.append(AttachedFile(name, one.content_type[:_LONGEST_TYPE], one.content, inline, identity))
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


def _leaves(message: Part, defects: list[str]) -> Iterator[tuple[Part, str]]:
    """Parts that are not containers, with the type of the container around them; alternatives reduced to the usable."""
    stack: list[tuple[Part, str]] = [(message, "")]
    layers = 0
    while stack:
        part, around = stack.pop()
        kind = part.get_content_type()
        if kind in _OPAQUE or (kind in _UNTOLD and str(part.get_filename("")).lower().endswith(".p7m")):
            signed = _content_of_signed(part) if layers < _MOST_LAYERS else None
            if signed is not None:
                layers += 1
                defects.append("signed")
                stack.append((signed, around))
                continue
        children = part.get_payload() if part.is_multipart() and kind.startswith("multipart/") else None
        if isinstance(children, list):
            report = kind == "multipart/report" or around == "multipart/report"
            inner = "multipart/report" if report else kind
            stack.extend((child, inner) for child in reversed(children) if isinstance(child, Message))
            if kind == "multipart/report":
                yield part, kind
        else:
            yield part, around


def _content_of_signed(part: Part) -> "Part | None":
    """The mail inside an opaque-signed part; None when it is something else, damaged or beyond reason."""
    opaque = cms.opened(bytes_of(part))
    if opaque.envelope is not cms.Envelope.SIGNED or not opaque.content:
        return None
    try:
        inner: Part = email.message_from_bytes(opaque.content, policy=PARSING)
    except (MessageError, ValueError, RecursionError):
        return None
    inner_levels, parts = measure(inner)
    return inner if parts <= _MOST_INSIDE and inner_levels <= 60 else None


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
    elif kind == "application/pgp-encrypted":
        result.encrypted = True
    elif kind in _OPAQUE or kind in _TNEF:
        _place_sealed(part, kind, result, files)
    elif kind in _READABLE and not _is_file(part, kind):
        texts = {"text/plain": result.plain, "text/html": result.html, "text/calendar": result.calendar}[kind]
        texts.append(_without_armour(text_of(part, result.defects), result))
    elif kind.startswith("multipart/"):  # a container without a boundary: its text is all there is
        result.plain.append(text_of(part, result.defects))
        result.defects.append("damaged_structure")
    else:
        found = _file(part, result.defects)
        if found.content.startswith(tnef.SIGNATURE) or found.name.lower() == "winmail.dat":
            _unpack(found, result, files)
        else:
            files.append(found)


def _place_sealed(part: Part, kind: str, result: Contents, files: list[_File]) -> None:
    """A part of another program's making: signed around its content, encrypted, or packed by Outlook."""
    found = _file(part, result.defects)
    if kind in _TNEF:
        _unpack(found, result, files)
        return
    envelope = cms.opened(found.content).envelope
    smime = str(part.get_param("smime-type", "") or "").lower()
    if envelope is cms.Envelope.ENCRYPTED or (envelope is cms.Envelope.OTHER and smime in ("enveloped-data", "")):
        result.encrypted = True
    else:
        result.defects.append("signed" if envelope is cms.Envelope.SIGNED else "signature_unreadable")
    files.append(found)


def _unpack(packed: _File, result: Contents, files: list[_File]) -> None:
    """The body and files out of winmail.dat; it stays a file when it cannot be read."""
    found = tnef.unpacked(packed.content)
    if found is None or not (found.text or found.html or found.files):
        result.defects.append("tnef_unreadable")
        files.append(packed)
        return
    result.defects.append("tnef")
    if found.text.strip() and not any(one.strip() for one in result.plain):
        result.plain.append(found.text)
    if found.html.strip() and not result.html:
        result.html.append(found.html)
    for one in found.files:
        kind = one_line(one.content_type) or true_type(one.content) or "application/octet-stream"
        identity = re.sub(r"[<>\s]", "", one_line(one.content_id)) or None
        files.append(_File(one_line(one.name), kind, one.content, False, identity))


def _without_armour(text: str, result: Contents) -> str:
    """The text inside a PGP signature written into the body; an encrypted block is noted and left out."""
    if _PGP_MESSAGE in text[:_ARMOUR_WITHIN]:
        result.encrypted = True
        begin = text.find(_PGP_MESSAGE)
        return text[:begin] + text[begin:].partition(_PGP_MESSAGE_END)[2]
    begin = text.find(_PGP_SIGNED, 0, 5000)
    end = text.find(_PGP_SIGNATURE, begin) if begin >= 0 else -1
    if end < 0:
        return text
    _, _, signed = text[begin:end].replace("\r\n", "\n").partition("\n\n")  # the hash that was used; then the text
    result.defects.append("signed")
    return text[:begin] + re.sub(r"^- ", "", signed, flags=re.MULTILINE)


def _put_right(result: Contents, files: list[_File]) -> None:
    """Texts in old or wrong encodings repaired, files that stand in the text taken out of it."""
    for number, plain in enumerate(result.plain):
        mended = repaired(plain)
        if mended is not None:
            result.plain[number] = mended.text
            result.defects.append(mended.defect)
        result.plain[number], encoded = taken_out(result.plain[number])
        for one in encoded:
            kind = true_type(one.content) or "application/octet-stream"
            files.append(_File(one_line(one.name), kind, one.content, False, None))
    for number, markup in enumerate(result.html):
        result.html[number], defects = in_unicode(markup)
        result.defects.extend(defects)


def _mend_headers(part: Part, defects: list[str]) -> None:
    """Raw 8-bit bytes in a part's own headers decoded in place, because the library would replace each by a mark."""
    for name, value in part.raw_items():
        if isinstance(value, str) and name.lower() in _PART_HEADERS and not value.isascii():
            decoded = decode(value.encode("utf-8", "surrogateescape"), None)
            defects.extend((*decoded.defects, "raw_8bit_header"))
            part.replace_header(name, decoded.text)


def _is_file(part: Part, kind: str) -> bool:
    """Whether a readable part was sent as a file: marked so, or named (a calendar's name is only a habit)."""
    return part.get_content_disposition() == "attachment" or (kind != "text/calendar" and bool(name_of(part, [])))


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
    name = name_of(part, result.defects)
    if not name:
        subject = one_line(decode_words(str(enclosed.get("subject", "")), result.defects))
        name = f"{subject[:100]}.eml" if subject else ""
    files.append(_File(name, "message/rfc822", source_of(enclosed), False, None))


def _file(part: Part, defects: list[str]) -> _File:
    content = bytes_of(part)
    identity = re.sub(r"[<>\s]", "", one_line(str(part.get("content-id", "")))) or None
    inline = part.get_content_disposition() == "inline" and part.get_content_maintype() in ("image", "video", "audio")
    kind = one_line(part.get_content_type())
    if kind in _UNTOLD:
        kind = true_type(content) or kind
    return _File(name_of(part, defects), kind, content, inline, identity)
