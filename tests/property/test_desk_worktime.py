"""Working time: what lies between a moment and the moment after so many hours is so many hours."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from daemon.desk.worktime import Calendar
from tests.unit.desk.builders import ALWAYS, HOURS, ZONE

days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
calendars = st.one_of(
    st.sampled_from([HOURS, ALWAYS]),
    st.builds(
        Calendar,
        zone=st.just(ZONE),
        weekdays=st.frozensets(st.integers(0, 6), min_size=1),
        spans=st.sampled_from(
            [
                ((time(8), time(11, 30)), (time(13, 30), time(17))),
                ((time(7, 15), time(16, 45)),),
                ((time(0), time(6)), (time(9), time(12)), (time(20), time(23, 59))),
            ]
        ),
        holidays=st.frozensets(days, max_size=10),
        extra_working_days=st.frozensets(days, max_size=5),
    ),
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda naive: naive.replace(tzinfo=UTC))  # noqa: DTZ001
durations = st.timedeltas(timedelta(0), timedelta(hours=100))


@given(calendars, moments, durations)
def test_working_between_is_the_inverse_of_after_working(
    calendar: Calendar, start: datetime, duration: timedelta
) -> None:
    assert calendar.working_between(start, calendar.after_working(start, duration)) == duration


@given(calendars, moments, durations, durations)
def test_more_work_never_ends_earlier(calendar: Calendar, start: datetime, less: timedelta, more: timedelta) -> None:
    less, more = sorted((less, more))
    assert start <= calendar.after_working(start, less) <= calendar.after_working(start, more)


@given(
    calendars, moments, st.timedeltas(timedelta(0), timedelta(days=30)), st.timedeltas(timedelta(0), timedelta(days=30))
)
def test_working_time_adds_up(calendar: Calendar, start: datetime, first: timedelta, second: timedelta) -> None:
    middle, end = start + first, start + first + second
    whole = calendar.working_between(start, end)
    assert whole == calendar.working_between(start, middle) + calendar.working_between(middle, end)
    assert timedelta(0) <= whole <= end - start
