"""Learns how far to trust each expert term, and how to weigh the clues of a category against those of the others."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from classifiers.application import CLUES
from classifiers.calibration import Array
from classifiers.terms import Hit, Lexicon

# An expert's word counts like so many mails of its application, against one mail of any other.
_NAME_MAILS, _TERM_MAILS, _OTHER_MAILS = 1.5, 1.0, 0.5
_DECAY = 1.0


def trusted(
    lexicon: Lexicon, hits: Sequence[Sequence[Hit]], right: Sequence[str], learn: Collection[int] | NDArray[np.int_]
) -> Lexicon:
    """The lexicon with the trust that the mails `learn` give to each term; few mails change an expert's word little."""
    counts: dict[str, Counter[str]] = {}
    for index in learn:
        for wording in {hit.wording for hit in hits[index] if not hit.works}:
            counts.setdefault(wording, Counter())[right[index]] += 1
    terms = []
    for term in lexicon.terms:
        counted = counts.get(term.wording, Counter())
        expert = (_NAME_MAILS if term.is_name else _TERM_MAILS) / len(lexicon.by_wording[term.wording])
        total = counted.total() + _NAME_MAILS + _OTHER_MAILS
        terms.append(replace(term, trust=(counted[term.code] + expert) / total))
    return Lexicon(tuple(terms))


def fit_clues(clues: Array, right: NDArray[np.int_], weights: Array) -> dict[str, float]:
    """The weight of each clue from (mails x labels x clues) of mails that the clues' models had not seen: a conditional
    logit, whose probabilities are therefore calibrated. `weights` say how much each mail counts."""
    from scipy.optimize import minimize

    rows = np.arange(len(right))

    def loss(found: Array) -> tuple[float, Array]:
        scores = clues @ found
        scores -= scores.max(axis=1, keepdims=True)
        chances = np.exp(scores)
        chances /= chances.sum(axis=1, keepdims=True)
        cost = float(-(weights * np.log(chances[rows, right] + 1e-12)).sum()) + _DECAY / 2 * float(found @ found)
        gaps = chances * weights[:, None]
        gaps[rows, right] -= weights
        slope: Array = np.einsum("nl,nlc->c", gaps, clues) + _DECAY * found
        return cost, slope

    fitted = minimize(loss, np.zeros(len(CLUES)), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return dict(zip(CLUES, (float(weight) for weight in fitted.x), strict=True))
