import pytest

from classifiers.gate import PERSON_SHARE, Answer, decide, person_weights


def answers(old: str, new: str, person: str = "a", question: str = "application") -> list[Answer]:
    """One answer for each letter: r right and accepted, w wrong and accepted, n wrong and not accepted."""
    return [
        Answer(question, person, one == "r", two == "r", one != "n", two != "n")
        for one, two in zip(old, new, strict=True)
    ]


def test_an_equal_model_passes() -> None:
    decision = decide(answers("rrrn", "rrrn"), [])
    assert decision.use
    assert decision.reasons == ()


def test_two_lost_mails_are_chance_when_two_others_were_gained() -> None:
    assert decide(answers("rrnn" + "r" * 50, "nnrr" + "r" * 50), []).use


def test_a_model_that_loses_mails_of_the_gate_part_is_stopped_with_the_reason() -> None:
    decision = decide(answers("r" * 50, "r" * 45 + "n" * 5), [])
    assert not decision.use
    assert "5 mails lost, 0 gained, of 50" in decision.reasons[0]


def test_a_model_that_is_sure_of_wrong_answers_is_stopped_though_no_mail_is_lost() -> None:
    decision = decide(answers("n" * 6 + "r" * 50, "w" * 6 + "r" * 50), [])
    assert not decision.use
    assert "accepted although wrong more often: 6 mails instead of 0" in decision.reasons[0]


def test_a_worse_province_stops_a_better_application() -> None:
    gate = answers("n" * 9, "r" * 9) + answers("r" * 9, "n" * 9, question="province")
    assert "the province's office" in decide(gate, []).reasons[0]


def test_the_corrections_of_many_people_outweigh_those_of_a_busy_one() -> None:
    busy = answers("n" * 100, "r" * 100, "busy")
    others = [one for person in "abcd" for one in answers("r" * 4, "n" * 4, person)]
    assert decide([], busy).use
    decision = decide([], busy + others)
    assert not decision.use
    assert "of 5 people" in decision.reasons[0]


@pytest.mark.parametrize(
    "counts",
    [
        {"a": 100, "b": 1, "c": 1, "d": 1, "e": 1},
        {"a": 100, "b": 90, "c": 3, "d": 2, "e": 1, "f": 1},
        {"a": 3, "b": 3, "c": 3, "d": 3, "e": 3},
        {"a": 1000, "b": 800, "c": 600, "d": 1, "e": 1},
    ],
)
def test_nobody_counts_for_more_than_his_share(counts: dict[str, int]) -> None:
    weights = person_weights(counts)
    assert max(weights.values()) <= PERSON_SHARE * sum(weights.values()) + 1e-6
    assert all(0 < weights[person] <= count for person, count in counts.items())


def test_of_three_people_all_count_the_same() -> None:
    assert person_weights({"a": 100, "b": 2, "c": 1}) == {"a": 1.0, "b": 1.0, "c": 1.0}
