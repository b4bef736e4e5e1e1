"""Drift: whether a week's share of corrections is beyond what was usual before. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LEAST_WEEKS = 4  # fewer tell nothing of what is usual
MOST_WEEKS = 12
_LEAST_CORRECTED = 3  # one or two corrections are chance, whatever their share
_BAND = 3.0  # standard deviations above the usual share


@dataclass(frozen=True, slots=True)
class Count:
    """What was judged and what of it was corrected in one week."""

    judged: int
    corrected: int


@dataclass(frozen=True, slots=True)
class Drift:
    """A category (or "" for all together) whose corrections rose: this week's share, the usual one and its band's end."""

    category: str
    share: float
    usual: float
    band: float
    corrected: int


def drifts(weeks: Sequence[Mapping[str, Count]]) -> list[Drift]:
    """The drifts of the last week against those before it; none before enough weeks were seen.

    The band is three standard deviations of a share of so many verdicts, at least five points wide.
    """
    if len(weeks) <= LEAST_WEEKS:
        return []
    before, last = weeks[-1 - MOST_WEEKS : -1], weeks[-1]
    found = []
    for category in ["", *sorted(last)]:
        now = _sum([last], category)
        past = _sum(before, category)
        if now.corrected < _LEAST_CORRECTED or not past.judged:
            continue
        judged = max(now.judged, now.corrected)
        usual = min(1.0, (past.corrected + 0.5) / (past.judged + 1))
        band = usual + max(0.05, _BAND * math.sqrt(usual * (1 - usual) / judged))
        share = now.corrected / judged
        if share > band:
            found.append(Drift(category, share, usual, band, now.corrected))
    return found


def _sum(weeks: Sequence[Mapping[str, Count]], category: str) -> Count:
    counts = [count for week in weeks for code, count in week.items() if not category or code == category]
    return Count(sum(one.judged for one in counts), sum(one.corrected for one in counts))
