"""Up, down and sideways: who stays responsible, who is chased, how a result comes down, what the requester is told."""

from dataclasses import replace

import pytest

from daemon.desk.decide import decide
from daemon.desk.directory import Holder, HolderKind, Staff
from daemon.desk.facts import Policy
from daemon.desk.letters import TO_REQUESTER, LetterKind
from daemon.desk.past import Past, Result
from daemon.desk.plan import Plan
from storage.tables import EntryKind, Passing, ReplyGoes, Ticket, TicketState
from tests.unit.desk.builders import (
    BICH,
    GIANG,
    ITO_MAN,
    LAN,
    MAI,
    POLICY,
    QUANG,
    SON,
    TUAN,
    USER,
    accepted,
    chain,
    event_kinds,
    facts_of,
    judged,
    kinds,
    mail,
    rules,
    the,
    ticket,
)
from tests.unit.desk.typing_words import refused, state, types

HELP = Holder("KY_THUAT", HolderKind.GROUP, 2, "Nhóm Kỹ thuật", "nhom.kythuat@vst.gov.vn")
WITH_HELP: Policy = replace(POLICY, rules=rules(holders=[HELP]))
RESULT = Past(results={code: Result("Đã sửa hàm tính.", (31,)) for code in ("Lâm Đồng", "TABMIS", "PTUD")})


def asks_for_help(who: Staff, about: Ticket, passed_by: tuple[Passing, ...] = ()) -> Plan:
    return decide(
        mail("#chuyen nhom KY_THUAT\nNhờ xem máy chủ.", who), facts_of(about, who, passed_by=passed_by), WITH_HELP
    )


# Up: the requester is told once.


@pytest.mark.parametrize(
    ("who", "about", "word"),
    [(LAN, ticket(), "muc 2"), (TUAN, ticket("TABMIS"), "phong QTHT"), (ITO_MAN, ticket("ITO"), "")],
)
def test_the_requester_is_told_in_one_letter_that_his_request_moves_up(who: Staff, about: Ticket, word: str) -> None:
    letter = the(types(f"#chuyen {word}", who, about), LetterKind.MOVED_UP)
    assert (letter.recipient, letter.once, letter.text) == (USER.address, "moved_up:7", "")


def test_a_sideways_move_is_not_told_to_the_requester() -> None:
    assert LetterKind.MOVED_UP not in kinds(types("#chuyen nhom THANH_TOAN", TUAN, ticket("TABMIS")))


# Sideways to technical help: the asking group stays responsible.


def test_the_group_that_asks_for_technical_help_stays_in_the_chain() -> None:
    plan = asks_for_help(TUAN, ticket("TABMIS"), chain(LAN))
    assert plan.chain is not None
    assert [link.holder for link in plan.chain] == ["Lâm Đồng", "TABMIS"]
    assert plan.changes["holder"] == "KY_THUAT"
    assert the(plan, LetterKind.NOTICE).reply_reaches == "Nhóm TABMIS"
    assert any("vẫn chịu trách nhiệm" in line for line in the(plan, LetterKind.DONE).lines)
    assert LetterKind.MOVED_UP not in kinds(plan)


def test_any_other_sideways_move_leaves_the_chain_alone() -> None:
    assert types("#chuyen nhom THANH_TOAN", TUAN, ticket("TABMIS"), chain(LAN)).chain is None


# Chasing.


@pytest.mark.parametrize(("who", "office"), [(LAN, "Lâm Đồng"), (MAI, "SERVICE_DESK")])
def test_a_chase_reaches_the_holder_and_is_counted_for_the_office(who: Staff, office: str) -> None:
    plan = types("#đôn đốc\nĐơn vị đang chờ.", who, ticket("TABMIS"), chain(LAN), past=Past(chases={office: 2}))
    letter = the(plan, LetterKind.CHASE)
    assert (letter.recipient, letter.text) == ("nhom.tabmis@vst.gov.vn", "Đơn vị đang chờ.")
    assert "lần thứ 3" in letter.why
    (chased,) = [event for event in plan.events if event.kind == "chased"]
    assert (chased.details["office"], chased.details["count"], chased.details["by_word"]) == (office, 3, True)


def test_chasing_after_a_result_means_that_it_was_not_enough() -> None:
    plan = types("#donduc\nVẫn lỗi.", LAN, ticket("TABMIS"), chain(LAN, results=["Lâm Đồng"]))
    assert plan.chain is not None
    assert plan.chain[0].result_at is None


def test_a_passers_plain_reply_while_he_waits_counts_as_a_chase() -> None:
    plan = types("Anh xem đến đâu rồi ạ?", LAN, ticket("TABMIS"), chain(LAN))
    assert kinds(plan) == [LetterKind.MESSAGE]
    assert [event.details["by_word"] for event in plan.events if event.kind == "chased"] == [False]


@pytest.mark.parametrize(
    "about", [ticket("TABMIS", TicketState.RESOLVED), ticket("SERVICE_DESK")], ids=["ended", "at the desk itself"]
)
def test_nobody_is_chased_where_there_is_nothing_to_chase(about: Ticket) -> None:
    assert refused(types("#donduc", MAI, about))


# Down: one step at a time.


def test_a_passer_lets_a_result_through_to_the_office_below_with_its_files() -> None:
    plan = types("#duyet", TUAN, ticket("PTUD"), chain(LAN, TUAN, results=["TABMIS"]), past=RESULT)
    letter = the(plan, LetterKind.RESULT)
    assert (letter.recipient, letter.text, letter.files_of) == (LAN.address, "Đã sửa hàm tính.", (31,))
    assert plan.entry is not None
    assert (plan.entry.kind, plan.entry.text) == (EntryKind.INTERNAL, "Đã sửa hàm tính.")
    (returned,) = [event for event in plan.events if event.kind == "result_returned"]
    assert (returned.details["to"], returned.details["entries"]) == ("Lâm Đồng", [31])
    assert "holder" not in plan.changes


@pytest.mark.parametrize(("typed", "sent"), [("#duyệt", "Đã sửa hàm tính."), ("#duyet\nĐã sửa ạ.", "Đã sửa ạ.")])
def test_the_lowest_passer_lets_it_through_to_the_requester_edited_or_not(typed: str, sent: str) -> None:
    plan = types(typed, LAN, ticket("PTUD"), chain(LAN, TUAN, results=["TABMIS", "Lâm Đồng"]), past=RESULT)
    letter = the(plan, LetterKind.ANSWER)
    assert (letter.recipient, letter.text, letter.files_of) == (USER.address, sent, (31,))
    assert LAN.name in letter.by
    assert QUANG.name not in letter.by + letter.text
    assert plan.entry is not None
    assert (plan.entry.kind, plan.entry.text) == (EntryKind.ANSWER, sent)
    assert state(plan) is None


def test_an_office_that_has_the_ticket_back_ends_it_with_the_result() -> None:
    plan = types("#duyet", LAN, ticket(), past=RESULT)
    assert the(plan, LetterKind.ANSWER).text == "Đã sửa hàm tính."
    assert state(plan) is TicketState.RESOLVED


def test_an_office_in_the_middle_that_has_it_back_gives_it_down_with_the_result() -> None:
    plan = types("#duyet", TUAN, ticket("TABMIS"), chain(LAN), past=RESULT)
    assert plan.changes["holder"] == "Lâm Đồng"
    assert the(plan, LetterKind.RESULT).text == "Đã sửa hàm tính."
    assert plan.chain == ()


@pytest.mark.parametrize(
    ("about", "passed_by", "past"),
    [
        (ticket("TABMIS"), chain(LAN), Past()),
        (ticket("TABMIS"), chain(LAN), RESULT),  # an older result: he passed it up again since
        (ticket(), (), Past()),
    ],
)
def test_there_must_be_a_result_to_let_through(about: Ticket, passed_by: tuple[Passing, ...], past: Past) -> None:
    assert refused(types("#duyet", LAN, about, passed_by, past=past))


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_chain_of_any_length_comes_back_in_order(length: int) -> None:
    passers, holders = [LAN, TUAN, QUANG][:length], ["TABMIS", "PTUD", "CHUYEN_GIA"]
    speakers = [TUAN, QUANG, GIANG][:length]
    about, passed = ticket(holders[length - 1]), chain(*passers)
    for speaker, below in zip(reversed(speakers), reversed(passers), strict=True):
        plan = types("Đã sửa xong phần này.", speaker, about, passed)
        letter = the(plan, LetterKind.RESULT)
        assert letter.recipient == below.address
        assert not [one for one in plan.letters if one.kind in TO_REQUESTER]
        assert plan.chain is not None
        passed = plan.chain
    assert the(types("Chị thử lại nhé.", LAN, about, passed), LetterKind.ANSWER).recipient == USER.address


# The outside firm sees its own tickets and nothing internal.


def test_the_provider_is_not_told_who_works_behind_its_group() -> None:
    about, passed = ticket("PTUD", application="DVC"), chain(ITO_MAN, MAI)
    plan = types("#donduc", ITO_MAN, about, passed)
    ours = [letter for letter in plan.letters if letter.recipient == ITO_MAN.address]
    shown = " ".join(f"{one.text} {one.by} {one.why} {one.reply_reaches} {' '.join(one.lines)}" for one in ours)
    assert "Nhóm Nội bộ" in shown
    assert "Phát triển ứng dụng" not in shown
    asked = types("#hoi\nChị gửi ảnh nhé?", QUANG, about, passed)
    (copy,) = [one for one in asked.letters if one.recipient == ITO_MAN.address]
    assert (copy.reply_goes, copy.reply_reaches) == (ReplyGoes.HOLDER, "Nhóm Nội bộ")


# Information security.


def test_an_incident_of_information_security_is_copied_at_once_to_its_department() -> None:
    plan = decide(mail("Máy em bị mã hóa dữ liệu."), facts_of(judgement=judged(accepted("ATTT"))), POLICY)
    letter = the(plan, LetterKind.SECURITY_COPY)
    assert (letter.recipient, letter.bound_to, letter.with_attachments) == ("phong.attt@vst.gov.vn", "QLATTT", True)
    assert "security_told" in event_kinds(plan)


def test_so_is_one_that_an_officer_recognises() -> None:
    assert LetterKind.SECURITY_COPY in kinds(types("#phanloai ATTT", LAN, ticket()))
    assert LetterKind.SECURITY_COPY not in kinds(types("#phanloai ATTT", LAN, ticket(application="ATTT")))


def test_other_requests_are_not() -> None:
    assert LetterKind.SECURITY_COPY not in kinds(types("#phanloai TTSP", BICH, ticket("THANH_TOAN")))


def test_the_provider_reads_its_group_where_others_behind_it_write() -> None:
    passed = chain(ITO_MAN, SON)
    ended = types("#rac", QUANG, ticket("PTUD", application="DVC"), passed)
    by = {letter.recipient: letter.by for letter in ended.letters if letter.kind is LetterKind.COPY}
    assert by == {ITO_MAN.address: "Nhóm Nội bộ", SON.address: "Vũ Đình Quang, Phòng Phát triển ứng dụng"}
    given = the(types("#chuyen nhom ITO\nNhờ xem giúp.", GIANG, ticket("CHUYEN_GIA")), LetterKind.NOTICE)
    assert (given.by, given.why) == ("Nhóm Nội bộ", "Nhóm Nội bộ chuyển tới.")
    own = the(types("#chuyen nhom ITO\nNhờ xem giúp.", SON, ticket("NOI_BO")), LetterKind.NOTICE)
    assert own.by == "Hoàng Văn Sơn, Nhóm Nội bộ"


def test_the_provider_is_not_told_which_group_a_corrected_ticket_goes_to() -> None:
    done = the(types("#phanloai TTSP\n#tinh TRUNG_UONG", ITO_MAN, ticket("ITO")), LetterKind.DONE)
    assert "nơi xử lý khác" in done.lines[-1]
    assert not [line for line in done.lines if "Nhóm" in line]


def test_what_stands_below_a_hand_over_is_for_colleagues_though_the_requester_is_told_of_it() -> None:
    plan = types("#chuyen muc 2\nNgười này hay gọi linh tinh.", LAN, ticket(state=TicketState.WAITING))
    assert LetterKind.MOVED_UP in kinds(plan)
    assert plan.entry is not None
    assert plan.entry.kind is EntryKind.INTERNAL


@pytest.mark.parametrize("word", ["#rac", "#trung HT-2026-000009"])
def test_nobody_is_asked_about_what_is_over(word: str) -> None:
    other = ticket(id=9, code="HT-2026-000009")
    assert refused(types(f"#hoi\n{word}\nChị gửi ảnh nhé?", LAN, ticket(), named={other.code: other}))
