"""The sample day: every mail in the order in which it is sent."""

from collections.abc import Iterator, Sequence

from daemon.demo.outside import CENTRE, OUTSIDE
from daemon.demo.story import Sample
from daemon.demo.treasury import PROVINCES
from daemon.demo.unusual import UNUSUAL


def the_day() -> list[Sample]:
    """All samples, those of different senders mixed as they come in on a real morning; a mail stands after what it names."""
    return list(_in_turn(PROVINCES, OUTSIDE, UNUSUAL, CENTRE))


def _in_turn(*sources: Sequence[Sample]) -> Iterator[Sample]:
    """One of each source after the other, until all are used up."""
    for position in range(max(len(source) for source in sources)):
        for source in sources:
            if position < len(source):
                yield source[position]


# The request whose whole conversation the summary shows as the user saw it.
SHOWN = "ttsp-order"
