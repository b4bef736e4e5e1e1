"""What an opaque-signed S/MIME part holds (RFC 5652, RFC 8551). No signature is verified here: reading only reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_SIGNED = bytes.fromhex("2a864886f70d010702")
_ENVELOPED = (bytes.fromhex("2a864886f70d010703"), bytes.fromhex("2a864886f70d0109100117"))
_OCTETS, _OID, _SEQUENCE = 0x04, 0x06, 0x30
_DEEPEST = 20


class Envelope(StrEnum):
    SIGNED = "signed"
    ENCRYPTED = "encrypted"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Opaque:
    """What kind of CMS message it is, and of a signed one the MIME entity inside (b"" when there is none)."""

    envelope: Envelope
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class _Element:
    tag: int
    start: int  # of its content
    end: int
    next: int


def opened(data: bytes) -> Opaque:
    """The CMS message in `data` (DER or BER); OTHER for anything that is none or is damaged."""
    try:
        outer = _element(data, 0, len(data))
        kind, wrapped = _first(data, outer, 2)
        oid = data[kind.start : kind.end]
        if outer.tag != _SEQUENCE or kind.tag != _OID:
            return Opaque(Envelope.OTHER)
        if oid in _ENVELOPED:
            return Opaque(Envelope.ENCRYPTED)
        if oid != _SIGNED:
            return Opaque(Envelope.OTHER)
        (signed,) = _first(data, wrapped, 1)
        _, _, inner = _first(data, signed, 3)
        _, explicit = _first(data, inner, 2)
        (octets,) = _first(data, explicit, 1)
        return Opaque(Envelope.SIGNED, b"".join(_octets(data, octets)))
    except (IndexError, ValueError):
        return Opaque(Envelope.OTHER)


def _first(data: bytes, parent: _Element, number: int) -> list[_Element]:
    found = []
    for child in _children(data, parent.start, parent.end):
        found.append(child)
        if len(found) == number:
            return found
    raise ValueError("too few elements")


def _children(data: bytes, start: int, end: int, level: int = 0) -> Iterator[_Element]:
    while start < end and data[start : start + 2] != b"\0\0":
        child = _element(data, start, end, level)
        yield child
        start = child.next


def _element(data: bytes, at: int, end: int, level: int = 0) -> _Element:
    """One element (X.690 8.1). Its length may be indefinite: then its children are walked to its end mark."""
    if level > _DEEPEST:
        raise ValueError("nested too deeply")
    tag, length, start = data[at], data[at + 1], at + 2
    if length == 0x80:
        stop = start
        for child in _children(data, start, end, level + 1):
            stop = child.next
        if data[stop : stop + 2] != b"\0\0":
            stop = end  # cut off: what is there is still read
            return _Element(tag, start, stop, stop)
        return _Element(tag, start, stop, stop + 2)
    if length > 0x80:
        size = length & 0x7F
        if size > 8:
            raise ValueError("absurd length")
        length, start = int.from_bytes(data[start : start + size], "big"), start + size
    stop = min(start + length, end)
    return _Element(tag, start, stop, stop)


def _octets(data: bytes, element: _Element, level: int = 0) -> Iterator[bytes]:
    if element.tag == _OCTETS:
        yield data[element.start : element.end]
    elif element.tag == _OCTETS | 0x20 and level < 3:  # in pieces
        for piece in _children(data, element.start, element.end):
            yield from _octets(data, piece, level + 1)
    else:
        raise ValueError("no octets")
