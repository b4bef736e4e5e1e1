"""The application that a mail is about: margins of the linear judge and expert clues, weighed together into a probability."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from classifiers.calibration import Array, softmax
from classifiers.linear import Floats, LinearText
from classifiers.terms import Hit, Lexicon
from classifiers.verdict import Verdict

ALTERNATIVES = 3
REJECT = "KHAC"
# What speaks for one category, whichever it is: a weight that was learned on all serves a new one too.
CLUES = (
    "margin", "said to work", "name in subject", "name in message", "name", "terms", "best term", "terms in subject",
    "reject", "reject, nothing named", "reject, best term", "margin squared",
)  # fmt: skip


@dataclass(frozen=True)
class ApplicationModel:
    """The linear judge, the lexicon with its trusts, the weight of each clue, and the acceptance threshold."""

    linear: LinearText
    lexicon: Lexicon
    weights: Mapping[str, float]
    threshold: float

    def chances(self, columns: Sequence[int], values: Sequence[float], hits: Sequence[Hit]) -> Array:
        """The probability of each label of the linear judge."""
        clues = clues_of(self.linear.margins(columns, values), self.linear.labels, self.lexicon, hits)
        found: Array = softmax(clues @ np.array([self.weights[name] for name in CLUES]))
        return found

    def judge(self, columns: Sequence[int], values: Sequence[float], hits: Sequence[Hit]) -> Verdict:
        """The best label with its probability and the three next; accepted from the threshold on."""
        chances = self.chances(columns, values, hits)
        ranked = [(self.linear.labels[at], float(chances[at])) for at in np.argsort(-chances, kind="stable")]
        return _verdict(ranked, bool(columns), self.threshold)


def clues_of(margins: Floats | Array, labels: Sequence[str], lexicon: Lexicon, hits: Sequence[Hit]) -> Array:
    """The clues of one mail: labels x `CLUES`."""
    at = {label: row for row, label in enumerate(labels)}
    clues = np.zeros((len(labels), len(CLUES)))
    clues[:, 0] = margins
    for hit in hits:
        for term in lexicon.by_wording.get(hit.wording, ()):
            row = at.get(term.code)
            if row is None:
                continue
            if hit.works:
                clues[row, 1] += 1
            elif term.is_name:
                for column in (2 if hit.in_subject else 3, 4):
                    clues[row, column] = max(clues[row, column], term.trust)
            else:
                clues[row, 5] += term.trust**2
                clues[row, 6] = max(clues[row, 6], term.trust)
                clues[row, 7] += term.trust if hit.in_subject else 0.0
    clues[:, 1] = np.minimum(clues[:, 1], 2)
    clues[:, 5], clues[:, 7] = np.log1p(clues[:, 5]), np.log1p(clues[:, 7])
    # A margin far from the plane says more than its distance alone.
    clues[:, 11] = clues[:, 0] * np.abs(clues[:, 0])
    if REJECT in at:
        clues[at[REJECT], 8:11] = 1.0, float(not clues[:, 4].any()), clues[:, 6].max(initial=0.0)
    return clues


def verdict_of(judge: LinearText, columns: Sequence[int], values: Sequence[float]) -> Verdict:
    """The verdict of a linear judge alone (the kind of request), accepted from its threshold on."""
    return _verdict(judge.ranked(columns, values), bool(columns), judge.threshold)


def _verdict(ranked: list[tuple[str, float]], has_words: bool, threshold: float) -> Verdict:
    """A mail without a single known word is never accepted: its scores would only repeat how frequent the labels are."""
    code, confidence = ranked[0]
    return Verdict(code, confidence, has_words and confidence >= threshold, tuple(ranked[1 : 1 + ALTERNATIVES]))
