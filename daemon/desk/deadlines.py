"""When an answer is due: working time from receipt, by priority and level, in the holder's calendar. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.desk.facts import Policy


@dataclass(frozen=True, slots=True)
class Deadlines:
    answer_due_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Target:
    """Working time to the first answer and to the resolution."""

    answer: timedelta
    resolve: timedelta


def target(priority: str, level: int, policy: Policy) -> Target:
    """What is wanted of a level (1 to 4) for a ticket of this priority."""
    hours = policy.targets
    return Target(
        timedelta(hours=hours.answer_hours[priority][level - 1]),
        timedelta(hours=hours.resolve_hours[priority][level - 1]),
    )


def deadlines(received: datetime, priority: str, holder: str, policy: Policy) -> Deadlines:
    """First answer and resolution due for a ticket received then and held by `holder`."""
    calendar = policy.calendar_of(holder)
    wanted = target(priority, policy.rules.directory.holder(holder).level, policy)
    return Deadlines(calendar.after_working(received, wanted.answer), calendar.after_working(received, wanted.resolve))


def after_pause(
    due: datetime | None, paused: datetime, resumed: datetime, holder: str, policy: Policy
) -> datetime | None:
    """`due` moved by the working time that passed while the ticket waited for the requester; None stays None."""
    if due is None or due <= paused:
        return due
    calendar = policy.calendar_of(holder)
    return calendar.after_working(resumed, calendar.working_between(paused, due))
