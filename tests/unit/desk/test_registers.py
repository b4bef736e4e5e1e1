"""Priority, kind, and the registers of bugs, mistakes, proposals and changes."""

import pytest

from daemon.desk.directory import Staff
from daemon.desk.letters import LetterKind
from storage.tables import RecordState, Register
from tests.unit.desk.builders import LAN, QUANG, TUAN, USER, chain, kinds, ticket
from tests.unit.desk.typing_words import refused, types


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("cao", "cao"), ("gấp", "cao"), ("Thường", "thuong"), ("bình thường", "thuong"), ("thấp.", "thap")],
)
def test_a_priority_is_understood_as_people_write_it(typed: str, stored: str) -> None:
    assert types(f"#ưu tiên {typed}", LAN, ticket(priority="x")).changes["priority"] == stored


@pytest.mark.parametrize("typed", ["", "rất", "1"])
def test_an_unknown_priority_is_answered_with_help(typed: str) -> None:
    assert refused(types(f"#uutien {typed}", LAN, ticket()))


@pytest.mark.parametrize(
    ("word", "kind"), [("#suco", "su_co"), ("#yêu cầu", "yeu_cau"), ("#hỏi đáp", "hoi_dap"), ("#dexuat", "de_xuat")]
)
def test_the_kind_of_a_request_is_corrected(word: str, kind: str) -> None:
    assert types(word, LAN, ticket(request_kind="?")).changes["request_kind"] == kind


def test_a_request_has_one_kind() -> None:
    assert refused(types("#suco\n#dexuat", LAN, ticket()))


@pytest.mark.parametrize(
    ("word", "who", "holder", "register", "state"),
    [
        ("#loi", LAN, "Lâm Đồng", Register.BUG, RecordState.SUSPECTED),
        ("#loi", TUAN, "TABMIS", Register.BUG, RecordState.CONFIRMED),
        ("#lỗi thao tác", LAN, "Lâm Đồng", Register.USER_MISTAKE, RecordState.NOTED),
        ("#dexuat", LAN, "Lâm Đồng", Register.PROPOSAL, RecordState.NOTED),
        ("#thay đổi", QUANG, "TABMIS", Register.CHANGE, RecordState.NOTED),
    ],
)
def test_a_word_puts_the_request_into_its_register(
    word: str, who: Staff, holder: str, register: Register, state: RecordState
) -> None:
    plan = types(f"{word}\nTính sai số dư kỳ 13.", who, ticket(holder))
    (record,) = plan.records
    assert (record.kind, record.state, record.text) == (register, state, "Tính sai số dư kỳ 13.")
    assert (record.office, record.officer) == (who.holder, who.address)
    assert (record.application, record.province, record.requester_address) == ("TABMIS", "Lâm Đồng", USER.address)
    assert kinds(plan) == [LetterKind.DONE]  # nobody else hears of it
    (event,) = [one for one in plan.events if one.kind == "registered"]
    assert event.details == {"register": register.value, "state": state.value}


def test_registering_goes_together_with_other_words_and_their_text() -> None:
    plan = types("#loi\n#phanloai KDL_TABMIS\n#chuyen muc 3\nSai báo cáo B2.", TUAN, ticket("TABMIS"), chain(LAN))
    assert plan.changes["holder"] == "PTUD"
    assert (plan.records[0].text, plan.records[0].application) == ("Sai báo cáo B2.", "KDL_TABMIS")


def test_without_a_text_the_subject_says_what_it_was() -> None:
    assert types("#loithaotac", LAN, ticket()).records[0].text == "Nhờ hỗ trợ"


def test_a_change_is_for_groups_and_departments_and_needs_words() -> None:
    assert refused(types("#thaydoi\nNâng cấp.", LAN, ticket()))
    assert refused(types("#thaydoi", TUAN, ticket("TABMIS")))


def test_words_that_are_refused_register_nothing() -> None:
    assert types("#loi\n#khongco\nx", LAN, ticket()).records == ()
