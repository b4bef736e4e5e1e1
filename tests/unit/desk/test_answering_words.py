"""Take, answer, note, ask and resolve: ARCHITECTURE section 7, "Words that staff type", and its precisions."""

from datetime import datetime, timedelta

import pytest

from daemon.desk.decide import decide
from daemon.desk.directory import Staff
from daemon.desk.letters import TO_REQUESTER, LetterKind
from storage.tables import EntryKind, ReplyGoes, TicketState
from tests.unit.desk.builders import (
    LAN,
    NOW,
    OWN,
    POLICY,
    QUANG,
    TUAN,
    USER,
    ZONE,
    chain,
    facts_of,
    kinds,
    mail,
    the,
    ticket,
)
from tests.unit.desk.typing_words import refused, state, types

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


def test_an_office_may_type_words_from_its_shared_address() -> None:
    shared = POLICY.rules.directory.member("tinhoc.lamdong@vst.gov.vn")
    assert shared is not None
    plan = types("#traloi\nChị thử lại nhé.", shared, ticket())
    assert the(plan, LetterKind.ANSWER).by == "Phòng Tin học KBNN Lâm Đồng"


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
    assert plan.changes.get("waiting_since", before) == before


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
