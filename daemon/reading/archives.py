"""What is in an archive, read from its directory alone: nothing is ever unpacked, so nothing can explode."""

import struct
from dataclasses import dataclass

_END = struct.Struct("<4s4H2LH")  # end of central directory
_ENTRY = struct.Struct("<4s6H3L5H2L")  # one file in it
_LOCAL = struct.Struct("<4s5H3L2H")
_MOST_MEMBERS = 20_000
_LARGEST = 4 << 30  # bytes unpacked
_MOST_GROWTH = 200  # an office document grows about twentyfold, a bomb a thousandfold
_SMALL = 50 << 20  # what unpacks to less is harmless however well it was packed
_RAR4, _RAR5, _SEVEN = b"Rar!\x1a\x07\x00", b"Rar!\x1a\x07\x01\x00", b"7z\xbc\xaf\x27\x1c"
_ARCHIVE_ENDINGS = (".zip", ".rar", ".7z", ".gz", ".bz2", ".xz", ".tar", ".cab", ".jar")


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive, by its directory entry; sizes in bytes."""

    name: str
    encrypted: bool
    packed: int
    unpacked: int

    @property
    def is_archive(self) -> bool:
        return self.name.lower().endswith(_ARCHIVE_ENDINGS)


@dataclass(frozen=True, slots=True)
class Listing:
    """The directory of a zip file; `complete` is False when it says of more members than were read."""

    members: tuple[Member, ...]
    complete: bool = True

    @property
    def encrypted(self) -> bool:
        return any(member.encrypted for member in self.members)

    @property
    def explodes(self) -> bool:
        """Whether unpacking would fill a disk: a wild ratio, a wild size, too many members, archives upon archives."""
        unpacked = sum(member.unpacked for member in self.members)
        packed = sum(member.packed for member in self.members)
        return (
            not self.complete
            or unpacked > _LARGEST
            or (unpacked > _SMALL and unpacked > _MOST_GROWTH * max(packed, 1))
            or sum(member.is_archive for member in self.members) > 50
        )


def directory_of(content: bytes) -> Listing | None:
    """The directory of a zip file, read from its end, or from the local headers where the end is missing."""
    if not content.startswith(b"PK"):
        return None
    end = content.rfind(b"PK\x05\x06", max(0, len(content) - 66_000))
    if end < 0 or end + _END.size > len(content):
        return _from_local_headers(content)
    _, _, _, _, count, size, start, _ = _END.unpack_from(content, end)
    at = end - size if end - size >= 0 else start
    if content[at : at + 4] != b"PK\x01\x02":
        at = start
    members: list[Member] = []
    while len(members) < _MOST_MEMBERS and at + _ENTRY.size <= end and content[at : at + 4] == b"PK\x01\x02":
        entry = _ENTRY.unpack_from(content, at)
        flags, packed, unpacked, named, extra, comment = entry[3], entry[8], entry[9], entry[10], entry[11], entry[12]
        name = content[at + _ENTRY.size : at + _ENTRY.size + named]
        members.append(Member(_name(name, flags), bool(flags & 1), packed, unpacked))
        at += _ENTRY.size + named + extra + comment
    if not members and count:
        return _from_local_headers(content)
    return Listing(tuple(members), at >= end or content[at : at + 4] != b"PK\x01\x02")


def _from_local_headers(content: bytes) -> Listing:
    members: list[Member] = []
    at = 0
    while len(members) < 1000 and at >= 0 and at + _LOCAL.size <= len(content):
        if content[at : at + 4] != b"PK\x03\x04":
            break
        head = _LOCAL.unpack_from(content, at)
        flags, packed, unpacked, named, extra = head[2], head[7], head[8], head[9], head[10]
        name = content[at + _LOCAL.size : at + _LOCAL.size + named]
        members.append(Member(_name(name, flags), bool(flags & 1), packed, unpacked))
        at += _LOCAL.size + named + extra + packed
        if flags & 8 and not packed:  # sizes stand behind the data: the next header is searched
            at = content.find(b"PK\x03\x04", at)
    return Listing(tuple(members))


def _name(raw: bytes, flags: int) -> str:
    return raw.decode("utf-8" if flags & 0x800 else "cp437", "replace")


def is_closed(content: bytes) -> bool:
    """Whether it is a RAR or 7-Zip archive, whose contents cannot be looked at here."""
    return content.startswith((_RAR4, _RAR5, _SEVEN))
