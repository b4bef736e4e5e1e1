"""Fits the linear text judges; with province fitting the only place where scikit-learn is used, and only in training."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.calibration import Array
from classifiers.features import text_features
from classifiers.folds import Fold
from classifiers.linear import Vectors, Vocabulary
from classifiers.noise import noisy
from classifiers.text import folded, words
from classifiers.verdict import MailText

Views = Mapping[str, Counter[str]]
SEED = 20250701
_MOST_FEATURES = 120_000
_SHINGLE = 4
_NEAR = 0.5
_NEVER_SEEN = -2.0  # the margin of a label without a single mail
_DESCRIPTION_COUNTS = 2.0  # an expert's description counts like two copies of a mail


@dataclass(frozen=True)
class Material:
    """What the text models learn from: the copies of each mail, for each target its labels and each mail's label
    (-1 where it is not known), how much each mail counts, and descriptions of applications by experts."""

    copies: Sequence[list[Views]]
    labels: Mapping[str, tuple[str, ...]]
    targets: Mapping[str, NDArray[np.int_]]
    weights: Array
    descriptions: Sequence[tuple[Views, int]] = ()


def copies_of(mail: MailText, seed: str) -> list[Views]:
    """Features of a mail as typed and as somebody in a hurry would have typed it: what one row teaches."""
    return [text_features(mail), text_features(noisy(mail, seed))]


def fit_vocabulary(mails: Sequence[Views]) -> Vocabulary:
    """The features that at least two mails share, the most frequent first to go in, with their IDF."""
    documents: Counter[str] = Counter()
    for views in mails:
        for counts in views.values():
            documents.update(counts.keys())
    common = [item for item in documents.items() if item[1] >= 2]
    kept = sorted(sorted(common, key=lambda item: (-item[1], item[0]))[:_MOST_FEATURES])
    names = np.array([name for name, _ in kept], dtype=np.str_)
    frequency = np.array([count for _, count in kept], dtype=np.float64)
    return Vocabulary(names, (np.log((1 + len(mails)) / (1 + frequency)) + 1).astype(np.float32))


def fit_weights(
    vectors: Vectors, width: int, right: NDArray[np.int_], cost: float, counts: Array | None = None
) -> tuple[Array, Array]:
    """(weights: features x labels, offsets) of a linear support vector machine, one label against the rest.

    `counts` says how many times each row counts; once without it.
    """
    from scipy.sparse import csr_matrix
    from sklearn.svm import LinearSVC

    if len(np.unique(right)) == 1:  # Nothing to tell apart: the only label always wins.
        return np.zeros((width, 1)), np.ones(1)
    matrix = csr_matrix((vectors.values, vectors.columns, vectors.starts), shape=(len(right), width))
    # Balanced, so that a category's share of the corpus does not pass for its share of the mail.
    machine = LinearSVC(C=cost, class_weight="balanced", random_state=SEED, max_iter=10_000, tol=1e-2)
    machine.fit(matrix, right, counts)
    weights, offsets = machine.coef_.T, machine.intercept_
    if weights.shape[1] == 1:  # Two labels have one plane; each label gets its own side of it.
        weights, offsets = np.hstack([-weights, weights]), np.array([-offsets[0], offsets[0]])
    return weights, offsets


def near_groups(mails: Sequence[MailText]) -> NDArray[np.int_]:
    """A number for each mail; mails that share half of their four-word shingles share the number."""
    shingles = [shingles_of(mail) for mail in mails]
    owners: dict[str, list[int]] = defaultdict(list)
    groups = list(range(len(mails)))

    def root(index: int) -> int:
        while groups[index] != index:
            index = groups[index]
        return index

    for index, mine in enumerate(shingles):
        shared = Counter(other for shingle in mine for other in owners[shingle])
        for other, count in shared.items():
            if count / (len(mine) + len(shingles[other]) - count) >= _NEAR:
                groups[root(index)] = root(other)
        for shingle in mine:
            owners[shingle].append(index)
    return np.array([root(index) for index in range(len(mails))], dtype=np.int_)


def shingles_of(mail: MailText) -> set[str]:
    """The runs of four unaccented words in subject and text; a shorter mail is one run."""
    line = [folded(word) for word in words(f"{mail.subject} {mail.text}")]
    return {" ".join(line[start : start + _SHINGLE]) for start in range(max(1, len(line) - _SHINGLE + 1))}


def unseen_margins(
    material: Material, costs: Mapping[str, float], folds: Sequence[Fold], progress: Callable[[str, float], None]
) -> dict[str, Array]:
    """For each target (application, request kind …) the margins of every mail by a model that never saw it."""
    margins: dict[str, Array] = {
        name: np.zeros((len(material.copies), len(material.labels[name])), np.float64) for name in costs
    }
    for number, (learn, test) in enumerate(folds, 1):
        vocabulary, fitted = fit_text(material, costs, learn)
        tested = vocabulary.vectors([material.copies[index][0] for index in test])
        for name, (weights, offsets) in fitted.items():
            margins[name][test] = products(tested, weights, offsets)
        progress("cross-validation", number / len(folds))
    return margins


def products(vectors: Vectors, weights: Array, offsets: Array) -> Array:
    """Margins (mails x labels) of sparse rows."""
    from scipy.sparse import csr_matrix

    shape = (len(vectors.starts) - 1, weights.shape[0])
    matrix = csr_matrix((vectors.values, vectors.columns, vectors.starts), shape=shape)
    found: Array = matrix @ weights + offsets
    return found


def fit_text(
    material: Material, costs: Mapping[str, float], learn: NDArray[np.int_]
) -> tuple[Vocabulary, dict[str, tuple[Array, Array]]]:
    """The vocabulary of these mails and for each target its (weights, offsets) with a column for every label.

    A label that none of the mails has is never chosen.
    """
    described = material.descriptions
    one_copy = [material.copies[index][kind] for kind in (0, 1) for index in learn]
    vocabulary = fit_vocabulary([*one_copy, *(views for views, _ in described)])
    vectors = vocabulary.vectors(
        [views for index in learn for views in material.copies[index]] + [views for views, _ in described]
    )
    of_row = np.repeat(learn, [len(material.copies[index]) for index in learn])
    fitted = {}
    for name, cost in costs.items():
        right, counts = material.targets[name][of_row], material.weights[of_row]
        extra = [label if name == "application" else -1 for _, label in described]
        right, counts = np.concatenate([right, extra]), np.append(counts, np.full(len(extra), _DESCRIPTION_COUNTS))
        known = np.flatnonzero(right >= 0)
        weights, offsets = fit_weights(
            _chosen(vectors, known), len(vocabulary.names), right[known], cost, counts[known]
        )
        fitted[name] = _for_all(weights, offsets, np.unique(right[known]), len(material.labels[name]))
    return vocabulary, fitted


def _chosen(vectors: Vectors, rows: NDArray[np.int_]) -> Vectors:
    lengths = np.diff(vectors.starts)
    if len(rows) == len(lengths):
        return vectors
    inside = np.isin(np.repeat(np.arange(len(lengths)), lengths), rows)
    starts = np.concatenate([[0], np.cumsum(lengths[rows])]).astype(np.int64)
    return Vectors(vectors.values[inside], vectors.columns[inside], starts)


def _for_all(weights: Array, offsets: Array, present: NDArray[np.int_], labels: int) -> tuple[Array, Array]:
    if len(present) == labels:
        return weights, offsets
    wide, far = np.zeros((len(weights), labels)), np.full(labels, _NEVER_SEEN)
    wide[:, present], far[present] = weights, offsets
    return wide, far
