"""What each word does, by whom: ARCHITECTURE section 7, "Words that staff type", and its precisions."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from daemon.desk.decide import decide
from daemon.desk.directory import Staff
from daemon.desk.facts import Facts
from daemon.desk.letters import TO_REQUESTER, LetterKind
from daemon.desk.plan import Plan
from storage.tables import EntryKind, Passing, ReplyGoes, Ticket, TicketState
from tests.unit.desk.builders import (
    BICH,
    GIANG,
    HUNG,
    ITO_MAN,
    LAN,
    MAI,
    MINH,
    NOW,
    OWN,
    POLICY,
    QUANG,
    SON,
    TUAN,
    USER,
    ZONE,
    chain,
    event_kinds,
    facts_of,
    kinds,
    mail,
    policy,
    the,
    ticket,
)


def types(text: str, who: Staff, about: Ticket, passed_by: tuple[Passing, ...] = (), **facts: Any) -> Plan:
    return decide(mail(text, who), facts_of(about, who, passed_by=passed_by, **facts), POLICY)


def refused(plan: Plan) -> bool:
    """Nothing changed, nobody else was written to, the text is kept, and the officer got help."""
    if kinds(plan) != [LetterKind.HELP]:
        return False
    assert (dict(plan.changes), plan.chain) == ({}, None)
    assert plan.letters[0].lines
    assert plan.entry is not None
    assert plan.entry.kind is EntryKind.INTERNAL
    assert plan.letters[0].text == plan.entry.text
    return True


def state(plan: Plan) -> TicketState | None:
    return plan.changes.get("state")


# Who may type what. The ticket is at TABMIS, passed up by Lâm Đồng.

HOLDER, PASSER, DESK, OTHER = TUAN, LAN, MAI, HUNG
MAY = [
    ("#nhan", {HOLDER}),
    ("#traloi\nĐã sửa.", {HOLDER, PASSER}),
    ("#noibo\nGhi chú.", {HOLDER, PASSER}),
    ("#hoi\nChị gửi ảnh nhé?", {HOLDER, PASSER}),
    ("#xong\nĐã sửa.", {HOLDER}),
    ("#chuyen muc 3", {HOLDER}),
    ("#tra", {HOLDER}),
    ("#phanloai TTSP", {HOLDER, DESK}),
    ("#tinh Hà Nội", {HOLDER, DESK}),
    ("#rac", {HOLDER, DESK}),
]


@pytest.mark.parametrize("who", [HOLDER, PASSER, DESK, OTHER], ids=["holder", "passer", "service desk", "other staff"])
@pytest.mark.parametrize(("text", "allowed"), MAY, ids=[text.split()[0] for text, _ in MAY])
def test_each_word_is_allowed_to_those_of_the_contract(text: str, allowed: set[Staff], who: Staff) -> None:
    plan = types(text, who, ticket("TABMIS"), chain(LAN))
    assert refused(plan) is (who not in allowed)


@pytest.mark.parametrize(("who", "allowed"), [(LAN, True), (MAI, True), (HUNG, False)])
def test_holder_and_service_desk_may_reopen(who: Staff, allowed: bool) -> None:
    assert refused(types("#mo", who, ticket(state=TicketState.RESOLVED))) is not allowed


def test_the_service_desk_keeps_its_words_where_it_is_a_passer() -> None:
    plan = types("#phanloai TTSP", MAI, ticket("PTUD"), chain(MAI))
    assert not refused(plan)
    assert plan.changes["application"] == "TTSP"


@pytest.mark.parametrize(
    "text",
    [
        "#duyet", "#donduc", "#uutien cao", "#suco", "#yeucau", "#hoidap", "#dexuat", "#loi", "#loithaotac",
        "#thaydoi", "#trung HT-2026-000001", "#kienthuc", "#xuatban", "#sua", "#bo", "#dung 1", "#tim abc",
        "#dienrong", "#thongbao", "#kiemtra TABMIS ok",
    ],
)  # fmt: skip
def test_words_of_later_issues_are_not_yet_available(text: str) -> None:
    plan = types(text, LAN, ticket())
    assert refused(plan)
    assert "chưa dùng được" in plan.letters[0].lines[0]


# All or nothing.


@pytest.mark.parametrize(
    "text",
    [
        "#khongco\nĐã sửa xong.",
        "#nhan\n#khongco\nĐã sửa xong.",
        "#nhan\n#chuyen nhom XYZ",
        "#xong\n#phanloai KHONGCO\nĐã sửa.",
        "#nhan\n#tinh Sao Hỏa",
        "Đã sửa xong.\n#xong",
        "#nhan\nĐã sửa.\n#xong",
        "#traloi\n#noibo\nĐã sửa.",
        "#xong\n#chuyen muc 2\nĐã sửa.",
        "#tra\n#rac",
        "#thay hoa.nt@vst.gov.vn\nĐã sửa.",
        "#donduc\n#xong\nĐã sửa.",
    ],
)
def test_one_wrong_word_and_nothing_of_the_mail_happens(text: str) -> None:
    assert refused(types(text, LAN, ticket()))


def test_words_that_fit_together_all_happen() -> None:
    plan = types("#nhan\n#tinh Bình Thuận\n#xong\nĐã mở khóa.", LAN, ticket(state=TicketState.NEW))
    assert kinds(plan) == [LetterKind.ANSWER, LetterKind.DONE]
    assert plan.changes["province"] == "Bình Thuận"
    assert plan.changes["taken_by"] == LAN.address
    assert state(plan) is TicketState.RESOLVED
    assert [e.details["word"] for e in plan.events if e.kind == "word_used"] == ["nhan", "tinh", "xong"]


def test_a_correction_below_a_hand_over_acts_before_it() -> None:
    plan = types("#chuyen muc 2\n#phanloai TTSP\nNhờ nhóm xem.", LAN, ticket())
    assert (plan.changes["application"], plan.changes["holder"]) == ("TTSP", "THANH_TOAN")


# #nhan


def test_taking_makes_a_new_ticket_in_progress_and_follow_ups_reach_the_officer() -> None:
    plan = types("#nhan", LAN, ticket(state=TicketState.NEW))
    assert (plan.changes["taken_by"], state(plan)) == (LAN.address, TicketState.IN_PROGRESS)
    assert kinds(plan) == [LetterKind.DONE]


def test_text_below_a_word_that_needs_none_is_kept_and_the_officer_is_told_that_nobody_got_it() -> None:
    plan = types("#nhan\nChị chờ em một chút.", LAN, ticket())
    assert kinds(plan) == [LetterKind.DONE]
    assert any("chưa gửi cho ai" in line for line in plan.letters[0].lines)
    assert plan.entry is not None
    assert (plan.entry.kind, plan.entry.text) == (EntryKind.INTERNAL, "Chị chờ em một chút.")


# #traloi, #noibo


def test_an_answer_reaches_the_requester_and_leaves_the_ticket_open() -> None:
    plan = types("#traloi\nChị thử lại nhé.", LAN, ticket(state=TicketState.NEW))
    letter = the(plan, LetterKind.ANSWER)
    assert (letter.recipient, letter.text, letter.automatic) == (USER.address, "Chị thử lại nhé.", False)
    assert state(plan) is TicketState.IN_PROGRESS
    assert plan.changes["answered_at"] == NOW
    assert plan.entry is not None
    assert plan.entry.kind is EntryKind.ANSWER


def test_the_first_answer_is_remembered() -> None:
    earlier = NOW - timedelta(hours=3)
    assert "answered_at" not in types("#traloi\nThêm ạ.", LAN, ticket(answered_at=earlier)).changes


@pytest.mark.parametrize("text", ["#traloi", "#noibo", "#hoi"])
def test_a_word_that_passes_text_on_needs_text(text: str) -> None:
    assert refused(types(text, LAN, ticket()))


def test_an_answer_from_above_goes_to_the_next_passer_and_is_not_an_answer_to_the_requester() -> None:
    plan = types("#traloi\nĐã vá lỗi.", QUANG, ticket("PTUD"), chain(LAN, TUAN))
    assert the(plan, LetterKind.RESULT).recipient == TUAN.address
    assert not [letter for letter in plan.letters if letter.kind in TO_REQUESTER]
    assert "holder" not in plan.changes
    assert plan.entry is not None
    assert plan.entry.kind is EntryKind.INTERNAL


@pytest.mark.parametrize(("who", "recipient"), [(LAN, USER.address), (TUAN, LAN.address)])
def test_a_passers_answer_goes_one_step_down(who: Staff, recipient: str) -> None:
    plan = types("#traloi\nĐang xử lý ạ.", who, ticket("PTUD"), chain(LAN, TUAN))
    assert plan.letters[0].recipient == recipient


def test_a_note_is_sent_to_nobody() -> None:
    plan = types("#noibo\nNgười này hay quên.", LAN, ticket())
    assert kinds(plan) == [LetterKind.DONE]
    assert plan.letters[0].recipient == LAN.address
    assert plan.entry is not None
    assert plan.entry.kind is EntryKind.INTERNAL


# #hoi


def test_a_question_goes_straight_to_the_requester_with_a_copy_to_the_passers() -> None:
    plan = types("#hoi\nChị gửi ảnh màn hình nhé?", QUANG, ticket("PTUD"), chain(LAN, TUAN))
    assert the(plan, LetterKind.QUESTION).recipient == USER.address
    copies = [letter.recipient for letter in plan.letters if letter.kind is LetterKind.COPY]
    assert copies == [LAN.address, TUAN.address]
    assert (state(plan), plan.changes["waiting_since"]) == (TicketState.WAITING, NOW)


def test_a_passer_who_asks_lets_the_holder_know() -> None:
    plan = types("#hoi\nChị gửi ảnh nhé?", LAN, ticket("TABMIS", taken_by=TUAN.address), chain(LAN))
    assert the(plan, LetterKind.COPY).recipient == TUAN.address


def test_asking_twice_keeps_the_beginning_of_the_pause() -> None:
    before = NOW - timedelta(days=1)
    plan = types("#hoi\nChị xem thư trước nhé?", LAN, ticket(state=TicketState.WAITING, waiting_since=before))
    assert plan.changes["waiting_since"] == before


def test_the_requesters_answer_ends_the_pause_and_moves_the_deadlines() -> None:
    asked = datetime(2026, 11, 16, 16, 0, tzinfo=ZONE)  # Monday; one working hour was left to the answer
    waiting = ticket(
        state=TicketState.WAITING,
        waiting_since=asked,
        answer_due_at=datetime(2026, 11, 16, 17, 0, tzinfo=ZONE),
        due_at=datetime(2026, 11, 17, 11, 30, tzinfo=ZONE),
    )
    plan = decide(mail("Dạ ảnh đây ạ.", USER), facts_of(waiting), POLICY)
    assert (state(plan), plan.changes["waiting_since"]) == (TicketState.IN_PROGRESS, None)
    assert plan.changes["answer_due_at"] == datetime(2026, 11, 17, 10, 0, tzinfo=ZONE)
    assert plan.changes["due_at"] == datetime(2026, 11, 17, 15, 30, tzinfo=ZONE)
    assert kinds(plan) == [LetterKind.FOLLOW_UP]


@pytest.mark.parametrize("ended", [TicketState.RESOLVED, TicketState.CLOSED, TicketState.REJECTED])
@pytest.mark.parametrize("text", ["#hoi\nChị ơi?", "#chuyen muc 2", "#tra", "#xong\nĐã sửa.", "#xong"])
def test_an_ended_ticket_is_reopened_before_work_goes_on(ended: TicketState, text: str) -> None:
    assert refused(types(text, LAN, ticket(state=ended, answered_at=NOW)))


# #xong


def test_resolving_answers_the_requester() -> None:
    plan = types("#xong\nĐã mở khóa.", LAN, ticket())
    assert the(plan, LetterKind.ANSWER).text == "Đã mở khóa."
    assert (state(plan), plan.changes["resolved_at"]) == (TicketState.RESOLVED, NOW)


def test_resolving_without_a_word_to_the_requester_sends_nothing_and_asks() -> None:
    assert refused(types("#xong", LAN, ticket()))


def test_resolving_without_text_is_enough_after_an_earlier_answer() -> None:
    plan = types("#xong", LAN, ticket(answered_at=NOW))
    assert state(plan) is TicketState.RESOLVED


def test_resolving_from_above_returns_ticket_and_result_to_the_passer() -> None:
    plan = types("#xong\nĐã vá lỗi.", QUANG, ticket("PTUD"), chain(LAN, TUAN))
    letter = the(plan, LetterKind.RESULT)
    assert (letter.recipient, letter.text, letter.reply_goes) == (TUAN.address, "Đã vá lỗi.", ReplyGoes.PASSER)
    assert letter.reply_reaches == "Phòng Tin học KBNN Lâm Đồng"
    assert (plan.changes["holder"], plan.changes["level"], plan.changes["moves"]) == ("TABMIS", 2, 1)
    assert plan.chain is not None
    assert [link.holder for link in plan.chain] == ["Lâm Đồng"]
    assert not [one for one in plan.letters if one.kind in TO_REQUESTER]
    assert state(plan) is not TicketState.RESOLVED
    assert LetterKind.NOTICE not in kinds(plan)


def test_resolving_from_above_without_any_result_asks() -> None:
    assert refused(types("#xong", TUAN, ticket("TABMIS"), chain(LAN)))
    earlier = types("#xong", TUAN, ticket("TABMIS"), chain(LAN, results=["Lâm Đồng"]))
    assert earlier.changes["holder"] == "Lâm Đồng"


def test_resolving_from_above_ends_a_pause_and_moves_the_deadlines() -> None:
    waiting = ticket(
        "TABMIS",
        TicketState.WAITING,
        waiting_since=datetime(2026, 11, 16, 16, 0, tzinfo=ZONE),
        due_at=datetime(2026, 11, 16, 17, 0, tzinfo=ZONE),
    )
    plan = types("#xong\nĐã sửa.", TUAN, waiting, chain(LAN))
    assert state(plan) is TicketState.IN_PROGRESS
    assert plan.changes["due_at"] == datetime(2026, 11, 17, 10, 0, tzinfo=ZONE)


@pytest.mark.parametrize("text", ["#traloi\nĐã sửa.", "#hoi\nAi đấy ạ?"])
@pytest.mark.parametrize("address", ["", OWN])
def test_a_requester_without_an_address_cannot_be_written_to(text: str, address: str) -> None:
    assert refused(types(text, LAN, ticket(requester_address=address, reply_address=address)))


def test_a_request_without_a_requesters_address_can_still_be_resolved() -> None:
    plan = types("#xong\nĐã sửa.", LAN, ticket(requester_address="", reply_address=""))
    assert kinds(plan) == [LetterKind.DONE]
    assert state(plan) is TicketState.RESOLVED


# #chuyen


@pytest.mark.parametrize(
    ("word", "target", "level"),
    [
        ("#chuyen muc 2", "TABMIS", 2),
        ("#chuyển mức 2 anh xem giúp", "TABMIS", 2),
        ("#chuyen 3", "PTUD", 3),
        ("#chuyen nhom THANH_TOAN", "THANH_TOAN", 2),
        ("#chuyen nhóm Thanh toán nhé", "THANH_TOAN", 2),
        ("#chuyen phong Quản trị hệ thống", "QTHT", 3),
        ("#chuyen mức 4", "CHUYEN_GIA", 4),
    ],
)
def test_handing_over_upwards_makes_the_office_a_passer(word: str, target: str, level: int) -> None:
    plan = types(f"{word}\nEm đã thử mọi cách.", LAN, ticket(taken_by=LAN.address))
    assert (plan.changes["holder"], plan.changes["level"]) == (target, level)
    assert plan.changes["taken_by"] is None
    assert plan.chain is not None
    assert [(link.holder, link.level, link.officer) for link in plan.chain] == [("Lâm Đồng", 1, LAN.address)]
    notice = the(plan, LetterKind.NOTICE)
    assert (notice.text, notice.reply_goes) == ("Em đã thử mọi cách.", ReplyGoes.PASSER)
    assert notice.recipient == POLICY.rules.directory.holder(target).address
    done = the(plan, LetterKind.DONE)
    assert any(POLICY.rules.directory.holder(target).name in line for line in done.lines)


def test_handing_over_sideways_makes_no_passer() -> None:
    plan = types("#chuyen Hà Nội", LAN, ticket())
    assert (plan.changes["holder"], plan.chain) == ("Hà Nội", None)
    assert the(plan, LetterKind.NOTICE).reply_goes is ReplyGoes.REQUESTER


@pytest.mark.parametrize(("word", "target"), [("#chuyen nhom TABMIS", "TABMIS"), ("#chuyen muc 1", "Lâm Đồng")])
def test_the_service_desk_sorts_without_becoming_a_passer(word: str, target: str) -> None:
    plan = types(word, MAI, ticket("SERVICE_DESK"))
    assert (plan.changes["holder"], plan.chain) == (target, None)


def test_a_sideways_move_keeps_the_chain() -> None:
    plan = types("#chuyen nhom THANH_TOAN", TUAN, ticket("TABMIS"), chain(LAN))
    assert plan.changes["holder"] == "THANH_TOAN"
    assert plan.chain is None
    assert the(plan, LetterKind.NOTICE).reply_goes is ReplyGoes.PASSER


def test_the_chain_grows_with_each_level() -> None:
    plan = types("#chuyen muc 4", QUANG, ticket("PTUD"), chain(LAN, TUAN))
    assert plan.chain is not None
    assert [(link.position, link.holder) for link in plan.chain] == [(1, "Lâm Đồng"), (2, "TABMIS"), (3, "PTUD")]


@pytest.mark.parametrize("word", ["#chuyen nhom TABMIS", "#chuyen muc 2", "#chuyen muc 9", "#chuyen", "#chuyen ai đó"])
def test_a_hand_over_to_the_same_holder_or_to_nobody_is_refused(word: str) -> None:
    assert refused(types(word, TUAN, ticket("TABMIS")))


@pytest.mark.parametrize("word", ["#chuyen muc 1", "#chuyen Lâm Đồng", "#chuyen Hà Nội"])
def test_a_passed_up_ticket_is_given_back_not_handed_down(word: str) -> None:
    plan = types(word, TUAN, ticket("TABMIS"), chain(LAN))
    assert refused(plan)
    assert "#tra" in plan.letters[0].lines[0]


def test_level_1_of_an_unknown_province_asks_for_the_province_which_may_stand_in_the_same_mail() -> None:
    unknown = ticket("SERVICE_DESK", province=None, province_current=None)
    assert refused(types("#chuyen muc 1", MAI, unknown))
    plan = types("#chuyen muc 1\n#tinh Bình Thuận", MAI, unknown)
    assert (plan.changes["province"], plan.changes["holder"]) == ("Bình Thuận", "Lâm Đồng")


@pytest.mark.parametrize("word", ["#chuyen muc 2", "#chuyen nhom TABMIS", "#chuyen phong QTHT", "#chuyen ai đó"])
def test_the_provider_passes_up_to_one_group_and_sees_no_other_names(word: str) -> None:
    plan = types(word, ITO_MAN, ticket("ITO", application="DVC"))
    assert plan.changes["holder"] == "NOI_BO"
    assert plan.chain is not None
    assert [link.holder for link in plan.chain] == ["ITO"]
    assert "TABMIS" not in " ".join(the(plan, LetterKind.DONE).lines)


def test_a_move_makes_older_notices_stale() -> None:
    assert types("#chuyen muc 2", LAN, ticket(moves=4)).changes["moves"] == 5


# #tra


def test_giving_back_returns_to_the_officer_who_passed_it_up() -> None:
    plan = types("#tra\nThiếu ảnh màn hình.", TUAN, ticket("TABMIS"), chain(LAN))
    assert (plan.changes["holder"], plan.changes["level"], plan.chain) == ("Lâm Đồng", 1, ())
    notice = the(plan, LetterKind.NOTICE)
    assert (notice.recipient, notice.text) == (LAN.address, "Thiếu ảnh màn hình.")
    assert notice.reply_goes is ReplyGoes.REQUESTER


def test_giving_back_goes_down_one_link_at_a_time() -> None:
    plan = types("#tra", QUANG, ticket("PTUD"), chain(LAN, TUAN))
    assert plan.changes["holder"] == "TABMIS"
    assert plan.chain is not None
    assert [link.holder for link in plan.chain] == ["Lâm Đồng"]


def test_giving_back_without_a_chain_goes_to_the_service_desk() -> None:
    assert types("#tra", LAN, ticket()).changes["holder"] == "SERVICE_DESK"


def test_the_service_desk_has_nobody_to_give_back_to() -> None:
    assert refused(types("#tra", MAI, ticket("SERVICE_DESK")))


# #phanloai, #tinh


def corrects(text: str, who: Staff, facts: Facts, phase: int = 3) -> Plan:
    return decide(mail(text, who), facts, policy(phase))


def test_a_correction_routes_again() -> None:
    held = ticket("SERVICE_DESK", application="KHAC", application_accepted=False)
    plan = corrects("#phanloai ttsp", MAI, facts_of(held, MAI))
    assert (plan.changes["application"], plan.changes["application_accepted"]) == ("TTSP", True)
    assert plan.changes["holder"] == "Lâm Đồng"
    assert the(plan, LetterKind.NOTICE).recipient == "tinhoc.lamdong@vst.gov.vn"
    assert "answer_due_at" in plan.changes
    assert plan.chain is None


def test_a_corrected_province_routes_again_by_its_current_name() -> None:
    held = ticket("SERVICE_DESK", province=None, province_current=None)
    plan = corrects("#tinh bình thuận", MAI, facts_of(held, MAI))
    assert (plan.changes["province"], plan.changes["province_current"]) == ("Bình Thuận", "Lâm Đồng")
    assert plan.changes["holder"] == "Lâm Đồng"


def test_the_central_office_is_a_province_that_goes_to_the_group() -> None:
    plan = corrects("#tinh TRUNG_UONG", LAN, facts_of(ticket(application="TTSP"), LAN))
    assert plan.changes["holder"] == "THANH_TOAN"


def test_both_corrections_in_one_mail_move_the_ticket_once() -> None:
    plan = corrects("#phanloai MANG\n#tinh Hà Nội", LAN, facts_of(ticket(), LAN))
    assert plan.changes["holder"] == "Hà Nội"
    assert plan.changes["moves"] == 1
    assert kinds(plan).count(LetterKind.NOTICE) == 1


def test_a_correction_follows_the_phase() -> None:
    assert corrects("#phanloai TTSP", LAN, facts_of(ticket(), LAN), phase=1).changes["holder"] == "THANH_TOAN"


def test_a_correction_of_a_passed_up_ticket_does_not_move_it() -> None:
    plan = corrects("#phanloai TTSP", TUAN, facts_of(ticket("TABMIS"), TUAN, passed_by=chain(LAN)))
    assert plan.changes["application"] == "TTSP"
    assert "holder" not in plan.changes
    assert kinds(plan) == [LetterKind.DONE]


def test_a_correction_that_changes_nothing_of_the_way_keeps_the_holder() -> None:
    plan = corrects("#phanloai TTSP", LAN, facts_of(ticket(), LAN))
    assert "holder" not in plan.changes
    assert kinds(plan) == [LetterKind.DONE]


def test_a_correction_is_remembered_with_what_the_model_had_said() -> None:
    plan = corrects("#phanloai TTSP", LAN, facts_of(ticket(model="mô hình 3"), LAN))
    event = next(event for event in plan.events if event.kind == "category_corrected")
    assert dict(event.details) == {"before": "TABMIS", "after": "TTSP", "model": "mô hình 3"}


def test_a_correction_together_with_reopening_routes_too() -> None:
    closed = ticket("SERVICE_DESK", TicketState.RESOLVED, application="KHAC", application_accepted=False)
    plan = corrects("#mo\n#phanloai TTSP", MAI, facts_of(closed, MAI))
    assert (plan.changes["holder"], state(plan)) == ("Lâm Đồng", TicketState.IN_PROGRESS)


# #mo, #rac


@pytest.mark.parametrize("ended", [TicketState.RESOLVED, TicketState.CLOSED, TicketState.REJECTED])
def test_reopening_is_an_event_and_puts_the_ticket_in_progress(ended: TicketState) -> None:
    plan = types("#mo", LAN, ticket(state=ended, resolved_at=NOW, closed_at=NOW))
    assert state(plan) is TicketState.IN_PROGRESS
    assert (plan.changes["resolved_at"], plan.changes["closed_at"]) == (None, None)
    assert "reopened" in event_kinds(plan)


def test_the_holder_hears_when_the_service_desk_reopens() -> None:
    notice = the(types("#mo", MAI, ticket(state=TicketState.CLOSED)), LetterKind.NOTICE)
    assert notice.recipient == "tinhoc.lamdong@vst.gov.vn"
    assert notice.why == "Ngô Thị Mai, Nhóm Service Desk mở lại yêu cầu."


def test_an_open_ticket_cannot_be_reopened() -> None:
    assert refused(types("#mo", LAN, ticket()))


def test_not_a_request_ends_the_ticket_without_a_letter_to_the_requester() -> None:
    plan = types("#rac\nThư quảng cáo.", LAN, ticket())
    assert state(plan) is TicketState.REJECTED
    assert kinds(plan) == [LetterKind.DONE]


def test_the_passers_hear_that_it_was_not_a_request() -> None:
    assert the(types("#rac", TUAN, ticket("TABMIS"), chain(LAN)), LetterKind.COPY).recipient == LAN.address


def test_the_holder_hears_when_the_service_desk_ends_it_as_no_request() -> None:
    plan = types("#rac", MAI, ticket(taken_by=MINH.address))
    assert the(plan, LetterKind.COPY).recipient == MINH.address


# #thay


def test_on_behalf_does_not_work_in_a_reply() -> None:
    plan = types("#thay a@b.vn\ntext", LAN, ticket())
    assert refused(plan)
    assert "thư mới" in plan.letters[0].lines[0]


@pytest.mark.parametrize("who", [BICH, SON, GIANG])
def test_staff_of_other_offices_are_told_whose_word_it_is(who: Staff) -> None:
    plan = types("#xong\nĐã sửa.", who, ticket())
    assert refused(plan)
    assert "đơn vị đang xử lý" in plan.letters[0].lines[0]
