"""Passwords and remote-control numbers in answers are held back once; ordinary talk about passwords is not."""

import pytest

from daemon.desk.letters import LetterKind
from daemon.desk.past import Past
from daemon.desk.secrets import mark_of, secrets_in
from storage.tables import EntryKind, ReplyGoes, TicketState
from tests.unit.desk.builders import LAN, MAI, TUAN, chain, event_kinds, facts_of, kinds, letter_of, the, ticket
from tests.unit.desk.typing_words import types

PASSWORDS = [
    "Mật khẩu mới là Kbnn@2026, chị đổi ngay nhé.",
    "mật khẩu: abc123",
    "mat khau cua chi la 123456a",
    "Pass: Tabmis#1",
    "password is Welcome1",
    "MK: kbnn2026",
    "Mật khẩu mặc định 12345678",
    "Em đặt lại mật khẩu tạm thời 998877 rồi ạ",
]
REMOTE = [
    "Chị mở UltraViewer giúp em, ID của em là 61 234 567",
    "TeamViewer 1 234 567 890 nhé",
    "anydesk: 987654321",
]
PLAIN = [
    "Chị đổi mật khẩu rồi đăng nhập lại giúp em.",
    "Mật khẩu của chị đã được đặt lại, hệ thống sẽ gửi tin nhắn.",
    "Mật khẩu: xem hướng dẫn đính kèm",
    "Mật khẩu phải có ít nhất 8 ký tự.",
    "Chị đổi mật khẩu trước 17h30 giúp em",
    "Hạn đổi mật khẩu: 23/11/2026",
    "Cài UltraViewer rồi gọi 0263 3812345 giúp em",
    "Số chứng từ 0012345678",
    "Chị đọc quy định tại mật khẩu: https://noibo.vst.gov.vn/quy-dinh-1",
]


@pytest.mark.parametrize("text", PASSWORDS)
def test_a_password_is_found(text: str) -> None:
    assert secrets_in(text) == ("mật khẩu",)


@pytest.mark.parametrize("text", REMOTE)
def test_a_remote_control_number_is_found(text: str) -> None:
    assert secrets_in(text) == ("mã điều khiển từ xa",)


def test_a_one_time_code_is_found() -> None:
    assert secrets_in("Mã OTP của chị: 482913") == ("mã xác thực (OTP)",)


@pytest.mark.parametrize("text", PLAIN)
def test_ordinary_talk_is_not_held_back(text: str) -> None:
    assert secrets_in(text) == ()


@pytest.mark.parametrize("word", ["", "#traloi\n", "#xong\n", "#hoi\n"])
def test_an_answer_with_a_password_waits_for_the_officers_second_word(word: str) -> None:
    plan = types(f"{word}{PASSWORDS[0]}", LAN, ticket())
    assert kinds(plan) == [LetterKind.HELD_BACK]
    letter = plan.letters[0]
    assert (letter.recipient, letter.reply_goes) == (LAN.address, ReplyGoes.REQUESTER)
    assert PASSWORDS[0] in letter.text
    assert "mật khẩu" in letter.lines[0]
    assert (dict(plan.changes), plan.chain) == ({}, None)
    assert plan.entry is not None
    assert plan.entry.kind is EntryKind.INTERNAL
    assert event_kinds(plan) == ["held_back"]


def test_a_result_for_the_passer_is_held_back_too() -> None:
    assert kinds(types(PASSWORDS[0], TUAN, ticket("TABMIS"), chain(LAN))) == [LetterKind.HELD_BACK]


def test_the_same_words_sent_again_go_out() -> None:
    past = Past(held=frozenset({mark_of(PASSWORDS[0])}))
    plan = types(f"#xong\n{PASSWORDS[0]}", LAN, ticket(), past=past)
    assert the(plan, LetterKind.ANSWER).text == PASSWORDS[0]
    assert plan.changes["state"] is TicketState.RESOLVED


def test_a_reply_to_the_warning_goes_out() -> None:
    warning = letter_of(ReplyGoes.REQUESTER, kind="held_back")
    assert LetterKind.ANSWER in kinds(types(f"{PASSWORDS[1]} nhé", LAN, ticket(), answers_letter=warning))


@pytest.mark.parametrize("text", [f"#noibo\n{PASSWORDS[0]}", f"#chuyen muc 2\n{PASSWORDS[0]}"])
def test_what_stays_among_staff_is_not_held_back(text: str) -> None:
    assert LetterKind.HELD_BACK not in kinds(types(text, LAN, ticket()))


def test_a_note_of_somebody_without_a_part_is_not_held_back() -> None:
    assert kinds(types(PASSWORDS[0], MAI, ticket())) == []


def test_the_mark_of_a_text_does_not_depend_on_its_spaces() -> None:
    assert mark_of("một  hai\nba") == mark_of("một hai ba")
    assert facts_of().past.held == frozenset()
