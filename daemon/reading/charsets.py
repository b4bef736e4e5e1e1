"""Bytes into text, whatever the label says. Never raises; what had to be guessed is a defect on record."""

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

from daemon.reading.repair import Repaired, makes_more_sense, repaired
from daemon.reading.vietnamese import legacy_decode, legacy_name, looks_vietnamese

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Labels that name another charset than the one meant (WHATWG Encoding), or none.
_MEANT = {
    "iso-8859-1": "windows-1252",
    "latin1": "windows-1252",
    "latin-1": "windows-1252",
    "ascii": "us-ascii",
    "iso-8859-9": "windows-1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "shift_jis": "cp932",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "cp-1258": "windows-1258",
    "x-cp1258": "windows-1258",
}
# Python codecs that are no charsets, or take quadratic time.
_NO_CHARSET = {
    "punycode",
    "idna",
    "unicode_escape",
    "unicode-escape",
    "raw_unicode_escape",
    "raw-unicode-escape",
    "undefined",
    "mbcs",
    "oem",
}
_C1 = re.compile("[\x80-\x9f]")
_ODD = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd\ufffe\uffff\ue000-\uf8ff]")
_UTF8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_DETECT_BYTES = 32_768


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text and how it was won: the charset used and the codes of what was wrong."""

    text: str
    charset: str
    defects: tuple[str, ...] = ()


def decode(data: bytes, declared: str | None) -> Decoded:
    """Text of `data`: by BOM, the declared charset, detection, UTF-8, windows-1258, latin-1, in this order."""
    for bom, charset in _BOMS:
        if data.startswith(bom):
            return Decoded(data[len(bom) :].decode(charset, "replace"), charset)
    label = _label(declared)
    if data.isascii() and b"\x1b" not in data and not _wide(label):
        return Decoded(data.decode("ascii"), "us-ascii")
    return _declared(data, label) or _guessed(data, label)


def _label(declared: str | None) -> str:
    name = (declared or "").strip(" \t\"'").lower()
    return _MEANT.get(name, name)


def _wide(label: str) -> bool:
    """Charsets in which ASCII bytes mean something else."""
    return label.startswith(
        ("utf-16", "utf-32", "utf-7", "utf16", "utf32", "utf7", "ucs", "hz", "iso-2022", "cp037", "cp500")
    )


def _declared(data: bytes, label: str) -> Decoded | None:
    """The text by its label, or None when there is no label or what it gives is not text."""
    if not label or label in ("us-ascii", "unknown-8bit", "x-unknown", "default", "8bit", "binary"):
        return None
    legacy = legacy_name(label)
    if legacy:
        return Decoded(legacy_decode(data, legacy), legacy)
    text = _strict(data, label)
    if text is None or not _is_text(text):
        return None
    if not _wide(label) and not label.startswith(("utf", "gb", "big5", "euc", "cp9")):
        # A one-byte charset accepts anything: bytes that are all valid UTF-8 letters are no accident.
        utf8 = _strict(data, "utf-8")
        if utf8 is not None and _is_text(utf8):
            return Decoded(utf8, "utf-8", ("charset_overruled",))
    older = _older(data) if label == "windows-1258" else None
    if older is not None and makes_more_sense(older.text, text):
        return Decoded(older.text, label, ("charset_overruled", older.defect))
    return Decoded(text, label)


def _older(data: bytes) -> Repaired | None:
    """The bytes as text from before Unicode, when they clearly are such text and no windows-1258."""
    found = repaired(data[:_DETECT_BYTES].decode("latin-1"))
    if found is None or found.defect == "windows_1258_repaired":
        return None
    return repaired(data.decode("latin-1"))


def _guessed(data: bytes, label: str) -> Decoded:
    """The likeliest text of unlabelled or wrongly labelled bytes."""
    wrong = ("charset_overruled",) if label not in ("", "us-ascii", "utf-8", "utf8") else ()
    utf8 = _strict(data, "utf-8")
    if utf8 is not None:
        return Decoded(utf8, "utf-8", wrong)
    letters = _UTF8_LETTER.findall(data)
    high = sum(byte > 0x7F for byte in data)
    if letters and sum(map(len, letters)) >= 0.8 * high:
        return Decoded(data.decode("utf-8", "replace"), "utf-8", ("charset_damaged",))
    defects = (*wrong, "charset_guessed")
    older = _older(data)
    if older is not None:
        return Decoded(older.text, "latin-1", (*defects, older.defect))
    vietnamese = _strict(data, "windows-1258")
    if vietnamese is not None and looks_vietnamese(vietnamese):
        return Decoded(vietnamese, "windows-1258", defects)
    best = from_bytes(data[:_DETECT_BYTES]).best()
    detected = _strict(data, best.encoding) if best is not None else None
    if best is not None and detected is not None and _is_text(detected):
        return Decoded(detected, best.encoding, defects)
    if vietnamese is not None and _is_text(vietnamese):
        return Decoded(vietnamese, "windows-1258", defects)
    return Decoded(data.decode("latin-1"), "latin-1", defects)


def _strict(data: bytes, charset: str) -> str | None:
    """The text, or None when the charset is unknown or the bytes are not valid in it."""
    if charset in _NO_CHARSET:
        return None
    try:
        text = data.decode(charset)
        text.encode("utf-8")  # some codecs let lone surrogates through
    except (LookupError, UnicodeError, ValueError):
        return None
    return text


def _is_text(text: str) -> bool:
    """Whether this could have been typed: hardly any control, replacement or private-use character."""
    if not text:
        return True
    return len(_C1.findall(text)) + len(_ODD.findall(text)) <= len(text) // 200
