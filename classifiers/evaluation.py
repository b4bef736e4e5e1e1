"""Cross-validated figures as plain values, and a text table of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from classifiers.calibration import calibration_error
from classifiers.corpus_files import STYLES, LabelledMail
from classifiers.crossvalidation import Progress, Unseen, Wanted, cross_validate
from classifiers.gazetteer.places import share_office
from classifiers.verdict import Judge, Verdict

_COVERAGES = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.0)


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """One label: share of verdicts with it that are right, share of its mails that were found, number of its mails."""

    label: str
    precision: float
    recall: float
    support: int


@dataclass(frozen=True, slots=True)
class Figures:
    """One kind of verdict over all its mails; shares are 0 to 1.

    `coverage` is the share accepted, `accepted_precision` the share of these that are right, `by_coverage` the
    (share judged, share right) when only the surest are judged, `accuracy_by_style` that of each style of writing.
    """

    mails: int
    accuracy: float
    threshold: float
    coverage: float
    accepted_precision: float
    calibration_error: float
    labels: tuple[LabelFigures, ...]
    by_coverage: tuple[tuple[float, float], ...]
    accuracy_by_style: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class ProvinceFigures:
    """Province verdicts: of the mails that tell their province the shares whose office is right and wrong, and of those
    that do not tell it the share that were given one all the same."""

    told: int
    right: float
    wrong: float
    untold: int
    guessed: float
    former_right: float
    threshold: float
    calibration_error: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All figures of one cross-validation."""

    application: Figures
    request_kind: Figures
    organisation: Figures
    province: ProvinceFigures


def evaluate(rows: Sequence[LabelledMail], wanted: Wanted, progress: Progress) -> Evaluation:
    """Cross-validated figures of the rows. TrainingError when they are too few."""
    return evaluation_of(rows, cross_validate(rows, wanted, progress))


def evaluation_of(rows: Sequence[LabelledMail], unseen: Mapping[str, Unseen]) -> Evaluation:
    """The figures of verdicts on rows that the judging models had not seen."""
    return Evaluation(
        application=figures_of(rows, unseen["application"]),
        request_kind=figures_of(rows, unseen["request_kind"]),
        organisation=figures_of(rows, unseen["organisation"]),
        province=province_figures_of(unseen["province"]),
    )


def figures_of(rows: Sequence[LabelledMail], unseen: Unseen) -> Figures:
    """The figures of one kind of verdict, over the rows whose right answer is known."""
    rows, unseen = known_of(rows, unseen)
    right, found = np.array(unseen.right), np.array(unseen.found)
    accepted, order = unseen.accepted, np.argsort(-unseen.confidence, kind="stable")
    labels = tuple(
        LabelFigures(
            str(label),
            _share(right[found == label] == label),
            _share(found[right == label] == label),
            int((right == label).sum()),
        )
        for label in sorted(set(right.tolist()))
    )
    styles = np.array([row.style for row in rows])
    return Figures(
        mails=len(rows),
        accuracy=_share(unseen.is_right),
        threshold=unseen.threshold,
        coverage=_share(accepted),
        accepted_precision=_share(unseen.is_right[accepted]),
        calibration_error=calibration_error(unseen.confidence, unseen.is_right),
        labels=labels,
        by_coverage=tuple(
            (share, _share(unseen.is_right[order[: max(1, round(share * len(rows)))]])) for share in _COVERAGES
        ),
        accuracy_by_style={style: _share(unseen.is_right[styles == style]) for style in STYLES},
    )


def province_figures_of(unseen: Unseen) -> ProvinceFigures:
    """The figures of the province verdicts."""
    _, unseen = known_of([], unseen)
    told = np.array([right is not None for right in unseen.right])
    same = np.array([right == found for right, found in zip(unseen.right, unseen.found, strict=True)])
    accepted = unseen.accepted
    return ProvinceFigures(
        told=int(told.sum()),
        right=_share((accepted & unseen.is_right)[told]),
        wrong=_share((accepted & ~unseen.is_right)[told]),
        untold=int((~told).sum()),
        guessed=_share(accepted[~told]),
        former_right=_share((accepted & same)[told]),
        threshold=unseen.threshold,
        calibration_error=calibration_error(unseen.confidence, unseen.is_right),
    )


def known_of(rows: Sequence[LabelledMail], unseen: Unseen) -> tuple[list[LabelledMail], Unseen]:
    """Rows and verdicts, where the right answer is known."""
    at = np.flatnonzero(unseen.known).tolist()
    return [rows[index] for index in at] if rows else [], replace(
        unseen,
        right=tuple(unseen.right[index] for index in at),
        found=tuple(unseen.found[index] for index in at),
        confidence=unseen.confidence[at],
        is_right=unseen.is_right[at],
        known=unseen.known[at],
    )


def judged_by(judge: Judge, rows: Sequence[LabelledMail], thresholds: Mapping[str, float]) -> dict[str, Unseen]:
    """What a model says of rows that it was not trained on, in the shape of a cross-validation's verdicts."""
    found = judge.judge([row.mail() for row in rows])
    unseen = {}
    for name in ("application", "request_kind", "organisation"):
        verdicts: list[Verdict] = [getattr(one, name) for one in found]
        right = tuple(str(getattr(row, name)) for row in rows)
        said = tuple(one.code for one in verdicts)
        unseen[name] = _unseen(rows, name, right, said, [one.confidence for one in verdicts],
                               [one == two for one, two in zip(right, said, strict=True)], thresholds[name])  # fmt: skip
    formers = tuple(one.province.former for one in found)
    same_office = [share_office(row.province, former) for row, former in zip(rows, formers, strict=True)]
    confidence = [one.province.confidence if one.province.accepted else 0.0 for one in found]
    provinces = tuple(row.province for row in rows)
    unseen["province"] = _unseen(rows, "province", provinces, formers, confidence, same_office, thresholds["province"])
    return unseen


def _unseen(
    rows: Sequence[LabelledMail], name: str, right: tuple[str | None, ...], found: tuple[str | None, ...],
    confidence: list[float], is_right: list[bool], threshold: float,
) -> Unseen:  # fmt: skip
    known = np.array([name in row.teaches for row in rows])
    return Unseen(right, found, np.array(confidence), np.array(is_right), threshold, known)


def text_table(evaluation: Evaluation) -> str:
    """The figures as lines for a terminal."""
    lines: list[str] = []
    for title, figures in (
        ("application", evaluation.application),
        ("request kind", evaluation.request_kind),
        ("organisation", evaluation.organisation),
    ):
        lines += _table(title, figures)
    province = evaluation.province
    lines += [
        "province",
        f"  told {province.told}: office right {province.right:.1%}, wrong {province.wrong:.1%}, "
        f"former province right {province.former_right:.1%}",
        f"  not told {province.untold}: guessed all the same {province.guessed:.1%}",
        f"  accepted from {province.threshold:.3f}, calibration error {province.calibration_error:.3f}",
    ]
    return "\n".join(lines)


def _table(title: str, figures: Figures) -> list[str]:
    styles = ", ".join(f"{style} {share:.1%}" for style, share in figures.accuracy_by_style.items())
    curve = "  ".join(f"{share:.0%}: {right:.1%}" for share, right in figures.by_coverage)
    return [
        f"{title}: {figures.mails} mails, right {figures.accuracy:.1%} ({styles})",
        f"  accepted from {figures.threshold:.3f}: coverage {figures.coverage:.1%}, "
        f"right {figures.accepted_precision:.1%}; calibration error {figures.calibration_error:.3f}",
        f"  right by coverage   {curve}",
        f"  {'label':<12} {'precision':>9} {'recall':>7} {'mails':>6}",
        *(f"  {one.label:<12} {one.precision:>9.1%} {one.recall:>7.1%} {one.support:>6}" for one in figures.labels),
        "",
    ]


def _share(values: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> float:
    return float(values.mean()) if len(values) else 0.0
