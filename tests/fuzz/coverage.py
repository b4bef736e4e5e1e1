"""Which lines of the reader an input reaches, without any package: what a corpus grows by.

Tracing costs about ten times the reading, so that only inputs are traced whose reading came out in a new way (other
defects, other rules, other fields filled), and a few of the rest.
"""

import random
import re
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from daemon.reading.mail import Mail, Unreadable
from tests.fuzz.holds import read_once
from tests.fuzz.mutations import mutated

_READING = str(Path(sys.modules[Mail.__module__].__file__ or "").parent)
_NUMBERS = re.compile(r"\d+|«.*|: .*")
_TRACED_ANYWAY = 40  # one input of so many is traced although it came out as others did
_GROWN_SHARE = 0.5  # of the inputs come from those that found something
Edge = tuple[str, int, int]


def edges_of(raw: bytes) -> set[Edge]:
    """The pairs of lines of the reader that follow each other while it reads this input."""
    found: set[Edge] = set()
    last = 0

    def line_by_line(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal last
        if event == "line":
            found.add((frame.f_code.co_filename, last, frame.f_lineno))
            last = frame.f_lineno
        return line_by_line

    def calls(frame: FrameType, event: str, _: Any) -> Any:
        return line_by_line if frame.f_code.co_filename.startswith(_READING) else None

    before = sys.gettrace()
    sys.settrace(calls)
    try:
        read_once(raw)
    finally:
        sys.settrace(before)
    return found


def outcome(read: Mail | Unreadable) -> str:
    """In which way a reading came out, numbers and words left aside."""
    if isinstance(read, Unreadable):
        return _NUMBERS.sub("", read.reason)
    filled = [name for name in ("text", "quoted", "signature", "forwarded", "html", "date") if getattr(read, name)]
    files = sorted({f"{file.true_type}{file.withheld}" for file in read.attachments})
    return "|".join([read.kind.value, *filled, *read.defects, *files, *(_NUMBERS.sub("", line) for line in read.why)])


class Growing:
    """Inputs from golden mails and from those inputs that reached lines which none had reached before."""

    def __init__(self, rng: random.Random, seeds: list[bytes]) -> None:
        self._rng = rng
        self._seeds = seeds
        self.grown: list[bytes] = []
        self.edges: set[Edge] = set()
        self._outcomes: set[str] = set()

    def next(self) -> bytes:
        parents = self.grown if self.grown and self._rng.random() < _GROWN_SHARE else self._seeds
        return mutated(self._rng, [self._rng.choice(parents)] if parents is self.grown else parents)

    def learn(self, raw: bytes, read: Mail | Unreadable) -> bool:
        """Keep an input that reaches something new; whether it did."""
        how = outcome(read)
        if how in self._outcomes and self._rng.randrange(_TRACED_ANYWAY):
            return False
        self._outcomes.add(how)
        reached = edges_of(raw)
        if reached <= self.edges:
            return False
        self.edges |= reached
        self.grown.append(raw)
        return True
