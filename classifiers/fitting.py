"""Fits the linear text judges; with province fitting the only place where scikit-learn is used, and only in training."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from classifiers.calibration import Array
from classifiers.features import text_features
from classifiers.linear import Vectors, Vocabulary
from classifiers.noise import hurried, without_diacritics
from classifiers.text import folded, words
from classifiers.verdict import MailText

Views = Mapping[str, Counter[str]]
SEED = 20250701
FOLDS = 5
_MOST_FEATURES = 120_000
_SHINGLE = 4
_NEAR = 0.5


def copies_of(mail: MailText, seed: str) -> list[Views]:
    """Features of a mail as typed, without diacritics and hurried: what one row teaches."""
    return [text_features(mail), text_features(without_diacritics(mail)), text_features(hurried(mail, seed))]


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


def fit_weights(vectors: Vectors, width: int, right: NDArray[np.int_], cost: float) -> tuple[Array, Array]:
    """(weights: features x labels, offsets) of a linear support vector machine, one label against the rest."""
    from scipy.sparse import csr_matrix
    from sklearn.svm import LinearSVC

    if len(np.unique(right)) == 1:  # Nothing to tell apart: the only label always wins.
        return np.zeros((width, 1)), np.ones(1)
    matrix = csr_matrix((vectors.values, vectors.columns, vectors.starts), shape=(len(right), width))
    # Balanced, so that a category's share of the corpus does not pass for its share of the mail.
    machine = LinearSVC(C=cost, class_weight="balanced", random_state=SEED, max_iter=10_000, tol=1e-3)
    machine.fit(matrix, right)
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


def folds_of(right: NDArray[np.int_], groups: NDArray[np.int_]) -> list[tuple[NDArray[np.int_], NDArray[np.int_]]]:
    """(learn, test) positions for each fold: labels evenly spread, near texts together, the same at every call."""
    from sklearn.model_selection import StratifiedGroupKFold

    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED)
    return list(splitter.split(np.zeros(len(right)), right, groups))


def unseen_margins(
    copies: Sequence[list[Views]],
    targets: Mapping[str, NDArray[np.int_]],
    costs: Mapping[str, float],
    folds: Sequence[tuple[NDArray[np.int_], NDArray[np.int_]]],
    progress: Callable[[str, float], None],
) -> dict[str, Array]:
    """For each target (application, request kind …) the margins of every mail by a model that never saw it."""
    margins: dict[str, Array] = {
        name: np.zeros((len(copies), int(right.max()) + 1), np.float64) for name, right in targets.items()
    }
    for number, (learn, test) in enumerate(folds, 1):
        vocabulary, vectors, rows = _learnable(copies, learn)
        tested = vocabulary.vectors([copies[index][0] for index in test])
        for name, right in targets.items():
            weights, offsets = fit_weights(vectors, len(vocabulary.names), right[rows], costs[name])
            present = np.unique(right[rows])
            margins[name][np.ix_(test, np.setdiff1d(np.arange(margins[name].shape[1]), present))] = -2.0
            margins[name][np.ix_(test, present)] = products(tested, weights, offsets)
        progress("cross-validation", number / len(folds))
    return margins


def _learnable(copies: Sequence[list[Views]], learn: NDArray[np.int_]) -> tuple[Vocabulary, Vectors, NDArray[np.int_]]:
    vocabulary = fit_vocabulary([copies[index][0] for index in learn] + [copies[index][2] for index in learn])
    rows = np.repeat(learn, [len(copies[index]) for index in learn])
    return vocabulary, vocabulary.vectors([views for index in learn for views in copies[index]]), rows


def products(vectors: Vectors, weights: Array, offsets: Array) -> Array:
    """Margins (mails x labels) of sparse rows."""
    from scipy.sparse import csr_matrix

    shape = (len(vectors.starts) - 1, weights.shape[0])
    matrix = csr_matrix((vectors.values, vectors.columns, vectors.starts), shape=shape)
    found: Array = matrix @ weights + offsets
    return found


def fit_text(
    copies: Sequence[list[Views]], targets: Mapping[str, NDArray[np.int_]], costs: Mapping[str, float]
) -> tuple[Vocabulary, dict[str, tuple[Array, Array]]]:
    """The vocabulary of all mails and for each target its (weights, offsets)."""
    vocabulary, vectors, rows = _learnable(copies, np.arange(len(copies)))
    return vocabulary, {
        name: fit_weights(vectors, len(vocabulary.names), right[rows], costs[name]) for name, right in targets.items()
    }
