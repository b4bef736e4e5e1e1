"""The gate: whether a new model may take the place of the one in use, and why not. Pure."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

# Nobody's corrections count for more than this share of all, however many he types.
PERSON_SHARE = 0.25
_FIELDS = ("application", "province")
_NAMES = {"application": "the application", "province": "the province's office"}


@dataclass(frozen=True, slots=True)
class Answer:
    """One mail judged by both models: who labelled it, and whether each model was right and whether it was accepted."""

    question: str
    person: str
    old_right: bool
    new_right: bool
    old_accepted: bool
    new_accepted: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Right answers of both models to one question on one part; `weighted` shares count people, not mails."""

    part: str
    question: str
    mails: int
    old: float
    new: float
    old_wrong_accepted: int
    new_wrong_accepted: int
    worse: str  # why the new model is worse, "" when it is not


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether the new model may be used, the comparisons behind it, and the reasons against it in sentences."""

    use: bool
    comparisons: tuple[Comparison, ...]
    reasons: tuple[str, ...]


def decide(gate: Sequence[Answer], corrections: Sequence[Answer]) -> Decision:
    """No worse on the gate part and on the latest corrections, beyond what chance does.

    Chance: with g answers gained and l lost, l - g above the square root of l + g is one standard deviation too many.
    """
    found = [_on_gate(question, [one for one in gate if one.question == question]) for question in _FIELDS]
    found += [_on_people(question, [one for one in corrections if one.question == question]) for question in _FIELDS]
    comparisons = tuple(one for one in found if one.mails)
    reasons = tuple(one.worse for one in comparisons if one.worse)
    return Decision(not reasons, comparisons, reasons)


def _on_gate(question: str, answers: Sequence[Answer]) -> Comparison:
    gained = sum(one.new_right and not one.old_right for one in answers)
    lost = sum(one.old_right and not one.new_right for one in answers)
    old_wrong = [one.old_accepted and not one.old_right for one in answers]
    new_wrong = [one.new_accepted and not one.new_right for one in answers]
    misled = sum(new and not old for old, new in zip(old_wrong, new_wrong, strict=True))
    cured = sum(old and not new for old, new in zip(old_wrong, new_wrong, strict=True))
    worse = ""
    if lost - gained > math.sqrt(lost + gained):
        worse = f"on the gate part {_NAMES[question]} is worse: {lost} mails lost, {gained} gained, of {len(answers)}"
    elif misled - cured > max(1.0, math.sqrt(misled + cured)):
        worse = (
            f"on the gate part {_NAMES[question]} is accepted although wrong more often: "
            f"{sum(new_wrong)} mails instead of {sum(old_wrong)}, of {len(answers)}"
        )
    old, new = _share([one.old_right for one in answers]), _share([one.new_right for one in answers])
    return Comparison("gate", question, len(answers), old, new, sum(old_wrong), sum(new_wrong), worse)


def _on_people(question: str, answers: Sequence[Answer]) -> Comparison:
    people: dict[str, list[Answer]] = defaultdict(list)
    for one in answers:
        people[one.person].append(one)
    weights = person_weights({person: len(mine) for person, mine in people.items()})
    total = sum(weights.values())
    old = new = variance = 0.0
    for person, mine in people.items():
        share = weights[person] / total
        old += share * _share([one.old_right for one in mine])
        new += share * _share([one.new_right for one in mine])
        changed = sum(one.old_right != one.new_right for one in mine)
        variance += (share / len(mine)) ** 2 * changed
    worse = ""
    if old - new > math.sqrt(variance) and old - new > 0:
        worse = (
            f"on the latest corrections of {len(people)} people {_NAMES[question]} is worse: "
            f"{new:.1%} right instead of {old:.1%}, nobody counting for more than {PERSON_SHARE:.0%}"
        )
    wrong_old = sum(one.old_accepted and not one.old_right for one in answers)
    wrong_new = sum(one.new_accepted and not one.new_right for one in answers)
    return Comparison("corrections", question, len(answers), old, new, wrong_old, wrong_new, worse)


def person_weights(counts: dict[str, int]) -> dict[str, float]:
    """How much each person counts: as many as he labelled, but at most a quarter of everybody's together.

    With fewer than four people a quarter each cannot be kept, so all count the same.
    """
    if len(counts) * PERSON_SHARE <= 1:
        return dict.fromkeys(counts, 1.0)
    weights = {person: float(count) for person, count in counts.items()}
    for _ in range(len(counts)):
        total = sum(weights.values())
        heaviest = max(weights, key=lambda person: (weights[person], person))
        if weights[heaviest] <= PERSON_SHARE * total + 1e-9:
            break
        top = {person for person, weight in weights.items() if weight >= weights[heaviest] - 1e-9}
        rest = total - sum(weights[person] for person in top)
        # As heavy as the share allows beside the others, but no lighter than the next one.
        allowed = rest * PERSON_SHARE / (1 - PERSON_SHARE * len(top)) if PERSON_SHARE * len(top) < 1 else 0.0
        lower = max((weight for person, weight in weights.items() if person not in top), default=0.0)
        for person in top:
            weights[person] = max(allowed, lower)
    return weights


def _share(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else 0.0
