"""Lines of a mail one at a time: whether they speak, greet, end a letter, or name a unit."""

import pytest

from daemon.reading.closings import is_closing, is_finished, is_greeting, is_mere_greeting
from daemon.reading.offices import is_organisation
from daemon.reading.speech import COURTEOUS, ends_with_particle


@pytest.mark.parametrize(
    ("line", "particle", "courteous"),
    [
        ("Anh xem giúp em nhé!", True, True),
        ("Em làm được rồi ạ.", True, True),
        ("em lam duoc roi", True, False),
        ("Anh xem giúp em với", True, False),
        ("Máy 3 vẫn báo lỗi", False, False),
        ("", False, False),
    ],
)
def test_people_end_what_they_say_to_somebody_with_a_particle(line: str, particle: bool, courteous: bool) -> None:
    assert (ends_with_particle(line), ends_with_particle(line, COURTEOUS)) == (particle, courteous)


@pytest.mark.parametrize(
    ("line", "finished"),
    [
        ("Em đã khởi động lại.", True),
        ("Anh xem giúp em với", True),
        ("Trân trọng,", True),
        ("", True),
        ("Danh sách gồm", False),
        ("Em gửi cho anh,", False),
    ],
)
def test_a_sentence_ends_by_a_stop_a_particle_or_closing_words(line: str, finished: bool) -> None:
    assert is_finished(line) is finished


@pytest.mark.parametrize(
    ("line", "greets", "merely"),
    [
        ("Kính gửi anh Nam,", True, True),
        ("Chào em!", True, True),
        ("Dear all", True, True),
        ("Chào anh. Máy 3 vẫn lỗi", True, False),
        ("Hiện tại máy vẫn lỗi", False, False),
    ],
)
def test_a_greeting_is_mere_when_no_sentence_follows_it_in_its_line(line: str, greets: bool, merely: bool) -> None:
    assert (is_greeting(line), is_mere_greeting(line)) == (greets, merely)


@pytest.mark.parametrize(
    ("line", "closes"),
    [
        ("Trân trọng cảm ơn sự phối hợp của Quý đơn vị.", True),
        ("Em cảm ơn thầy ạ", True),
        ("Thanks and best regards,", True),
        ("Cảm ơn anh, máy chạy rồi", False),
    ],
)
def test_closing_words_thank_and_respect_and_say_nothing_else(line: str, closes: bool) -> None:
    assert is_closing(line) is closes


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Phòng Tài vụ", True),
        ("KBNN Bình Sơn", True),
        ("UBND xã Ia Grai", True),
        ("Kế toán trường Mầm non Hoa Ban", True),
        ("Kho bạc đã gửi lại mẫu", False),
        ("phòng em bị mất mạng", False),
    ],
)
def test_a_unit_or_post_is_named_with_a_capital_and_nothing_is_said_of_it(line: str, names: bool) -> None:
    assert is_organisation(line) is names
