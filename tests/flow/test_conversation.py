"""A mail becomes a ticket at the right office, and the answer comes back: the whole job through the command line."""

from email.message import EmailMessage

import pytest

from tests.flow.desk_process import DeskProcess, plain
from tests.servers.programs import wait_for

USER = "Nguyễn Thị Hoa <hoa.nt@vst.gov.vn>"
HOA = "hoa.nt@vst.gov.vn"
OFFICE = "tinhoc.lamdong@vst.gov.vn"
GROUP = "dunglk@vst.gov.vn"  # who knows TABMIS there; notices go to her and not to the shared address
REQUEST = """Kính gửi anh chị,

Em vào TABMIS phân bổ dự toán ở màn hình BA thì báo lỗi APP-GL-123, không phân bổ được.

Trân trọng,
Nguyễn Thị Hoa
KBNN Đức Trọng - Lâm Đồng
ĐT: 0263 3812345
"""


@pytest.fixture(params=["embedded", pytest.param("real", marks=pytest.mark.servers)])
def any_desk(request: pytest.FixtureRequest) -> DeskProcess:
    """The same desk on the embedded servers, and on Dovecot behind Postfix."""
    name = "desk" if request.param == "embedded" else "real_desk"
    desk: DeskProcess = request.getfixturevalue(name)
    return desk


def test_the_answer_of_the_office_reaches_the_requester_in_his_own_thread(any_desk: DeskProcess) -> None:
    desk = any_desk
    request = desk.send(USER, "Lỗi TABMIS khi phân bổ dự toán", REQUEST, message_id="<yeu-cau-1@kbnn.example>")
    wait_for_mail(desk, "hotrocntt@vst.gov.vn", 1)
    counts = desk.once()
    assert (counts["fetched"], counts["tickets_created"], counts["sent"]) == (1, 1, 2)

    code = str(desk.rows("tickets", "list")[0]["code"])
    notice = newest(desk, OFFICE, code)
    assert plain(notice).splitlines()[0].startswith("Trả lời thư này")
    assert "màn hình BA thì báo lỗi APP-GL-123" in plain(notice)
    acknowledgement = newest(desk, HOA, code)
    assert acknowledgement["Auto-Submitted"] == "auto-replied"

    desk.send(
        f"Phòng Tin học <{OFFICE}>", f"Re: {notice['Subject']}", "Chị chọn lại kỳ 11 rồi phân bổ ạ.", reply_to=notice
    )
    wait_for_mail(desk, "hotrocntt@vst.gov.vn", 2)
    counts = desk.once()
    assert counts["entries_added"] == 1
    # The clock may write a list of its own meanwhile, as at eight in the morning.
    written = [row["letter"] for row in desk.rows("mail", "list", "--out")]
    assert sorted(set(written) - {"morning_list", "summary"}) == ["acknowledgement", "answer", "notice"]
    assert written.count("answer") == 1

    wait_for_mail(desk, HOA, 2)
    thread = [mail for mail in desk.mailbox(HOA) if code in str(mail["Subject"])]
    assert [str(mail["Subject"]) for mail in thread] == [f"[{code}] Lỗi TABMIS khi phân bổ dự toán"] * 2
    answer = thread[-1]
    assert "Chị chọn lại kỳ 11 rồi phân bổ ạ." in plain(answer)
    assert "Trả lời thư này" not in plain(answer), "the quoted notice must never be passed on"
    assert str(request["Message-ID"]) in str(answer["References"])
    assert str(acknowledgement["Message-ID"]) in str(answer["References"])


def test_a_ticket_passed_up_comes_back_through_the_office_that_passed_it(any_desk: DeskProcess) -> None:
    desk = any_desk
    desk.send("Trần Văn Bình <binhtv@vst.gov.vn>", "TABMIS: không phân bổ được dự toán",
              REQUEST.replace("Nguyễn Thị Hoa", "Trần Văn Bình"), message_id="<yeu-cau-2@kbnn.example>")  # fmt: skip
    wait_for_mail(desk, "hotrocntt@vst.gov.vn", 1)
    desk.once()
    code = str(desk.rows("tickets", "list")[0]["code"])
    notice = newest(desk, OFFICE, code)
    desk.send(OFFICE, f"Re: {notice['Subject']}", "#chuyển mức 2\nNhờ nhóm TABMIS xem giúp.", reply_to=notice)
    wait_for_mail(desk, "hotrocntt@vst.gov.vn", 2)
    desk.once()
    ticket = desk.rows("tickets", "list")[0]
    assert (ticket["level"], ticket["holder"]) == (2, "TABMIS")

    upper = newest(desk, GROUP, code)
    assert "Nhờ nhóm TABMIS xem giúp." in plain(upper)
    desk.send(GROUP, f"Re: {upper['Subject']}", "#xong\nĐã mở lại kỳ 11 cho đơn vị.", reply_to=upper)
    wait_for_mail(desk, "hotrocntt@vst.gov.vn", 3)
    desk.once()
    assert not [mail for mail in desk.mailbox("binhtv@vst.gov.vn") if "Đã mở lại kỳ 11" in plain(mail)]
    result = newest(desk, OFFICE, code, containing="Đã mở lại kỳ 11")
    desk.send(OFFICE, f"Re: {result['Subject']}", "#xong\nKỳ 11 đã mở, anh phân bổ lại nhé.", reply_to=result)
    wait_for_mail(desk, "hotrocntt@vst.gov.vn", 4)
    desk.once()

    answer = newest(desk, "binhtv@vst.gov.vn", code, containing="anh phân bổ lại nhé")
    assert "Nhờ nhóm TABMIS" not in plain(answer)
    shown = desk.rows("tickets", "show", code)[0]
    assert shown["state"] == "resolved"
    happened = [event["kind"] for event in shown["events"]]
    assert [kind for kind in happened if kind in ("handed_over", "returned_with_result", "resolved")] == [
        "handed_over",
        "returned_with_result",
        "resolved",
    ]


def test_a_forged_officer_changes_nothing_and_the_officer_is_told(desk: DeskProcess) -> None:
    desk.send(USER, "Lỗi TABMIS khi phân bổ dự toán", REQUEST)
    wait_for_mail(desk, "hotrocntt@vst.gov.vn", 1)
    desk.once()
    code = str(desk.rows("tickets", "list")[0]["code"])
    # Without the keyed Message-ID and without the token of the notice, only the code is known.
    desk.send(OFFICE, f"Re: [{code}] Lỗi TABMIS", "#xong\nĐã xử lý.")
    wait_for_mail(desk, "hotrocntt@vst.gov.vn", 2)
    desk.once()
    assert desk.rows("tickets", "list")[0]["state"] == "new"
    assert len([mail for mail in desk.mailbox(HOA) if code in str(mail["Subject"])]) == 1
    assert any("Đã xử lý." in plain(mail) for mail in desk.mailbox(OFFICE))


def test_mail_that_comes_twice_is_one_ticket(desk: DeskProcess) -> None:
    for _ in range(2):
        desk.send(USER, "Lỗi TABMIS khi phân bổ dự toán", REQUEST, message_id="<mot-lan@kbnn.example>")
    wait_for_mail(desk, "hotrocntt@vst.gov.vn", 2)
    counts = desk.once()
    assert (counts["fetched"], counts["tickets_created"], counts["ignored"]) == (2, 1, 1)
    assert "second delivery" in desk.rows("mail", "list", "--state", "ignored")[0]["reason"]


def wait_for_mail(desk: DeskProcess, address: str, count: int) -> None:
    """Until so many mails of this test are in an inbox."""
    wait_for(lambda: len(desk.mailbox(address)) >= count, f"{count} mails for {address}")


def newest(desk: DeskProcess, address: str, code: str, containing: str = "") -> EmailMessage:
    """The last letter about a ticket in somebody's inbox, once it is there."""

    def about_it() -> list[EmailMessage]:
        return [mail for mail in desk.mailbox(address) if code in str(mail["Subject"]) and containing in plain(mail)]

    wait_for(lambda: bool(about_it()), f"a letter to {address} about {code} containing {containing!r}")
    return about_it()[-1]
