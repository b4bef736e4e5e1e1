"""The Service Desk's morning list and the leaders' summary: what stands in them, and on which days they come."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from daemon.desk.chasing import Happened, last_summary, morning_list, summary, summary_is_due
from daemon.desk.letters import LetterKind
from storage.tables import Ticket, TicketState
from tests.unit.desk.builders import HOURS, LAN, POLICY, ZONE, chain, ticket

DAYS = frozenset({1, 4})  # Tuesday and Friday


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=ZONE)


NOW = at("20 07:50")


def open_ticket(number: int, holder: str, due: str, heard: str, **more: Any) -> Ticket:
    values: dict[str, Any] = {
        "id": number, "code": f"HT-2026-{number:06}", "created_at": at("16 08:00"), "answered_at": at("16 09:00"),
        "due_at": at(due), "heard_at": at(heard),
    }  # fmt: skip
    return ticket(holder, **{**values, **more})


OVERDUE = open_ticket(1, "TABMIS", "18 09:00", "19 15:00")
SILENT = open_ticket(2, "TABMIS", "30 09:00", "16 16:00")
GOOD = open_ticket(3, "TABMIS", "30 09:00", "19 15:00", taken_by="tuan.la@vst.gov.vn")
WAITING = open_ticket(4, "TABMIS", "18 09:00", "16 08:00", state=TicketState.WAITING, waiting_since=at("17 08:00"))
AT_OFFICE = open_ticket(5, "Lâm Đồng", "30 09:00", "19 15:00")
LATE_AT_OFFICE = open_ticket(6, "Hà Nội", "19 09:00", "19 15:00")
ALL = [GOOD, AT_OFFICE, WAITING, SILENT, LATE_AT_OFFICE, OVERDUE]


def test_the_morning_list_has_each_groups_tickets_with_the_worst_first() -> None:
    letter = morning_list(ALL, {1: chain(LAN)}, NOW, POLICY)
    assert (letter.kind, letter.recipient) == (LetterKind.MORNING_LIST, "servicedesk@vst.gov.vn")
    group, office = letter.sections
    assert (group.title, group.figures) == ("Nhóm TABMIS", "đang mở 4, quá hạn 1, im lặng 1")
    assert [(one.code[-1], one.about, one.chase) for one in group.tickets] == [
        ("1", "quá hạn từ 09:00 thứ Tư, 18/11/2026; do Phòng Tin học KBNN Lâm Đồng chuyển lên", True),
        ("2", "im lặng từ 16:00 thứ Hai, 16/11/2026; hạn 09:00 thứ Hai, 30/11/2026", True),
        ("3", "hạn 09:00 thứ Hai, 30/11/2026; người nhận: Lê Anh Tuấn", False),
        ("4", "chờ người gửi trả lời", False),
    ]
    assert office.title == "Phòng Tin học KBNN Hà Nội"


def test_an_office_is_listed_only_with_what_needs_chasing() -> None:
    titles = [section.title for section in morning_list([AT_OFFICE, LATE_AT_OFFICE], {}, NOW, POLICY).sections]
    assert titles == ["Phòng Tin học KBNN Hà Nội"]


def test_an_unanswered_ticket_is_overdue_from_the_missed_first_answer_on() -> None:
    about = open_ticket(7, "TABMIS", "30 09:00", "19 15:00", answered_at=None, answer_due_at=at("18 10:00"))
    (section,) = morning_list([about], {}, NOW, POLICY).sections
    assert section.tickets[0].about.startswith("quá hạn từ 10:00 thứ Tư, 18/11/2026")


def test_a_long_list_is_cut_and_says_so() -> None:
    many = [open_ticket(number, "TABMIS", "18 09:00", "19 15:00") for number in range(1, 41)]
    (section,) = morning_list(many, {}, NOW, POLICY).sections
    assert (len(section.tickets), section.left_out) == (30, 10)


def test_a_ticket_of_a_group_that_is_no_more_is_listed_with_the_service_desk() -> None:
    lost = open_ticket(8, "TABMIS", "18 09:00", "19 15:00")
    lost.holder = "NHOM_CU"
    (section,) = morning_list([lost], {}, NOW, POLICY).sections
    assert (section.title, section.tickets[0].code) == ("Nhóm Service Desk", lost.code)


def test_a_quiet_morning_has_a_list_without_sections() -> None:
    assert morning_list([], {}, NOW, POLICY).sections == ()


def test_the_summary_counts_what_happened_and_shows_the_worst_of_each() -> None:
    happened = Happened({"TABMIS": 3, "Hà Nội": 2}, {"TABMIS": 4, "NOI_BO": 1}, {"TABMIS": 2})
    (letter,) = summary(ALL, happened, at("17 08:00"), NOW, POLICY)
    assert (letter.recipient, letter.when) == ("servicedesk@vst.gov.vn", at("17 08:00"))
    assert [(section.title, section.figures) for section in letter.sections] == [
        ("Tất cả", "mới 5, xong 5, đôn đốc 2; đang mở 6, quá hạn 2, im lặng 1"),
        ("Nhóm TABMIS", "mới 3, xong 4, đôn đốc 2; đang mở 4, quá hạn 1, im lặng 1"),
        ("Phòng Tin học KBNN Lâm Đồng", "mới 0, xong 0, đôn đốc 0; đang mở 1, quá hạn 0, im lặng 0"),
        ("Phòng Tin học KBNN Hà Nội", "mới 2, xong 0, đôn đốc 0; đang mở 1, quá hạn 1, im lặng 0"),
        ("Nhóm Nội bộ", "mới 0, xong 1, đôn đốc 0; đang mở 0, quá hạn 0, im lặng 0"),
    ]
    assert [one.code for one in letter.sections[1].tickets] == [OVERDUE.code]


def test_the_summary_goes_to_whom_the_settings_name() -> None:
    chosen = replace(POLICY, chasing=replace(POLICY.chasing, summary_to=("a@vst.gov.vn", "lan.tt@vst.gov.vn")))
    letters = summary([], Happened(), at("17 08:00"), NOW, chosen)
    assert [(one.recipient, one.recipient_name) for one in letters] == [
        ("a@vst.gov.vn", ""),
        ("lan.tt@vst.gov.vn", "Trần Thị Lan"),
    ]


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 11, 17), True),  # Tuesday
        (date(2026, 11, 18), False),
        (date(2026, 11, 20), True),  # Friday
        (date(2026, 11, 21), False),  # Saturday
        (date(2026, 11, 23), False),  # Monday after a Friday that was worked
        (date(2026, 5, 1), False),  # a Friday that is a holiday
        (date(2026, 5, 4), True),  # the Monday after it
        (date(2026, 5, 5), True),  # Tuesday
    ],
)
def test_a_summary_on_a_day_off_comes_on_the_next_working_day(day: date, due: bool) -> None:
    assert summary_is_due(day, HOURS, DAYS) is due


def test_a_summary_tells_what_happened_since_the_one_before() -> None:
    assert last_summary(date(2026, 11, 20), HOURS, DAYS) == date(2026, 11, 17)
    assert last_summary(date(2026, 5, 5), HOURS, DAYS) == date(2026, 5, 4)
    assert last_summary(date(2026, 5, 4), HOURS, DAYS) == date(2026, 4, 28)
