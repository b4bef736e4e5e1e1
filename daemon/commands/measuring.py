"""`evaluate`: figures of cross-validation or of a part that nobody trained on, as a table, JSON, or a page with pictures."""

import hashlib
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from classifiers import registry
from classifiers.corpus_files import CORPUS, LabelledMail
from classifiers.crossvalidation import Unseen, cross_validate
from classifiers.evaluation import Evaluation, evaluation_of, judged_by, known_of, text_table
from classifiers.judge import TrainedJudge
from classifiers.model import ModelError
from classifiers.verdict import Undecided
from daemon.commands.corpus_parts import part as rows_of_part
from daemon.commands.faults import WrongUse
from daemon.commands.learning import progress_bar, training_faults, wanted_of
from daemon.commands.paths import check_target, private_file
from daemon.output import print_json
from daemon.settings import Settings, load

PARTS = ("learning", "gate", "kept")
_CURVE = (0.25, 0.5, 0.75)
_PAIRS, _EXAMPLES, _EXAMPLE_LENGTH = 12, 2, 600


def evaluate(config: Path, as_json: bool, html: Path | None, part: str, compare: bool, corpus: Path | None) -> int:
    """Figures of a part of the corpus: `learning` by cross-validation, the others by the model in use."""
    settings = load(config)
    if html is not None:
        check_target(html)
    if part not in PARTS:
        raise WrongUse(f"there is no part {part!r} of the corpus; parts: {', '.join(PARTS)}")
    rows = rows_of_part(settings, part, corpus)
    if not rows:
        raise WrongUse(f"the part {part} of the corpus is empty: {corpus or CORPUS}/{part}")
    if compare:
        from daemon.commands.methods import compare_methods

        return compare_methods(rows, as_json)
    unseen, about = _verdicts(settings, part, rows)
    evaluation = evaluation_of(rows, unseen)
    if html is not None:
        curve = _curve(settings, rows) if part == "learning" else []
        page = _page(rows, unseen["application"], evaluation, curve, about)
        with private_file(html) as out:
            out.write(page.encode())
        sys.stderr.write(f"the report is in {html}\n")
    if as_json:
        print_json({"part": part, "about": about} | asdict(evaluation))
    else:
        sys.stdout.write(f"{about}\n{text_table(evaluation)}\n")
    return 0


def _verdicts(settings: Settings, part: str, rows: Sequence[LabelledMail]) -> tuple[Mapping[str, Unseen], str]:
    """The verdicts and a sentence on where they come from."""
    if part == "learning":
        with progress_bar("evaluating") as progress, training_faults():
            unseen = cross_validate(rows, wanted_of(settings), progress)
        return unseen, f"{len(rows)} mails of the learning part, each judged by a model of other writers' mails."
    judge = registry.open_current(Path(settings.storage.model))
    if isinstance(judge, Undecided):
        raise ModelError(judge.reason)
    about = f"{len(rows)} mails of the part “{part}”, judged by the model {judge.name}, which was not trained on them."
    return judged_by(judge, rows, _thresholds(judge)), about


def _thresholds(judge: TrainedJudge) -> dict[str, float]:
    model = judge.model
    return {
        "application": model.application.threshold,
        "request_kind": model.request_kind.threshold,
        "organisation": model.organisation.threshold,
        "province": model.province.threshold,
    }


def _curve(settings: Settings, rows: Sequence[LabelledMail]) -> list[tuple[int, Evaluation]]:
    """(mails, figures) of cross-validations on growing shares of the rows, always the same ones."""
    order = sorted(rows, key=lambda row: hashlib.sha256(row.id.encode()).digest())
    found = []
    for share in _CURVE:
        some = order[: round(share * len(order))]
        with progress_bar(f"learning curve, {share:.0%}") as progress, training_faults():
            found.append((len(some), evaluation_of(some, cross_validate(some, wanted_of(settings), progress))))
    return found


def _page(
    rows: Sequence[LabelledMail],
    unseen: Unseen,
    evaluation: Evaluation,
    curve: list[tuple[int, Evaluation]],
    about: str,
) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(loader=PackageLoader("templates", "report"), autoescape=True, undefined=StrictUndefined)
    environment.filters["share"] = lambda value: f"{value:.1%}"
    half = next((figures for mails, figures in curve if mails * 2 <= len(rows) + 1 < mails * 4), None)
    rows, unseen = known_of(rows, unseen)
    return environment.get_template("evaluation.html.j2").render(
        about=about,
        kinds=[("application", evaluation.application), ("kind of request", evaluation.request_kind),
               ("organisation", evaluation.organisation)],
        province=evaluation.province,
        labels=evaluation.application.labels,
        pairs=_pairs(rows, unseen),
        still_rising={one.label: one.recall for one in half.application.labels} if half else {},
        **_pictures(unseen, evaluation, curve, len(rows)),
    )  # fmt: skip


def _pictures(
    unseen: Unseen, evaluation: Evaluation, curve: list[tuple[int, Evaluation]], mails: int
) -> dict[str, Any]:
    from templates.report.pictures import Line, lines_picture, matrix_picture

    labels = sorted({str(one) for one in (*unseen.right, *unseen.found)})
    counted = Counter(zip(unseen.right, unseen.found, strict=True))
    figures = evaluation.application
    low = min(0.9, *(right for _, right in figures.by_coverage)) - 0.02
    learning = None
    if curve:
        points = [(float(count), one.application.accuracy) for count, one in curve] + [(float(mails), figures.accuracy)]
        bottom = min(share for _, share in points) - 0.05
        learning = lines_picture(
            [Line("right", points)], (0.0, float(mails)), (max(0.0, bottom), 1.0), "mails", "right", percent_x=False
        )
    return {
        "coverage_curve": lines_picture(
            [Line("right", figures.by_coverage)], (0.5, 1.0), (low, 1.0), "share accepted", "right of these"
        ),
        "reliability": lines_picture(
            [Line("right", _bins(unseen))], (0.0, 1.0), (0.0, 1.0), "confidence", "right", diagonal=True
        ),
        "learning_curve": learning,
        "matrix": matrix_picture(labels, [[counted[one, two] for two in labels] for one in labels]),
    }


def _bins(unseen: Unseen, count: int = 10) -> list[tuple[float, float]]:
    """(mean confidence, share right) of the verdicts in each tenth of the scale that has at least five."""
    points = []
    for number in range(count):
        low, high = number / count, (number + 1) / count
        inside = (unseen.confidence >= low) & ((unseen.confidence < high) | (number + 1 == count))
        if inside.sum() >= 5:
            points.append((float(unseen.confidence[inside].mean()), float(unseen.is_right[inside].mean())))
    return points


def _pairs(rows: Sequence[LabelledMail], unseen: Unseen) -> list[dict[str, Any]]:
    wrong = Counter(
        (right, found)
        for right, found, is_right in zip(unseen.right, unseen.found, unseen.is_right, strict=True)
        if not is_right
    )
    return [
        {
            "right": right, "found": found, "count": count,
            "examples": [
                {"subject": row.subject, "body": row.body[:_EXAMPLE_LENGTH]}
                for row, one, two in zip(rows, unseen.right, unseen.found, strict=True)
                if (one, two) == (right, found)
            ][:_EXAMPLES],
        }
        for (right, found), count in sorted(wrong.items(), key=lambda item: (-item[1], item[0]))[:_PAIRS]
    ]  # fmt: skip
