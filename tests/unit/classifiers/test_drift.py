from classifiers.drift import LEAST_WEEKS, Count, drifts

QUIET = {"TABMIS": Count(100, 4), "TCS": Count(40, 1)}


def test_a_usual_week_is_no_drift() -> None:
    assert drifts([QUIET] * 9) == []


def test_a_category_whose_corrections_rise_is_named_with_its_share() -> None:
    found = drifts([QUIET] * 8 + [{"TABMIS": Count(100, 4), "TCS": Count(40, 14)}])
    assert [one.category for one in found] == ["", "TCS"]
    assert found[1].share == 0.35
    assert found[1].usual < found[1].band < found[1].share


def test_two_corrections_of_a_rare_category_are_chance() -> None:
    assert drifts([QUIET] * 8 + [{"TCS": Count(2, 2)}]) == []


def test_nothing_is_unusual_before_enough_weeks_were_seen() -> None:
    assert drifts([QUIET] * (LEAST_WEEKS - 1) + [{"TCS": Count(40, 40)}]) == []
    assert drifts([]) == []
