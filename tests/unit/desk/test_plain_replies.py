"""Who a sender is in a ticket and where his plain reply goes: ARCHITECTURE section 7, line by line."""

from collections.abc import Sequence

import pytest

from daemon.desk.decide import decide
from daemon.desk.directory import Staff
from daemon.desk.facts import Match, Proof
from daemon.desk.letters import TO_REQUESTER, LetterKind
from daemon.desk.standing import Standing, destination, standing_of
from daemon.reading.mail import Address
from storage.tables import EntryKind, InboundState, Passing, ReplyGoes, Role, TicketState
from tests.unit.desk.builders import (
    COLLEAGUE,
    HUNG,
    LAN,
    MAI,
    MINH,
    NOW,
    PICTURE,
    POLICY,
    QUANG,
    STRANGER,
    TUAN,
    USER,
    chain,
    event_kinds,
    facts_of,
    kinds,
    letter_of,
    mail,
    participants,
    the,
    ticket,
)

# Chains of length 0 to 3: the holder and who passed it up, the lowest first.
CHAINS: dict[int, tuple[str, tuple[Staff, ...]]] = {
    0: ("Lâm Đồng", ()),
    1: ("TABMIS", (LAN,)),
    2: ("PTUD", (LAN, TUAN)),
    3: ("CHUYEN_GIA", (LAN, TUAN, QUANG)),
}


def goes(person: Staff, holder: str, passed_by: Sequence[Passing]) -> tuple[ReplyGoes, str | None]:
    standing = standing_of(person.address, person, ticket(holder), passed_by, ())
    where = destination(standing, person, passed_by)
    return where.goes, where.passer.holder if where.passer is not None else None


# Standing.


@pytest.mark.parametrize(
    ("address", "staff", "expected"),
    [
        (TUAN.address, TUAN, Standing.HOLDER),
        (LAN.address, LAN, Standing.PASSER),
        (MINH.address, MINH, Standing.PASSER),  # a colleague at the office that passed it up
        (MAI.address, MAI, Standing.SERVICE_DESK),
        (HUNG.address, HUNG, Standing.STAFF),
        (USER.address, None, Standing.REQUESTER),
        (USER.address.upper(), None, Standing.REQUESTER),
        (COLLEAGUE.address, None, Standing.PARTICIPANT),
        (STRANGER.address, None, Standing.STRANGER),
        (LAN.address, None, Standing.STRANGER),  # without his proofs an officer is nobody
        ("", None, Standing.STRANGER),
    ],
)
def test_who_somebody_is_in_a_ticket(address: str, staff: Staff | None, expected: Standing) -> None:
    held = ticket("TABMIS")
    assert standing_of(address, staff, held, chain(LAN), participants(USER, COLLEAGUE)) is expected


def test_a_reply_address_that_differs_from_the_sender_is_the_requester_too() -> None:
    held = ticket(reply_address="phong.kt@vst.gov.vn")
    assert standing_of("phong.kt@vst.gov.vn", None, held, (), ()) is Standing.REQUESTER


def test_a_mail_without_a_sender_is_never_the_unknown_requester() -> None:
    held = ticket(requester_address="", reply_address="")
    assert standing_of("", None, held, (), participants(Address("", ""))) is Standing.STRANGER


# Where a plain reply goes.


@pytest.mark.parametrize(
    ("length", "person", "expected"),
    [
        (0, LAN, (ReplyGoes.REQUESTER, None)),
        (1, TUAN, (ReplyGoes.PASSER, "Lâm Đồng")),
        (1, LAN, (ReplyGoes.HOLDER, None)),
        (2, QUANG, (ReplyGoes.PASSER, "TABMIS")),
        (2, TUAN, (ReplyGoes.HOLDER, None)),
        (2, LAN, (ReplyGoes.HOLDER, None)),
        (3, QUANG, (ReplyGoes.HOLDER, None)),
        (0, HUNG, (ReplyGoes.NOTE, None)),
        (1, MAI, (ReplyGoes.NOTE, None)),
    ],
)
def test_a_plain_reply_goes_where_the_contract_says(
    length: int, person: Staff, expected: tuple[ReplyGoes, str | None]
) -> None:
    holder, passers = CHAINS[length]
    assert goes(person, holder, chain(*passers)) == expected


@pytest.mark.parametrize(
    ("person", "results", "expected"),
    [
        (LAN, ["Lâm Đồng"], (ReplyGoes.REQUESTER, None)),
        (TUAN, ["TABMIS"], (ReplyGoes.PASSER, "Lâm Đồng")),
        (LAN, ["TABMIS"], (ReplyGoes.HOLDER, None)),
        (LAN, ["TABMIS", "Lâm Đồng"], (ReplyGoes.REQUESTER, None)),
    ],
)
def test_a_passer_with_the_result_writes_one_step_towards_the_requester(
    person: Staff, results: list[str], expected: tuple[ReplyGoes, str | None]
) -> None:
    assert goes(person, "PTUD", chain(LAN, TUAN, results=results)) == expected


def test_the_holders_reply_reaches_the_requester_when_nobody_passed_it_up() -> None:
    plan = decide(mail("Chị đăng nhập lại giúp em.", LAN, quoted="nội bộ"), facts_of(ticket(), LAN), POLICY)
    letter = the(plan, LetterKind.ANSWER)
    assert (letter.recipient, letter.text) == (USER.address, "Chị đăng nhập lại giúp em.")
    assert "Trần Thị Lan" in letter.by
    assert plan.entry is not None
    assert plan.entry.kind is EntryKind.ANSWER
    assert plan.changes["answered_at"] == NOW


def test_the_holders_reply_goes_to_the_office_that_handed_it_over() -> None:
    facts = facts_of(ticket("TABMIS"), TUAN, passed_by=chain(LAN))
    plan = decide(mail("Đã sửa quyền.", TUAN), facts, POLICY)
    letter = the(plan, LetterKind.RESULT)
    assert (letter.recipient, letter.reply_goes) == (LAN.address, ReplyGoes.REQUESTER)
    assert letter.reply_reaches == USER.name
    assert plan.entry is not None
    assert plan.entry.kind is EntryKind.INTERNAL
    assert plan.chain is not None
    assert plan.chain[0].result_at == NOW
    assert not [one for one in plan.letters if one.kind in TO_REQUESTER]


def test_a_waiting_passers_reply_reaches_the_holder() -> None:
    facts = facts_of(ticket("TABMIS", taken_by=TUAN.address), LAN, passed_by=chain(LAN))
    letter = the(decide(mail("Anh xem đến đâu rồi ạ?", LAN), facts, POLICY), LetterKind.MESSAGE)
    assert (letter.recipient, letter.reply_goes) == (TUAN.address, ReplyGoes.PASSER)
    assert letter.reply_reaches == "Phòng Tin học KBNN Lâm Đồng"


def test_a_passer_with_the_result_answers_the_requester() -> None:
    facts = facts_of(ticket("TABMIS"), LAN, passed_by=chain(LAN, results=["Lâm Đồng"]))
    assert the(decide(mail("Chị thử lại nhé.", LAN), facts, POLICY), LetterKind.ANSWER).recipient == USER.address


@pytest.mark.parametrize("person", [HUNG, MAI])
def test_a_reply_of_staff_without_a_part_is_a_note_that_nobody_gets(person: Staff) -> None:
    plan = decide(mail("Bên em cũng bị.", person), facts_of(ticket(), person), POLICY)
    assert plan.letters == ()
    assert plan.changes == {}
    assert plan.entry is not None
    assert plan.entry.kind is EntryKind.INTERNAL


# The promise of the answered notice.


def test_a_reply_to_a_notice_from_before_the_last_move_is_kept_as_a_note_and_the_sender_is_asked() -> None:
    facts = facts_of(ticket("TABMIS", moves=2), TUAN, answers_letter=letter_of(ReplyGoes.REQUESTER, moves=1))
    plan = decide(mail("Chị thử lại nhé.", TUAN), facts, POLICY)
    assert kinds(plan) == [LetterKind.MOVED_ON]
    assert plan.letters[0].recipient == TUAN.address
    assert plan.letters[0].text == "Chị thử lại nhé."
    assert plan.entry is not None
    assert plan.entry.text == "Chị thử lại nhé."


def test_a_reply_does_what_the_answered_notice_said() -> None:
    passed = chain(LAN, results=["Lâm Đồng"])  # a result came back after this notice had promised the holder
    facts = facts_of(ticket("TABMIS"), LAN, passed_by=passed, answers_letter=letter_of(ReplyGoes.HOLDER))
    assert kinds(decide(mail("Anh ơi còn thiếu một bước.", LAN), facts, POLICY)) == [LetterKind.MESSAGE]


def test_a_reply_to_a_letter_about_ones_own_words_is_a_note() -> None:
    facts = facts_of(ticket(), LAN, answers_letter=letter_of(ReplyGoes.NOTE, kind="done"))
    assert decide(mail("Cảm ơn.", LAN), facts, POLICY).letters == ()


def test_an_officers_reply_to_the_requesters_own_letter_is_not_sent_to_himself() -> None:
    facts = facts_of(ticket(), LAN, answers_letter=letter_of(ReplyGoes.HOLDER, recipient=USER.address))
    assert decide(mail("Ok em.", LAN), facts, POLICY).letters == ()


def test_a_promise_that_can_no_longer_be_kept_never_reaches_the_requester_instead() -> None:
    facts = facts_of(ticket(), LAN, answers_letter=letter_of(ReplyGoes.PASSER))
    assert not [one for one in decide(mail("Nội bộ thôi.", LAN), facts, POLICY).letters if one.kind in TO_REQUESTER]


# Empty replies of staff.


def test_an_empty_reply_of_staff_passes_nothing_on_and_says_so() -> None:
    empty = mail("", LAN, full_text="> trích dẫn", attachments=(PICTURE,))
    plan = decide(empty, facts_of(ticket(), LAN), POLICY)
    assert kinds(plan) == [LetterKind.HELP]
    assert plan.letters[0].recipient == LAN.address
    assert plan.changes == {}


# Proofs: each of the three missing in turn.

MISSING = {
    "no token or keyed id": Proof(False, LAN, True),
    "the receiving server does not vouch": Proof(True, LAN, False),
    "neither": Proof(False, LAN, False),
}


@pytest.mark.parametrize("proof", MISSING.values(), ids=MISSING.keys())
@pytest.mark.parametrize("text", ["Chị thử lại nhé.", "#xong\nChị thử lại nhé."])
def test_without_all_proofs_a_reply_reaches_nobody_and_the_officer_is_told(proof: Proof, text: str) -> None:
    plan = decide(mail(text, LAN), facts_of(ticket(), LAN, proof=proof), POLICY)
    assert kinds(plan) == [LetterKind.FAILED_PROOF]
    assert plan.letters[0].recipient == LAN.address
    assert plan.changes == {}
    assert plan.entry is not None
    assert (plan.entry.kind, plan.entry.text) == (EntryKind.STRANGER, text)
    assert "proof_failed" in event_kinds(plan)


def test_somebody_outside_the_directory_is_a_stranger_whatever_else_holds() -> None:
    facts = facts_of(ticket(), None, proof=Proof(True, None, True))
    plan = decide(mail("#xong\nĐã sửa", STRANGER), facts, POLICY)
    assert (plan.letters, plan.changes) == ((), {})
    assert plan.entry is not None
    assert plan.entry.kind is EntryKind.STRANGER
    assert plan.ticket_id == 7


def test_an_officer_in_cc_must_prove_himself_like_any_other() -> None:
    facts = facts_of(
        ticket(),
        HUNG,
        proof=Proof(True, HUNG, False),
        participants=participants(Address("", HUNG.address), role=Role.OFFICER),
    )
    assert kinds(decide(mail("Xin gửi thêm.", HUNG), facts, POLICY)) == [LetterKind.FAILED_PROOF]


# Strangers with a code or guessed references.


@pytest.mark.parametrize("match", [Match.CODE, Match.STORED])
def test_a_stranger_who_names_a_ticket_begins_a_new_one_and_nobody_in_the_old_one_is_written_to(match: Match) -> None:
    old = ticket(taken_by=LAN.address)
    facts = facts_of(old, None, keyed=False, match=match, proof=Proof(False, None, True))
    plan = decide(mail("Cho tôi xem với.", STRANGER), facts, POLICY)
    assert plan.outcome is InboundState.ENTRY
    assert plan.ticket_id is None
    assert plan.new_ticket is not None
    assert plan.new_ticket.may_belong_to == old.code
    assert {USER.address, LAN.address}.isdisjoint(letter.recipient for letter in plan.letters)
    assert "may_belong" in event_kinds(plan)


@pytest.mark.parametrize("match", [Match.CODE, Match.STORED, Match.KEYED])
@pytest.mark.parametrize("sender", [USER, COLLEAGUE])
def test_the_requester_and_people_in_cc_join_by_the_code_alone(match: Match, sender: Address) -> None:
    facts = facts_of(
        ticket(), None, match=match, proof=Proof(False, None, False), participants=participants(USER, COLLEAGUE)
    )
    plan = decide(mail("Em gửi thêm thông tin.", sender), facts, POLICY)
    assert plan.ticket_id == 7
    assert kinds(plan) == [LetterKind.FOLLOW_UP]


def test_staff_words_of_a_requester_are_only_his_text() -> None:
    facts = facts_of(ticket(), None, proof=Proof(True, None, True))
    plan = decide(mail("#chuyen muc 2\n#xong\nEm gửi thêm.", USER), facts, POLICY)
    assert the(plan, LetterKind.FOLLOW_UP).text == "#chuyen muc 2\n#xong\nEm gửi thêm."
    assert plan.changes.get("state", TicketState.IN_PROGRESS) is TicketState.IN_PROGRESS
