"""What can be seen of a raw mail without reading it: who it says that it is from. Pure; never raises."""

import re

from daemon.reading.addresses import comparable

HEAD = 65_536  # octets looked at
_FROM = re.compile(rb"^from[ \t]*:(.*(?:\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)
_ANGLE = re.compile(rb"<([^<>\s]{3,320})>")
_BARE = re.compile(rb"[^\s<>,;:\"()]{1,255}@[^\s<>,;:\"()]{1,255}")


def claimed_sender(raw: bytes) -> str:
    """The comparable address of the first From line, "" when there is none; enough to take turns by, proof of nothing."""
    head = raw[:HEAD].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    line = _FROM.search(head)
    if line is None:
        return ""
    found = [*_ANGLE.findall(line[1]), *_BARE.findall(line[1])]
    return comparable(found[0].decode("utf-8", "replace")) if found else ""
