"""The application that a mail is about, and the kind of request: the same linear judge of text with other labels."""

from collections.abc import Sequence

from classifiers.linear import LinearText
from classifiers.verdict import Verdict

ALTERNATIVES = 3


def verdict_of(judge: LinearText, columns: Sequence[int], values: Sequence[float]) -> Verdict:
    """The best label with its probability and the three next; accepted from the judge's threshold on.

    A mail without a single known word is never accepted: its scores would only repeat how frequent the labels are.
    """
    ranked = judge.ranked(columns, values)
    code, confidence = ranked[0]
    accepted = bool(columns) and confidence >= judge.threshold
    return Verdict(code, confidence, accepted, tuple(ranked[1 : 1 + ALTERNATIVES]))
