"""What a plan means for the clocks: every ticket leaves it with a next date, and due times follow moves and words."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from daemon.desk.dated import dated
from daemon.desk.decide import decide
from daemon.desk.facts import Facts, Match, Proof
from daemon.desk.plan import NewEntry, Plan
from storage.tables import EntryKind, InboundState, Ticket, TicketState
from tests.unit.desk.builders import LAN, NOW, POLICY, TUAN, ZONE, chain, facts_of, judged, mail, ticket


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=ZONE)


def outcome(
    about: Ticket, facts: Facts | None = None, *, entry: EntryKind | None = None, **changes: Any
) -> dict[str, Any]:
    """The changes of a plan for this ticket, once it is dated."""
    said = NewEntry(entry, LAN.address, LAN.name, "…", "…") if entry is not None else None
    plan = Plan(InboundState.ENTRY, ticket_id=about.id, ticket_version=0, changes=changes, entry=said)  # type: ignore[arg-type]
    return dict(dated(plan, facts or facts_of(about), POLICY).changes)


def test_a_new_ticket_has_its_first_reminder_ahead() -> None:
    facts = Facts(NOW, Proof(False, None, True), Match.NONE, judgement=judged())
    begun = dated(decide(mail(), facts, POLICY), facts, POLICY).new_ticket
    assert begun is not None
    assert (begun.next_what, begun.heard_at) == ("answer_soon", NOW)
    assert begun.next_at == at("17 14:00")  # 9:00 and four hours end at 15:00; a quarter of them earlier


def test_a_plan_that_changes_nothing_stays_as_it_is() -> None:
    about = ticket()
    plan = Plan(InboundState.ENTRY, ticket_id=7)
    assert dated(plan, facts_of(about), POLICY) is plan
    ignored = Plan(InboundState.IGNORED)
    assert dated(ignored, facts_of(), POLICY) is ignored


def test_a_word_of_the_holder_starts_the_silence_anew_and_others_do_not() -> None:
    about = ticket("TABMIS")
    assert outcome(about, facts_of(about, TUAN), entry=EntryKind.INTERNAL)["heard_at"] == NOW
    assert outcome(about, facts_of(about, TUAN, authentic=False), entry=EntryKind.INTERNAL) == {}
    assert outcome(about, facts_of(about, LAN), entry=EntryKind.INTERNAL) == {}
    assert outcome(about, facts_of(about), entry=EntryKind.FOLLOW_UP) == {}


def test_a_higher_level_gets_its_own_hours_from_the_hand_over() -> None:
    about = ticket(answer_due_at=at("17 09:30"), due_at=at("17 10:00"))
    changes = outcome(about, holder="PTUD", level=3)
    assert changes["answer_due_at"] == at("18 10:00")  # 8 hours from 9:00
    assert changes["due_at"] == at("20 14:00")  # 24 hours
    assert changes["heard_at"] == NOW


def test_no_move_makes_a_due_time_earlier() -> None:
    about = ticket(due_at=at("30 10:00"), answered_at=NOW)
    changes = outcome(about, holder="TABMIS", level=2)
    assert changes["due_at"] == at("30 10:00")
    assert "answer_due_at" not in changes


def test_a_ticket_given_back_keeps_its_due_time() -> None:
    about = ticket("TABMIS", due_at=at("18 10:00"))
    assert "due_at" not in outcome(about, holder="Lâm Đồng", level=1)


def test_a_reopened_ticket_is_due_within_its_target_from_now() -> None:
    about = ticket(
        state=TicketState.RESOLVED, resolved_at=at("12 09:00"), due_at=at("12 10:00"), answered_at=at("11 09:00")
    )
    changes = outcome(about, state=TicketState.IN_PROGRESS, resolved_at=None)
    assert changes["due_at"] == at("19 11:00")
    assert changes["next_what"] == "due_soon"
    assert "answer_due_at" not in changes


@pytest.mark.parametrize(
    ("priority", "due"),
    [
        ("cao", "17 15:00"),  # four hours from now
        ("thap", "23 15:00"),  # 24 hours more than before
    ],
)
def test_another_priority_moves_the_due_time(priority: str, due: str) -> None:
    about = ticket(due_at=at("18 10:00"), answered_at=NOW)
    assert outcome(about, priority=priority)["due_at"] == at(due)


def test_a_higher_priority_never_moves_a_due_time_back() -> None:
    about = ticket(due_at=at("17 09:30"), answered_at=NOW)
    assert outcome(about, priority="cao")["due_at"] == at("17 09:30")


@pytest.mark.parametrize(
    ("state", "what"),
    [
        (TicketState.WAITING, "waiting_reminder"),
        (TicketState.RESOLVED, "closing_warning"),
        (TicketState.CLOSED, None),
        (TicketState.REJECTED, None),
        (TicketState.DUPLICATE, None),
    ],
)
def test_every_state_has_its_own_next_date(state: TicketState, what: str | None) -> None:
    changes = outcome(ticket(), state=state, waiting_since=NOW, resolved_at=NOW)
    assert changes["next_what"] == what
    assert (changes["next_at"] is None) is (what is None)


def test_a_chain_in_the_plan_counts_for_the_next_date() -> None:
    about = ticket(answered_at=NOW, due_at=None)
    link = chain(LAN)[0]
    plan = Plan(
        InboundState.ENTRY, ticket_id=7, ticket_version=0, changes={"holder": "TABMIS", "level": 2}, chain=(link,)
    )
    facts = replace(facts_of(about), now=NOW)
    changes = dated(plan, facts, POLICY).changes
    assert changes["next_what"] in ("chase", "due_soon")
