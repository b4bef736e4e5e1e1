"""Learns the weights of the province model: a conditional logit over each mail's candidates and "unknown"."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from classifiers.calibration import Array
from classifiers.corpus_files import LabelledMail
from classifiers.province import Candidate, ProvinceModel, best_of, candidates_of, nothing_of

_DECAY = 0.5  # of the squared weights, per fit; chosen by cross-validation
_RARE = 3


@dataclass(frozen=True)
class Choice:
    """The candidates of one mail and the position of the right one; the last position, one beyond, is "unknown"."""

    candidates: tuple[Candidate, ...]
    nothing: frozenset[str]
    right: int


def choice_of(row: LabelledMail) -> Choice:
    """What one row of the corpus teaches. A province that the mail does not mention counts as "unknown"."""
    candidates = tuple(candidates_of(row.mail()))
    formers = [one.former for one in candidates]
    right = formers.index(row.province) if row.province in formers else len(formers)
    return Choice(candidates, nothing_of(row.mail(), candidates), right)


def fit_province(choices: Sequence[Choice]) -> dict[str, float]:
    """The weight of each feature that at least three candidates have; none at all when no mail names a place."""
    if not any(one.candidates for one in choices):
        return {}
    from scipy.optimize import minimize
    from scipy.sparse import csr_matrix

    # A mail without a candidate offers no choice, so it teaches nothing.
    mails = [one for one in choices if one.candidates]
    options = [[*(candidate.features for candidate in one.candidates), one.nothing] for one in mails]
    counted = Counter(name for features in chain.from_iterable(options) for name in features)
    names = sorted(name for name, count in counted.items() if count >= _RARE)
    columns = {name: column for column, name in enumerate(names)}
    flat = [[columns[name] for name in sorted(features) if name in columns] for mail in options for features in mail]
    matrix = csr_matrix(
        (np.ones(sum(map(len, flat))), np.array(list(chain.from_iterable(flat))), np.cumsum([0, *map(len, flat)])),
        shape=(len(flat), len(names)),
    )
    lengths = np.array([len(mail) for mail in options])
    starts = np.cumsum(lengths) - lengths
    is_right = np.zeros(len(flat), bool)
    is_right[starts + np.array([one.right for one in mails])] = True

    def loss(weights: Array) -> tuple[float, Array]:
        scores = matrix @ weights
        scores -= np.repeat(np.maximum.reduceat(scores, starts), lengths)
        powers = np.exp(scores)
        totals = np.repeat(np.add.reduceat(powers, starts), lengths)
        chances = powers / totals
        cost = float((np.log(totals) - scores)[is_right].sum()) + _DECAY / 2 * float(weights @ weights)
        slope: Array = matrix.T @ (chances - is_right) + _DECAY * weights
        return cost, slope

    fitted = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return dict(zip(names, (float(weight) for weight in fitted.x), strict=True))


def unseen_choices(
    choices: Sequence[Choice], folds: Sequence[tuple[NDArray[np.int_], NDArray[np.int_]]]
) -> list[tuple[str | None, float]]:
    """For every mail (best candidate or None, probability of its current province) by a model that never saw it."""
    found: list[tuple[str | None, float]] = [(None, 0.0)] * len(choices)
    for learn, test in folds:
        model = ProvinceModel(fit_province([choices[index] for index in learn]), 0.0)
        for index in test:
            one = choices[index]
            if one.candidates:
                chances = model.chances(one.candidates, one.nothing)
                best, confidence = best_of(one.candidates, chances)
                found[index] = one.candidates[best].former, confidence
    return found
