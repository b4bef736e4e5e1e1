"""The clocks of one ticket: what happens to it next, and when, while nobody writes. Pure.

Every open or resolved ticket has at least one step ahead of it, so that none is forgotten. A step falls into the working
time of whoever it concerns. Steps that remind are done once their time has been passed (`Ticket.chased_at`); a warning is
done once it was given, so that no jump of the host's clock closes a ticket without one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from daemon.desk.deadlines import target
from daemon.desk.facts import Policy
from daemon.desk.worktime import Calendar
from storage.tables import Passing, Ticket, TicketState

# A calendar looks 400 days ahead; what has been silent for longer than this is counted from now on.
LONGEST_SILENCE = timedelta(days=200)
A_MOMENT = timedelta(microseconds=1)


class What(StrEnum):
    """What a ticket's next date is, the more serious later."""

    ANSWER_SOON = "answer_soon"
    DUE_SOON = "due_soon"
    ANSWER_DUE = "answer_due"
    SILENT = "silent"
    DUE = "due"
    CHASE = "chase"  # the passer is reminded to chase
    ANSWER_LATE = "answer_late"
    SILENT_LATE = "silent_late"
    DUE_LATE = "due_late"
    WAITING_REMINDER = "waiting_reminder"
    WAITING_CLOSE = "waiting_close"
    CLOSING_WARNING = "closing_warning"
    CLOSE = "close"


class Whom(StrEnum):
    """Whose working time a step waits for, and who is written to."""

    HOLDER = "holder"
    LEADER = "leader"
    PASSER = "passer"
    REQUESTER = "requester"


WHOM: dict[What, tuple[Whom, ...]] = {
    What.ANSWER_SOON: (Whom.HOLDER,),
    What.DUE_SOON: (Whom.HOLDER,),
    What.ANSWER_DUE: (Whom.HOLDER,),
    What.SILENT: (Whom.HOLDER,),
    What.DUE: (Whom.HOLDER, Whom.PASSER),
    What.CHASE: (Whom.PASSER,),
    What.ANSWER_LATE: (Whom.LEADER,),
    What.SILENT_LATE: (Whom.HOLDER, Whom.LEADER),
    What.DUE_LATE: (Whom.LEADER,),
    What.WAITING_REMINDER: (Whom.REQUESTER,),
    What.WAITING_CLOSE: (Whom.REQUESTER,),
    What.CLOSING_WARNING: (Whom.REQUESTER,),
    What.CLOSE: (Whom.REQUESTER,),
}
ORDER = {what: number for number, what in enumerate(What)}
RUNNING = frozenset({TicketState.NEW, TicketState.IN_PROGRESS})


@dataclass(frozen=True, slots=True)
class Step:
    at: datetime
    what: What


@dataclass(frozen=True, slots=True)
class Clocks:
    """A ticket with its chain, seen by its clocks."""

    ticket: Ticket
    chain: Sequence[Passing]
    policy: Policy

    def steps(self, now: datetime) -> list[Step]:
        """What is due or lies ahead, in order; empty only for a ticket that has ended."""
        state = self.ticket.state
        if state is TicketState.WAITING:
            return [self._waiting(now)]
        if state is TicketState.RESOLVED:
            return [self._resolved(now)]
        if state not in RUNNING:
            return []
        after = self.done_until(now)
        steps = [*self._answer(), *self._resolution(), self._silence(after), *self._passer(after)]
        return sorted((step for step in steps if step.at > after), key=lambda step: (step.at, ORDER[step.what]))

    def next(self, now: datetime) -> Step | None:
        """The next date: of something due now, the moment at which whoever it concerns is at work."""
        steps = self.steps(now)
        if not steps or steps[0].at > now:
            return steps[0] if steps else None
        together = [
            step for step in steps if step.at == steps[0].at
        ]  # the mark of what is done passes them all at once
        at_work = max(self.calendar(whom).opening(now) for step in together for whom in WHOM[step.what])
        return Step(at_work, together[-1].what)

    def done_until(self, now: datetime) -> datetime:
        """Up to when the reminders are done; never in the future, where a clock that was wrong may have put it."""
        return min(self.ticket.chased_at or self.ticket.created_at, now)

    def calendar(self, whom: Whom) -> Calendar:
        """Whose working time counts; requesters are taken to keep the treasury's hours."""
        if whom is Whom.REQUESTER:
            return self.policy.calendar_of("")
        if whom is Whom.PASSER and self.chain:
            return self.policy.calendar_of(self.chain[-1].holder)
        return self.policy.calendar_of(self.ticket.holder)

    def silent_since(self) -> datetime:
        return self.ticket.heard_at or self.ticket.created_at

    # The steps

    def _answer(self) -> Iterator[Step]:
        due = self.ticket.answer_due_at
        if due is not None and self.ticket.answered_at is None:
            wanted = target(self.ticket.priority, self.ticket.level, self.policy).answer
            yield from self._before_at_and_after(due, wanted, (What.ANSWER_SOON, What.ANSWER_DUE, What.ANSWER_LATE))

    def _resolution(self) -> Iterator[Step]:
        due = self.ticket.due_at
        if due is not None:
            wanted = target(self.ticket.priority, self.ticket.level, self.policy).resolve
            yield from self._before_at_and_after(due, wanted, (What.DUE_SOON, What.DUE, What.DUE_LATE))

    def _before_at_and_after(self, due: datetime, wanted: timedelta, whats: tuple[What, What, What]) -> Iterator[Step]:
        calendar, rules = self.calendar(Whom.HOLDER), self.policy.chasing
        yield self._step(calendar.before_working(due, wanted * rules.soon_share), whats[0])
        yield self._step(due, whats[1])
        yield self._step(calendar.after_working(due, timedelta(hours=rules.leader_after_hours)), whats[2])

    def _silence(self, after: datetime) -> Step:
        """The next time that so many working hours without a word have passed; from the second time on it is serious."""
        pause = timedelta(hours=self.policy.chasing.silence_hours)
        count, at = self._repeated(self.silent_since(), pause, after, Whom.HOLDER)
        return Step(at, What.SILENT if count == 1 else What.SILENT_LATE)

    def _passer(self, after: datetime) -> Iterator[Step]:
        """Whoever passed it up last and has no result yet is reminded to chase while nothing comes from above."""
        if self.chain and self.chain[-1].result_at is None:
            pause = timedelta(hours=self.policy.chasing.passer_chases_hours)
            since = max(self.chain[-1].passed_at, self.silent_since())
            yield Step(self._repeated(since, pause, after, Whom.PASSER)[1], What.CHASE)

    def _repeated(self, since: datetime, pause: timedelta, after: datetime, whom: Whom) -> tuple[int, datetime]:
        """The first of the moments `pause`, twice `pause`, … of working time since then that lies behind `after`."""
        calendar = self.calendar(whom)
        passed = 0
        if after - since > LONGEST_SILENCE:
            since, passed = after, 1
        count = max(1, calendar.working_between(since, after) // pause)
        while (at := calendar.opening(calendar.after_working(since, pause * count))) <= after:
            count += 1
        return count + passed, at

    def _waiting(self, now: datetime) -> Step:
        """A reminder with the closing date, then the close."""
        rules, calendar = self.policy.chasing, self.calendar(Whom.REQUESTER)
        since = self.ticket.waiting_since or self.ticket.created_at
        warned = self._warned(since, now)
        if warned is None:
            return Step(calendar.after_days(since, rules.waiting_reminder_days), What.WAITING_REMINDER)
        return Step(self._end(since, rules.waiting_close_days, warned), What.WAITING_CLOSE)

    def _resolved(self, now: datetime) -> Step:
        rules, calendar = self.policy.chasing, self.calendar(Whom.REQUESTER)
        since = self.ticket.resolved_at or self.ticket.created_at
        warned = self._warned(since, now)
        if warned is None:
            return Step(calendar.after_days(since, rules.close_days - rules.warning_days), What.CLOSING_WARNING)
        return Step(self._end(since, rules.close_days, warned), What.CLOSE)

    def closing_date(self, now: datetime) -> datetime:
        """When a waiting or resolved ticket closes if the requester is warned now."""
        rules = self.policy.chasing
        if self.ticket.state is TicketState.WAITING:
            return self._end(self.ticket.waiting_since or now, rules.waiting_close_days, now)
        return self._end(self.ticket.resolved_at or now, rules.close_days, now)

    def _end(self, since: datetime, days: int, warned: datetime) -> datetime:
        calendar = self.calendar(Whom.REQUESTER)
        return max(calendar.after_days(since, days), calendar.after_days(warned, self.policy.chasing.warning_days))

    def _warned(self, since: datetime, now: datetime) -> datetime | None:
        """When the requester was warned of this end; a warning from the future was given by a wrong clock."""
        warned = self.ticket.warned_at
        return warned if warned is not None and since <= warned <= now else None

    def _step(self, at: datetime, what: What) -> Step:
        return Step(max(self.calendar(whom).opening(at) for whom in WHOM[what]), what)


def last_for_each(steps: Iterable[Step]) -> dict[Whom, Step]:
    """Of several steps that are due together, the last and most serious one for each who is concerned."""
    return {whom: step for step in steps for whom in WHOM[step.what]}
