"""The lists by which people chase: the Service Desk's of each working morning and the leaders' summary. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from daemon.desk.clocks import RUNNING
from daemon.desk.directory import SERVICE_DESK, Holder, HolderKind
from daemon.desk.facts import Policy
from daemon.desk.letters import Letter, LetterKind, Listed, Section
from daemon.desk.worktime import Calendar
from storage.tables import Passing, Ticket
from templates.mail.wording import LISTS, moment_in_words

MOST_LISTED = 30  # of one office in the Service Desk's list
MOST_OVERDUE = 3  # of one office in the summary


@dataclass(frozen=True)
class Happened:
    """What there was since the last summary, by holder: new and finished tickets, and how often people had to chase."""

    new: Mapping[str, int] = field(default_factory=dict)
    done: Mapping[str, int] = field(default_factory=dict)
    chased: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    """An open ticket as a list sees it; None where it is neither overdue nor silent."""

    ticket: Ticket
    overdue_since: datetime | None
    silent_since: datetime | None

    @property
    def needs_chasing(self) -> bool:
        return self.overdue_since is not None or self.silent_since is not None


def seen(ticket: Ticket, now: datetime, policy: Policy) -> Seen:
    """Whether the ticket is overdue or silent now; one that waits for its requester is neither."""
    if ticket.state not in RUNNING:
        return Seen(ticket, None, None)
    due = [ticket.due_at] if ticket.answered_at is not None else [ticket.answer_due_at, ticket.due_at]
    missed = [moment for moment in due if moment is not None and moment < now]
    heard = ticket.heard_at or ticket.created_at
    silence = policy.calendar_of(ticket.holder).working_between(heard, now)
    silent = silence >= timedelta(hours=policy.chasing.silence_hours)
    return Seen(ticket, min(missed, default=None), heard if silent else None)


def morning_list(
    tickets: Iterable[Ticket], chains: Mapping[int, Sequence[Passing]], now: datetime, policy: Policy,
    unseen: Sequence[str] = (),
) -> Letter:  # fmt: skip
    """Each group's open, overdue and silent tickets, for the Service Desk; of an office only what needs chasing.

    `unseen` are lines about mail that became no ticket.
    """
    sections = []
    for holder, its in _by_holder(tickets, now, policy):
        office = holder.kind is HolderKind.OFFICE
        shown = [one for one in its if one.needs_chasing or not office]
        if shown:
            lines = [_listed(one, chains.get(one.ticket.id or 0, ()), policy) for one in shown[:MOST_LISTED]]
            sections.append(Section(holder.name, _figures("open", its), tuple(lines), max(0, len(shown) - MOST_LISTED)))
    desk = policy.rules.directory.holder(SERVICE_DESK)
    return Letter(
        LetterKind.MORNING_LIST, desk.address, desk.name, bound_to=desk.code, when=now, sections=tuple(sections),
        lines=tuple(unseen),
    )  # fmt: skip


def summary(
    tickets: Iterable[Ticket], happened: Happened, since: datetime, now: datetime, policy: Policy
) -> list[Letter]:
    """What there was since `since`, and what is open and overdue, for the division's leaders: one letter to each."""
    by_holder = _by_holder(tickets, now, policy)
    with_work = {holder.code for holder, _ in by_holder}
    quiet = {*happened.new, *happened.done, *happened.chased} - with_work
    holders = policy.rules.directory.holders
    by_holder += [(holders[code], []) for code in sorted(quiet) if code in holders]
    everything = [one for _, its in by_holder for one in its]
    sections = [Section(LISTS["all"], _figures("flow", everything, _total(happened)))]
    for holder, its in by_holder:
        late = [one for one in its if one.overdue_since is not None]
        figures = _figures("flow", its, _of(holder.code, happened))
        lines = tuple(_listed(one, (), policy, chase=False) for one in late[:MOST_OVERDUE])
        sections.append(Section(holder.name, figures, lines, max(0, len(late) - MOST_OVERDUE)))
    # Where nothing happened and nothing is open, the total alone is the summary.
    return [
        Letter(LetterKind.SUMMARY, address, name, bound_to=SERVICE_DESK, when=since, sections=tuple(sections))
        for address, name in _leaders(policy)
    ]


def summary_is_due(today: date, calendar: Calendar, days: frozenset[int]) -> bool:
    """Whether a summary falls on this working day, or fell on one of the days off right before it."""
    if not calendar.works_on(today):
        return False
    day = today
    for _ in range(31):
        if day.weekday() in days:
            return True
        day -= timedelta(days=1)
        if calendar.works_on(day):
            return False
    return False


def last_summary(today: date, calendar: Calendar, days: frozenset[int]) -> date:
    """The day of the summary before this one: what has happened since is told."""
    for back in range(1, 32):
        day = today - timedelta(days=back)
        if summary_is_due(day, calendar, days):
            return day
    return today - timedelta(days=31)


def _leaders(policy: Policy) -> list[tuple[str, str]]:
    if policy.chasing.summary_to:
        people = [(address, policy.rules.directory.member(address)) for address in policy.chasing.summary_to]
        return [(address, person.name if person else "") for address, person in people]
    directory = policy.rules.directory
    leaders = [(one.address, one.name) for one in directory.members(SERVICE_DESK) if one.leader]
    desk = directory.holder(SERVICE_DESK)
    return leaders or [(desk.address, desk.name)]


def _by_holder(tickets: Iterable[Ticket], now: datetime, policy: Policy) -> list[tuple[Holder, list[Seen]]]:
    """The centre's groups and departments first, then the offices; the worst ticket of each first."""
    holders = policy.rules.directory.holders
    grouped: dict[str, list[Seen]] = {}
    for ticket in tickets:
        # A ticket of somebody whom the settings no longer know is the Service Desk's to move on.
        code = ticket.holder if ticket.holder in holders else SERVICE_DESK
        grouped.setdefault(code, []).append(seen(ticket, now, policy))
    order = sorted(holders.values(), key=lambda holder: holder.kind is HolderKind.OFFICE)
    return [(holder, sorted(grouped[holder.code], key=_worst_first)) for holder in order if holder.code in grouped]


def _worst_first(one: Seen) -> tuple[bool, datetime, bool, datetime, datetime]:
    created = one.ticket.created_at
    return (
        one.overdue_since is None,
        one.overdue_since or created,
        one.silent_since is None,
        one.silent_since or created,
        created,
    )


def _listed(one: Seen, chain: Sequence[Passing], policy: Policy, *, chase: bool = True) -> Listed:
    ticket, directory = one.ticket, policy.rules.directory
    zone = policy.calendar_of("").zone

    def told(key: str, at: datetime | None) -> str:
        return LISTS[key].format(when=moment_in_words(at.astimezone(zone))) if at is not None else ""

    officer = directory.member(ticket.taken_by) if ticket.taken_by else None
    passer = directory.holders.get(chain[-1].holder) if chain else None
    words = [
        told("overdue", one.overdue_since),
        told("silent", one.silent_since),
        "" if one.overdue_since is not None or ticket.state not in RUNNING else told("due", ticket.due_at),
        "" if ticket.state in RUNNING else LISTS["waiting"],
        LISTS["passed_by"].format(name=passer.name) if passer is not None else "",
        LISTS["taken_by"].format(name=officer.name) if officer is not None else "",
    ]
    return Listed(ticket.code, ticket.subject, "; ".join(filter(None, words)), chase and one.needs_chasing)


def _figures(key: str, its: Sequence[Seen], happened: Mapping[str, int] | None = None) -> str:
    return LISTS[key].format(
        open=len(its),
        overdue=sum(one.overdue_since is not None for one in its),
        silent=sum(one.silent_since is not None for one in its),
        **(happened or {}),
    )


def _of(holder: str, happened: Happened) -> dict[str, int]:
    counts = {"new": happened.new, "done": happened.done, "chased": happened.chased}
    return {name: count.get(holder, 0) for name, count in counts.items()}


def _total(happened: Happened) -> dict[str, int]:
    counts = {"new": happened.new, "done": happened.done, "chased": happened.chased}
    return {name: sum(count.values()) for name, count in counts.items()}
