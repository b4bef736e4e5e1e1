"""Working time: when an office is open, and when so many working hours from now will have passed. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Span = tuple[time, time]

# A calendar that never opens within this many days is a wrong configuration, not a long holiday.
FURTHEST_DAYS = 400


@dataclass(frozen=True)
class Calendar:
    """Opening spans of the day, weekdays (Monday is 0), holidays, and exceptions in both directions.

    `always` is a calendar of every hour of every day: the outsourced provider's.
    """

    zone: ZoneInfo
    weekdays: frozenset[int] = frozenset({0, 1, 2, 3, 4})
    spans: tuple[Span, ...] = ((time(8, 0), time(11, 30)), (time(13, 30), time(17, 0)))
    holidays: frozenset[date] = frozenset()
    extra_working_days: frozenset[date] = frozenset()
    always: bool = False

    def works_on(self, day: date) -> bool:
        """True on a working day; a Saturday worked in exchange for a bridge day counts as one."""
        if self.always or day in self.extra_working_days:
            return True
        return day.weekday() in self.weekdays and day not in self.holidays

    def open_spans(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The opening spans that end after `start`, in order, the first cut to begin at `start` at the earliest."""
        local = start.astimezone(self.zone)
        for offset in range(FURTHEST_DAYS):
            day = local.date() + timedelta(days=offset)
            if not self.works_on(day):
                continue
            for begin, end in self._spans_of(day):
                if end > local:
                    yield max(begin, local), end

    def opening(self, moment: datetime) -> datetime:
        """`moment` itself while open, else the next opening: when somebody may be written to at the earliest."""
        return self.after_working(moment, timedelta(0))

    def before_working(self, end: datetime, duration: timedelta) -> datetime:
        """The moment from which `duration` of working time is left until `end`: the inverse of `after_working`."""
        local, left = end.astimezone(self.zone), duration
        for offset in range(FURTHEST_DAYS):
            day = local.date() - timedelta(days=offset)
            for begin, close in reversed(list(self._spans_of(day)) if self.works_on(day) else []):
                close = min(close, local)
                if close <= begin:
                    continue
                if close - left >= begin:
                    return close - left
                left -= close - begin
        raise ValueError("the calendar never opens: check [calendar] in config.toml")

    def after_days(self, start: datetime, days: int) -> datetime:
        """The same time of day so many working days later, or the next opening where that is outside working hours."""
        local = start.astimezone(self.zone)
        day, left = local.date(), days
        for _ in range(FURTHEST_DAYS):
            if left == 0:
                break
            day += timedelta(days=1)
            left -= self.works_on(day)
        return self.opening(datetime.combine(day, local.timetz().replace(tzinfo=None), self.zone))

    def _spans_of(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        if self.always:
            midnight = datetime.combine(day, time(0), self.zone)
            yield midnight, datetime.combine(day + timedelta(days=1), time(0), self.zone)
            return
        for begin, end in self.spans:
            yield datetime.combine(day, begin, self.zone), datetime.combine(day, end, self.zone)

    def is_open(self, moment: datetime) -> bool:
        """True when `moment` lies within an opening span."""
        first = next(self.open_spans(moment), None)
        return first is not None and first[0] <= moment < first[1]

    def after_working(self, start: datetime, duration: timedelta) -> datetime:
        """The moment at which `duration` of working time has passed since `start`, in the calendar's zone.

        Zero duration outside working hours gives the next opening. ValueError when the calendar never opens.
        """
        left = duration
        for begin, end in self.open_spans(start):
            if begin + left <= end:
                return begin + left
            left -= end - begin
        raise ValueError("the calendar never opens: check [calendar] in config.toml")

    def working_between(self, start: datetime, end: datetime) -> timedelta:
        """How much working time lies between two moments; zero when `end` is not after `start`."""
        total = timedelta()
        for begin, close in self.open_spans(start):
            if begin >= end:
                break
            total += min(close, end) - begin
        return total
