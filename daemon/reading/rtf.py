"""Rich text as Outlook puts it into winmail.dat: unpacked (MS-OXRTFCP), and as text or as the HTML it was made of (MS-OXRTFEX)."""

import codecs
import re
from dataclasses import dataclass, field

from daemon.reading.characters import words

_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans "
    b"SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_LONGEST = 8 << 20  # bytes of rich text that are looked at
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)|\\"
)
_SILENT = words(
    "fonttbl colortbl stylesheet info pict object generator listtable listoverridetable themedata datastore"
)
_WRITTEN = {
    "par": "\n", "line": "\n", "tab": "\t", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
    "bullet": "•", "endash": "–", "emdash": "—", "cell": "\t", "row": "\n", "sect": "\n", "page": "\n",
}  # fmt: skip
_CHARSETS = {0: "cp1252", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5", 161: "cp1253", 162: "cp1254", 163: "cp1258",
             204: "cp1251", 222: "cp874", 238: "cp1250"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rich:
    """What rich text says: as plain text, or as the markup that it was made of ("" when it was not)."""

    text: str
    html: str = ""


@dataclass(slots=True)
class _Group:
    """What holds inside a pair of braces."""

    silent: bool = False
    markup: bool = False
    suppressed: bool = False  # between \\htmlrtf and \\htmlrtf0: written for readers of rich text only
    skip: int = 1  # letters behind \\u that stand in for it
    charset: str = ""


@dataclass(slots=True)
class _Reader:
    charset: str = "cp1252"
    fonts: dict[int, str] = field(default_factory=dict)
    font: int = 0
    from_html: bool = False
    group: _Group = field(default_factory=_Group)
    outer: list[_Group] = field(default_factory=list)
    to_skip: int = 0
    written: list[str] = field(default_factory=list)
    pending: bytearray = field(default_factory=bytearray)
    high: int = 0

    def write(self, text: str) -> None:
        self.flush()
        if not self.group.silent and not self.group.suppressed:
            self.written.append(text)

    def write_bytes(self, data: bytes) -> None:
        if not self.group.silent and not self.group.suppressed:
            self.pending += data

    def flush(self) -> None:
        if self.pending:
            self.written.append(bytes(self.pending).decode(self.group.charset or self.charset, "replace"))
            self.pending.clear()


def decompressed(data: bytes) -> bytes:
    """Rich text that was packed as `LZFu` or stored as `MELA`; b"" for anything else."""
    if len(data) < 16:
        return b""
    size, kind = int.from_bytes(data[4:8], "little"), data[8:12]
    if kind == b"MELA":
        return data[16 : 16 + min(size, _LONGEST)]
    if kind != b"LZFu":
        return b""
    size = min(size, _LONGEST)
    window = bytearray(_DICTIONARY.ljust(4096, b"\0"))
    at, write, result = 16, len(_DICTIONARY), bytearray()
    while at < len(data) and len(result) < size:
        flags = data[at]
        at += 1
        for bit in range(8):
            if at >= len(data) or len(result) >= size:
                break
            if not flags >> bit & 1:
                result.append(data[at])
                window[write] = data[at]
                write, at = (write + 1) % 4096, at + 1
                continue
            reference = int.from_bytes(data[at : at + 2], "big")
            at += 2
            offset, length = reference >> 4, (reference & 15) + 2
            if offset == write:
                return bytes(result)
            for _ in range(length):
                byte = window[offset]
                result.append(byte)
                window[write] = byte
                offset, write = (offset + 1) % 4096, (write + 1) % 4096
    return bytes(result)


def read_rich(data: bytes) -> Rich:
    """The text of rich text; never raises."""
    reader = _Reader()
    for match in _TOKEN.finditer(data[:_LONGEST]):
        word, number, coded, symbol, brace, plain = match.groups()
        if brace == b"{":
            reader.flush()
            reader.outer.append(reader.group)
            old = reader.group
            reader.group = _Group(old.silent, old.markup, old.suppressed, old.skip, old.charset)
            del reader.outer[:-200]
        elif brace == b"}":
            reader.flush()
            reader.group = reader.outer.pop() if reader.outer else _Group()
            reader.to_skip = 0
        elif word is not None:
            _word(reader, word.decode("ascii"), int(number) if number else None)
        elif coded is not None:
            if reader.to_skip:
                reader.to_skip -= 1
            else:
                reader.write_bytes(bytes([int(coded, 16)]))
        elif symbol is not None:
            _symbol(reader, symbol)
        elif plain is not None:
            reader.write_bytes(plain[reader.to_skip :])
            reader.to_skip = max(0, reader.to_skip - len(plain))
    reader.flush()
    written = "".join(reader.written)
    return Rich("", written) if reader.from_html else Rich(written.strip())


def _symbol(reader: _Reader, symbol: bytes) -> None:
    if symbol == b"*":
        reader.group.silent = True  # a destination that not everybody knows, until its name says that we do
    elif symbol in b"\\{}":
        reader.write_bytes(symbol)
    elif symbol == b"~":
        reader.write(" ")
    elif symbol in b"\r\n":
        reader.write("\n")


def _word(reader: _Reader, word: str, number: int | None) -> None:
    group = reader.group
    if word == "htmltag":
        group.silent, group.markup = False, True
    elif word == "htmlrtf":
        reader.flush()
        group.suppressed = number != 0
    elif word == "fromhtml":
        reader.from_html = True
    elif word in _SILENT:
        reader.flush()
        group.silent = True  # the font table is still read for its charsets
    elif word == "u" and number is not None:
        _unicode(reader, number % 65_536)
        reader.to_skip = group.skip
    elif word == "uc":
        group.skip = min(number if number is not None else 1, 10)
    elif word == "ansicpg" and number:
        reader.charset = f"cp{number}" if number != 65001 else "utf-8"
        try:
            codecs.lookup(reader.charset)
        except LookupError:
            reader.charset = "cp1252"
    elif word == "f" and number is not None:
        reader.flush()
        reader.font = number
        group.charset = reader.fonts.get(number, "")
    elif word == "fcharset" and number in _CHARSETS and number:
        reader.fonts[reader.font] = _CHARSETS[number]
    elif word in _WRITTEN and not (reader.from_html and group.markup and word == "cell"):
        reader.write(_WRITTEN[word])


def _unicode(reader: _Reader, code: int) -> None:
    if 0xD800 <= code < 0xDC00:
        reader.high = code
    elif 0xDC00 <= code < 0xE000:
        if reader.high:
            reader.write(chr(0x10000 + ((reader.high - 0xD800) << 10) + (code - 0xDC00)))
        reader.high = 0
    else:
        reader.write(chr(code))
