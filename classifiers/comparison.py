"""Compares methods of telling the application on the same folds: every mail is judged by a model of other writers' mails."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers.application import CLUES, clues_of
from classifiers.calibration import Array, calibration_error, fit_sharpness, pick_threshold, softmax
from classifiers.combining import fit_clues, trusted
from classifiers.corpus_files import LabelledMail
from classifiers.crossvalidation import Progress
from classifiers.features import text_features
from classifiers.fitting import SEED, Views, copies_of, fit_vocabulary, near_groups
from classifiers.folds import Fold, folds_of
from classifiers.terms import descriptions_of, lexicon_of

_PRECISION = 0.98


@dataclass(frozen=True, slots=True)
class Compared:
    """One method's figures: shares of all mails, of those that do not name their application, and of the accepted."""

    method: str
    accuracy: float
    unnamed: float
    noisy: float
    coverage: float  # share that can be accepted with 98 % of them right
    at_85: float  # share right of the surest 85 %
    calibration_error: float
    loss: float  # mean negative log probability of what was right


@dataclass(frozen=True)
class _Task:
    """One fold as matrices: `names` are the features' names."""

    names: NDArray[np.str_]
    learn: Any
    right: NDArray[np.int_]
    test: Any
    described: Any
    described_right: NDArray[np.int_]


# Called with a fold; gives margins (test mails x labels that occur) and these labels.
Method = Callable[[_Task], tuple[Array, NDArray[np.int_]]]


def _svm(task: _Task, keep: str = "afsc", described: bool = False, cost: float = 0.3) -> tuple[Array, NDArray[np.int_]]:
    from scipy.sparse import vstack
    from sklearn.svm import LinearSVC

    learn, right, test = task.learn, task.right, task.test
    if described:
        learn, right = (
            vstack([learn, task.described, task.described]),
            np.concatenate([right, *[task.described_right] * 2]),
        )
    if keep != "afsc":
        columns = np.array([name[0] in keep for name in task.names.tolist()])
        learn, test = learn.tocsc()[:, columns].tocsr(), test.tocsc()[:, columns].tocsr()
    machine = LinearSVC(C=cost, class_weight="balanced", random_state=SEED, tol=1e-2).fit(learn, right)
    return machine.decision_function(test), machine.classes_


def _without_copies(task: _Task) -> tuple[Array, NDArray[np.int_]]:
    """Only the mails as typed: what noise copies are worth."""
    from sklearn.svm import LinearSVC

    machine = LinearSVC(C=0.5, class_weight="balanced", random_state=SEED, tol=1e-2).fit(
        task.learn[::2], task.right[::2]
    )
    return machine.decision_function(task.test), machine.classes_


def _logistic(task: _Task) -> tuple[Array, NDArray[np.int_]]:
    from sklearn.linear_model import LogisticRegression

    machine = LogisticRegression(C=30.0, class_weight="balanced", max_iter=60, tol=1e-3).fit(task.learn, task.right)
    return machine.decision_function(task.test), machine.classes_


def _bayes(task: _Task) -> tuple[Array, NDArray[np.int_]]:
    from sklearn.naive_bayes import ComplementNB

    machine = ComplementNB(alpha=0.1).fit(task.learn, task.right)
    found = machine.predict_log_proba(task.test)
    return found - found.max(axis=1, keepdims=True), machine.classes_


_METHODS: Mapping[str, Method] = {
    "linear SVM": _svm,
    "linear SVM, words only": lambda task: _svm(task, "afs"),
    "linear SVM, unaccented words only": lambda task: _svm(task, "f"),
    "linear SVM, character pieces only": lambda task: _svm(task, "c"),
    "linear SVM, no noise copies": _without_copies,
    "linear SVM, expert descriptions": lambda task: _svm(task, described=True),
    "logistic regression": _logistic,
    "complement naive Bayes": _bayes,
}
_AVERAGED = ("linear SVM", "logistic regression", "complement naive Bayes")


def compare(rows: Sequence[LabelledMail], progress: Progress) -> list[Compared]:
    """The figures of every method, best accuracy first. The rows must all teach their application."""
    labels = tuple(sorted({row.application for row in rows}))
    right = np.array([labels.index(row.application) for row in rows])
    folds = folds_of(
        [row.application for row in rows], near_groups([row.mail() for row in rows]), [r.writer for r in rows]
    )
    copies = [copies_of(row.mail(), row.id) for row in rows]
    margins = {name: np.full((len(rows), len(labels)), -2.0) for name in _METHODS}
    for number, (learn, test) in enumerate(folds):
        task = _task(copies, right, labels, learn, test)
        for position, (name, method) in enumerate(_METHODS.items()):
            found, present = method(task)
            margins[name][np.ix_(test, present)] = found
            progress(f"fold {number + 1}", (position + 1) / len(_METHODS))
    chances = {name: softmax(fit_sharpness(one, right) * one) for name, one in margins.items()}
    chances["average of SVM, logistic and Bayes"] = np.mean([chances[name] for name in _AVERAGED], axis=0)
    for name in ("linear SVM", "linear SVM, expert descriptions"):
        chances[f"{name} + clues"] = _with_clues(rows, right, labels, folds, margins[name])
    styles = np.array([row.style for row in rows])
    return sorted((_compared(name, one, right, styles) for name, one in chances.items()), key=lambda one: -one.accuracy)


def _task(
    copies: list[list[Views]], right: NDArray[np.int_], labels: tuple[str, ...], learn: NDArray[np.int_], test: NDArray[np.int_]
) -> _Task:  # fmt: skip
    from scipy.sparse import csr_matrix

    described = [(text_features(mail), at) for at, code in enumerate(labels) for mail in descriptions_of(code)]
    one_copy = [copies[index][kind] for kind in (0, 1) for index in learn]
    vocabulary = fit_vocabulary([*one_copy, *(views for views, _ in described)])

    def matrix(mails: list[Views]) -> Any:
        found = vocabulary.vectors(mails)
        return csr_matrix((found.values, found.columns, found.starts), shape=(len(mails), len(vocabulary.names)))

    return _Task(
        vocabulary.names,
        matrix([views for index in learn for views in copies[index]]),
        np.repeat(right[learn], 2),
        matrix([copies[index][0] for index in test]),
        matrix([views for views, _ in described]),
        np.array([at for _, at in described], np.int_),
    )


def _with_clues(
    rows: Sequence[LabelledMail], right: NDArray[np.int_], labels: tuple[str, ...], folds: Sequence[Fold], margins: Array
) -> Array:  # fmt: skip
    """The margins stacked with the lexicon's clues, each fold weighed by what the other folds taught."""
    lexicon = lexicon_of(labels)
    hits = [lexicon.hits(row.mail()) for row in rows]
    clues = np.zeros((len(rows), len(labels), len(CLUES)))
    for learn, test in folds:
        learnt = trusted(lexicon, hits, [row.application for row in rows], learn)
        for index in test.tolist():
            clues[index] = clues_of(margins[index], labels, learnt, hits[index])
    chances = np.zeros(margins.shape)
    for learn, test in folds:
        weights = fit_clues(clues[learn], right[learn], np.ones(len(learn)))
        chances[test] = softmax(clues[test] @ np.array(list(weights.values())))
    return chances


def _compared(name: str, chances: Array, right: NDArray[np.int_], styles: NDArray[np.str_]) -> Compared:
    best, confidence = chances.argmax(axis=1), chances.max(axis=1)
    is_right = best == right
    order = np.argsort(-confidence, kind="stable")
    accepted = confidence >= pick_threshold(confidence, is_right, _PRECISION)
    return Compared(
        method=name,
        accuracy=float(is_right.mean()),
        unnamed=_share(is_right[styles == "unnamed"]),
        noisy=_share(is_right[styles == "noisy"]),
        coverage=float(accepted.mean()),
        at_85=_share(is_right[order[: round(0.85 * len(order))]]),
        calibration_error=calibration_error(confidence, is_right),
        loss=float(-np.log(np.maximum(chances[np.arange(len(right)), right], 1e-9)).mean()),
    )


def _share(values: NDArray[np.bool_]) -> float:
    return float(values.mean()) if len(values) else 0.0


def table_of(found: Sequence[Compared]) -> str:
    """The figures as a Markdown table."""
    lines = [
        "| method | right | unnamed | noisy | coverage at 98 % right | right of the surest 85 % | calibration error | loss |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for one in found:
        shares = " | ".join(f"{value:.1%}" for value in (one.accuracy, one.unnamed, one.noisy, one.coverage, one.at_85))
        lines.append(f"| {one.method} | {shares} | {one.calibration_error:.3f} | {one.loss:.3f} |")
    return "\n".join(lines)
