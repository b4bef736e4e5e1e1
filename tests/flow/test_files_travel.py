"""Files travel with the letter that needs them: all of the request to who gets it, an answer's own to the requester, big ones once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flow.simulated import SimulatedDesk, Written, simulated_desk
from tests.flow.test_chasing import TITLE
from tests.flow.test_conversation import REQUEST, USER

SMALL, BIG = ("nhat-ky.txt", b"ORA-01017"), ("ban-ghi.bin", bytes(range(256)) * 6 * 1024)  # 1.5 MB
NOTE, GUIDE, EDITED = ("noi-bo.txt", b"mat khau"), ("huong-dan.txt", b"1. Mo ky"), ("bo-sung.txt", b"2. Dong ky")


@pytest.fixture
def desk(tmp_path: Path, models: Path) -> Iterator[SimulatedDesk]:
    with simulated_desk(tmp_path, models, "2026-11-17 08:00") as simulated:
        yield simulated


def files(letter: Written) -> list[str]:
    return [str(part.get_filename()) for part in letter.mail.iter_attachments()]


def test_the_files_of_a_request_reach_every_level_and_an_answers_file_the_requester(desk: SimulatedDesk) -> None:
    desk.writes("2026-11-17 09:00", USER, TITLE, REQUEST, attach=(SMALL, BIG))
    assert files(desk.newest("acknowledgement")) == []
    at_office = desk.newest("notice")
    assert files(at_office) == ["nhat-ky.txt", "ban-ghi.bin"]

    desk.replies("2026-11-17 09:10", at_office, "#noibo\nĐể trong nhà.", attach=(NOTE,))
    desk.replies("2026-11-17 09:20", at_office, "#chuyen muc 2\nNhờ nhóm xem giúp.")
    at_group = desk.newest("notice")
    assert at_group.recipient != at_office.recipient
    assert files(at_group) == ["nhat-ky.txt", "ban-ghi.bin", "noi-bo.txt"]
    assert files(desk.newest("moved_up")) == []

    desk.replies("2026-11-17 09:30", at_group, "Chị làm theo hướng dẫn nhé.", attach=(GUIDE,))
    result = desk.newest("result")
    assert (result.recipient, files(result)) == (at_office.recipient, ["huong-dan.txt"])
    desk.replies("2026-11-17 09:40", result, "#duyet", attach=(EDITED,))
    answer = desk.newest("answer")
    assert answer.recipient in USER
    assert sorted(files(answer)) == ["bo-sung.txt", "huong-dan.txt"]

    desk.replies("2026-11-17 09:50", at_group, "#tra\nViệc này của tỉnh.")
    back = desk.newest("notice")
    assert back.recipient == at_office.recipient
    assert "ban-ghi.bin" not in files(back), "the office has the big one already"
    assert "đã gửi anh/chị trong thư trước: ban-ghi.bin" in back.text
    assert "nhat-ky.txt" in files(back)
