"""How a ticket ends: confirmed, contested, rated, taken up again too late, merged, gone on with by a colleague."""

from datetime import timedelta
from typing import Any

import pytest

from daemon.desk.decide import decide
from daemon.desk.ending import DONE, RATING, Reaction, reaction_of
from daemon.desk.facts import Match, Proof
from daemon.desk.letters import LetterKind
from daemon.desk.plan import Plan
from daemon.reading.mail import Address
from storage.tables import EntryKind, Outbox, ReplyGoes, Role, Ticket, TicketState
from tests.unit.desk.builders import (
    COLLEAGUE,
    LAN,
    MAI,
    NOW,
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
    unsure,
)
from tests.unit.desk.typing_words import refused, state, types

RESOLVED = ticket(state=TicketState.RESOLVED, resolved_at=NOW - timedelta(days=2))


def says(text: str, about: Ticket = RESOLVED, sender: Address = USER, **more: Any) -> Plan:
    known = facts_of(about, participants=participants(USER, COLLEAGUE), **more)
    return decide(mail(text, sender), known, POLICY)


# What the buttons write is read back.


@pytest.mark.parametrize("score", range(1, 6))
def test_what_the_buttons_write_is_understood(score: int) -> None:
    assert reaction_of(RATING.format(score=score)).score == score
    assert reaction_of(DONE) == Reaction(done=True, text="", shown=DONE)


@pytest.mark.parametrize(
    ("typed", "score", "rest"),
    [
        ("danh gia 4/5", 4, ""),
        ("ĐÁNH GIÁ: 3 / 5 (bình thường)", 3, ""),
        ("5/5", 5, ""),
        ("Đánh giá: 2/5\nTrả lời hơi chậm.", 2, "Trả lời hơi chậm."),
        ("Đơn vị em có 3/5 máy bị lỗi", None, "Đơn vị em có 3/5 máy bị lỗi"),
        ("Đánh giá: 6/5", None, "Đánh giá: 6/5"),
        ("Đánh giá: 15/5", None, "Đánh giá: 15/5"),
    ],
)
def test_a_rating_is_read_however_it_is_typed(typed: str, score: int | None, rest: str) -> None:
    found = reaction_of(typed)
    assert (found.score, found.text, found.reopen) == (score, rest, False)


# Confirmed and rated.


def test_a_confirmed_answer_closes_the_ticket() -> None:
    plan = says(DONE)
    assert (state(plan), plan.changes["closed_at"]) == (TicketState.CLOSED, NOW)
    assert the(plan, LetterKind.FOLLOW_UP).recipient == "tinhoc.lamdong@vst.gov.vn"


@pytest.mark.parametrize("about", [ticket(), ticket(state=TicketState.CLOSED)])
def test_a_confirmation_changes_nothing_where_nothing_waits_for_it(about: Ticket) -> None:
    assert state(says(DONE, about)) is None


def test_a_good_rating_is_counted_and_troubles_nobody() -> None:
    plan = says("Đánh giá: 4/5")
    assert (dict(plan.changes), plan.letters) == ({"satisfaction": 4}, ())
    assert [event.details for event in plan.events if event.kind == "rated"] == [{"score": 4}]
    assert plan.entry is not None
    assert plan.entry.kind is EntryKind.FOLLOW_UP


@pytest.mark.parametrize("text", ["Đánh giá: 1/5", "Đánh giá: 5/5\nHỗ trợ rất nhanh."])
def test_a_bad_rating_or_a_comment_is_told_and_does_not_reopen(text: str) -> None:
    plan = says(text)
    assert state(plan) is None
    letter = the(plan, LetterKind.FOLLOW_UP)
    assert "/5" in letter.why
    assert letter.text == text


@pytest.mark.parametrize("text", ["Đánh giá: 1/5\nMáy em vẫn chưa vào được.", "#mo\nVẫn lỗi", f"{DONE}\n#mo"])
def test_still_not_working_reopens_whatever_button_was_pressed(text: str) -> None:
    assert state(says(text)) is TicketState.IN_PROGRESS


def test_somebody_in_cc_has_no_buttons() -> None:
    plan = says("Đánh giá: 1/5", ticket(), COLLEAGUE)
    assert "satisfaction" not in plan.changes


# Too late to reopen.

LONG_AGO = ticket(state=TicketState.CLOSED, resolved_at=NOW - timedelta(days=20), closed_at=NOW - timedelta(days=16))


def test_a_reply_after_the_days_of_reopening_begins_a_linked_ticket() -> None:
    plan = says("Hôm nay lại bị như cũ ạ.", LONG_AGO, judgement=judged(unsure("KHAC")))
    assert plan.ticket_id is None
    new = plan.new_ticket
    assert new is not None
    assert (new.continues, new.may_belong_to) == (LONG_AGO.code, None)
    assert (new.application, new.holder) == ("TABMIS", "Lâm Đồng"), "what was known of the old one still holds"
    assert "continues" in event_kinds(plan)
    assert LetterKind.ACKNOWLEDGEMENT in kinds(plan)


def test_the_button_too_late_begins_one_too_and_its_word_is_not_part_of_the_request() -> None:
    plan = says("#mo\nVẫn lỗi.", LONG_AGO, judgement=judged())
    assert plan.new_ticket is not None
    assert plan.entry is not None
    assert plan.entry.text == "Vẫn lỗi."


@pytest.mark.parametrize("text", ["Cảm ơn anh.", DONE, "Đánh giá: 5/5", ""])
def test_thanks_and_ratings_stay_with_the_old_ticket_however_late(text: str) -> None:
    plan = says(text, LONG_AGO)
    assert (plan.new_ticket, plan.ticket_id, state(plan)) == (None, 7, None)


def test_on_the_last_day_a_reply_reopens() -> None:
    about = ticket(state=TicketState.CLOSED, closed_at=NOW - timedelta(days=15))
    assert state(says("Lại bị rồi ạ.", about)) is TicketState.IN_PROGRESS


def test_an_officer_reopens_however_late() -> None:
    assert state(types("#mo", LAN, LONG_AGO)) is TicketState.IN_PROGRESS


# Duplicates.

OTHER = ticket("TABMIS", id=9, code="HT-2026-000009", requester_address="khac@vst.gov.vn", subject="Lỗi kỳ 13")


def test_a_duplicate_ends_and_its_requester_is_told_the_other_code() -> None:
    plan = types("#trùng ht-2026-000009.", LAN, ticket(), named={OTHER.code: OTHER})
    assert (state(plan), plan.changes["duplicate_of"]) == (TicketState.DUPLICATE, OTHER.code)
    assert (the(plan, LetterKind.MERGED).recipient, the(plan, LetterKind.MERGED).text) == (USER.address, OTHER.code)
    assert any("người khác" in line for line in the(plan, LetterKind.DONE).lines)


def test_a_duplicate_of_ones_own_ticket_is_nobody_elses_however_the_address_is_written() -> None:
    own = ticket("TABMIS", id=9, code=OTHER.code, requester_address=USER.address.replace("vst", "VST"))
    plan = types("#trung HT-2026-000009", LAN, ticket(), named={own.code: own})
    assert not any("người khác" in line for line in the(plan, LetterKind.DONE).lines)


def test_the_passers_of_a_duplicate_hear_of_it() -> None:
    plan = types("#trung HT-2026-000009", MAI, ticket("TABMIS"), chain(LAN), named={OTHER.code: OTHER})
    copies = {letter.recipient for letter in plan.letters if letter.kind is LetterKind.COPY}
    assert copies == {LAN.address, "nhom.tabmis@vst.gov.vn"}


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("#trung", {}),
        ("#trung HT-2026-999999", {}),
        ("#trung HT-2026-000007", {"HT-2026-000007": ticket()}),
        ("#trung HT-2026-000009", {OTHER.code: ticket(state=TicketState.DUPLICATE, code=OTHER.code)}),
    ],
)
def test_a_duplicate_of_nothing_of_itself_or_of_a_duplicate_is_refused(typed: str, named: dict[str, Ticket]) -> None:
    assert refused(types(typed, LAN, ticket(), named=named))


def test_a_word_more_in_a_duplicate_is_told_but_only_the_button_reopens_it() -> None:
    about = ticket(state=TicketState.DUPLICATE, duplicate_of=OTHER.code, closed_at=NOW)
    plan = says("Em gửi thêm ảnh.", about)
    assert state(plan) is None
    assert OTHER.code in the(plan, LetterKind.FOLLOW_UP).why
    again = says("#mo\nViệc của em khác ạ.", about)
    assert (state(again), again.changes["duplicate_of"]) == (TicketState.IN_PROGRESS, None)


def test_whose_ticket_was_merged_hears_that_the_other_one_is_done_but_not_what_was_answered() -> None:
    merged = ticket(
        id=5, code="HT-2026-000005", requester_address="khac@vst.gov.vn", reply_address="", state=TicketState.DUPLICATE
    )
    own = ticket(
        id=6, code="HT-2026-000006", state=TicketState.DUPLICATE, requester_address=USER.address.replace("vst", "VST")
    )
    plan = types("#xong\nĐã mở kỳ 13, chị Hoa ạ.", LAN, ticket(), duplicates=(merged, own))
    letter = the(plan, LetterKind.MERGED_DONE)
    assert (letter.recipient, letter.of_ticket, letter.text) == ("khac@vst.gov.vn", merged, "HT-2026-000007")
    assert [one.recipient for one in plan.letters if one.kind is LetterKind.ANSWER] == [USER.address]


# A colleague who takes over.

WAITING = ticket(state=TicketState.WAITING, waiting_since=NOW - timedelta(hours=1))


def to_the_user() -> Outbox:
    return letter_of(ReplyGoes.HOLDER, recipient=USER.address, kind="question")


@pytest.mark.parametrize("text", ["Em tiếp tục thay chị Hoa: số bút toán là 117.", "Em nhận bàn giao việc này ạ."])
def test_a_colleague_who_says_that_he_takes_over_continues(text: str) -> None:
    plan = says(text, WAITING, COLLEAGUE)
    assert state(plan) is TicketState.IN_PROGRESS
    assert [(one.address, one.role) for one in plan.participants] == [(COLLEAGUE.address, Role.COLLEAGUE)]
    assert "taken_over" in event_kinds(plan)
    assert "thay" in the(plan, LetterKind.FOLLOW_UP).why


def test_so_does_one_who_answers_the_requesters_own_letter() -> None:
    known = facts_of(WAITING, participants=participants(USER, COLLEAGUE), answers_letter=to_the_user())
    plan = decide(mail("Số 117 ạ.", COLLEAGUE, in_reply_to="<x@vst.gov.vn>"), known, POLICY)
    assert state(plan) is TicketState.IN_PROGRESS


@pytest.mark.parametrize("proof", [Proof(False, None, True), Proof(True, None, False)])
def test_nobody_takes_over_without_proof(proof: Proof) -> None:
    match = Match.KEYED if proof.keyed else Match.STORED
    plan = says("Em tiếp tục thay chị Hoa.", WAITING, COLLEAGUE, proof=proof, match=match)
    assert (state(plan), plan.participants) == (None, ())


def test_a_stranger_takes_nothing_over() -> None:
    known = facts_of(WAITING, keyed=False, match=Match.CODE, judgement=judged())
    plan = decide(mail("Em tiếp tục thay chị Hoa.", Address("", "la@example.com")), known, POLICY)
    assert plan.ticket_id is None


def test_answers_then_reach_both_and_the_colleague_has_the_requesters_buttons() -> None:
    both = (*participants(USER, role=Role.REQUESTER), *participants(COLLEAGUE, role=Role.COLLEAGUE))
    plan = types("#xong\nĐã sửa.", LAN, ticket(), participants=both)
    assert [one.recipient for one in plan.letters if one.kind is LetterKind.ANSWER] == [USER.address, COLLEAGUE.address]
    closed = decide(mail(DONE, COLLEAGUE), facts_of(RESOLVED, participants=both), POLICY)
    assert state(closed) is TicketState.CLOSED


# Words at the end.


@pytest.mark.parametrize("word", ["#nhan", "#hoi\nGì ạ?", "#xong\nx", "#chuyen muc 2", "#tra", "#rac", "#uutien cao"])
def test_work_on_an_ended_ticket_needs_reopening_first(word: str) -> None:
    assert refused(types(word, TUAN, ticket("TABMIS", TicketState.CLOSED)))


def test_reopening_and_another_word_go_together() -> None:
    plan = types("#mo\n#chuyen muc 2\nLại lỗi.", LAN, ticket(state=TicketState.RESOLVED))
    assert (state(plan), plan.changes["holder"]) == (TicketState.IN_PROGRESS, "TABMIS")
