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
