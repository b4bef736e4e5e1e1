"""What winmail.dat holds (MS-OXTNEF): the body and the files that Outlook packed into it."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field

from daemon.reading.rtf import decompressed, read_rich

SIGNATURE = b"\x78\x9f\x3e\x22"
_BODY, _DATA, _TITLE, _BEGINS, _PROPERTIES, _ATTACHMENT, _CODEPAGE = (
    0x800C, 0x800F, 0x8010, 0x9002, 0x9003, 0x9005, 0x9007,
)  # fmt: skip
_P_SUBJECT, _P_BODY, _P_HTML, _P_RICH = 0x0037, 0x1000, 0x1013, 0x1009
_P_DATA, _P_NAME, _P_LONG_NAME, _P_TYPE, _P_CONTENT_ID, _P_DISPLAY = 0x3701, 0x3704, 0x3707, 0x370E, 0x3712, 0x3001
_WIDTHS = {1: 0, 2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_TEXT, _WIDE, _OBJECT, _BINARY = 0x1E, 0x1F, 0x0D, 0x102
_MESSAGE = bytes.fromhex("0703020000000000c000000000000046")  # IID_IMessage: a mail inside the mail
_DEEPEST = 4
_MOST_FILES = 1000


@dataclass(slots=True)
class PackedFile:
    """A file out of winmail.dat; `content_type` may be ""."""

    name: str = ""
    content_type: str = ""
    content: bytes = b""
    content_id: str = ""


@dataclass(slots=True)
class Packed:
    """The contents of winmail.dat; texts are not yet cleaned."""

    text: str = ""
    html: str = ""
    subject: str = ""
    files: list[PackedFile] = field(default_factory=list)


def unpacked(data: bytes, level: int = 0) -> Packed | None:
    """What `data` holds, or None when it is no TNEF stream. A stream cut in the middle gives what came before."""
    if not data.startswith(SIGNATURE):
        return None
    packed = Packed()
    charset = "cp1252"
    file = None
    for name, value in _attributes(data):
        if name == _CODEPAGE:
            charset = _charset(int.from_bytes(value[:4], "little"))
        elif name == _BODY:
            packed.text = packed.text or value.decode(charset, "replace").rstrip("\0")
        elif name == _PROPERTIES:
            _message(packed, value, charset)
        elif name == _BEGINS:
            if len(packed.files) >= _MOST_FILES:
                break
            file = PackedFile()
            packed.files.append(file)
        elif file is not None and name == _TITLE:
            file.name = file.name or value.decode(charset, "replace").rstrip("\0")
        elif file is not None and name == _DATA:
            file.content = file.content or value
        elif file is not None and name == _ATTACHMENT:
            _attached(packed, file, value, charset, level)
    packed.files = [one for one in packed.files if one.name or one.content]
    return packed


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Name and value of each attribute of the stream."""
    at = 6
    while at + 9 <= len(data):
        name = int.from_bytes(data[at + 1 : at + 3], "little")
        length = int.from_bytes(data[at + 5 : at + 9], "little")
        if data[at] not in (1, 2):
            return
        yield name, data[at + 9 : at + 9 + length]
        at += 9 + length + 2


def _charset(number: int) -> str:
    charset = "utf-8" if number == 65001 else f"cp{number}"
    try:
        codecs.lookup(charset)
    except LookupError:
        return "cp1252"
    return charset


def _message(packed: Packed, data: bytes, charset: str) -> None:
    found = dict(_properties(data, charset))
    packed.subject = _string(found.get(_P_SUBJECT), charset)
    packed.text = _string(found.get(_P_BODY), charset) or packed.text
    packed.html = _string(found.get(_P_HTML), charset)
    rich = found.get(_P_RICH)
    if isinstance(rich, bytes) and not (packed.html and packed.text):
        read = read_rich(decompressed(rich))
        packed.html = packed.html or read.html
        packed.text = packed.text or read.text


def _attached(packed: Packed, file: PackedFile, data: bytes, charset: str, level: int) -> None:
    found = dict(_properties(data, charset))
    names = (_string(found.get(one), charset) for one in (_P_LONG_NAME, _P_NAME, _P_DISPLAY))
    file.name = next((name for name in names if name), file.name)
    file.content_type = _string(found.get(_P_TYPE), charset).lower()
    file.content_id = _string(found.get(_P_CONTENT_ID), charset)
    content = found.get(_P_DATA)
    if not isinstance(content, bytes):
        return
    inner = content.removeprefix(_MESSAGE)
    nested = unpacked(inner, level + 1) if level < _DEEPEST else None
    if nested is None:
        file.content = file.content or inner
        return
    # A mail inside the mail: its text is kept as a file, its own files beside it.
    file.name, file.content_type = f"{nested.subject or file.name or 'thu'}.txt", "text/plain"
    file.content = (nested.text or nested.html).encode("utf-8", "replace")
    packed.files.extend(nested.files[: _MOST_FILES - len(packed.files)])


def _string(value: "str | bytes | None", charset: str) -> str:
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8").rstrip("\0")
        except UnicodeError:
            return value.decode(charset, "replace").rstrip("\0")
    return value or ""


def _properties(data: bytes, charset: str) -> Iterator[tuple[int, str | bytes]]:
    """Identifier and value of each property with text or bytes (MS-OXTNEF 2.1.3.4); later ones win nothing."""
    at = 4
    seen: set[int] = set()
    for _ in range(min(int.from_bytes(data[:4], "little"), 5000)):
        if at + 4 > len(data):
            return
        kind = int.from_bytes(data[at : at + 2], "little")
        name = int.from_bytes(data[at + 2 : at + 4], "little")
        at += 4
        if name >= 0x8000:  # named: a GUID, then a number or a name
            by_name = int.from_bytes(data[at + 16 : at + 20], "little")
            length = int.from_bytes(data[at + 20 : at + 24], "little")
            at += 24 + (_padded(length) if by_name else 0)
        many, kind = bool(kind & 0x1000), kind & 0xEFFF
        variable = kind in (_TEXT, _WIDE, _OBJECT, _BINARY)
        values = 1
        if many or variable:
            values = int.from_bytes(data[at : at + 4], "little")
            at += 4
        if not variable:
            if kind not in _WIDTHS or values > len(data):
                return
            at += _WIDTHS[kind] * values
            continue
        for _ in range(min(values, 1000)):
            length = int.from_bytes(data[at : at + 4], "little")
            value = data[at + 4 : at + 4 + length]
            at += 4 + _padded(length)
            if name not in seen and at <= len(data) + 3:
                seen.add(name)
                yield name, value.decode("utf-16-le", "replace").rstrip("\0") if kind == _WIDE else value


def _padded(length: int) -> int:
    return length + -length % 4
