"""Days of work with nobody in a hurry: reminders, lists and the end that comes by itself, letter by letter.

28 August 2026 is a Friday; Monday 31 August to Wednesday 2 September are days off, so that work goes on on Thursday.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import col, update

from storage.tables import Ticket, TicketState
from tests.flow.simulated import SimulatedDesk, Written, simulated_desk
from tests.flow.test_conversation import HOA, OFFICE, REQUEST, USER

TITLE = "Lỗi TABMIS khi phân bổ dự toán"
OFFICER = "dunglk@vst.gov.vn"  # the group's member who knows TABMIS best
LEADER = "giangdb@vst.gov.vn"
DESK_GROUP = "servicedesk@vst.gov.vn"
DIVISION = "phonghh@vst.gov.vn"
TO_OFFICE = (
    "Trả lời thư này (không ghi từ lệnh): nội dung sẽ gửi tới Phòng Tin học KBNN Lâm Đồng (nơi đã chuyển yêu cầu)."
)
TO_GROUP = "Trả lời thư này (không ghi từ lệnh): nội dung sẽ gửi tới Nhóm TABMIS (nơi đang xử lý)."
TO_HOA = "Trả lời thư này (không ghi từ lệnh): nội dung sẽ gửi tới Nguyễn Thị Hoa (người gửi yêu cầu)."
NO_TICKET = "Thư này không thuộc yêu cầu nào; trả lời thư này sẽ thành một yêu cầu hỗ trợ mới."


@pytest.fixture
def desk(tmp_path: Path, models: Path) -> Iterator[SimulatedDesk]:
    with simulated_desk(tmp_path, models, "2026-08-28 08:00") as simulated:
        yield simulated


def beginning(letter: Written) -> list[str]:
    """The lines of a letter that are its own: up to the request, the list of facts, the words, or the foot."""
    ends = ("Yêu cầu ban đầu", "Thông tin yêu cầu", "Từ lệnh", "-----")
    lines = letter.text.splitlines()
    end = next(number for number, line in enumerate(lines) if line.startswith(ends))
    return [line for line in lines[:end] if line]


def chased(desk: SimulatedDesk) -> None:
    """A request on Friday afternoon that the office passes up after the holidays, and that nobody then works on."""
    desk.writes("2026-08-28 15:00", USER, TITLE, REQUEST)
    desk.until("2026-09-03 09:40")
    desk.replies("2026-09-03 09:40", desk.newest("notice"), "#chuyen muc 2\nNhờ nhóm TABMIS xem giúp.")
    desk.until("2026-09-07 14:15")
    desk.replies("2026-09-07 14:15", desk.newest("chase_reminder"), "#donduc\nĐơn vị đang chờ.")
    desk.until("2026-09-08 09:05")


def test_over_weekend_and_holidays_nobody_is_written_to_and_then_each_in_his_turn(desk: SimulatedDesk) -> None:
    chased(desk)
    assert desk.lines() == [
        "2026-08-28 15:00 acknowledgement → hoa.nt@vst.gov.vn",
        "2026-08-28 15:00 notice → tinhoc.lamdong@vst.gov.vn",
        # Four working hours end on Thursday at 10:00.
        "2026-09-03 08:00 morning_list → servicedesk@vst.gov.vn",
        "2026-09-03 08:00 summary → phonghh@vst.gov.vn",  # Tuesday's
        "2026-09-03 09:00 reminder → tinhoc.lamdong@vst.gov.vn",
        "2026-09-03 09:40 moved_up → hoa.nt@vst.gov.vn",
        "2026-09-03 09:40 notice → dunglk@vst.gov.vn",
        "2026-09-03 09:40 done → tinhoc.lamdong@vst.gov.vn",
        # The group has four hours of its own for the first answer, sixteen for the whole.
        "2026-09-03 15:00 reminder → dunglk@vst.gov.vn",
        "2026-09-03 16:00 reminder → dunglk@vst.gov.vn",
        "2026-09-04 08:00 morning_list → servicedesk@vst.gov.vn",
        "2026-09-04 08:00 summary → phonghh@vst.gov.vn",
        "2026-09-04 11:00 escalation → giangdb@vst.gov.vn",
        "2026-09-07 08:00 reminder → dunglk@vst.gov.vn",
        "2026-09-07 08:00 morning_list → servicedesk@vst.gov.vn",
        "2026-09-07 10:00 chase_reminder → tinhoc.lamdong@vst.gov.vn",
        "2026-09-07 14:00 reminder → dunglk@vst.gov.vn",
        "2026-09-07 14:00 chase_reminder → tinhoc.lamdong@vst.gov.vn",
        "2026-09-07 14:15 chase → dunglk@vst.gov.vn",
        "2026-09-07 14:15 done → tinhoc.lamdong@vst.gov.vn",
        "2026-09-08 08:00 morning_list → servicedesk@vst.gov.vn",
        "2026-09-08 08:00 summary → phonghh@vst.gov.vn",
        "2026-09-08 09:00 escalation → giangdb@vst.gov.vn",
    ]
    about = f"Nhắc việc về yêu cầu HT-2026-000001: {TITLE}"
    kinds = ("reminder", "escalation", "chase_reminder")
    said = [beginning(letter) for letter in desk.letters() if letter.letter in kinds]
    leader = f"Kính báo lãnh đạo Nhóm TABMIS về yêu cầu HT-2026-000001: {TITLE}"
    order = "Xin anh/chị chỉ đạo xử lý hoặc chuyển yêu cầu tới nơi xử lý được."
    passer = f"Yêu cầu HT-2026-000001 mà anh/chị đã chuyển lên vẫn chưa có kết quả: {TITLE}"
    please = "Xin anh/chị đôn đốc nơi đang xử lý và báo cho người gửi biết nếu còn phải chờ lâu."
    heard = "- Nhóm TABMIS chưa có kết quả; tin gần nhất: 09:40 thứ Năm, 03/09/2026."
    answer, due = "15:40 thứ Năm, 03/09/2026", "13:40 thứ Hai, 07/09/2026"
    unanswered = f"({answer}) mà người gửi chưa nhận được trả lời nào."
    unfinished = f"({due}) mà yêu cầu chưa xong."
    assert said == [
        [TO_HOA, about, "- Sắp đến hạn trả lời lần đầu: xin trả lời người gửi trước 10:00 thứ Năm, 03/09/2026."],
        [TO_OFFICE, about, f"- Sắp đến hạn trả lời lần đầu: xin trả lời người gửi trước {answer}."],
        [TO_OFFICE, about, f"- Đã đến hạn trả lời lần đầu {unanswered}"],
        [TO_OFFICE, leader, f"- Đã quá hạn trả lời lần đầu {unanswered}", order],
        [TO_OFFICE, about, f"- Sắp đến hạn xử lý: xin xử lý xong trước {due}."],
        [TO_GROUP, passer, heard, please],
        [TO_OFFICE, about, f"- Đã đến hạn xử lý {unfinished}"],
        [TO_GROUP, passer, f"- Đã đến hạn xử lý {unfinished}", heard, please],
        [TO_OFFICE, leader, f"- Đã quá hạn xử lý {unfinished}", order],
    ]


def test_the_lists_show_what_is_open_and_overdue_and_their_button_chases(desk: SimulatedDesk) -> None:
    chased(desk)
    lists = [letter for letter in desk.letters() if letter.letter == "morning_list"]
    first, last = beginning(lists[0]), beginning(lists[-1])
    intro = "Các yêu cầu đang mở lúc 08:00 {}, theo nơi đang xử lý; quá hạn và im lặng đứng trước."
    # At an office nothing needs chasing yet, so that there is nothing to list.
    assert first == [NO_TICKET, intro.format("thứ Năm, 03/09/2026"), "Không có yêu cầu nào cần theo dõi."]
    assert last[:-1] == [
        NO_TICKET,
        intro.format("thứ Ba, 08/09/2026"),
        "Nhóm TABMIS: đang mở 1, quá hạn 1, im lặng 0",
        f"- HT-2026-000001 {TITLE}",
        "  quá hạn từ 15:40 thứ Năm, 03/09/2026; do Phòng Tin học KBNN Lâm Đồng chuyển lên",
    ]
    subject = last[-1].partition("“")[2].partition("”")[0]
    assert last[-1] == f"  Đôn đốc: gửi thư tới hotrocntt@vst.gov.vn, tiêu đề “{subject}”, nội dung “#donduc”."
    summaries = [beginning(letter) for letter in desk.letters() if letter.letter == "summary"]
    assert summaries[0][1:] == [
        "Tình hình hỗ trợ từ 08:00 thứ Sáu, 28/08/2026 đến nay, theo nơi đang xử lý.",
        "Tất cả: mới 1, xong 0, đôn đốc 0; đang mở 1, quá hạn 0, im lặng 0",
        "Phòng Tin học KBNN Lâm Đồng: mới 1, xong 0, đôn đốc 0; đang mở 1, quá hạn 0, im lặng 0",
    ]
    assert summaries[-1][1:] == [
        "Tình hình hỗ trợ từ 08:00 thứ Sáu, 04/09/2026 đến nay, theo nơi đang xử lý.",
        "Tất cả: mới 0, xong 0, đôn đốc 1; đang mở 1, quá hạn 1, im lặng 0",
        "Nhóm TABMIS: mới 0, xong 0, đôn đốc 1; đang mở 1, quá hạn 1, im lặng 0",
        f"- HT-2026-000001 {TITLE}",
        "  quá hạn từ 15:40 thứ Năm, 03/09/2026",
    ]
    # The button of the list is a new mail with the ticket's mark in its subject.
    desk.writes("2026-09-08 09:06", f"Service Desk <{DESK_GROUP}>", subject, "#donduc")
    assert desk.lines("2026-09-08 09:05") == [
        f"2026-09-08 09:06 chase → {OFFICER}",
        f"2026-09-08 09:06 done → {DESK_GROUP}",
    ]


def resolved(desk: SimulatedDesk) -> None:
    desk.writes("2026-08-28 15:00", USER, TITLE, REQUEST)
    desk.replies("2026-08-28 15:30", desk.newest("notice"), "#xong\nKỳ 11 đã mở, chị phân bổ lại nhé.")


def test_a_resolved_request_is_closed_after_a_warning_that_holidays_put_off(desk: SimulatedDesk) -> None:
    resolved(desk)
    desk.until("2026-09-10 12:00")
    mine = [line for line in desk.lines() if line.endswith((HOA, OFFICE))]
    assert mine == [
        f"2026-08-28 15:00 acknowledgement → {HOA}",
        f"2026-08-28 15:00 notice → {OFFICE}",
        f"2026-08-28 15:30 answer → {HOA}",
        f"2026-08-28 15:30 done → {OFFICE}",
        f"2026-09-07 15:30 closing_warning → {HOA}",  # three working days: Thursday, Friday, Monday
    ]
    assert beginning(desk.newest("closing_warning")) == [
        "Kính gửi anh/chị Nguyễn Thị Hoa,",
        f"Yêu cầu “{TITLE}” của anh/chị đã được xử lý lúc 15:30 thứ Sáu, 28/08/2026. Nếu anh/chị không có ý kiến gì thêm, "
        "yêu cầu sẽ được đóng vào lúc 15:30 thứ Tư, 09/09/2026; anh/chị không phải làm gì.",
        "Nếu vẫn còn vướng mắc, xin trả lời thư này, yêu cầu sẽ được mở lại.",
        "Trân trọng.",
    ]
    assert desk.ticket().state is TicketState.CLOSED
    assert desk.events()[-2:] == ["closing_warned", "closed"]


def test_an_answer_to_the_warning_keeps_the_request_open(desk: SimulatedDesk) -> None:
    resolved(desk)
    desk.until("2026-09-08 09:00")
    desk.replies("2026-09-08 09:00", desk.newest("closing_warning"), "Tôi vẫn chưa phân bổ được, nhờ anh chị xem lại.")
    ticket = desk.ticket()
    assert (ticket.state, ticket.next_what) == (TicketState.IN_PROGRESS, "due_soon")
    desk.until("2026-09-09 16:00")
    assert desk.ticket().state is TicketState.IN_PROGRESS


def test_a_question_without_an_answer_is_repeated_once_and_then_ends_the_request(desk: SimulatedDesk) -> None:
    desk.writes("2026-08-28 15:00", USER, TITLE, REQUEST)
    desk.replies("2026-08-28 15:30", desk.newest("notice"), "#hoi\nChị cho biết kỳ kế toán đang mở?")
    desk.until("2026-09-14 16:00")
    mine = [line for line in desk.lines("2026-08-28 16:00") if line.endswith((HOA, OFFICE))]
    assert mine == [
        f"2026-09-07 15:30 waiting_reminder → {HOA}",
        f"2026-09-14 15:30 closed_unanswered → {OFFICE}",
    ]
    assert beginning(desk.newest("waiting_reminder")) == [
        "Kính gửi anh/chị Nguyễn Thị Hoa,",
        f"Lúc 15:30 thứ Sáu, 28/08/2026, chúng tôi đã hỏi thêm anh/chị để xử lý yêu cầu “{TITLE}” và chưa nhận được trả lời.",
        "| Chị cho biết kỳ kế toán đang mở?",
        "Xin anh/chị trả lời thư này. Nếu đến 15:30 thứ Hai, 14/09/2026 vẫn chưa có trả lời, yêu cầu sẽ được đóng; "
        "anh/chị vẫn có thể trả lời sau đó để chúng tôi tiếp tục xử lý.",
        "Trân trọng.",
    ]
    assert desk.ticket().state is TicketState.CLOSED


def test_a_host_clock_that_jumps_says_nothing_twice_and_closes_nothing_unwarned(desk: SimulatedDesk) -> None:
    desk.writes("2026-08-28 15:00", USER, TITLE, REQUEST)
    desk.jump("2026-09-11 09:00")  # two weeks ahead: each person hears of it once
    ahead = desk.lines("2026-09-11 08:59")
    assert sorted(line.split()[2] for line in ahead) == ["escalation", "morning_list", "reminder", "summary"]
    desk.jump("2026-08-28 15:30")
    desk.until("2026-09-11 09:30")
    # Reading the letters fails where one of them lies in its mailbox twice.
    told = [line for line in desk.lines() if " reminder " in line or " escalation " in line]
    assert told[:2] == [line for line in ahead if " reminder " in line or " escalation " in line]
    assert "2026-09-03 09:00 reminder → tinhoc.lamdong@vst.gov.vn" in told
    assert desk.ticket().state is TicketState.NEW
    causes = [letter.mail["Message-ID"] for letter in desk.letters()]
    assert len(causes) == len(set(causes))


def test_one_ticket_that_the_program_cannot_handle_stops_no_other(desk: SimulatedDesk) -> None:
    desk.writes("2026-08-28 09:00", USER, "Không vào được TABMIS", REQUEST)
    lost = desk.ticket().id
    desk.writes("2026-08-28 09:05", USER, TITLE, REQUEST)
    with desk.parts.database.write() as session:
        session.exec(update(Ticket).where(col(Ticket.id) == lost).values(holder="NHOM_DA_BO"))
    desk.until("2026-08-28 14:30")
    reminded = [letter for letter in desk.letters() if letter.letter == "reminder"]
    assert [letter.when for letter in reminded] == ["2026-08-28 14:30"]
    assert TITLE in str(reminded[0].mail["Subject"])
    first = next(ticket for ticket in desk.tickets() if ticket.id == lost)
    assert first.next_at is not None
    assert first.next_at > desk.clock.now, "it waits for its next turn"
