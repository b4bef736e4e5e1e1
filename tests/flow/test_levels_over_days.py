"""A ticket climbs from a district accountant through every level and comes back down over three weeks of simulated days.

28 August 2026 is a Friday; Monday 31 August to Wednesday 2 September are days off. All mailboxes and the event history are
compared letter by letter and hour by hour, in each of the three phases on Dovecot behind Postfix and in one on embedded servers.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import col, select

from storage.tables import Event, TicketState
from tests.flow.simulated import ZONE, SimulatedDesk, Written, simulated_desk, simulated_desk_on_real_servers
from tests.flow.test_levels import EVERYWHERE, EXPECTED, GROUP, HOA, LADDER, REQUEST, in_phase, in_short


@pytest.fixture(params=EVERYWHERE)
def days(request: pytest.FixtureRequest, tmp_path: Path, models: Path) -> Iterator["Days"]:
    """A desk in one phase with one officer at each level, on a Friday morning before a long weekend."""
    phase, where = request.param
    simulated = simulated_desk if where == "embedded" else simulated_desk_on_real_servers
    with simulated(tmp_path, models, "2026-08-28 08:00", in_phase(phase, tmp_path)) as desk:
        yield Days(desk, LADDER[phase])


class Days:
    """Plays people who answer a letter in their mailbox at a given minute."""

    def __init__(self, desk: SimulatedDesk, ladder: list[tuple[str, str]]) -> None:
        self.desk = desk
        self.ladder = ladder

    def reply(self, moment: str, sender: str, text: str, *, at: str = "", to: str = "") -> None:
        """`sender` answers the newest letter about the ticket in the mailbox `at` (his own otherwise) that contains `to`."""
        self.desk.until(moment)
        found = [
            letter
            for letter in self.desk.letters()
            if letter.recipient == (at or sender) and to in letter.text and "HT-" in str(letter.mail["Subject"])
        ]
        assert found, f"{at or sender} has no letter containing {to!r}"
        self.desk.writes(moment, sender, f"Re: {found[-1].mail['Subject']}", text, reply_to=found[-1].mail)

    def told(self) -> str:
        """All mailboxes and the history as one text, the requester first, then by level, then everybody else."""
        letters = self.desk.letters()
        boxes = dict.fromkeys([HOA, *(address for level in self.ladder for address in level)])
        boxes |= dict.fromkeys(letter.recipient for letter in letters)
        parts = [f"== {box}\n" + "\n".join(self._line(one) for one in letters if one.recipient == box) for box in boxes]
        return "\n\n".join([*parts, "== history\n" + "\n".join(self._history())]) + "\n"

    def _line(self, letter: Written) -> str:
        return f"{letter.when} {letter.letter}: {in_short(letter.mail, 'HT-2026-000001')}"

    def _history(self) -> list[str]:
        with self.desk.parts.database.read() as session:
            events = list(session.exec(select(Event).order_by(col(Event.id))))
        return [
            f"{event.at.astimezone(ZONE):%Y-%m-%d %H:%M} {event.actor.partition('@')[0]} {event.kind}"
            for event in events
            if event.kind not in ("judged", "routed", "word_used", "followed_up")
        ]


def test_a_ticket_climbs_and_comes_down_over_weekends_and_holidays_and_is_closed_by_itself(days: Days) -> None:
    days.desk.writes("2026-08-28 15:00", f"Nguyễn Thị Hoa <{HOA}>", "Lỗi TABMIS khi phân bổ dự toán", REQUEST)
    climb(days)
    wait_and_chase(days)
    come_down_by_plain_replies(days)
    come_down_by_words(days)
    days.desk.until("2026-09-21 09:00")  # nobody writes any more
    assert days.desk.ticket().state is TicketState.CLOSED
    expected = EXPECTED / ("days_from_the_centre.txt" if days.ladder[0] == GROUP else "days_from_the_province.txt")
    assert days.told() == expected.read_text("utf-8")


def climb(days: Days) -> None:
    """Up on Friday afternoon, on the Thursday after the holidays, and on that day's afternoon."""
    moments = ("2026-08-28 16:40", "2026-09-03 09:10", "2026-09-03 14:20")[-len(days.ladder) + 1 :]
    for moment, (officer, shared), number in zip(
        moments, days.ladder[:-1], range(6 - len(days.ladder), 5), strict=True
    ):
        days.reply(moment, officer, f"#nhan\n#chuyển mức {number}\nNhờ mức {number} xem giúp.", at=shared)


def wait_and_chase(days: Days) -> None:
    """The experts ask on Friday, the user answers on Monday; then silence, until the passers are reminded and chase."""
    (expert, experts), (lowest, _), (highest, _) = days.ladder[-1], days.ladder[0], days.ladder[-2]
    days.reply("2026-09-04 10:05", expert, "#hoi\nChị cho biết số bút toán?", at=experts)
    days.reply("2026-09-07 08:35", HOA, "Bút toán số 2026/117 ạ.", to="số bút toán")
    days.desk.until("2026-09-10 11:55")
    days.reply("2026-09-10 11:55", lowest, "#donduc\nĐơn vị sắp quyết toán.", to="số bút toán")
    days.reply("2026-09-10 14:10", highest, "Nhờ các anh xem trước giờ nghỉ.", to="vẫn chưa có kết quả")


def come_down_by_plain_replies(days: Days) -> None:
    expert, experts = days.ladder[-1]
    days.reply("2026-09-10 15:05", expert, "Đã tìm ra: hàm tính số dư bỏ sót kỳ 13.", at=experts, to="2026/117")
    for hour, (officer, _) in zip((15, 16), days.ladder[-2:0:-1], strict=False):
        text = "#duyet" if officer == GROUP[0] else "Lỗi ở hàm tính số dư, đang sửa."
        days.reply(f"2026-09-10 {hour}:20", officer, text, to="đã trở về")
    days.reply("2026-09-10 16:40", days.ladder[0][0], "Chị Hoa ơi, lỗi đã tìm ra, mai có bản sửa.", to="đã trở về")


def come_down_by_words(days: Days) -> None:
    expert, experts = days.ladder[-1]
    days.reply("2026-09-11 09:05", expert, "#xong", at=experts, to="2026/117")
    lead, *between = (officer for officer, _ in days.ladder[-2:0:-1])
    days.reply("2026-09-11 10:10", lead, "#loi\n#xong\nĐã cập nhật bản vá 5.2.", to="đã trở về")
    for officer in between:
        days.reply("2026-09-11 11:15", officer, "#duyet", to="bản vá 5.2")
    last = days.ladder[0][0]
    days.reply("2026-09-11 14:05", last, "#duyet\nBản vá 5.2 đã cài, chị phân bổ lại nhé.", to="bản vá 5.2")
