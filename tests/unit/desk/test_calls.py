"""A caller without an address: the Service Desk gets his letters, speaks for him, and stays the Service Desk with its words."""

import pytest

from daemon.desk.decide import decide
from daemon.desk.directory import Staff
from daemon.desk.letters import LetterKind
from daemon.desk.plan import Plan
from storage.tables import Channel, EntryKind, ReplyGoes, Ticket, TicketState
from tests.unit.desk.builders import (
    BICH,
    LAN,
    MAI,
    POLICY,
    event_kinds,
    facts_of,
    kinds,
    letter_of,
    mail,
    the,
    ticket,
)

SHARED = Staff("servicedesk@vst.gov.vn", "Nhóm Service Desk", "SERVICE_DESK")
EITHER = pytest.mark.parametrize("who", [SHARED, MAI], ids=["shared address", "member"])


def call(holder: str = "Lâm Đồng", state: TicketState = TicketState.IN_PROGRESS, **more: object) -> Ticket:
    caller = {"requester_address": "", "requester_name": "Bà Cúc", "reply_address": SHARED.address}
    return ticket(holder, state, channel=Channel.TELEPHONE, **caller, **more)


def waiting(holder: str = "Lâm Đồng") -> Ticket:
    return call(holder, TicketState.WAITING, waiting_since=ticket().created_at)


def says(text: str, who: Staff, about: Ticket, answers: str = "", authentic: bool = True) -> Plan:
    letter = letter_of(ReplyGoes.HOLDER, recipient=SHARED.address, kind=answers) if answers else None
    return decide(mail(text, who), facts_of(about, who, answers_letter=letter, authentic=authentic), POLICY)


def test_his_letters_may_be_answered_by_every_member_of_the_service_desk() -> None:
    plan = says("#hoi\nMã lỗi là gì?", LAN, call())
    letter = the(plan, LetterKind.QUESTION)
    assert (letter.recipient, letter.bound_to) == (SHARED.address, "SERVICE_DESK")


def test_a_requesters_own_letters_are_bound_to_nobody_else() -> None:
    assert the(says("#hoi\nMã lỗi là gì?", LAN, ticket()), LetterKind.QUESTION).bound_to == ""


@EITHER
@pytest.mark.parametrize("holder", ["Lâm Đồng", "SERVICE_DESK"])
def test_what_the_caller_answered_ends_the_wait_and_reaches_the_holder(who: Staff, holder: str) -> None:
    plan = says("Bà Cúc nói mã lỗi là 12.", who, waiting(holder), "question")
    assert plan.changes["state"] is TicketState.IN_PROGRESS
    assert the(plan, LetterKind.FOLLOW_UP).text == "Bà Cúc nói mã lỗi là 12."
    assert plan.entry is not None
    assert plan.entry.kind is EntryKind.FOLLOW_UP


@EITHER
def test_the_caller_is_content(who: Staff) -> None:
    about = call(state=TicketState.RESOLVED, resolved_at=ticket().created_at)
    assert says("Đã xong, cảm ơn.", who, about, "answer").changes["state"] is TicketState.CLOSED


@EITHER
def test_words_are_the_service_desks_own(who: Staff) -> None:
    assert "chased" in event_kinds(says("#donduc", who, call()))
    assert says("#tinh Hà Nội", who, call()).changes["province"] == "Hà Nội"
    ended = call(state=TicketState.CLOSED, closed_at=ticket().created_at)
    assert says("#mo", who, ended, "answer").changes["state"] is TicketState.IN_PROGRESS


@EITHER
def test_words_of_the_holder_are_refused_to_it(who: Staff) -> None:
    plan = says("#xong\nĐã xong.", who, call(), "question")
    assert (kinds(plan), dict(plan.changes)) == ([LetterKind.HELP], {})


def test_a_members_reply_to_anything_else_is_a_note() -> None:
    plan = says("Để theo dõi.", MAI, call(), "morning_list")
    assert event_kinds(plan) == ["noted"]


def test_a_mail_from_the_shared_address_alone_is_the_callers() -> None:
    assert LetterKind.FOLLOW_UP in kinds(says("Bà Cúc gọi lại, vẫn lỗi.", SHARED, call()))


def test_another_groups_officer_does_not_speak_for_the_caller() -> None:
    assert event_kinds(says("Mã lỗi 12.", BICH, waiting(), "question")) == ["noted"]


def test_without_the_servers_word_nobody_speaks_for_the_caller() -> None:
    plan = says("Mã lỗi 12.", SHARED, waiting(), "question", authentic=False)
    assert "proof_failed" in event_kinds(plan)
    assert not plan.changes
