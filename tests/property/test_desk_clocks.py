"""However time passes and whatever happens to a ticket, it keeps a next date, and people are written to as they should be."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from daemon.desk.clocks import WHOM, What
from daemon.desk.dated import dated
from daemon.desk.letters import TO_REQUESTER, LetterKind
from daemon.desk.plan import Plan, TicketChanges
from daemon.desk.reminders import look_at
from storage.tables import InboundState, Passing, Ticket, TicketState
from tests.unit.desk.builders import ALWAYS, HOURS, LAN, POLICY, TUAN, ZONE, chain, facts_of, ticket

START = datetime(2026, 8, 28, 15, 0, tzinfo=ZONE)  # a Friday before a bridge of holidays
ENDED = {TicketState.CLOSED, TicketState.REJECTED}
holders = st.sampled_from(["Lâm Đồng", "TABMIS", "PTUD", "CHUYEN_GIA", "ITO", "SERVICE_DESK"])
states = st.sampled_from([TicketState.IN_PROGRESS, TicketState.WAITING, TicketState.RESOLVED, TicketState.REJECTED])
# Minutes that pass, now and then backwards; and perhaps something that happens then.
moments = st.one_of(st.integers(1, 600), st.integers(600, 20_000), st.integers(-5_000, 0))
happenings = st.one_of(
    st.none(), st.tuples(st.just("state"), states), st.tuples(st.just("holder"), holders),
    st.tuples(st.just("priority"), st.sampled_from(["cao", "thuong", "thap"])),
)  # fmt: skip
lives = st.lists(st.tuples(moments, happenings), min_size=1, max_size=25)


def changes_of(about: Ticket, happening: tuple[str, Any], now: datetime) -> TicketChanges:
    """What a mail would change."""
    name, value = happening
    if name == "state":
        return {
            "state": value,
            "waiting_since": now if value is TicketState.WAITING else None,
            "resolved_at": now if value is TicketState.RESOLVED else None,
            "closed_at": now if value in ENDED else None,
        }
    if name == "holder":
        return {"holder": value, "level": POLICY.rules.directory.holder(value).level, "taken_by": None}
    return {"priority": value}


def check_date(about: Ticket, now: datetime, *, looked: bool) -> None:
    if about.state in ENDED:
        assert about.next_at is None
        assert about.next_what is None
        return
    assert about.next_at is not None
    assert about.next_what is not None
    if looked:
        assert about.next_at > now, "what was due is done, or waits for a working moment"
    calendars = {"TABMIS": HOURS, "ITO": ALWAYS}
    if about.holder in calendars and WHOM[What(about.next_what)][0].value == "holder":
        assert calendars[about.holder].is_open(about.next_at)


def check_letters(plan: Plan, about: Ticket, now: datetime) -> None:
    for letter in plan.letters:
        if letter.kind in TO_REQUESTER:
            assert HOURS.is_open(now)
            assert letter.when is not None
            assert letter.when > now
            assert not letter.lines
            assert not letter.why
        elif about.holder != "ITO" and letter.bound_to != "ITO" and letter.kind is not LetterKind.CLOSED_UNANSWERED:
            assert HOURS.is_open(now)
    if plan.changes.get("state") is TicketState.CLOSED:
        since = about.waiting_since if about.state is TicketState.WAITING else about.resolved_at
        assert about.warned_at is not None
        assert since is not None
        assert since <= about.warned_at
        assert HOURS.working_between(about.warned_at, now) >= timedelta(hours=7)
    causes = [(letter.once, letter.recipient) for letter in plan.letters if letter.once]
    assert len(causes) == len(set(causes))


@given(holders, lives, st.booleans())
def test_a_ticket_is_never_forgotten_and_never_closed_unwarned(
    holder: str, life: list[tuple[int, tuple[str, Any] | None]], passed_up: bool
) -> None:
    links: tuple[Passing, ...] = chain(LAN, TUAN) if passed_up else ()
    for link in links:
        link.passed_at = START
    now = START
    begun = ticket(holder, TicketState.NEW, created_at=now, answer_due_at=now, due_at=now)
    about = dated(Plan(InboundState.ENTRY, new_ticket=begun), facts_of(now=now), POLICY).new_ticket
    assert about is not None
    about.id = 7
    for minutes, happening in life:
        now += timedelta(minutes=minutes)
        if happening is not None and about.state not in ENDED:
            plan = Plan(InboundState.ENTRY, ticket_id=7, changes=changes_of(about, happening, now))
            done = dated(plan, facts_of(about, passed_by=links, now=now), POLICY)
            about = Ticket(**{**about.model_dump(), **done.changes})
            check_date(about, now, looked=False)
        if about.state not in ENDED:
            looked = look_at(about, links, (), now, POLICY)
            assert looked == look_at(about, links, (), now, POLICY)
            check_letters(looked, about, now)
            about = Ticket(**{**about.model_dump(), **looked.changes})
            check_date(about, now, looked=True)
