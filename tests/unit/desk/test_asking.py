"""Asking instead of guessing, asking the desk by mail, and calls by telephone."""

from typing import Any

import pytest

from daemon.desk.asking import missing
from daemon.desk.decide import decide
from daemon.desk.facts import Proof, Recent
from daemon.desk.form import blank
from daemon.desk.guesses import Guesses
from daemon.desk.letters import Choice, LetterKind
from daemon.desk.plan import Plan
from daemon.desk.selfservice import Wish, wish_of
from daemon.reading.mail import Address, Kind
from storage.tables import Channel, EntryKind, InboundState, Ticket, TicketState
from tests.unit.desk.builders import (
    LAN,
    MAI,
    PICTURE,
    POLICY,
    USER,
    event_kinds,
    facts_of,
    judged,
    kinds,
    mail,
    person,
    province,
    the,
    ticket,
    unsure,
)

DESK = "servicedesk@vst.gov.vn"
UNSURE: dict[str, Any] = {"application": "TTSP", "application_accepted": False, "application_confidence": 0.4}
NOWHERE: dict[str, Any] = {"province": None, "province_current": None}
GUESSES = Guesses(("TTSP", "TTLKB", "TCS", "TABMIS", "KHAC"), "Lâm Đồng")


def at_desk(**more: Any) -> Ticket:
    return ticket("SERVICE_DESK", TicketState.NEW, **more)


def asks(words: str, about: Ticket) -> Plan:
    return decide(mail(words, MAI), facts_of(about, MAI, guesses=GUESSES), POLICY)


def test_one_word_of_the_service_desk_asks_for_the_province_and_pauses_the_clock() -> None:
    plan = asks("#hoi tinh", at_desk(**NOWHERE))
    assert (plan.changes["state"], plan.changes["asked"]) == (TicketState.WAITING, "province")
    letter = the(plan, LetterKind.ASK_DETAILS)
    assert letter.recipient == USER.address
    assert letter.choices == (Choice("Lâm Đồng", "Tỉnh: Lâm Đồng"), Choice("Ghi tên tỉnh, thành phố", "Tỉnh: "))
    assert plan.entry is not None
    assert plan.entry.kind is EntryKind.ANSWER


def test_the_question_for_the_application_offers_the_likely_ones_and_another() -> None:
    letter = the(asks("#hoi ứng dụng", at_desk(**UNSURE)), LetterKind.ASK_DETAILS)
    assert [one.body for one in letter.choices] == [
        "Ứng dụng: Ứng dụng TTSP",
        "Ứng dụng: Ứng dụng TTLKB",
        "Ứng dụng: Ứng dụng TCS",
        "Ứng dụng: ",
    ]


def test_both_are_asked_in_one_letter() -> None:
    plan = asks("#hoi tinh va ung dung", at_desk(**UNSURE, **NOWHERE))
    assert plan.changes["asked"] == "province application"
    letter = the(plan, LetterKind.ASK_DETAILS)
    assert all("Tỉnh: " in one.body and "Ứng dụng: " in one.body for one in letter.choices)


def test_a_question_of_the_officers_own_is_sent_as_it_is() -> None:
    plan = asks("#hoi Tỉnh nào đang bị lỗi?", at_desk(**NOWHERE))
    assert the(plan, LetterKind.QUESTION).text == "Tỉnh nào đang bị lỗi?"
    assert "asked" not in plan.changes


def replies(text: str, asked: str, **more: Any) -> Plan:
    state = {"state": TicketState.WAITING, "waiting_since": ticket().created_at, "asked": asked}
    about = ticket("SERVICE_DESK", **{**state, **more})
    return decide(mail(text), facts_of(about), POLICY)


@pytest.mark.parametrize("text", ["Tỉnh: Lâm Đồng", "lam dong", "Em ở KBNN Đức Trọng, Lâm Đồng ạ.", "TỈNH: lâm đồng"])
def test_the_reply_is_understood_and_the_ticket_goes_to_the_province(text: str) -> None:
    plan = replies(text, "province", **NOWHERE)
    assert (plan.changes["province"], plan.changes["holder"]) == ("Lâm Đồng", "Lâm Đồng")
    assert (plan.changes["state"], plan.changes["asked"]) == (TicketState.IN_PROGRESS, "")
    assert {"resumed", "province_told", "routed_again"} <= set(event_kinds(plan))
    assert the(plan, LetterKind.NOTICE).recipient == "tinhoc.lamdong@vst.gov.vn"
    assert LetterKind.FOLLOW_UP not in kinds(plan)
    assert plan.learned


def test_a_reply_that_says_something_else_resumes_and_reaches_the_service_desk() -> None:
    plan = replies("Để em hỏi lại ạ.", "province", **NOWHERE)
    assert "province" not in plan.changes
    assert (plan.changes["state"], plan.changes["asked"]) == (TicketState.IN_PROGRESS, "province")
    assert the(plan, LetterKind.FOLLOW_UP).recipient == DESK


def test_half_an_answer_is_taken_and_the_rest_stays_asked() -> None:
    plan = replies("Ứng dụng: TTSP\nTỉnh: ", "province application", **UNSURE, **NOWHERE)
    assert (plan.changes["application"], plan.changes["application_accepted"]) == ("TTSP", True)
    assert plan.changes["asked"] == "province"


def test_the_classifiers_understand_what_a_name_alone_does_not_say() -> None:
    about = ticket("SERVICE_DESK", TicketState.WAITING, asked="province", **NOWHERE)
    facts = facts_of(about, judgement=judged(where=province("Lâm Đồng")))
    assert decide(mail("KBNN Đức Trọng"), facts, POLICY).changes["province"] == "Lâm Đồng"
    unknown = facts_of(about, judgement=judged(unsure("TCS"), province(None)))
    assert "province" not in decide(mail("KBNN Đức Trọng"), unknown, POLICY).changes


def test_an_answer_to_what_was_meanwhile_corrected_changes_nothing() -> None:
    waits = at_desk(asked="province application", **NOWHERE)
    corrected = decide(mail("#tinh Hà Nội", MAI), facts_of(waits, MAI), POLICY)
    assert corrected.changes["asked"] == "application"
    corrected = decide(mail("#phanloai TCS", MAI), facts_of(waits, MAI), POLICY)
    assert corrected.changes["asked"] == "province"
    assert "province" not in replies("Hà Nội", "application").changes


@pytest.mark.parametrize(
    ("typed", "answer", "changes"),
    [
        ("tinh", "Hà Nội", {"province": "Hà Nội", "holder": "Hà Nội"}),
        ("ung dung", "Ứng dụng: TTSP", {"application": "TTSP"}),
        ("don vi", "Đơn vị: Sở Tài chính", {"organisation": "tc"}),
    ],
)
def test_what_an_officer_asks_counts_although_something_was_known(
    typed: str, answer: str, changes: dict[str, str]
) -> None:
    asked = asks(f"#hoi {typed}", at_desk()).changes["asked"]
    assert asked in ("province", "application", "organisation")
    plan = replies(answer, asked)
    assert {name: value for name, value in plan.changes.items() if name in changes} == changes
    assert plan.changes["asked"] == ""


def test_who_is_asked_for_a_known_organisation_may_choose_another() -> None:
    letter = the(asks("#hoi don vi", at_desk()), LetterKind.ASK_DETAILS)
    assert len(letter.choices) > 2


def test_what_is_missing_is_said_for_the_button() -> None:
    assert missing(at_desk()) == ""
    assert missing(at_desk(**NOWHERE)) == "province"
    assert missing(at_desk(**UNSURE)) == "application"
    assert missing(at_desk(application="KHAC", **NOWHERE)) == "province application"


def test_guesses_come_from_the_judged_event_whatever_it_holds() -> None:
    said = {
        "application": ["TTSP", 0.4, False],
        "alternatives": [["TCS", 0.2], ["TTSP", 0.1]],
        "province": ["Huế", 0.4, False],
    }
    assert Guesses.of(said) == Guesses(("TTSP", "TCS"), "Huế")
    for odd in (None, {}, {"application": 3, "alternatives": [3], "province": [None, 0.0, False]}):
        assert Guesses.of(odd) == Guesses()


# Asking the desk by mail.


@pytest.mark.parametrize(
    ("subject", "text", "wish"),
    [
        ("phieu", "", Wish.FORM),
        ("Phiếu yêu cầu", "Cho em xin ạ.", Wish.FORM),
        ("", "phiếu", Wish.FORM),
        ("Nhờ hỗ trợ", "PHIEU\nCảm ơn.", Wish.FORM),
        ("x", blank(), Wish.FORM),
        ("yeu cau cua toi", "", Wish.MY_TICKETS),
        ("Yêu cầu của tôi", "", Wish.MY_TICKETS),
        ("huong dan", "", Wish.GUIDE),
        ("Hướng dẫn", "", Wish.GUIDE),
        ("Phiếu chi không in được", "Máy in không in.", None),
        ("phieu", "Em in phiếu chi từ KTNB thì máy in không in, nhưng in Word thì bình thường, nhờ xem giúp em với ạ.", None),
        ("Re: phieu", "cảm ơn", None),
        ("", "", None),
    ],
)  # fmt: skip
def test_a_wish_is_a_subject_or_first_line_with_nothing_of_its_own_to_say(
    subject: str, text: str, wish: Wish | None
) -> None:
    assert wish_of(mail(text, subject=subject)) is wish


def test_a_mail_with_a_file_or_a_forward_is_a_request_whatever_its_subject() -> None:
    assert wish_of(mail("", subject="phieu", attachments=(PICTURE,))) is None
    assert wish_of(mail("", subject="phieu", is_forward=True)) is None


def wishes(subject: str, **more: Any) -> Plan:
    facts = {key: more.pop(key) for key in ("recent", "own_tickets", "proof") if key in more}
    return decide(mail("", subject=subject, **more), facts_of(judgement=judged(), **facts), POLICY)


def test_a_wish_is_answered_without_a_ticket_to_from_and_never_to_reply_to() -> None:
    plan = wishes("yeu cau cua toi", own_tickets=(ticket(),), reply_to=(Address("", "ke-gian@example.com"),))
    assert (plan.outcome, plan.new_ticket) == (InboundState.IGNORED, None)
    letter = the(plan, LetterKind.MY_TICKETS)
    assert (letter.recipient, [one.code for one in letter.about]) == (USER.address, ["HT-2026-000007"])


def test_the_guide_shows_the_words_to_proven_staff_only() -> None:
    assert the(wishes("huong dan"), LetterKind.GUIDE).bound_to == ""
    officer = the(wishes("huong dan", sender=person(LAN), proof=Proof(False, LAN, True)), LetterKind.GUIDE)
    assert officer.bound_to == "Lâm Đồng"
    forged = the(wishes("huong dan", sender=person(LAN), proof=Proof(False, LAN, False)), LetterKind.GUIDE)
    assert forged.bound_to == ""


def test_wishes_over_the_hourly_cap_are_put_on_record_unanswered() -> None:
    plan = wishes("phieu", recent=Recent(automatic_to_sender=10))
    assert (plan.outcome, plan.new_ticket) == (InboundState.IGNORED, None)
    assert [letter.kind for letter in plan.letters] == [LetterKind.BRAKE]


def test_a_machine_that_wishes_is_not_answered() -> None:
    assert wishes("phieu", kind=Kind.AUTO_REPLY).letters == ()
    assert wishes("phieu", suppress_answer=True).letters == ()


# A telephone call without address.


def calls(text: str, officer: Any = MAI) -> Plan:
    return decide(mail(text, officer), facts_of(None, officer, judgement=judged()), POLICY)


def test_a_caller_without_address_is_answered_through_the_service_desk() -> None:
    plan = calls("#thay Bà Cúc 0263 3812345\nKhông vào được TABMIS.")
    new = plan.new_ticket
    assert new is not None
    assert (new.channel, new.requester_name, new.requester_address, new.reply_address) == (
        Channel.TELEPHONE,
        "Bà Cúc 0263 3812345",
        "",
        DESK,
    )
    assert new.holder == "Lâm Đồng", "it goes the caller's normal way"
    assert LetterKind.ACKNOWLEDGEMENT not in kinds(plan)
    assert the(plan, LetterKind.DONE).recipient == MAI.address


def test_the_answer_to_such_a_caller_reaches_the_service_desk() -> None:
    about = ticket(requester_address="", requester_name="Bà Cúc", reply_address=DESK, channel=Channel.TELEPHONE)
    plan = decide(mail("#xong\nĐã mở lại kỳ.", LAN), facts_of(about, LAN), POLICY)
    assert the(plan, LetterKind.ANSWER).recipient == DESK


@pytest.mark.parametrize("text", ["#thay\nGọi điện", "#thay cô Cúc\nGọi điện"])
def test_any_office_may_write_a_caller_down(text: str) -> None:
    new = calls(text, LAN).new_ticket
    assert new is not None
    assert (new.channel, new.requester_address) == (Channel.TELEPHONE, "")
    assert new.requester_name
