"""From labelled mails to a model: cross-validation gives temperature, thresholds and scores, then all mails teach."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from classifiers.calibration import Array, calibration_error, fit_sharpness, pick_threshold, softmax
from classifiers.corpus_files import LabelledMail
from classifiers.fitting import FOLDS, Views, copies_of, fit_text, folds_of, near_groups, unseen_margins
from classifiers.gazetteer.places import current_of
from classifiers.linear import LinearText
from classifiers.model import Model
from classifiers.organisation import OrganisationModel, Ruled, measured, rule_of
from classifiers.province import ProvinceModel
from classifiers.province_fitting import Choice, choice_of, fit_province, unseen_choices
from classifiers.verdict import ProvinceVerdict

# Called with the step's name and the share of it that is done, 0 to 1.
Progress = Callable[[str, float], None]
# How much an error costs the support vector machine; chosen by cross-validation.
_COSTS = {"application": 0.5, "request_kind": 0.5}

# Most mail is easy (a treasury address, a signature), so the wanted precision alone would let coin tosses through.
_LEAST = {"province": 0.5, "organisation": 0.75}


class TrainingError(ValueError):
    """Labelled mails that no model can be trained on; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The share of accepted verdicts that shall be right, by kind of verdict; configuration."""

    application: float = 0.98
    province: float = 0.99
    organisation: float = 0.97
    request_kind: float = 0.90


@dataclass(frozen=True)
class Unseen:
    """Verdicts of one kind on mails that the judging model had not seen, in the order of the mails.

    For provinces `right` and `found` are former names (None is unknown) and `is_right` compares the current ones,
    because these decide the office. `sharpness` is 1 where no temperature is fitted.
    """

    right: tuple[str | None, ...]
    found: tuple[str | None, ...]
    confidence: Array
    is_right: NDArray[np.bool_]
    threshold: float
    sharpness: float = 1.0

    @property
    def accepted(self) -> NDArray[np.bool_]:
        """Which verdicts reach the threshold."""
        reached: NDArray[np.bool_] = self.confidence >= self.threshold
        return reached


@dataclass(frozen=True)
class _Prepared:
    """What cross-validation and the final fit share, so that it is computed once."""

    copies: list[list[Views]]
    choices: list[Choice]
    labels: dict[str, tuple[str, ...]]
    targets: dict[str, NDArray[np.int_]]
    groups: NDArray[np.int_]


def train(rows: Sequence[LabelledMail], wanted: Wanted, progress: Progress, now: datetime) -> Model:
    """A model of all rows. The same rows and the same time give the same model. TrainingError when rows are too few."""
    prepared = _prepare(rows, progress)
    unseen = _validate(rows, prepared, wanted, progress)
    progress("final fit", 0.0)
    vocabulary, fitted = fit_text(prepared.copies, prepared.targets, _COSTS)
    weights = fit_province(prepared.choices)
    ruled = _ruled(rows, _as_verdicts(unseen["province"]))
    progress("final fit", 1.0)
    digest = _digest(rows)
    linear = {
        name: LinearText(
            prepared.labels[name],
            fitted[name][0].astype(np.float32),
            fitted[name][1].astype(np.float32),
            unseen[name].sharpness,
            unseen[name].threshold,
        )
        for name in _COSTS
    }
    return Model(
        name=f"{now:%Y%m%d-%H%M%S}-{digest[:8]}",
        trained_at=now,
        corpus_size=len(rows),
        corpus_digest=digest,
        vocabulary=vocabulary,
        application=linear["application"],
        request_kind=linear["request_kind"],
        province=ProvinceModel(weights, unseen["province"].threshold),
        organisation=OrganisationModel(measured(ruled), unseen["organisation"].threshold),
        scores=_scores(unseen),
    )


def cross_validate(rows: Sequence[LabelledMail], wanted: Wanted, progress: Progress) -> dict[str, Unseen]:
    """What models trained on four fifths say of the other fifth: `application`, `request_kind`, `province`, `organisation`.

    Near-equal texts are kept in the same fifth. TrainingError when rows are too few.
    """
    return _validate(rows, _prepare(rows, progress), wanted, progress)


def _prepare(rows: Sequence[LabelledMail], progress: Progress) -> _Prepared:
    counts = Counter(row.application for row in rows)
    few = sorted(code for code, count in counts.items() if count < FOLDS)
    if few or len(counts) < 2:
        missing = f"fewer than {FOLDS} of {', '.join(few)}" if few else "fewer than two categories"
        raise TrainingError(f"too few labelled mails to train on: {missing}")
    copies, choices = [], []
    for number, row in enumerate(rows, 1):
        copies.append(copies_of(row.mail(), row.id))
        choices.append(choice_of(row))
        if number % 100 == 0 or number == len(rows):
            progress("reading", number / len(rows))
    found = {"application": [row.application for row in rows], "request_kind": [row.request_kind for row in rows]}
    labels = {name: tuple(sorted(set(values))) for name, values in found.items()}
    targets = {
        name: np.array([labels[name].index(value) for value in values], np.int_) for name, values in found.items()
    }
    return _Prepared(copies, choices, labels, targets, near_groups([row.mail() for row in rows]))


def _validate(
    rows: Sequence[LabelledMail], prepared: _Prepared, wanted: Wanted, progress: Progress
) -> dict[str, Unseen]:
    folds = folds_of(prepared.targets["application"], prepared.groups)
    margins = unseen_margins(prepared.copies, prepared.targets, _COSTS, folds, progress)
    precisions = {"application": wanted.application, "request_kind": wanted.request_kind}
    unseen = {
        name: _text_outcome(prepared.labels[name], prepared.targets[name], margins[name], precisions[name])
        for name in _COSTS
    }
    unseen["province"] = _province_outcome(rows, unseen_choices(prepared.choices, folds), wanted.province)
    ruled = _ruled(rows, _as_verdicts(unseen["province"]))
    unseen["organisation"] = _organisation_outcome(rows, ruled, folds, wanted.organisation)
    return unseen


def _text_outcome(labels: tuple[str, ...], right: NDArray[np.int_], margins: Array, precision: float) -> Unseen:
    sharpness = fit_sharpness(margins, right)
    chances = softmax(sharpness * margins)
    best = chances.argmax(axis=1)
    confidence = chances.max(axis=1)
    threshold = pick_threshold(confidence, best == right, precision)
    return Unseen(
        tuple(labels[one] for one in right),
        tuple(labels[one] for one in best),
        confidence,
        best == right,
        threshold,
        sharpness,
    )


def _province_outcome(rows: Sequence[LabelledMail], found: list[tuple[str | None, float]], precision: float) -> Unseen:
    is_right = np.array(
        [
            former is not None and row.province is not None and current_of(former) == current_of(row.province)
            for row, (former, _) in zip(rows, found, strict=True)
        ]
    )
    confidence = np.array([chance for _, chance in found])
    threshold = max(_LEAST["province"], pick_threshold(confidence, is_right, precision))
    formers = tuple(former for former, _ in found)
    return Unseen(tuple(row.province for row in rows), formers, confidence, is_right, threshold)


def _as_verdicts(unseen: Unseen) -> list[ProvinceVerdict]:
    return [
        ProvinceVerdict(former, current_of(former), float(chance), accepted=True)
        if former is not None and accepted
        else ProvinceVerdict(None, None, float(chance), accepted=False)
        for former, chance, accepted in zip(unseen.found, unseen.confidence, unseen.accepted, strict=True)
    ]


def _ruled(rows: Sequence[LabelledMail], provinces: Sequence[ProvinceVerdict]) -> list[tuple[Ruled, str]]:
    return [(rule_of(row.mail(), province), row.organisation) for row, province in zip(rows, provinces, strict=True)]


def _organisation_outcome(
    rows: Sequence[LabelledMail],
    ruled: list[tuple[Ruled, str]],
    folds: Sequence[tuple[NDArray[np.int_], NDArray[np.int_]]],
    precision: float,
) -> Unseen:
    found, confidence = [""] * len(rows), np.zeros(len(rows))
    for learn, test in folds:
        model = OrganisationModel(measured([ruled[index] for index in learn]), 0.0)
        for index in test:
            verdict = model.of_rule(ruled[index][0])
            found[index], confidence[index] = verdict.code, verdict.confidence
    right = tuple(row.organisation for row in rows)
    is_right = np.array([one == two for one, two in zip(found, right, strict=True)])
    threshold = max(_LEAST["organisation"], pick_threshold(confidence, is_right, precision))
    return Unseen(right, tuple(found), confidence, is_right, threshold)


def _scores(unseen: Mapping[str, Unseen]) -> dict[str, float]:
    """The figures that a model carries with it, all cross-validated."""
    scores: dict[str, float] = {}
    for name, one in unseen.items():
        judged = np.array([right is not None for right in one.right])
        accepted = one.accepted
        scores[f"{name}.accuracy"] = float(one.is_right[judged].mean()) if judged.any() else 0.0
        scores[f"{name}.coverage"] = float(accepted.mean())
        scores[f"{name}.precision"] = float(one.is_right[accepted].mean()) if accepted.any() else 0.0
        scores[f"{name}.calibration_error"] = calibration_error(one.confidence, one.is_right)
    return {name: round(value, 4) for name, value in scores.items()}


def _digest(rows: Sequence[LabelledMail]) -> str:
    """SHA-256 over all rows in their order: two models of the same rows carry the same one."""
    whole = hashlib.sha256()
    for row in rows:
        whole.update(repr(row).encode())
    return whole.hexdigest()
