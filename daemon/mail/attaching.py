"""Which stored files go out with a letter, and how those that don't are named. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from storage.tables import Attachment

# Base64 makes four letters of three octets and ends each line of 76 with two more.
GROWTH = 4 / 3 * 78 / 76
# A file above this size goes to one recipient once; smaller ones may go again with the letter that speaks of them.
LARGE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Chosen:
    """`attached` go along; `too_large` and `withheld` (dangerous types) are only named."""

    attached: tuple[Attachment, ...] = ()
    too_large: tuple[Attachment, ...] = ()
    withheld: tuple[Attachment, ...] = ()
    sent_before: tuple[Attachment, ...] = ()  # large ones that the recipient has from an earlier letter

    @property
    def pictures(self) -> tuple[Attachment, ...]:
        return tuple(file for file in self.attached if is_shown(file))


def choose(files: Sequence[Attachment], most_octets: int, sent_before: Collection[str] = ()) -> Chosen:
    """The files in their order while the message stays below `most_octets`; one that is too large does not stop the next.

    The same content twice goes once; a large one not at all when its digest is among those that were `sent_before`.
    """
    attached: list[Attachment] = []
    too_large: list[Attachment] = []
    withheld: list[Attachment] = []
    again: list[Attachment] = []
    seen: set[str] = set()
    octets = 0
    for file in files:
        if file.digest in seen:
            continue
        seen.add(file.digest)
        if file.withheld:
            withheld.append(file)
        elif file.size > LARGE and file.digest in sent_before:
            again.append(file)
        elif octets + file.size * GROWTH > most_octets:
            too_large.append(file)
        else:
            octets += int(file.size * GROWTH)
            attached.append(file)
    return Chosen(tuple(attached), tuple(too_large), tuple(withheld), tuple(again))


def is_shown(file: Attachment) -> bool:
    """Whether a file is a picture that stood in the text, of a type that every mail client shows."""
    return file.inline and not file.withheld and file.content_type.lower() in ("image/png", "image/jpeg", "image/gif")


def content_id(file: Attachment) -> str:
    """The Content-ID under which a letter's HTML shows a picture: ours, from the digest, never the sender's own."""
    return f"{file.digest[:32]}@hinh.hotro"


def in_words(file: Attachment) -> str:
    """`anh-man-hinh.png (312 kB)`."""
    return f"{file.filename} ({size_in_words(file.size)})"


def size_in_words(octets: int) -> str:
    """A size as people read it in Vietnam, with a decimal comma: `312 kB`, `1,4 MB`, `12 MB`."""
    if octets < 1024:
        return f"{octets} byte"
    if octets < 1024 * 1024:
        return f"{round(octets / 1024)} kB"
    megabytes = octets / 1024 / 1024
    return f"{megabytes:.1f} MB".replace(".", ",") if megabytes < 10 else f"{round(megabytes)} MB"
