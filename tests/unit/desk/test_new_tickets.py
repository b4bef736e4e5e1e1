"""A mail that begins a ticket: whose it is, where it goes, who is written to. DOMAIN section 7, READING.md."""

from typing import Any

import pytest

from classifiers.verdict import Judgement, ProvinceVerdict
from daemon.desk.decide import decide
from daemon.desk.directory import Staff
from daemon.desk.facts import Proof, Recent
from daemon.desk.letters import LetterKind
from daemon.desk.origin import origin_of, question_for_judge
from daemon.desk.plan import Plan
from daemon.reading.mail import Address, Kind
from storage.tables import Channel, EntryKind, InboundState, Register, ReplyGoes, Role, Ticket, TicketState
from tests.unit.desk.builders import (
    ITO_MAN,
    LAN,
    MAI,
    MINH,
    MONITOR,
    NOW,
    OWN,
    POLICY,
    TUAN,
    USER,
    event_kinds,
    facts_of,
    judged,
    kinds,
    mail,
    province,
    the,
    unsure,
)

DESK = "servicedesk@vst.gov.vn"
CALLER = Address("Bà Cúc", "cuc@truonghoc.edu.vn")


def begins(
    text: str = "Em không vào được TABMIS.",
    sender: Address | Staff | None = USER,
    judgement: Judgement | None = None,
    **more: Any,
) -> Plan:
    """The plan for a new mail; an officer who sends it is proven unless `proof` says otherwise."""
    staff = sender if isinstance(sender, Staff) else None
    facts = {key: more.pop(key) for key in ("proof", "recent", "may_belong_to", "flagged_same_id") if key in more}
    known = facts_of(None, staff, judgement=judgement or judged(), **facts)
    return decide(mail(text, sender, **more), known, POLICY)


def made(plan: Plan) -> Ticket:
    assert plan.new_ticket is not None
    return plan.new_ticket


# The ordinary case.


def test_a_request_is_acknowledged_and_the_office_is_told_why_it_came() -> None:
    plan = begins()
    new = made(plan)
    assert (new.state, new.holder, new.level, new.application) == (TicketState.NEW, "Lâm Đồng", 1, "TABMIS")
    assert (new.created_at, new.channel) == (NOW, Channel.MAIL)
    assert new.answer_due_at is not None
    assert kinds(plan) == [LetterKind.ACKNOWLEDGEMENT, LetterKind.NOTICE]
    acknowledgement, notice = plan.letters
    assert (acknowledgement.recipient, acknowledgement.automatic) == (USER.address, True)
    assert notice.recipient == "tinhoc.lamdong@vst.gov.vn"
    assert notice.why == new.why
    assert (notice.reply_goes, notice.reply_reaches) == (ReplyGoes.REQUESTER, USER.name)
    assert notice.with_attachments
    assert plan.entry is not None
    assert plan.entry.kind is EntryKind.REQUEST
    assert event_kinds(plan)[:3] == ["ticket_created", "judged", "routed"]


def test_within_level_1_the_applications_administrator_is_written_to_first() -> None:
    assert the(begins(judgement=judged("KQKB")), LetterKind.NOTICE).recipient == MINH.address


def test_at_the_centre_the_shared_address_is_written_to() -> None:
    plan = begins(judgement=judged("TTSP", organisation="tw"))
    assert the(plan, LetterKind.NOTICE).recipient == "nhom.thanhtoan@vst.gov.vn"


def test_without_a_judgement_the_service_desk_sorts_it() -> None:
    plan = decide(mail(), facts_of(), POLICY)
    assert made(plan).holder == "SERVICE_DESK"
    assert kinds(plan) == [LetterKind.ACKNOWLEDGEMENT, LetterKind.NOTICE]


def test_a_guessed_province_is_not_stored_as_the_tickets() -> None:
    guess = ProvinceVerdict("Lâm Đồng", "Lâm Đồng", 0.5, accepted=False)
    new = made(begins(judgement=judged(where=guess)))
    assert (new.province, new.province_current, new.holder) == (None, None, "SERVICE_DESK")


def test_requester_and_people_in_cc_are_participants_and_our_addresses_are_not() -> None:
    plan = begins(cc=(Address("Nam", "nam@vst.gov.vn"), Address("", "HotroCNTT+x@vst.gov.vn"), USER))
    assert [(one.address, one.role) for one in plan.participants] == [
        (USER.address, Role.REQUESTER),
        ("nam@vst.gov.vn", Role.CC),
    ]


def test_people_in_cc_are_never_written_to_automatically() -> None:
    plan = begins(cc=(Address("Nam", "nam@vst.gov.vn"),))
    assert "nam@vst.gov.vn" not in [letter.recipient for letter in plan.letters]


def test_words_of_people_outside_support_are_only_text() -> None:
    plan = begins("#nhan\n#xong\nMáy hỏng")
    assert plan.entry is not None
    assert plan.entry.text == "#nhan\n#xong\nMáy hỏng"
    assert made(plan).state is TicketState.NEW


# What the directory knows.


@pytest.mark.parametrize("said", [province("Hà Nội"), province(None)])
def test_the_directorys_entry_wins_over_every_other_evidence_of_the_province(said: ProvinceVerdict) -> None:
    new = made(begins("#nhan\nMáy in hỏng", LAN, judged("MAY_TRAM", said, "qhns")))
    assert (new.province, new.organisation) == ("Lâm Đồng", "kbnn")


def test_staff_of_the_centre_belong_to_the_central_office() -> None:
    new = made(begins("Máy in hỏng", TUAN, judged("MAY_TRAM")))
    assert (new.province, new.organisation) == ("TRUNG_UONG", "tw")


def test_the_provider_is_no_treasury_office() -> None:
    assert made(begins("Hỏi về DVC", ITO_MAN, judged("DVC", organisation="khac"))).organisation == "khac"


# Answers go to.


@pytest.mark.parametrize(
    ("reply_to", "cc", "expected"),
    [
        ((), (), USER.address),
        ((Address("", "phong.kt@vst.gov.vn"),), (), "phong.kt@vst.gov.vn"),
        ((Address("", OWN),), (), USER.address),
        ((Address("", "hotrocntt+a@vst.gov.vn"),), (), USER.address),
        ((Address("", OWN), Address("", "phong.kt@vst.gov.vn")), (), "phong.kt@vst.gov.vn"),
        ((Address("", "ds@vst.gov.vn"),), (Address("", "ds@vst.gov.vn"),), USER.address),  # a list
        ((Address("", ""),), (), USER.address),
    ],
)
def test_answers_go_to_the_sender_or_his_reply_to_never_to_us_or_a_list(
    reply_to: tuple[Address, ...], cc: tuple[Address, ...], expected: str
) -> None:
    plan = begins(reply_to=reply_to, cc=cc)
    assert made(plan).reply_address == expected
    assert made(plan).requester_address == USER.address
    assert the(plan, LetterKind.ACKNOWLEDGEMENT).recipient == expected


@pytest.mark.parametrize("sender", [None, Address("Tên", "")])
def test_a_mail_without_a_sender_is_a_ticket_of_the_service_desk_without_acknowledgement(
    sender: Address | None,
) -> None:
    plan = begins(sender=sender, reply_to=(Address("", "ai.do@vst.gov.vn"),), signature="Phòng Tin học")
    new = made(plan)
    assert (new.holder, new.requester_address, new.reply_address) == ("SERVICE_DESK", "", "ai.do@vst.gov.vn")
    assert [(letter.kind, letter.recipient) for letter in plan.letters] == [(LetterKind.NOTICE, DESK)]


@pytest.mark.parametrize("sign", [{"suppress_answer": True}, {"null_return_path": True}])
def test_a_mail_with_an_automatic_sign_is_a_ticket_without_acknowledgement(sign: dict[str, Any]) -> None:
    assert kinds(begins(**sign)) == [LetterKind.NOTICE]


def test_a_monitors_mail_is_a_ticket_of_the_service_desk_without_acknowledgement() -> None:
    plan = begins("TABMIS down", Address("", MONITOR), kind=Kind.AUTO_GENERATED, suppress_answer=True)
    assert made(plan).holder == "SERVICE_DESK"
    assert kinds(plan) == [LetterKind.NOTICE]


def test_any_other_machines_mail_is_on_record() -> None:
    plan = begins("cron", Address("", "root@may.vn"), kind=Kind.AUTO_GENERATED)
    assert plan.outcome is InboundState.IGNORED


# From staff.


def test_an_officers_own_mail_goes_one_level_up_with_his_office_as_passer() -> None:
    plan = begins("Lỗi phân hệ GL.", LAN)
    assert (made(plan).holder, made(plan).requester_address) == ("TABMIS", LAN.address)
    assert plan.chain is not None
    assert [(link.holder, link.officer) for link in plan.chain] == [("Lâm Đồng", LAN.address)]
    assert the(plan, LetterKind.NOTICE).reply_goes is ReplyGoes.PASSER
    assert the(plan, LetterKind.ACKNOWLEDGEMENT).recipient == LAN.address


@pytest.mark.parametrize("text", ["#nhan\nMáy in hỏng", "#Nhận Máy in hỏng"])
def test_an_officer_who_takes_his_mail_keeps_it(text: str) -> None:
    plan = begins(text, LAN)
    new = made(plan)
    assert (new.holder, new.taken_by, new.state) == ("Lâm Đồng", LAN.address, TicketState.IN_PROGRESS)
    assert plan.chain is None
    assert LetterKind.NOTICE not in kinds(plan)
    assert plan.entry is not None
    assert plan.entry.text == "Máy in hỏng"


def test_a_forward_by_an_officer_is_the_users_request_and_the_officer_is_told() -> None:
    plan = begins("Nhờ nhóm xem giúp.", LAN, is_forward=True, original_sender=CALLER, forwarded="Em bị lỗi GL.")
    new = made(plan)
    assert (new.requester_address, new.requester_name, new.reply_address) == (
        CALLER.address,
        CALLER.name,
        CALLER.address,
    )
    assert (new.holder, new.channel) == ("TABMIS", Channel.MAIL)
    assert the(plan, LetterKind.ACKNOWLEDGEMENT).recipient == CALLER.address
    done = the(plan, LetterKind.DONE)
    assert done.recipient == LAN.address
    assert CALLER.name in done.lines[0]
    assert "Nhóm TABMIS" in done.lines[1]
    assert plan.entry is not None
    assert plan.entry.text == "Nhờ nhóm xem giúp.\n\nEm bị lỗi GL."
    assert (LAN.address, Role.OFFICER) in [(one.address, one.role) for one in plan.participants]


def test_a_forward_by_somebody_else_is_his_own_request() -> None:
    plan = begins("Nhờ xem giúp.", is_forward=True, original_sender=CALLER, forwarded="x")
    assert made(plan).requester_address == USER.address


@pytest.mark.parametrize("original", [Address("Hỗ trợ", OWN), Address("", TUAN.address), Address("", ""), None])
def test_a_forward_of_our_own_letter_or_of_a_colleagues_mail_is_the_officers_request(original: Address | None) -> None:
    plan = begins("Nhờ xem.", LAN, is_forward=True, original_sender=original, forwarded="x")
    assert made(plan).requester_address == LAN.address


def test_what_the_service_desk_writes_down_for_a_caller_goes_the_callers_normal_way() -> None:
    plan = begins(f"#thay {CALLER.address}\nGọi điện: không vào được TABMIS.", MAI)
    new = made(plan)
    assert (new.holder, new.requester_address, new.channel) == ("Lâm Đồng", CALLER.address, Channel.TELEPHONE)
    assert plan.chain is None
    assert plan.entry is not None
    assert plan.entry.text == "Gọi điện: không vào được TABMIS."
    assert the(plan, LetterKind.ACKNOWLEDGEMENT).recipient == CALLER.address
    assert the(plan, LetterKind.DONE).recipient == MAI.address


def test_an_office_writes_down_a_call_and_passes_it_up_or_takes_it() -> None:
    passed = begins(f"#thay {CALLER.address}\nLỗi GL.", LAN)
    assert made(passed).holder == "TABMIS"
    taken = begins(f"#nhan\n#thay {CALLER.address}\nLỗi GL.", LAN)
    assert (made(taken).holder, made(taken).taken_by) == ("Lâm Đồng", LAN.address)
    assert made(taken).requester_address == CALLER.address


@pytest.mark.parametrize(
    "text",
    [
        "#thay a@b\nGọi điện",
        f"#thay {OWN}\nGọi điện",
        "#xong\nĐã sửa",
        "#traloi\nĐã sửa",
        "#chuyen muc 2\nLỗi",
        "#thaydoi\nNâng cấp máy chủ",
        "#khongco\nLỗi",
        "Lỗi GL\n#nhan",
    ],
)
def test_a_wrong_word_in_a_new_mail_makes_no_ticket_and_is_answered_with_the_text_and_help(text: str) -> None:
    plan = begins(text, LAN)
    assert (plan.new_ticket, plan.outcome) == (None, InboundState.IGNORED)
    assert kinds(plan) == [LetterKind.HELP]
    assert (plan.letters[0].recipient, plan.letters[0].text) == (LAN.address, text)
    assert plan.letters[0].lines


def test_a_change_in_a_mail_of_its_own_is_registered_without_a_ticket() -> None:
    plan = begins("#thaydoi\nNâng cấp TCS lúc 18 giờ.", TUAN)
    assert (plan.new_ticket, plan.outcome, kinds(plan)) == (None, InboundState.IGNORED, [LetterKind.DONE])
    (record,) = plan.records
    assert (record.kind, record.office, record.text) == (Register.CHANGE, "TABMIS", "Nâng cấp TCS lúc 18 giờ.")


@pytest.mark.parametrize(("who", "text"), [(LAN, "#thaydoi\nNâng cấp"), (TUAN, "#thaydoi")])
def test_a_change_of_an_office_or_without_words_is_not_registered(who: Staff, text: str) -> None:
    plan = begins(text, who)
    assert (plan.records, kinds(plan)) == ((), [LetterKind.HELP])


# Proofs 2 and 3.


@pytest.mark.parametrize("text", ["Lỗi GL.", f"#thay {CALLER.address}\nLỗi GL.", "#nhan\nLỗi GL."])
def test_a_mail_in_an_officers_name_without_proof_is_an_ordinary_request_and_he_is_told(text: str) -> None:
    plan = begins(text, LAN, proof=Proof(False, LAN, False))
    new = made(plan)
    assert (new.requester_address, new.taken_by, new.channel) == (LAN.address, None, Channel.MAIL)
    assert plan.chain is None
    assert the(plan, LetterKind.FAILED_PROOF).recipient == LAN.address
    assert "proof_failed" in event_kinds(plan)
    assert plan.entry is not None
    assert plan.entry.text == text


# Suggestions, doubles, brakes.


@pytest.mark.parametrize("signature", ["Phòng Tin học KBNN Cà Mau", "PHONG TIN HOC - KBNN Đà Lạt"])
def test_an_unknown_officers_signature_is_suggested_to_the_service_desk(signature: str) -> None:
    plan = begins(signature=signature)
    letter = the(plan, LetterKind.ADD_OFFICER)
    assert letter.recipient == DESK
    assert USER.address in letter.lines[0]
    assert made(plan).holder == "Lâm Đồng"  # its normal way


def test_a_known_officers_signature_is_no_news() -> None:
    assert LetterKind.ADD_OFFICER not in kinds(begins("Lỗi", LAN, signature="Phòng Tin học"))


def test_a_ticket_that_the_mail_names_without_proof_is_noted() -> None:
    plan = begins(may_belong_to="HT-2026-000001")
    assert made(plan).may_belong_to == "HT-2026-000001"
    assert "may_belong" in event_kinds(plan)


def test_another_mail_with_a_known_message_id_is_flagged() -> None:
    assert "message_id_repeated" in event_kinds(begins(flagged_same_id=True))


def test_too_many_tickets_of_one_sender_are_stored_unanswered_with_one_note() -> None:
    first = begins(recent=Recent(tickets_of_sender=20))
    assert (first.new_ticket, first.outcome) == (None, InboundState.IGNORED)
    assert [(letter.kind, letter.recipient) for letter in first.letters] == [(LetterKind.BRAKE, DESK)]
    assert [(event.kind, event.actor) for event in first.events] == [("brake_reached", USER.address)]
    assert begins(recent=Recent(tickets_of_sender=21, braked_already=True)).letters == ()
    assert begins(recent=Recent(tickets_of_sender=19)).new_ticket is not None


def test_whether_an_acknowledgement_is_one_too_many_is_the_outboxs_business_which_knows_the_address_it_goes_to() -> (
    None
):
    elsewhere = Address("", "hoa.rieng@example.com")
    plan = begins(recent=Recent(automatic_to_sender=10), reply_to=(elsewhere,))
    assert the(plan, LetterKind.ACKNOWLEDGEMENT).recipient == elsewhere.address
    assert "brake_reached" not in event_kinds(plan)
    assert LetterKind.BRAKE not in kinds(plan)


# What the classifiers are asked.


def test_the_judge_sees_the_requesters_words_and_signature() -> None:
    written = mail("Lỗi GL", signature="KBNN Đức Trọng", quoted="cũ")
    asked = question_for_judge(written, origin_of(written, Proof(False, None, True), POLICY))
    assert (asked.sender_address, asked.text, asked.signature) == (USER.address, "Lỗi GL", "KBNN Đức Trọng")
    assert asked.quoted == "cũ"


def test_the_judge_does_not_take_the_officers_signature_for_the_callers() -> None:
    written = mail(f"#thay {CALLER.address}\nLỗi GL", MAI, signature="Nhóm Service Desk, Hà Nội")
    asked = question_for_judge(written, origin_of(written, Proof(False, MAI, True), POLICY))
    assert (asked.sender_address, asked.text, asked.signature) == (CALLER.address, "Lỗi GL", "")


def test_an_unclear_application_is_stored_as_the_best_guess_but_not_accepted() -> None:
    new = made(begins(judgement=judged(unsure("TTSP", "TTLKB"))))
    assert (new.application, new.application_accepted, new.holder) == ("TTSP", False, "SERVICE_DESK")


def test_the_sender_of_a_mail_that_is_too_large_is_told_what_was_read() -> None:
    letter = the(begins(defects=("mail_too_large",)), LetterKind.ACKNOWLEDGEMENT)
    assert "lớn hơn mức hộp thư đọc được" in letter.text
    assert the(begins(), LetterKind.ACKNOWLEDGEMENT).text == ""
