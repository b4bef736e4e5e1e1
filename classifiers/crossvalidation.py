"""What models say of labelled mails that they have not seen: by it the temperature, thresholds and scores are found."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.application import clues_of
from classifiers.calibration import Array, fit_sharpness, pick_threshold, softmax, threshold_for_share
from classifiers.combining import fit_clues, trusted
from classifiers.corpus_files import LabelledMail
from classifiers.features import text_features
from classifiers.fitting import Material, copies_of, near_groups, unseen_margins
from classifiers.folds import FOLDS, Fold, folds_of
from classifiers.gazetteer.places import current_of, share_office
from classifiers.organisation import OrganisationModel, Ruled, measured, rule_of
from classifiers.province_fitting import Choice, choice_of, unseen_choices
from classifiers.terms import Hit, Lexicon, descriptions_of, lexicon_of
from classifiers.verdict import ProvinceVerdict

# Called with the step's name and the share of it that is done, 0 to 1.
Progress = Callable[[str, float], None]
# How much an error costs the support vector machine; chosen by cross-validation.
COSTS = {"application": 0.3, "request_kind": 0.3}

# Most mail is easy (a treasury address, a signature), so the wanted precision alone would let coin tosses through.
LEAST = {"province": 0.5, "organisation": 0.75}


class TrainingError(ValueError):
    """Labelled mails that no model can be trained on; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The share of accepted verdicts that shall be right, by kind of verdict; configuration.

    `guessed` is the share of mails without any evidence of the province that may be given one all the same.
    """

    application: float = 0.98
    province: float = 0.99
    organisation: float = 0.97
    request_kind: float = 0.90
    guessed: float = 0.02


@dataclass(frozen=True)
class Unseen:
    """Verdicts of one kind on mails that the judging model had not seen, in the order of the mails.

    For provinces `right` and `found` are former names (None is unknown) and `is_right` compares the current ones,
    because these decide the office. `known` says whose right answer is known at all; the others count in no figure.
    `sharpness` is 1 where no temperature is fitted.
    """

    right: tuple[str | None, ...]
    found: tuple[str | None, ...]
    confidence: Array
    is_right: NDArray[np.bool_]
    threshold: float
    known: NDArray[np.bool_]
    sharpness: float = 1.0

    @property
    def accepted(self) -> NDArray[np.bool_]:
        """Which verdicts reach the threshold."""
        reached: NDArray[np.bool_] = self.confidence >= self.threshold
        return reached


@dataclass(frozen=True)
class Prepared:
    """What cross-validation and the final fit share, so that it is computed once."""

    material: Material
    choices: list[Choice]
    hits: list[list[Hit]]
    folds: list[Fold]


def tells_province(row: LabelledMail) -> bool:
    """Whether the row's province is its right answer, known or said to be unknown."""
    return "province" in row.teaches


def applications(rows: Sequence[LabelledMail]) -> list[str]:
    """The category of each row."""
    return [row.application for row in rows]


def teaching(rows: Sequence[LabelledMail], positions: NDArray[np.int_]) -> list[int]:
    """Those of the positions whose rows teach the application."""
    return [index for index in positions.tolist() if "application" in rows[index].teaches]


def cross_validate(rows: Sequence[LabelledMail], wanted: Wanted, progress: Progress) -> dict[str, Unseen]:
    """What models trained on four fifths say of the other fifth: `application`, `request_kind`, `province`, `organisation`.

    Near-equal texts are kept in the same fifth. TrainingError when rows are too few.
    """
    return validate(rows, prepare(rows, progress), wanted, progress)[0]


def prepare(rows: Sequence[LabelledMail], progress: Progress) -> Prepared:
    """Everything that is read off the rows once. TrainingError when they are too few."""
    counts = Counter(row.application for row in rows if "application" in row.teaches)
    few = sorted(code for code, count in counts.items() if count < FOLDS)
    if few or len(counts) < 2:
        missing = f"fewer than {FOLDS} of {', '.join(few)}" if few else "fewer than two categories"
        raise TrainingError(f"too few labelled mails to train on: {missing}")
    lexicon = lexicon_of(sorted(counts))
    copies, choices, hits = [], [], []
    for number, row in enumerate(rows, 1):
        copies.append(copies_of(row.mail(), row.id))
        choices.append(choice_of(row))
        hits.append(lexicon.hits(row.mail()))
        if number % 100 == 0 or number == len(rows):
            progress("reading", number / len(rows))
    found = {name: [getattr(row, name) if name in row.teaches else "" for row in rows] for name in COSTS}
    labels = {name: tuple(sorted(set(values) - {""})) for name, values in found.items()}
    targets = {
        name: np.array([labels[name].index(value) if value else -1 for value in values], np.int_)
        for name, values in found.items()
    }
    descriptions = [
        (text_features(mail), number)
        for number, code in enumerate(labels["application"])
        for mail in descriptions_of(code)
    ]
    groups = near_groups([row.mail() for row in rows])
    folds = folds_of(found["application"], groups, [row.writer for row in rows])
    weights = np.array([row.weight for row in rows], np.float64)
    return Prepared(Material(copies, labels, targets, weights, descriptions), choices, hits, folds)


def validate(
    rows: Sequence[LabelledMail], prepared: Prepared, wanted: Wanted, progress: Progress
) -> tuple[dict[str, Unseen], dict[str, float]]:
    """(verdicts on unseen mails by kind, the weights of the application's clues)."""
    material, folds = prepared.material, prepared.folds
    margins = unseen_margins(material, COSTS, folds, progress)
    application, clue_weights = _application_outcome(rows, prepared, margins["application"], wanted.application)
    unseen = {"application": application}
    unseen["request_kind"] = _text_outcome(
        material.labels["request_kind"], material.targets["request_kind"], margins["request_kind"], wanted.request_kind
    )
    tells = np.array([tells_province(row) for row in rows])
    learnt = [(learn[tells[learn]], test) for learn, test in folds]
    unseen["province"] = _province_outcome(rows, unseen_choices(prepared.choices, learnt), wanted, tells)
    ruled = ruled_by(rows, as_verdicts(unseen["province"]))
    unseen["organisation"] = _organisation_outcome(rows, ruled, folds, wanted.organisation)
    return unseen, clue_weights


def _application_outcome(
    rows: Sequence[LabelledMail], prepared: Prepared, margins: Array, precision: float
) -> tuple[Unseen, dict[str, float]]:
    material, folds = prepared.material, prepared.folds
    labels, right = material.labels["application"], material.targets["application"]
    clues = _unseen_clues(rows, prepared.hits, labels, margins, folds)
    known = right >= 0
    chances = np.zeros(margins.shape)
    for learn, test in folds:
        learn = learn[known[learn]]
        weights = fit_clues(clues[learn], right[learn], material.weights[learn])
        chances[test] = softmax(clues[test] @ np.array(list(weights.values())))
    final = fit_clues(clues[known], right[known], material.weights[known])
    return _outcome(labels, right, chances, precision), final


def _unseen_clues(
    rows: Sequence[LabelledMail], hits: list[list[Hit]], labels: tuple[str, ...], margins: Array, folds: Sequence[Fold]
) -> Array:
    """The clues of every mail (mails x labels x clues) with terms that are trusted as other writers' mails say."""
    lexicon: Lexicon = lexicon_of(labels)
    clues: list[Array] = [np.empty(0)] * len(rows)
    for learn, test in folds:
        learnt = trusted(lexicon, hits, applications(rows), teaching(rows, learn))
        for index in test.tolist():
            clues[index] = clues_of(margins[index], labels, learnt, hits[index])
    return np.stack(clues)


def _text_outcome(labels: tuple[str, ...], right: NDArray[np.int_], margins: Array, precision: float) -> Unseen:
    known = right >= 0
    sharpness = fit_sharpness(margins[known], right[known])
    return _outcome(labels, right, softmax(sharpness * margins), precision, sharpness)


def _outcome(
    labels: tuple[str, ...], right: NDArray[np.int_], chances: Array, precision: float, sharpness: float = 1.0
) -> Unseen:
    known, best, confidence = right >= 0, chances.argmax(axis=1), chances.max(axis=1)
    is_right: NDArray[np.bool_] = best == right
    return Unseen(
        tuple(labels[one] if one >= 0 else None for one in right),
        tuple(labels[one] for one in best),
        confidence,
        is_right,
        pick_threshold(confidence[known], is_right[known], precision),
        known,
        sharpness,
    )


def _province_outcome(
    rows: Sequence[LabelledMail],
    found: list[tuple[str | None, float]],
    wanted: Wanted,
    known: NDArray[np.bool_],
) -> Unseen:
    is_right = np.array([share_office(row.province, former) for row, (former, _) in zip(rows, found, strict=True)])
    confidence = np.array([chance for _, chance in found])
    untold = known & np.array([row.province is None for row in rows])
    threshold = max(
        LEAST["province"],
        pick_threshold(confidence[known], is_right[known], wanted.province),
        threshold_for_share(confidence[untold], wanted.guessed),
    )
    formers = tuple(former for former, _ in found)
    return Unseen(tuple(row.province for row in rows), formers, confidence, is_right, threshold, known)


def as_verdicts(unseen: Unseen) -> list[ProvinceVerdict]:
    """The provinces as the rest of a judgement gets them: unknown where they are not accepted."""
    return [
        ProvinceVerdict(former, current_of(former), float(chance), accepted=True)
        if former is not None and accepted
        else ProvinceVerdict(None, None, float(chance), accepted=False)
        for former, chance, accepted in zip(unseen.found, unseen.confidence, unseen.accepted, strict=True)
    ]


def ruled_by(rows: Sequence[LabelledMail], provinces: Sequence[ProvinceVerdict]) -> list[tuple[Ruled, str]]:
    """For each row what the rules say of its organisation, and the right answer."""
    return [(rule_of(row.mail(), province), row.organisation) for row, province in zip(rows, provinces, strict=True)]


def _organisation_outcome(
    rows: Sequence[LabelledMail],
    ruled: list[tuple[Ruled, str]],
    folds: Sequence[Fold],
    precision: float,
) -> Unseen:
    found, confidence = [""] * len(rows), np.zeros(len(rows))
    known = np.array(["organisation" in row.teaches for row in rows])
    for learn, test in folds:
        model = OrganisationModel(measured([ruled[index] for index in learn[known[learn]]]), 0.0)
        for index in test:
            verdict = model.of_rule(ruled[index][0])
            found[index], confidence[index] = verdict.code, verdict.confidence
    right = tuple(row.organisation for row in rows)
    is_right = np.array([one == two for one, two in zip(found, right, strict=True)])
    threshold = max(LEAST["organisation"], pick_threshold(confidence[known], is_right[known], precision))
    return Unseen(right, tuple(found), confidence, is_right, threshold, known)
