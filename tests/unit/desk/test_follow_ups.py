"""More from the requester, automatic mail, bounces and brakes: READING.md and FIELD rows 10, 11, 12, 13 and 22."""

from dataclasses import replace
from typing import Any

import pytest

from daemon.desk.decide import decide
from daemon.desk.directory import Staff
from daemon.desk.facts import Facts, Match, Proof, Recent
from daemon.desk.letters import LetterKind
from daemon.desk.plan import Plan
from daemon.reading.mail import Address, Kind
from storage.tables import EntryKind, InboundState, ReplyGoes, Role, Ticket, TicketState
from tests.unit.desk.builders import (
    COLLEAGUE,
    LAN,
    MINH,
    OWN,
    PICTURE,
    POLICY,
    TUAN,
    USER,
    chain,
    event_kinds,
    facts_of,
    judged,
    kinds,
    letter_of,
    mail,
    participants,
    the,
    ticket,
)


def says(text: str, about: Ticket, sender: Address = USER, *, facts: Facts | None = None, **more: Any) -> Plan:
    known = facts if facts is not None else facts_of(about, participants=participants(USER, COLLEAGUE))
    return decide(mail(text, sender, **more), known, POLICY)


# They reach whoever holds the ticket.


@pytest.mark.parametrize(
    ("about", "recipient"),
    [
        (ticket(), "tinhoc.lamdong@vst.gov.vn"),
        (ticket(taken_by=LAN.address), LAN.address),
        (ticket(application="KQKB"), MINH.address),  # the application's administrator is first within Mức 1
        (ticket(application="KQKB", taken_by=LAN.address), LAN.address),
        (ticket("TABMIS"), "nhom.tabmis@vst.gov.vn"),
        (ticket("TABMIS", taken_by=TUAN.address), TUAN.address),
        (ticket("TABMIS", taken_by=LAN.address), "nhom.tabmis@vst.gov.vn"),  # he works elsewhere now
        (ticket("TABMIS", taken_by="nghi.huu@vst.gov.vn"), "nhom.tabmis@vst.gov.vn"),
    ],
)
def test_a_follow_up_reaches_the_officer_who_took_it_or_the_office(about: Ticket, recipient: str) -> None:
    letter = the(says("Em gửi thêm thông tin.", about), LetterKind.FOLLOW_UP)
    assert (letter.recipient, letter.text, letter.by) == (recipient, "Em gửi thêm thông tin.", USER.name)


def test_a_follow_up_is_passed_on_without_the_quoted_history() -> None:
    plan = says("Vẫn thế ạ.", ticket(), quoted="NỘI BỘ", full_text="Vẫn thế ạ.\n> NỘI BỘ")
    assert "NỘI BỘ" not in the(plan, LetterKind.FOLLOW_UP).text


def test_the_notice_of_a_follow_up_says_where_a_plain_reply_goes() -> None:
    facts = facts_of(ticket("TABMIS"), passed_by=chain(LAN))
    letter = the(says("Thêm ạ.", ticket("TABMIS"), facts=facts), LetterKind.FOLLOW_UP)
    assert (letter.reply_goes, letter.reply_reaches) == (ReplyGoes.PASSER, "Phòng Tin học KBNN Lâm Đồng")


def test_new_people_in_cc_become_participants_but_our_addresses_and_staff_do_not() -> None:
    plan = says(
        "Em gửi thêm.",
        ticket(),
        to=(Address("", OWN),),
        cc=(
            Address("", "hotrocntt+abc@vst.gov.vn"),
            Address("", LAN.address),
            COLLEAGUE,
            Address("Mới", "moi@vst.gov.vn"),
            Address("Mới", "MOI@vst.gov.vn"),
        ),
    )
    assert [(one.address, one.role) for one in plan.participants] == [("moi@vst.gov.vn", Role.CC)]


def test_the_requester_gets_no_second_acknowledgement() -> None:
    assert LetterKind.ACKNOWLEDGEMENT not in kinds(says("Em gửi thêm.", ticket()))


# Reopening.

ENDED = [TicketState.RESOLVED, TicketState.CLOSED, TicketState.REJECTED]
THANKS = [
    "Cảm ơn anh.",
    "cám ơn chị nhiều ạ",
    "Em cảm ơn anh Vân ạ",
    "Cảm ơn chị Nhung!",
    "cam on anh",
    "CAM ON ANH CHI",
    "Xin chân thành cảm ơn.",
    "Cảm ơn anh, đã hết lỗi rồi ạ",
    "Cảm ơn, không còn lỗi nữa",
    "Thanks",
    "Thank you very much!",
    "tks anh",
    "OK em",
    "Ok, cảm ơn.",
]
NOT_ONLY_THANKS = [
    "Cảm ơn anh nhưng vẫn chưa được.",
    "cam on anh nhung van chua duoc",
    "Cảm ơn, máy em vẫn báo lỗi.",
    "Cảm ơn anh, giờ lại bị rồi",
    "Cảm ơn anh, còn máy bên cạnh thì sao ạ?",
    "Cảm ơn, nhờ anh mở thêm TTSP",
    "Thanks, but it still does not work",
    "Chưa được anh ơi.",
    "Lỗi lại xuất hiện",
    "Cảm ơn anh đã giúp em hôm trước, hôm nay máy em báo hết hạn chứng thư số khi ký",
]


@pytest.mark.parametrize("ended", ENDED)
def test_a_follow_up_reopens_an_ended_ticket(ended: TicketState) -> None:
    plan = says("Chưa được anh ơi.", ticket(state=ended))
    assert plan.changes["state"] is TicketState.IN_PROGRESS
    assert "reopened" in event_kinds(plan)
    assert kinds(plan) == [LetterKind.FOLLOW_UP]


@pytest.mark.parametrize("text", THANKS)
@pytest.mark.parametrize("sender", [USER, COLLEAGUE])
def test_a_short_thank_you_does_not_reopen(text: str, sender: Address) -> None:
    plan = says(text, ticket(state=TicketState.RESOLVED), sender)
    assert dict(plan.changes) == {}
    assert plan.entry is not None
    assert plan.entry.kind is EntryKind.FOLLOW_UP


@pytest.mark.parametrize("text", NOT_ONLY_THANKS)
def test_thanks_with_more_to_say_reopens(text: str) -> None:
    assert says(text, ticket(state=TicketState.RESOLVED)).changes["state"] is TicketState.IN_PROGRESS


def test_thanks_with_a_picture_reopens() -> None:
    plan = says("Cảm ơn anh.", ticket(state=TicketState.RESOLVED), attachments=(PICTURE,))
    assert plan.changes["state"] is TicketState.IN_PROGRESS


@pytest.mark.parametrize("text", ["#mo", "#mở", "#Mở lại giúp em", "Cảm ơn anh.\n#mo"])
def test_one_word_of_the_requester_reopens(text: str) -> None:
    plan = says(text, ticket(state=TicketState.CLOSED))
    assert plan.changes["state"] is TicketState.IN_PROGRESS
    assert "mở lại" in the(plan, LetterKind.FOLLOW_UP).why
    assert plan.entry is not None
    assert not plan.entry.text.lower().endswith(("#mo", "#mở"))


def test_the_word_to_reopen_keeps_the_requesters_other_lines() -> None:
    plan = says("#mo\n#TABMIS vẫn lỗi\nNhờ anh xem lại.", ticket(state=TicketState.CLOSED))
    assert plan.entry is not None
    assert plan.entry.text == "#TABMIS vẫn lỗi\nNhờ anh xem lại."


def test_somebody_in_cc_has_no_word_to_reopen_but_his_text_does() -> None:
    plan = says("#mo\nVẫn lỗi", ticket(state=TicketState.CLOSED), COLLEAGUE)
    assert plan.changes["state"] is TicketState.IN_PROGRESS
    assert the(plan, LetterKind.FOLLOW_UP).text == "#mo\nVẫn lỗi"


def test_somebody_in_cc_does_not_end_the_wait_for_the_requester() -> None:
    assert "state" not in says("Bên em cũng bị.", ticket(state=TicketState.WAITING), COLLEAGUE).changes


@pytest.mark.parametrize("state", [TicketState.NEW, TicketState.IN_PROGRESS])
def test_a_follow_up_leaves_an_open_ticket_as_it_is(state: TicketState) -> None:
    assert dict(says("Em gửi thêm.", ticket(state=state)).changes) == {}


# Empty replies.


@pytest.mark.parametrize("state", [TicketState.IN_PROGRESS, TicketState.WAITING, TicketState.RESOLVED])
def test_an_empty_reply_adds_its_attachments_and_changes_nothing_else(state: TicketState) -> None:
    plan = says("", ticket(state=state), attachments=(PICTURE,))
    assert dict(plan.changes) == {}
    assert the(plan, LetterKind.FOLLOW_UP).with_attachments


def test_where_no_new_text_is_left_staff_see_everything() -> None:
    plan = says("", ticket(), full_text="> Anh trả lời\nEm đã làm ở giữa")
    assert the(plan, LetterKind.FOLLOW_UP).text == "> Anh trả lời\nEm đã làm ở giữa"


# Automatic mail.


@pytest.mark.parametrize("kind", [Kind.AUTO_REPLY, Kind.AUTO_GENERATED, Kind.BULK])
@pytest.mark.parametrize("state", [TicketState.WAITING, TicketState.RESOLVED, TicketState.NEW])
def test_automatic_mail_is_filed_without_a_change_of_state_and_without_an_answer(
    kind: Kind, state: TicketState
) -> None:
    plan = says("Tôi vắng mặt đến thứ Hai.", ticket(state=state), kind=kind, suppress_answer=True)
    assert (dict(plan.changes), plan.letters) == ({}, ())
    assert (plan.ticket_id, plan.outcome) == (7, InboundState.ENTRY)
    assert plan.entry is not None
    assert plan.entry.kind is EntryKind.AUTOMATIC


@pytest.mark.parametrize("kind", [Kind.AUTO_REPLY, Kind.AUTO_GENERATED, Kind.BULK, Kind.BOUNCE, Kind.OWN, Kind.SPAM])
def test_automatic_mail_without_a_ticket_is_on_record_with_a_reason(kind: Kind) -> None:
    plan = decide(mail("x", kind=kind), facts_of(judgement=judged()), POLICY)
    assert plan.outcome is InboundState.IGNORED
    assert plan.reason
    assert (plan.letters, plan.new_ticket) == ((), None)


def test_our_own_mail_that_comes_back_is_on_record() -> None:
    assert says("x", ticket(), kind=Kind.OWN).outcome is InboundState.IGNORED


def test_an_officers_out_of_office_does_nothing() -> None:
    plan = decide(mail("Tôi nghỉ phép.", LAN, kind=Kind.AUTO_REPLY), facts_of(ticket(), LAN), POLICY)
    assert (dict(plan.changes), plan.letters) == ({}, ())


@pytest.mark.parametrize("text", ["#khongco", "#xong\nĐã sửa", "Em chào chị"])
@pytest.mark.parametrize("sign", [{"suppress_answer": True}, {"null_return_path": True}])
def test_a_mail_with_an_automatic_sign_is_never_answered_automatically(text: str, sign: dict[str, bool]) -> None:
    for staff, proof in (
        (LAN, Proof(True, LAN, True)),
        (LAN, Proof(True, LAN, False)),
        (None, Proof(True, None, True)),
    ):
        sender: Address | Staff = staff if staff is not None else USER
        plan = decide(mail(text, sender, **sign), facts_of(ticket(), staff, proof=proof), POLICY)
        assert [letter for letter in plan.letters if letter.recipient in (LAN.address, USER.address)] == [
            letter for letter in plan.letters if letter.kind is LetterKind.ANSWER
        ]


# Bounces.


def bounce(recipient: str, about: Ticket, letter: str = "answer", **more: Any) -> Plan:
    values: dict[str, Any] = {"kind": Kind.BOUNCE, "bounce_permanent": True, "suppress_answer": True, **more}
    returned = mail("550 no such user", Address("", "mailer-daemon@vst.gov.vn"), **values)
    bounced = letter_of(ReplyGoes.HOLDER, recipient=recipient, kind=letter)
    return decide(returned, facts_of(about, bounced_letter=bounced), POLICY)


def test_a_returned_answer_is_filed_and_the_holder_is_told() -> None:
    plan = bounce(USER.address, ticket(taken_by=LAN.address))
    letter = the(plan, LetterKind.UNDELIVERABLE)
    assert letter.recipient == LAN.address
    assert USER.address in letter.lines[0]
    assert dict(plan.changes) == {}
    assert plan.entry is not None
    assert plan.entry.kind is EntryKind.AUTOMATIC


@pytest.mark.parametrize("written", ["tinhoc.lamdong@vst.gov.vn", "TINHOC.LamDong@VST.gov.vn"])
def test_a_returned_notice_never_notifies_the_address_that_failed(written: str) -> None:
    plan = bounce(written, ticket(), "notice")
    assert the(plan, LetterKind.UNDELIVERABLE).recipient == "servicedesk@vst.gov.vn"


def test_neither_does_it_notify_the_address_that_failed_behind_a_list() -> None:
    plan = bounce(
        "tinhoc.lamdong@vst.gov.vn", ticket(taken_by=LAN.address), "notice", bounced_recipients=(LAN.address,)
    )
    assert the(plan, LetterKind.UNDELIVERABLE).recipient == "servicedesk@vst.gov.vn"


def test_where_the_service_desk_itself_cannot_be_reached_nobody_is_written_to() -> None:
    assert bounce("servicedesk@vst.gov.vn", ticket("SERVICE_DESK"), "notice").letters == ()


def test_a_returned_report_of_a_bounce_is_only_filed() -> None:
    plan = bounce("servicedesk@vst.gov.vn", ticket(), "undeliverable")
    assert plan.letters == ()
    assert plan.entry is not None


def test_a_warning_of_a_delay_is_only_filed() -> None:
    plan = bounce(USER.address, ticket(), bounce_permanent=False)
    assert (plan.letters, plan.outcome) == ((), InboundState.ENTRY)


# Brakes: beyond the limit everything is stored, nothing is answered, and the Service Desk hears of it once.


def test_a_ticket_that_gets_too_many_mails_an_hour_is_braked_with_one_note() -> None:
    flooded = facts_of(ticket(state=TicketState.RESOLVED), recent=Recent(entries_of_ticket=30))
    first = decide(mail("Vẫn lỗi"), flooded, POLICY)
    assert kinds(first) == [LetterKind.BRAKE]
    assert first.letters[0].recipient == "servicedesk@vst.gov.vn"
    assert "brake_reached" in event_kinds(first)
    assert (dict(first.changes), first.outcome) == ({}, InboundState.ENTRY)
    told = replace(flooded, recent=Recent(entries_of_ticket=31, ticket_braked_already=True))
    assert decide(mail("Vẫn lỗi"), told, POLICY).letters == ()


def test_one_mail_below_the_limit_still_reaches_the_holder() -> None:
    facts = facts_of(ticket(), recent=Recent(entries_of_ticket=29))
    assert kinds(decide(mail("Vẫn lỗi"), facts, POLICY)) == [LetterKind.FOLLOW_UP]


def test_a_second_delivery_of_the_same_mail_is_on_record() -> None:
    plan = decide(mail(), Facts(facts_of().now, Proof(False, None, True), second_delivery_of=5), POLICY)
    assert plan.outcome is InboundState.IGNORED
    assert "5" in plan.reason
    assert plan.letters == ()


def test_the_match_by_code_is_enough_for_the_requesters_follow_up() -> None:
    facts = facts_of(ticket(), keyed=False, match=Match.CODE, proof=Proof(False, None, False))
    assert kinds(says("Em gửi thêm.", ticket(), facts=facts)) == [LetterKind.FOLLOW_UP]
