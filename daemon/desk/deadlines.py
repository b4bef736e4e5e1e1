"""When an answer is due: working time from receipt, by priority, in the holder's calendar. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.desk.facts import Policy


@dataclass(frozen=True, slots=True)
class Deadlines:
    answer_due_at: datetime
    due_at: datetime


def deadlines(received: datetime, priority: str, holder: str, policy: Policy) -> Deadlines:
    """First answer and resolution due for a ticket received then and held by `holder`."""
    calendar = policy.calendar_of(holder)
    return Deadlines(
        calendar.after_working(received, timedelta(hours=policy.targets.answer_hours[priority])),
        calendar.after_working(received, timedelta(hours=policy.targets.resolve_hours[priority])),
    )


def after_pause(
    due: datetime | None, paused: datetime, resumed: datetime, holder: str, policy: Policy
) -> datetime | None:
    """`due` moved by the working time that passed while the ticket waited for the requester; None stays None."""
    if due is None or due <= paused:
        return due
    calendar = policy.calendar_of(holder)
    return calendar.after_working(resumed, calendar.working_between(paused, due))
