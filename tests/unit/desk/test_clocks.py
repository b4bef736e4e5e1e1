"""The timetable of a ticket: lunch breaks, Tết, Friday evening, quiet hours, host clocks that jump, waits over holidays."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from daemon.desk.clocks import Clocks, Step, What
from daemon.desk.deadlines import deadlines
from daemon.desk.facts import Policy
from daemon.desk.reminders import look_at
from daemon.desk.worktime import Calendar
from storage.tables import Ticket, TicketState
from tests.unit.desk.builders import ALWAYS, LAN, POLICY, ZONE, chain, ticket

# 2027: Tết from Thursday 4 February to Wednesday 10 February; 2026-09-02 is a Wednesday.
TET = Calendar(ZONE, holidays=frozenset({*(date(2027, 2, day) for day in range(4, 11)), date(2026, 9, 2)}))
TREASURY = replace(POLICY, calendar_of=lambda holder: ALWAYS if holder == "ITO" else TET)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def begun(when: str, holder: str = "Lâm Đồng", policy: Policy = TREASURY, **more: Any) -> Ticket:
    """A new ticket of normal priority with the due times of its holder."""
    due = deadlines(at(when), more.get("priority", "thuong"), holder, policy)
    values: dict[str, Any] = {
        "state": TicketState.NEW, "created_at": at(when), "heard_at": at(when), "next_at": at(when),
        "answer_due_at": due.answer_due_at, "due_at": due.due_at,
    }  # fmt: skip
    return ticket(holder, **{**values, **more})


def steps(about: Ticket, now: str, *passed_by: Any) -> dict[str, str]:
    """What lies ahead of a ticket: step to local time."""
    listed = Clocks(about, chain(*passed_by), TREASURY).steps(at(now))
    return {step.what.value: f"{step.at.astimezone(ZONE):%Y-%m-%d %H:%M}" for step in listed}


# Received and priority, then: first answer soon due, due, late; resolution soon due, due.
@pytest.mark.parametrize(
    ("received", "priority", "wanted"),
    [
        (  # over lunch
            "2026-11-17 08:00",
            "thuong",
            ["2026-11-17 11:00", "2026-11-17 14:00", "2026-11-18 09:00", "2026-11-18 15:00", "2026-11-19 10:00"],
        ),
        (  # high priority, a minute before lunch: one hour is over at 14:29
            "2026-11-17 11:29",
            "cao",
            ["2026-11-17 14:14", "2026-11-17 14:29", "2026-11-18 09:29", "2026-11-17 16:29", "2026-11-18 08:29"],
        ),
        (  # 16:59 on a Friday: everything is Monday's
            "2026-11-20 16:59",
            "thuong",
            ["2026-11-23 10:59", "2026-11-23 13:59", "2026-11-24 08:59", "2026-11-24 14:59", "2026-11-25 09:59"],
        ),
        (  # the last hour before Tết
            "2027-02-03 16:00",
            "thuong",
            ["2027-02-11 10:00", "2027-02-11 11:00", "2027-02-12 08:00", "2027-02-12 14:00", "2027-02-15 09:00"],
        ),
        (  # in the middle of Tết
            "2027-02-06 10:00",
            "thuong",
            ["2027-02-11 11:00", "2027-02-11 14:00", "2027-02-12 09:00", "2027-02-12 15:00", "2027-02-15 10:00"],
        ),
    ],
)
def test_a_ticket_has_its_reminders_at_working_moments(received: str, priority: str, wanted: list[str]) -> None:
    ahead = steps(begun(received, priority=priority), received)
    names = ["answer_soon", "answer_due", "answer_late", "due_soon", "due"]
    assert [ahead[name] for name in names] == wanted


def test_the_provider_is_reminded_at_night_too() -> None:
    ahead = steps(begun("2026-11-21 22:00", "ITO"), "2026-11-21 22:00")
    assert ahead["answer_soon"] == "2026-11-22 01:00"
    assert ahead["due"] == "2026-11-22 14:00"


def test_an_answered_ticket_has_only_its_resolution_ahead() -> None:
    ahead = steps(begun("2026-11-17 08:00", answered_at=at("2026-11-17 09:00")), "2026-11-17 09:00")
    assert set(ahead) == {"due_soon", "due", "due_late", "silent"}


def test_what_was_reminded_is_not_ahead_any_more() -> None:
    about = begun("2026-11-17 08:00", chased_at=at("2026-11-17 14:00"))
    assert "answer_due" not in steps(about, "2026-11-17 14:00")
    assert "answer_late" in steps(about, "2026-11-17 14:00")


def test_silence_comes_back_for_ever_and_reaches_the_leader_from_the_second_time_on() -> None:
    about = begun("2026-11-17 08:00", answer_due_at=None, due_at=None)
    seen = []
    for _ in range(4):
        (step,) = Clocks(about, (), TREASURY).steps(about.chased_at or about.created_at)
        seen.append((step.what, f"{step.at:%m-%d %H:%M}"))
        about.chased_at = step.at
    assert seen == [
        (What.SILENT, "11-20 08:00"),  # 21 hours end at 17:00 on Thursday, which is nobody's working time
        (What.SILENT_LATE, "11-25 08:00"),
        (What.SILENT_LATE, "11-30 08:00"),
        (What.SILENT_LATE, "12-03 08:00"),
    ]


def test_a_ticket_forgotten_for_years_still_has_a_next_date() -> None:
    about = begun("2020-01-02 08:00", chased_at=at("2026-11-16 08:00"))
    assert steps(about, "2026-11-17 08:00") == {"silent_late": "2026-11-19 08:00"}


def test_a_passer_without_a_result_is_reminded_to_chase_and_one_with_a_result_is_not() -> None:
    about = begun("2026-11-17 08:00", "TABMIS")
    link = chain(LAN)[0]
    link.passed_at = at("2026-11-17 09:00")
    waiting = {step.what: step.at for step in Clocks(about, (link,), TREASURY).steps(at("2026-11-17 09:00"))}
    assert waiting[What.CHASE] == at("2026-11-19 09:00")  # 14 working hours
    assert What.CHASE not in steps(about, "2026-11-17 09:00")
    link.result_at = at("2026-11-18 09:00")
    assert What.CHASE not in {step.what for step in Clocks(about, (link,), TREASURY).steps(at("2026-11-18 10:00"))}


# --- waiting and the end


def test_a_wait_over_a_holiday_counts_working_days_only() -> None:
    about = ticket(state=TicketState.WAITING, waiting_since=at("2026-08-31 16:59"))  # Monday; Wednesday is a holiday
    assert steps(about, "2026-08-31 17:00") == {"waiting_reminder": "2026-09-04 16:59"}
    warned = ticket(state=TicketState.WAITING, waiting_since=about.waiting_since, warned_at=at("2026-09-04 16:59"))
    assert steps(warned, "2026-09-05 08:00") == {"waiting_close": "2026-09-11 16:59"}


def test_a_question_on_a_saturday_waits_from_monday() -> None:
    about = ticket(state=TicketState.WAITING, waiting_since=at("2026-11-21 10:00"))
    assert steps(about, "2026-11-21 10:00") == {"waiting_reminder": "2026-11-25 10:00"}


def test_a_resolved_ticket_is_closed_after_a_warning_and_never_sooner_than_the_warning_says() -> None:
    about = ticket(state=TicketState.RESOLVED, resolved_at=at("2026-11-20 16:59"))  # a Friday
    assert steps(about, "2026-11-20 17:00") == {"closing_warning": "2026-11-25 16:59"}
    about.warned_at = at("2026-11-25 16:59")
    assert steps(about, "2026-11-26 08:00") == {"close": "2026-11-27 16:59"}
    about.warned_at = at("2026-12-01 09:00")  # the service was down on the day of the warning
    assert steps(about, "2026-12-01 10:00") == {"close": "2026-12-03 09:00"}


def test_a_warning_of_an_earlier_end_does_not_count() -> None:
    about = ticket(state=TicketState.RESOLVED, resolved_at=at("2026-11-17 09:00"), warned_at=at("2026-11-02 09:00"))
    assert list(steps(about, "2026-11-17 09:00")) == ["closing_warning"]


@pytest.mark.parametrize("state", [TicketState.CLOSED, TicketState.REJECTED, TicketState.DUPLICATE])
def test_an_ended_ticket_has_no_next_date(state: TicketState) -> None:
    assert Clocks(ticket(state=state), (), TREASURY).next(at("2026-11-17 09:00")) is None


@pytest.mark.parametrize("state", [TicketState.NEW, TicketState.IN_PROGRESS, TicketState.WAITING, TicketState.RESOLVED])
def test_every_other_ticket_has_one_even_where_its_dates_are_missing(state: TicketState) -> None:
    about = ticket(state=state, answer_due_at=None, due_at=None, created_at=at("2026-11-17 09:00"))
    step = Clocks(about, (), TREASURY).next(at("2026-11-17 09:00"))
    assert step is not None


# --- quiet hours and clocks that jump


def test_what_falls_due_while_the_service_sleeps_waits_for_the_next_working_moment() -> None:
    about = begun("2026-11-17 08:00")
    night = at("2026-11-17 22:00")
    assert Clocks(about, (), TREASURY).next(night) == Step(at("2026-11-18 08:00"), What.ANSWER_SOON)
    plan = look_at(about, (), (), night, TREASURY)
    assert plan.letters == ()
    assert plan.changes["next_at"] == at("2026-11-18 08:00")


def after(about: Ticket, now: datetime) -> tuple[list[str], Ticket]:
    """What the clocks do at this time, and the ticket afterwards."""
    plan = look_at(about, (), (), now, TREASURY)
    letters = [f"{letter.kind.value} {letter.once}" for letter in plan.letters]
    return letters, Ticket(**{**about.model_dump(), **plan.changes})


def test_a_clock_that_jumps_ahead_and_back_repeats_no_letter_under_another_cause() -> None:
    about = begun("2026-11-17 08:00")
    ahead, about = after(about, at("2026-11-27 09:00"))  # ten days too far
    assert {letter.split()[0] for letter in ahead} == {"reminder", "escalation"}
    back, about = after(about, at("2026-11-17 10:00"))
    assert back == []
    assert about.next_at == at("2026-11-17 11:00"), "put back, the clocks go on where they really are"
    soon, about = after(about, at("2026-11-17 11:00"))
    assert [letter.split()[0] for letter in soon] == ["reminder"]
    everything = [*ahead, *soon]
    for day in range(18, 31):
        said, about = after(about, at(f"2026-11-{day} 09:00"))
        everything += [letter for letter in said if letter not in ahead]
    assert len(everything) == len(set(everything))


def test_a_clock_that_jumps_back_an_hour_says_nothing_twice() -> None:
    about = begun("2026-11-17 08:00")
    first, about = after(about, at("2026-11-17 11:05"))
    again, about = after(about, at("2026-11-17 10:05"))
    repeated, _ = after(about, at("2026-11-17 11:05"))
    assert (len(first), again) == (1, [])
    assert repeated == first, "the same cause, which the outbox has already"


def test_a_clock_that_jumps_far_ahead_closes_nothing_without_a_warning_and_time_to_answer() -> None:
    about = ticket(state=TicketState.RESOLVED, resolved_at=at("2026-11-17 09:00"), next_at=at("2026-11-20 09:00"))
    letters, about = after(about, at("2027-03-01 09:00"))
    assert [letter.split()[0] for letter in letters] == ["closing_warning"]
    assert about.state is TicketState.RESOLVED
    assert about.next_at == at("2027-03-03 09:00")
    _, about = after(about, at("2026-11-18 09:00"))  # put back: the warning counts as not given yet
    assert (about.next_what, about.next_at) == ("closing_warning", at("2026-11-20 09:00"))


def test_a_host_in_another_time_zone_makes_no_difference() -> None:
    about = begun("2026-11-17 08:00")
    utc = at("2026-11-17 11:00").astimezone(tz=None)
    assert after(about, utc)[0] == after(about, at("2026-11-17 11:00"))[0]


def test_seconds_never_decide_whether_a_reminder_is_said() -> None:
    about = begun("2026-11-17 08:00")
    just_before, _ = after(about, at("2026-11-17 11:00") - timedelta(seconds=1))
    assert just_before == []


def test_a_mark_from_the_future_hides_no_step() -> None:
    about = begun("2026-11-17 08:00", chased_at=at("2027-06-01 08:00"))
    assert Clocks(about, (), TREASURY).next(at("2026-11-17 09:00")) == Step(at("2026-11-17 11:00"), What.ANSWER_SOON)
