"""How the first lines of a reply are read as words: ARCHITECTURE section 7, "Words that staff type", and its precisions."""

import pytest

from daemon.desk.actions import ACTIONS
from daemon.desk.words import AVAILABLE, Command, Word, no_such_word, read_words

CONTRACT = {
    "#nhan": Word.TAKE,
    "#traloi": Word.ANSWER,
    "#noibo": Word.NOTE,
    "#hoi": Word.ASK,
    "#xong": Word.RESOLVE,
    "#duyet": Word.LET_THROUGH,
    "#chuyen": Word.HAND_OVER,
    "#tra": Word.GIVE_BACK,
    "#donduc": Word.CHASE,
    "#phanloai": Word.CATEGORY,
    "#tinh": Word.PROVINCE,
    "#uutien": Word.PRIORITY,
    "#suco": Word.INCIDENT,
    "#yeucau": Word.SERVICE,
    "#hoidap": Word.QUESTION,
    "#dexuat": Word.PROPOSAL,
    "#loi": Word.BUG,
    "#loithaotac": Word.USER_MISTAKE,
    "#thaydoi": Word.CHANGE,
    "#trung": Word.DUPLICATE,
    "#mo": Word.REOPEN,
    "#rac": Word.NOT_A_REQUEST,
    "#thay": Word.ON_BEHALF,
    "#kienthuc": Word.KNOWLEDGE,
    "#xuatban": Word.PUBLISH,
    "#sua": Word.EDIT,
    "#bo": Word.DROP,
    "#dung": Word.USE,
    "#tim": Word.SEARCH,
    "#dienrong": Word.WIDESPREAD,
    "#thongbao": Word.ANNOUNCE,
    "#kiemtra": Word.CHECK,
}
SPELLINGS = [
    ("#nhận", Word.TAKE),
    ("#NHẬN", Word.TAKE),
    ("#Nhận", Word.TAKE),
    ("  #nhan  ", Word.TAKE),
    ("\t#nhận", Word.TAKE),
    ("#trả lời", Word.ANSWER),
    ("#tra loi", Word.ANSWER),
    ("#Trả  Lời", Word.ANSWER),
    ("#TRA LOI", Word.ANSWER),
    ("#trả", Word.GIVE_BACK),
    ("#tra-loi", Word.ANSWER),
    ("#tra_loi", Word.ANSWER),
    ("#nội bộ", Word.NOTE),
    ("#hỏi", Word.ASK),
    ("#hỏi đáp", Word.QUESTION),
    ("#xong", Word.RESOLVE),
    ("#XONG.", Word.RESOLVE),
    ("#duyệt", Word.LET_THROUGH),
    ("#đôn đốc", Word.CHASE),
    ("#ĐÔN ĐỐC", Word.CHASE),
    ("#phân loại", Word.CATEGORY),
    ("#tỉnh", Word.PROVINCE),
    ("#ưu tiên", Word.PRIORITY),
    ("#sự cố", Word.INCIDENT),
    ("#yêu cầu", Word.SERVICE),
    ("#đề xuất", Word.PROPOSAL),
    ("#lỗi", Word.BUG),
    ("#lỗi thao tác", Word.USER_MISTAKE),
    ("#loi thao  tac", Word.USER_MISTAKE),
    ("#thay đổi", Word.CHANGE),
    ("#thay", Word.ON_BEHALF),
    ("#trùng", Word.DUPLICATE),
    ("#mở", Word.REOPEN),
    ("#rác", Word.NOT_A_REQUEST),
    ("#kiến thức", Word.KNOWLEDGE),
    ("#xuất bản", Word.PUBLISH),
    ("#diện rộng", Word.WIDESPREAD),
    ("#thông báo", Word.ANNOUNCE),
    ("#kiểm tra", Word.CHECK),
    ("#take", Word.TAKE),
    ("#Done", Word.RESOLVE),
    ("#hand over", Word.HAND_OVER),
    ("#reopen", Word.REOPEN),
    ("#spam", Word.NOT_A_REQUEST),
    ("#note", Word.NOTE),
    ("#ask", Word.ASK),
]


def test_every_word_of_the_contract_is_known() -> None:
    assert {typed: read_words(typed).commands[0].word for typed in CONTRACT} == CONTRACT
    assert set(CONTRACT.values()) == set(Word)


def test_the_available_words_are_those_with_an_action_and_on_behalf() -> None:
    assert frozenset(ACTIONS) | {Word.ON_BEHALF} == AVAILABLE


@pytest.mark.parametrize(("line", "word"), SPELLINGS)
def test_case_diacritics_and_blanks_do_not_matter_and_the_longest_word_wins(line: str, word: Word) -> None:
    reading = read_words(line)
    assert [command.word for command in reading.commands] == [word]
    assert (reading.unknown, reading.late) == ((), ())


@pytest.mark.parametrize(
    ("line", "argument"),
    [
        ("#chuyen muc 2", "muc 2"),
        ("#chuyển: nhóm TABMIS", "nhóm TABMIS"),
        ("#chuyen phong Quản trị hệ thống", "phong Quản trị hệ thống"),
        ("#phanloai TABMIS.", "TABMIS"),
        ("#phân loại MAY_TRAM", "MAY_TRAM"),
        ("#tỉnh Lâm Đồng", "Lâm Đồng"),
        ("#tinh Bà Rịa - Vũng Tàu", "Bà Rịa - Vũng Tàu"),
        ("#trùng HT-2026-000123", "HT-2026-000123"),
        ("#thay hoa.nt@vst.gov.vn", "hoa.nt@vst.gov.vn"),
        ("#chuyen", ""),
    ],
)
def test_some_words_take_the_rest_of_their_line_as_argument(line: str, argument: str) -> None:
    assert read_words(line).commands[0].argument == argument
    assert read_words(line).text == ""


def test_after_a_word_without_argument_the_rest_of_the_line_is_text() -> None:
    reading = read_words("#xong Đã mở khóa tài khoản.\nChị đăng nhập lại giúp em.")
    assert reading.commands == (Command(Word.RESOLVE),)
    assert reading.text == "Đã mở khóa tài khoản.\nChị đăng nhập lại giúp em."


def test_the_text_below_the_words_keeps_its_lines() -> None:
    assert read_words("#xong\n\nDòng 1\n\nDòng 2\n").text == "Dòng 1\n\nDòng 2"


def test_several_words_are_read_in_their_order_and_blank_lines_between_them_do_not_matter() -> None:
    reading = read_words("\n\n#nhan\n\n#phanloai TTSP\n#tinh Lâm Đồng\n\nEm xem rồi ạ")
    assert [command.word for command in reading.commands] == [Word.TAKE, Word.CATEGORY, Word.PROVINCE]
    assert reading.text == "Em xem rồi ạ"


def test_a_text_without_words_is_only_text() -> None:
    reading = read_words("Anh ơi, máy vẫn lỗi # 5\n1# không phải")
    assert (reading.has_words, reading.text) == (False, "Anh ơi, máy vẫn lỗi # 5\n1# không phải")


def test_no_text_has_no_words() -> None:
    assert not read_words("").has_words
    assert not read_words("\n \n").has_words


@pytest.mark.parametrize(
    "text", ["#REF!", "#VALUE! ở ô B2", "#N/A", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#1 là lỗi", "# xong", "#"]
)
def test_what_a_spreadsheet_shows_and_a_lone_hash_are_text(text: str) -> None:
    reading = read_words(text)
    assert (reading.has_words, reading.text) == (False, text)


@pytest.mark.parametrize("typed", ["#xongg", "#abc", "#KBNN", "#xong2", "#nhan1", "#tralại", "#XONGG!"])
def test_a_word_that_does_not_exist_is_named_as_unknown(typed: str) -> None:
    reading = read_words(f"{typed}\nnội dung")
    assert reading.unknown == (typed,)
    assert reading.commands == ()
    assert reading.text == "nội dung"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("#xongg", "#xong"),
        ("#nhận_việc", ""),
        ("#chuyen_muc", "#chuyen"),
        ("#dôn_dốc", "#donduc"),
        ("#phaloai", "#phanloai"),
        ("#abc", ""),
    ],
)
def test_whoever_mistypes_a_word_is_told_the_nearest_one_and_nothing_far_fetched(typed: str, meant: str) -> None:
    suggestion = f" Có phải anh/chị định gõ {meant}?" if meant else ""
    assert no_such_word(typed) == f"Không có từ lệnh nào là {typed}.{suggestion}"


def test_an_unknown_word_between_known_ones_is_found() -> None:
    reading = read_words("#nhan\n#khongcotu\n#xong\ntext")
    assert reading.unknown == ("#khongcotu",)
    assert [command.word for command in reading.commands] == [Word.TAKE, Word.RESOLVE]


@pytest.mark.parametrize("late", ["#xong", "#Trả lời cho chị", "  #chuyển mức 2"])
def test_a_known_word_below_other_text_is_late(late: str) -> None:
    reading = read_words(f"Đã làm xong.\n{late}")
    assert reading.has_words
    assert reading.commands == ()
    assert len(reading.late) == 1


def test_a_word_in_the_middle_of_a_line_is_text() -> None:
    assert not read_words("Anh bấm #xong giúp em").has_words


def test_an_unknown_hash_below_other_text_is_text() -> None:
    assert not read_words("Bảng tính báo:\n#REF!\n#abc").has_words
