"""What reading one UID of a mailbox can yield, and how UIDs are grouped for reading; pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

# What is read of a mail above the limit: enough for the headers and the beginning of its text.
HEAD_BYTES = 512 * 1024


@dataclass(frozen=True)
class Fetched:
    """One mail. `raw` is None when its size (bytes, as the server says) is above the limit; `head` is its beginning."""

    uid: int
    size: int
    raw: bytes | None
    head: bytes = b""


@dataclass(frozen=True)
class Vanished:
    """A UID that was listed and is there no more: moved or deleted by somebody else."""

    uid: int


@dataclass(frozen=True)
class Withheld:
    """A mail that the server lists and does not hand out now, so its place stays open; `reply` is what it says."""

    uid: int
    reply: str


def chunks(uids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """The UIDs in order, at most `size` at a time."""
    for start in range(0, len(uids), size):
        yield uids[start : start + size]


def groups(uids: Sequence[int], sizes: Mapping[int, int], limit: int) -> Iterator[list[int]]:
    """The UIDs in order, cut where a group's mails would exceed `limit` bytes; one above it counts with its head."""
    group: list[int] = []
    total = 0
    for uid in uids:
        size = sizes.get(uid, 0)
        size = size if size <= limit else HEAD_BYTES
        if group and total + size > limit:
            yield group
            group, total = [], 0
        group.append(uid)
        total += size
    if group:
        yield group
