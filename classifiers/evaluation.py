"""Cross-validated figures as plain values, and a text table of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from classifiers.calibration import calibration_error
from classifiers.corpus_files import STYLES, LabelledMail
from classifiers.training import Progress, Unseen, Wanted, cross_validate

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
    unseen = cross_validate(rows, wanted, progress)
    return Evaluation(
        application=figures_of(rows, unseen["application"]),
        request_kind=figures_of(rows, unseen["request_kind"]),
        organisation=figures_of(rows, unseen["organisation"]),
        province=province_figures_of(unseen["province"]),
    )


def figures_of(rows: Sequence[LabelledMail], unseen: Unseen) -> Figures:
    """The figures of one kind of verdict."""
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
