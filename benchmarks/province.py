"""What limits the province verdicts, and what some ideas change: leave-writers-out on the learning part.

    python -m benchmarks.province

"ceiling" is the share of labelled mails in which the program finds any mention of the labelled province's office at all. The last
lines say the ceiling of the kept part, and how the labelled mails without any place are labelled: the same kind of mail both ways.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from classifiers import province_fitting
from classifiers.calibration import pick_threshold
from classifiers.corpus_files import CORPUS, LabelledMail, load_part
from classifiers.gazetteer.places import current_of
from classifiers.organisation import rule_of
from classifiers.province_fitting import Choice, choice_of, unseen_choices
from classifiers.verdict import TRUNG_UONG, ProvinceVerdict


def main() -> None:
    rows = load_part(CORPUS, "learning")
    choices = [choice_of(row) for row in rows]
    told = [index for index, row in enumerate(rows) if row.province is not None]
    ceiling = np.mean([mentions(rows[index], choices[index]) for index in told])
    print(f"{len(rows)} mails, {len(told)} labelled; ceiling {ceiling:.1%}")
    report("as shipped (0.99, at least 0.5)", rows, choices, 0.99, 0.5)
    report("accept from precision 0.98", rows, choices, 0.98, 0.5)
    report("no least confidence", rows, choices, 0.99, 0.0)
    for decay in (0.1, 2.0):
        province_fitting._DECAY = decay
        report(f"weights held by {decay} instead of 0.5", rows, choices, 0.99, 0.5)
    province_fitting._DECAY = 0.5
    # A label that no mention supports teaches "unknown" although somebody knew the province: leave such mails out.
    sure = [
        replace(choice, candidates=())
        if row.province is not None and choice.right == len(choice.candidates)
        else choice
        for row, choice in zip(rows, choices, strict=True)
    ]
    report("not learning from labels without a mention", rows, choices, 0.99, 0.5, teach=sure)
    kept = [row for row in load_part(CORPUS, "kept") if row.province is not None]
    print(f"kept part: {len(kept)} labelled; ceiling {np.mean([mentions(row, choice_of(row)) for row in kept]):.1%}")
    report_unnamed(rows, choices)


def report_unnamed(rows: Sequence[LabelledMail], choices: Sequence[Choice]) -> None:
    """How mails that name no place are labelled, by the rule that tells their organisation, if it fits ten or more."""
    nowhere = ProvinceVerdict(None, None, 0.0, accepted=False)
    counts: dict[str, Counter[str]] = {}
    for row, choice in zip(rows, choices, strict=True):
        if not choice.candidates:
            label = {None: "unknown", TRUNG_UONG: "centre"}.get(row.province, "a province")
            counts.setdefault(rule_of(row.mail(), nowhere).rule, Counter())[label] += 1
    for rule, labels in counts.items():
        if labels.total() >= 10:
            print(f"no place, {rule:36} " + ", ".join(f"{label} {count}" for label, count in labels.most_common()))


def mentions(row: LabelledMail, choice: Choice) -> bool:
    """Whether any candidate leads to the labelled office."""
    return any(current_of(one.former) == current_of(row.province or "") for one in choice.candidates)


def report(
    name: str, rows: Sequence[LabelledMail], choices: Sequence[Choice], precision: float, least: float,
    teach: Sequence[Choice] | None = None,
) -> None:  # fmt: skip
    """Office right and wrong among labelled mails, and guessed among the others, of models that saw none of the writer."""
    writers = np.array([row.writer for row in rows])
    found: list[tuple[str | None, float]] = [(None, 0.0)] * len(rows)
    for writer in sorted(set(writers)):
        learn, test = np.flatnonzero(writers != writer), np.flatnonzero(writers == writer)
        mixed = [choices[i] if writers[i] == writer or teach is None else teach[i] for i in range(len(rows))]
        unseen = unseen_choices(mixed, [(learn, test)])
        for index in test:
            found[index] = unseen[index]
    confidence = np.array([chance for _, chance in found])
    right = np.array(
        [
            former is not None and row.province is not None and current_of(former) == current_of(row.province)
            for row, (former, _) in zip(rows, found, strict=True)
        ]
    )
    accepted = confidence >= max(least, pick_threshold(confidence, right, precision))
    told = np.array([row.province is not None for row in rows])
    print(
        f"{name:46} right {(accepted & right)[told].mean():.1%}  wrong {(accepted & ~right)[told].mean():.1%}  "
        f"guessed {accepted[~told].mean():.1%}"
    )


if __name__ == "__main__":
    main()
