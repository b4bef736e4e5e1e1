"""What the clocks make the desk write: to whom, once for several steps, and the end that comes by itself."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from daemon.desk.directory import Directory, Staff
from daemon.desk.facts import Policy
from daemon.desk.letters import LetterKind
from daemon.desk.plan import Plan
from daemon.desk.reminders import look_at
from storage.tables import Passing, ReplyGoes, Ticket, TicketState
from tests.unit.desk.builders import (
    HOLDERS,
    ITO_MAN,
    LAN,
    OWN,
    POLICY,
    STAFF,
    USER,
    ZONE,
    chain,
    event_kinds,
    kinds,
    the,
    ticket,
)

LEADER = Staff("truong.phong@vst.gov.vn", "Trưởng nhóm", "TABMIS", leader=True)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=ZONE)


def with_staff(*more: Staff) -> Policy:
    return replace(POLICY, rules=replace(POLICY.rules, directory=Directory.of(HOLDERS, [*STAFF, *more])))


def running(holder: str = "TABMIS", **more: Any) -> Ticket:
    """A ticket of Tuesday morning whose first answer was due at 10:00 and the resolution at 14:00 on Wednesday."""
    values: dict[str, Any] = {
        "created_at": at("17 08:00"), "heard_at": at("17 08:00"), "chased_at": at("17 08:00"), "next_at": at("17 09:00"),
        "answer_due_at": at("17 10:00"), "due_at": at("18 14:00"),
    }  # fmt: skip
    return ticket(holder, **{**values, **more})


def looked(about: Ticket, when: str, *passed_by: Passing, policy: Policy = POLICY) -> Plan:
    return look_at(about, passed_by, (), at(when), policy)


def test_the_holder_is_reminded_before_and_at_the_due_time() -> None:
    soon = the(looked(running(), "17 09:00"), LetterKind.REMINDER)
    assert soon.recipient == "nhom.tabmis@vst.gov.vn"
    assert soon.lines == ("Sắp đến hạn trả lời lần đầu: xin trả lời người gửi trước 10:00 thứ Ba, 17/11/2026.",)
    due = the(looked(running(chased_at=at("17 09:00")), "17 10:00"), LetterKind.REMINDER)
    assert due.lines[0].startswith("Đã đến hạn trả lời lần đầu (10:00")


def test_the_officer_who_took_it_is_reminded_himself() -> None:
    assert looked(running(taken_by="tuan.la@vst.gov.vn"), "17 09:00").letters[0].recipient == "tuan.la@vst.gov.vn"


def test_after_a_missed_due_time_the_leader_is_told() -> None:
    about = running(chased_at=at("17 10:00"))
    letter = the(looked(about, "17 16:00", policy=with_staff(LEADER)), LetterKind.ESCALATION)
    assert (letter.recipient, letter.bound_to, letter.reply_goes) == (
        LEADER.address,
        "TABMIS",
        ReplyGoes.REQUESTER,
    )
    assert letter.lines == (
        "Đã quá hạn trả lời lần đầu (10:00 thứ Ba, 17/11/2026) mà người gửi chưa nhận được trả lời nào.",
    )


def test_a_holder_without_a_leader_is_reported_to_the_service_desk_whose_reply_is_a_note() -> None:
    letter = the(looked(running(chased_at=at("17 10:00")), "17 16:00"), LetterKind.ESCALATION)
    assert (letter.recipient, letter.reply_goes) == ("servicedesk@vst.gov.vn", ReplyGoes.NOTE)


def test_after_a_week_without_service_each_person_gets_one_letter_only() -> None:
    plan = looked(running(), "24 09:00", policy=with_staff(LEADER))
    assert sorted((letter.kind.value, letter.recipient) for letter in plan.letters) == [
        ("escalation", LEADER.address),
        ("reminder", "nhom.tabmis@vst.gov.vn"),
    ]
    assert plan.changes["chased_at"] == at("24 09:00")


def test_nothing_is_written_at_night_and_all_of_it_in_the_morning() -> None:
    night = looked(running(), "17 20:00")
    assert night.letters == ()
    assert night.changes["next_at"] == at("18 08:00")
    later = Ticket(**{**running().model_dump(), **night.changes})
    assert kinds(looked(later, "18 08:00")) == [LetterKind.REMINDER, LetterKind.ESCALATION]


def test_a_passer_is_reminded_to_chase_and_told_of_a_missed_due_time() -> None:
    (link,) = chain(LAN)
    link.passed_at = at("17 09:00")
    about = running(answer_due_at=None, chased_at=at("18 13:30"))
    letter = the(looked(about, "18 14:00", link), LetterKind.CHASE_REMINDER)
    assert (letter.recipient, letter.bound_to, letter.reply_goes) == (LAN.address, "Lâm Đồng", ReplyGoes.HOLDER)
    assert letter.lines[0] == "Đã đến hạn xử lý (14:00 thứ Tư, 18/11/2026) mà yêu cầu chưa xong."
    assert letter.lines[1].startswith("Nhóm TABMIS chưa có kết quả")


def test_a_passer_who_has_the_result_is_left_alone() -> None:
    about = running(answer_due_at=None, chased_at=at("18 13:30"))
    assert kinds(looked(about, "18 14:00", *chain(LAN, results=["Lâm Đồng"]))) == [LetterKind.REMINDER]


def test_the_outside_firm_is_not_told_who_has_its_request_now() -> None:
    about = running("PTUD", answer_due_at=None, due_at=None)
    (link,) = chain(ITO_MAN)
    link.passed_at = at("17 08:00")
    letter = the(looked(about, "19 09:00", link), LetterKind.CHASE_REMINDER)
    assert "Phát triển ứng dụng" not in " ".join((*letter.lines, letter.reply_reaches))
    assert "Nhóm Nội bộ chưa có kết quả" in letter.lines[0]


def test_silence_asks_for_a_word_by_a_time() -> None:
    about = running(answer_due_at=None, due_at=None)
    letter = the(looked(about, "20 08:00"), LetterKind.REMINDER)
    assert letter.lines == (
        "Từ 08:00 thứ Ba, 17/11/2026 chưa có tin gì về yêu cầu này: "
        "xin báo tình hình trước 14:00 thứ Sáu, 20/11/2026, dù chưa xong.",
    )


def test_the_same_step_has_the_same_cause_whenever_it_is_said() -> None:
    on_time, late = looked(running(), "17 09:00"), looked(running(), "17 09:30")
    assert [one.once for one in on_time.letters] == [one.once for one in late.letters]
    assert on_time.letters[0].once.startswith("slot:answer_soon:HT-2026-000007@")


def test_a_ticket_that_the_clocks_never_saw_begins_quietly() -> None:
    plan = looked(running(next_at=None, chased_at=None), "27 09:00")
    assert plan.letters == ()
    assert plan.changes["next_at"] is not None
    assert plan.changes["next_at"] > at("27 09:00")


def test_what_falls_together_with_a_step_that_must_wait_waits_with_it() -> None:
    (link,) = chain(LAN)
    due = at("17 15:00")
    about = running("ITO", answer_due_at=due, due_at=due, chased_at=at("17 14:30"))
    first = look_at(about, (link,), (), at("17 17:30"), POLICY)  # the service was down since before three o'clock
    assert first.letters == (), "the passer is at home, and the provider hears of it when he does"
    assert first.changes["next_at"] == at("18 08:00")
    later = Ticket(**{**about.model_dump(), **first.changes})
    assert {letter.kind for letter in look_at(later, (link,), (), at("18 08:00"), POLICY).letters} == {
        LetterKind.REMINDER,
        LetterKind.ESCALATION,
        LetterKind.CHASE_REMINDER,
    }


# --- the end


def waiting(**more: Any) -> Ticket:
    values: dict[str, Any] = {"next_at": at("17 09:00"), "waiting_since": at("17 09:00")}
    return ticket("TABMIS", TicketState.WAITING, **{**values, **more})


def resolved(**more: Any) -> Ticket:
    values: dict[str, Any] = {"next_at": at("17 09:00"), "resolved_at": at("17 09:00")}
    return ticket("TABMIS", TicketState.RESOLVED, **{**values, **more})


def test_a_waiting_requester_is_reminded_of_the_question_and_told_the_closing_date() -> None:
    plan = look_at(waiting(), (), (), at("20 09:00"), POLICY, "Chị cho biết số lệnh?")
    letter = the(plan, LetterKind.WAITING_REMINDER)
    assert (letter.recipient, letter.text, letter.when) == (USER.address, "Chị cho biết số lệnh?", at("27 09:00"))
    assert plan.changes["warned_at"] == at("20 09:00")
    assert (plan.changes["next_what"], plan.changes["next_at"]) == ("waiting_close", at("27 09:00"))


def test_an_unanswered_question_closes_the_ticket_and_everybody_who_worked_on_it_is_told() -> None:
    plan = looked(waiting(warned_at=at("20 09:00")), "27 09:00", *chain(LAN))
    assert plan.changes["state"] is TicketState.CLOSED
    assert plan.changes["closed_at"] == at("27 09:00")
    assert plan.changes["waiting_since"] is None
    assert (plan.changes["next_at"], plan.changes["next_what"]) == (None, None)
    assert [(letter.kind, letter.recipient) for letter in plan.letters] == [
        (LetterKind.CLOSED_UNANSWERED, LAN.address),
        (LetterKind.CLOSED_UNANSWERED, "nhom.tabmis@vst.gov.vn"),
    ]
    assert event_kinds(plan) == ["closed"]


def test_a_resolved_ticket_is_closed_in_silence_after_its_warning() -> None:
    warned = looked(resolved(), "20 09:00")
    assert the(warned, LetterKind.CLOSING_WARNING).when == at("24 09:00")
    closed = looked(resolved(warned_at=at("20 09:00")), "24 09:00")
    assert closed.letters == ()
    assert closed.changes["state"] is TicketState.CLOSED


def test_the_requester_is_warned_in_working_time_only() -> None:
    plan = looked(resolved(), "21 10:00")  # a Saturday: the service was down on Friday
    assert plan.letters == ()
    assert plan.changes["next_at"] == at("23 08:00")


@pytest.mark.parametrize("about", [resolved(requester_address="", reply_address=""), resolved(reply_address=OWN)])
def test_a_ticket_without_an_address_to_warn_ends_all_the_same(about: Ticket) -> None:
    warned = looked(about, "20 09:00")
    assert warned.letters == ()
    after = Ticket(**{**about.model_dump(), **warned.changes})
    assert looked(after, "24 09:00").changes["state"] is TicketState.CLOSED


def test_an_ended_ticket_is_left_alone() -> None:
    plan = look_at(ticket(state=TicketState.REJECTED, next_at=at("17 09:00")), (), (), at("30 09:00"), POLICY)
    assert plan.letters == ()
    assert plan.changes == {"next_at": None, "next_what": None}


def test_looking_twice_at_the_same_moment_says_nothing_more() -> None:
    about = running()
    first = looked(about, "24 09:00")
    again = looked(Ticket(**{**about.model_dump(), **first.changes}), "24 09:00")
    assert again.letters == ()
    assert first.changes["next_at"] is not None
    assert first.changes["next_at"] > at("24 09:00") + timedelta(minutes=1)
