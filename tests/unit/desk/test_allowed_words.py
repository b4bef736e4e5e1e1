"""Who may type which word, and that a mail of words happens whole or not at all: ARCHITECTURE section 7."""

import pytest

from daemon.desk.directory import Staff
from daemon.desk.letters import LetterKind
from storage.tables import TicketState
from tests.unit.desk.builders import (
    BICH,
    GIANG,
    HUNG,
    LAN,
    MAI,
    SON,
    TUAN,
    chain,
    kinds,
    ticket,
)
from tests.unit.desk.typing_words import refused, state, types

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
    ("#donduc", {PASSER, DESK}),
    ("#uutien cao", {HOLDER, DESK}),
    ("#suco", {HOLDER}),
    ("#yeucau", {HOLDER}),
    ("#hoidap", {HOLDER}),
    ("#dexuat", {HOLDER}),
    ("#loi", {HOLDER}),
    ("#loithaotac", {HOLDER}),
    ("#thaydoi\nNâng cấp.", {HOLDER, DESK}),  # groups and departments, whatever their part in the ticket
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
        "#kienthuc", "#xuatban", "#sua", "#bo", "#dung 1", "#tim abc",
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
