"""What limits the province verdicts, and what some ideas change: leave-writers-out on the learning part.

    python -m benchmarks.province

"ceiling" is the share of labelled mails in which the program finds any mention of the labelled province's office at all; in
brackets stands the share that is right of these. The last lines judge the kept part, and say how the labelled mails without any
place are labelled: the same kind of mail both ways.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from classifiers import province_fitting
from classifiers.calibration import pick_threshold, threshold_for_share
from classifiers.corpus_files import CORPUS, LabelledMail, load_part
from classifiers.crossvalidation import LEAST
from classifiers.gazetteer.places import share_office
from classifiers.organisation import rule_of
from classifiers.province_fitting import Choice, choice_of, unseen_choices
from classifiers.verdict import TRUNG_UONG, ProvinceVerdict


def main() -> None:
    rows = load_part(CORPUS, "learning")
    choices = [choice_of(row) for row in rows]
    told = [index for index, row in enumerate(rows) if row.province is not None]
    ceiling = np.mean([mentions(rows[index], choices[index]) for index in told])
    print(f"{len(rows)} mails, {len(told)} labelled; ceiling {ceiling:.1%}")
    threshold = report("as shipped (0.99, at most 0.02 guessed)", rows, choices)
    report("as many guessed as the precision allows", rows, choices, guessed=1.0)
    report("the same, accepted from precision 0.98", rows, choices, precision=0.98, guessed=1.0)
    for decay in (0.1, 2.0):
        province_fitting._DECAY = decay
        report(f"weights held by {decay} instead of 0.5", rows, choices)
    province_fitting._DECAY = 0.5
    # A label that no mention supports teaches "unknown" although somebody knew the province: leave such mails out.
    sure = [
        replace(choice, candidates=())
        if row.province is not None and choice.right == len(choice.candidates)
        else choice
        for row, choice in zip(rows, choices, strict=True)
    ]
    report("not learning from labels without a mention", rows, choices, teach=sure)
    report_kept(choices, threshold)
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
    return any(share_office(row.province, one.former) for one in choice.candidates)


def report(
    name: str, rows: Sequence[LabelledMail], choices: Sequence[Choice], precision: float = 0.99, guessed: float = 0.02,
    teach: Sequence[Choice] | None = None,
) -> float:  # fmt: skip
    """Prints how models judge mail of writers whom they have not seen; the confidence from which that is accepted."""
    writers = np.array([row.writer for row in rows])
    found: list[tuple[str | None, float]] = [(None, 0.0)] * len(rows)
    for writer in sorted(set(writers)):
        learn, test = np.flatnonzero(writers != writer), np.flatnonzero(writers == writer)
        mixed = [choices[i] if writers[i] == writer or teach is None else teach[i] for i in range(len(rows))]
        unseen = unseen_choices(mixed, [(learn, test)])
        for index in test:
            found[index] = unseen[index]
    confidence = np.array([chance for _, chance in found])
    right = np.array([share_office(row.province, former) for row, (former, _) in zip(rows, found, strict=True)])
    untold = np.array([row.province is None for row in rows])
    fewest = threshold_for_share(confidence[untold], guessed)
    threshold = max(LEAST["province"], pick_threshold(confidence, right, precision), fewest)
    print(f"{name:46} {shares(rows, choices, found, threshold)}")
    return threshold


def report_kept(learning: Sequence[Choice], threshold: float) -> None:
    """How a model of the whole learning part judges the part that was kept away."""
    rows = load_part(CORPUS, "kept")
    choices = [choice_of(row) for row in rows]
    both = [*learning, *choices]
    known, unknown = np.arange(len(learning)), np.arange(len(learning), len(both))
    found = unseen_choices(both, [(known, unknown)])[len(learning) :]
    ceiling = np.mean([mentions(*pair) for pair in zip(rows, choices, strict=True) if pair[0].province is not None])
    told = sum(row.province is not None for row in rows)
    print(f"kept part: {told} labelled; ceiling {ceiling:.1%}; {shares(rows, choices, found, threshold)}")


def shares(
    rows: Sequence[LabelledMail], choices: Sequence[Choice], found: Sequence[tuple[str | None, float]], threshold: float
) -> str:
    """Office right (also of the mails that mention it) and wrong among labelled mails, and guessed among the others."""
    accepted = np.array([chance >= threshold for _, chance in found])
    right = accepted & np.array(
        [share_office(row.province, former) for row, (former, _) in zip(rows, found, strict=True)]
    )
    wrong = accepted & ~right
    told = np.array([row.province is not None for row in rows])
    evident = told & np.array([mentions(row, choice) for row, choice in zip(rows, choices, strict=True)])
    return (
        f"right {right[told].mean():.1%} ({right[evident].mean():.1%})  wrong {wrong[told].mean():.1%}  "
        f"guessed {accepted[~told].mean():.1%}"
    )


if __name__ == "__main__":
    main()
