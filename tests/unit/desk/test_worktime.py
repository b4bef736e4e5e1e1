"""Working time: lunch breaks, week-ends, holidays, substitute days, the provider's round-the-clock calendar, deadlines."""

from datetime import UTC, datetime, timedelta

import pytest

from daemon.desk.deadlines import after_pause, deadlines
from daemon.desk.worktime import Calendar
from tests.unit.desk.builders import ALWAYS, HOURS, POLICY, ZONE


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


# start, working hours, end. 2026-11-17 is a Tuesday, 2026-11-20 a Friday.
PASSED = [
    ("2026-11-17 08:00", 1, "2026-11-17 09:00"),
    ("2026-11-17 11:00", 1, "2026-11-17 14:00"),  # over lunch
    ("2026-11-17 11:30", 1, "2026-11-17 14:30"),
    ("2026-11-17 12:15", 1, "2026-11-17 14:30"),  # during lunch
    ("2026-11-17 06:00", 1, "2026-11-17 09:00"),  # before opening
    ("2026-11-17 16:30", 1, "2026-11-18 08:30"),  # over night
    ("2026-11-17 23:59", 1, "2026-11-18 09:00"),
    ("2026-11-20 16:59", 1, "2026-11-23 08:59"),  # 16:59 on Friday
    ("2026-11-21 10:00", 1, "2026-11-23 09:00"),  # Saturday
    ("2026-11-17 08:00", 7, "2026-11-17 17:00"),  # a whole day
    ("2026-11-17 08:00", 7.5, "2026-11-18 08:30"),
    ("2026-11-17 08:00", 35, "2026-11-23 17:00"),  # a whole week
    ("2026-09-01 16:30", 1, "2026-09-03 08:30"),  # 2 September is a holiday
    ("2026-08-21 16:30", 1, "2026-08-22 08:30"),  # a Saturday that is worked in exchange
    ("2026-04-29 16:30", 1, "2026-05-04 08:30"),  # two holidays and a week-end
]


@pytest.mark.parametrize(("start", "hours", "end"), PASSED)
def test_working_time_passes_only_while_the_office_is_open(start: str, hours: float, end: str) -> None:
    assert HOURS.after_working(at(start), timedelta(hours=hours)) == at(end)


@pytest.mark.parametrize(("start", "hours", "end"), PASSED)
def test_the_time_between_is_what_passed(start: str, hours: float, end: str) -> None:
    assert HOURS.working_between(at(start), at(end)) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-17 07:59", False),
        ("2026-11-17 08:00", True),
        ("2026-11-17 11:29", True),
        ("2026-11-17 11:30", False),
        ("2026-11-17 13:30", True),
        ("2026-11-17 17:00", False),
        ("2026-11-21 10:00", False),
        ("2026-09-02 10:00", False),
        ("2026-08-22 10:00", True),
    ],
)
def test_an_office_is_open_within_its_spans(moment: str, is_open: bool) -> None:
    assert HOURS.is_open(at(moment)) is is_open


def test_a_moment_in_another_zone_is_the_same_moment() -> None:
    received = datetime(2026, 11, 20, 9, 59, tzinfo=UTC)  # 16:59 in Hanoi
    assert HOURS.after_working(received, timedelta(hours=1)) == at("2026-11-23 08:59")
    assert HOURS.working_between(received, datetime(2026, 11, 23, 2, 0, tzinfo=UTC)) == timedelta(minutes=61)


def test_the_provider_works_round_the_clock_on_all_days() -> None:
    assert ALWAYS.after_working(at("2026-11-21 23:30"), timedelta(hours=1)) == at("2026-11-22 00:30")
    assert ALWAYS.working_between(at("2026-09-01 00:00"), at("2026-09-03 00:00")) == timedelta(days=2)
    assert ALWAYS.is_open(at("2026-09-02 03:00"))


def test_there_is_no_daylight_saving_time_in_the_calendar() -> None:
    for month in range(1, 13):
        day = at(f"2026-{month:02d}-10 00:00")
        assert ALWAYS.working_between(day, day + timedelta(days=1)) == timedelta(hours=24)


def test_nothing_lies_between_a_moment_and_an_earlier_one() -> None:
    assert HOURS.working_between(at("2026-11-18 09:00"), at("2026-11-17 09:00")) == timedelta(0)
    assert HOURS.working_between(at("2026-11-18 09:00"), at("2026-11-18 09:00")) == timedelta(0)


def test_no_working_time_outside_hours_is_the_next_opening() -> None:
    assert HOURS.after_working(at("2026-11-21 10:00"), timedelta(0)) == at("2026-11-23 08:00")


def test_a_calendar_that_never_opens_is_refused() -> None:
    with pytest.raises(ValueError, match="never opens"):
        Calendar(ZONE, weekdays=frozenset()).after_working(at("2026-11-17 08:00"), timedelta(hours=1))


@pytest.mark.parametrize(
    ("priority", "answer", "done"),
    [
        ("cao", "2026-11-17 10:00", "2026-11-17 15:00"),
        ("thuong", "2026-11-17 15:00", "2026-11-19 11:00"),
        ("thap", "2026-11-18 10:00", "2026-11-24 16:00"),
    ],
)
def test_deadlines_follow_the_priority(priority: str, answer: str, done: str) -> None:
    due = deadlines(at("2026-11-17 09:00"), priority, "Lâm Đồng", POLICY)
    assert due.answer_due_at == at(answer)
    assert due.due_at == at(done)


def test_deadlines_of_the_provider_run_at_night() -> None:
    assert deadlines(at("2026-11-21 22:00"), "thuong", "ITO", POLICY).answer_due_at == at("2026-11-22 02:00")


def test_a_pause_moves_a_deadline_by_the_working_time_that_was_left() -> None:
    due = after_pause(
        at("2026-11-17 14:30"), at("2026-11-17 11:00"), at("2026-11-20 16:00"), "Lâm Đồng", POLICY
    )  # half an hour before lunch and an hour after it were left
    assert due == at("2026-11-23 08:30")


def test_a_pause_over_a_holiday_gives_back_what_was_left_and_not_the_holiday() -> None:
    # Tuesday afternoon before 2 September: an hour and a half of that day and half an hour of Thursday were left.
    due, paused, resumed = at("2026-09-03 08:30"), at("2026-09-01 15:30"), at("2026-09-07 16:00")
    assert after_pause(due, paused, resumed, "Lâm Đồng", POLICY) == at("2026-09-08 09:00")
    # Resumed on the holiday itself: the clock runs from the next opening.
    assert after_pause(due, paused, at("2026-09-02 10:00"), "Lâm Đồng", POLICY) == at("2026-09-03 10:00")
    # The provider works through: two hours are two hours.
    assert after_pause(at("2026-09-01 17:30"), paused, at("2026-09-02 03:00"), "ITO", POLICY) == at("2026-09-02 05:00")


def test_a_deadline_that_had_passed_before_the_pause_stays() -> None:
    passed = at("2026-11-17 10:00")
    assert after_pause(passed, at("2026-11-17 11:00"), at("2026-11-18 11:00"), "Lâm Đồng", POLICY) == passed
    assert after_pause(None, passed, passed, "Lâm Đồng", POLICY) is None
