"""People, asking and looking through the command line: the directory, whom notices go to, questions, the form, exports."""

import csv
import html
import io
import re
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from openpyxl import load_workbook

from tests.flow.desk_process import DESK, DeskProcess, plain
from tests.flow.test_conversation import REQUEST, newest, wait_for_mail

HEADER = "address,name,holder,role,applications,province\n"
STAFF = (
    HEADER
    + """nam.pv@vst.gov.vn,Phạm Văn Nam,Lâm Đồng,member,TABMIS,
lan.tt@vst.gov.vn,Trần Thị Lan,Lâm Đồng,member,TABMIS;KQKB,
minh.nv@vst.gov.vn,Nguyễn Văn Minh,Lâm Đồng,leader,,
mai.nt@vst.gov.vn,Ngô Thị Mai,SERVICE_DESK,member,,
dung.lk@vst.gov.vn,Lê Kim Dung,TABMIS,member,TABMIS,
"""
)
SERVICE_DESK = "servicedesk@vst.gov.vn"
OFFICE = "tinhoc.lamdong@vst.gov.vn"
USER = "ketoan@truonghoc.edu.vn"
VAGUE = "Chào anh chị,\n\nPhần mềm báo lỗi, nhờ anh chị xem giúp.\n\nCảm ơn."


def file_of(desk: DeskProcess, text: str, name: str = "danh-ba.csv") -> str:
    path = desk.folder / name
    path.write_text(text, "utf-8")
    return str(path)


def imported(desk: DeskProcess) -> None:
    done = desk.run("staff", "import", file_of(desk, STAFF))
    assert done.returncode == 0, done.stderr


def after(desk: DeskProcess, mails: int) -> None:
    """One pass once so many mails of the test have arrived."""
    wait_for_mail(desk, DESK, mails)
    desk.once()


def the_ticket(desk: DeskProcess, *options: str) -> dict[str, object]:
    found: dict[str, object] = desk.rows("tickets", "list", *options)[0]
    return found


def buttons(letter: EmailMessage) -> dict[str, tuple[str, str]]:
    """The `mailto:` buttons of a letter: label → subject, body."""
    part = letter.get_body(("html",))
    assert part is not None
    found = re.findall(r'<a href="(mailto:[^"]*\?[^"]*)"[^>]*>([^<]*)</a>', str(part.get_content()))
    pressed = {}
    for href, label in found:
        fields = parse_qs(urlsplit(html.unescape(href)).query, keep_blank_values=True)
        pressed[html.unescape(label)] = (fields["subject"][0], fields["body"][0].replace("\r\n", "\n"))
        assert unquote(urlsplit(html.unescape(href)).path) == DESK
    return pressed


def letters(desk: DeskProcess, address: str, subject: str) -> list[EmailMessage]:
    return [mail for mail in desk.mailbox(address) if subject in str(mail["Subject"])]


# The directory.


def test_a_wrong_directory_is_refused_line_by_line_and_a_dry_run_changes_nothing(desk: DeskProcess) -> None:
    wrong = HEADER + "nam.pv@vst.gov.vn,Nam,Lâm Đồng,member,KHONG_CO,\nkhong-phai,Ai,Kon Tum,boss,,\n"
    done = desk.run("staff", "import", file_of(desk, wrong))
    assert done.returncode == 2
    assert "line 2: applications" in done.stderr
    assert done.stderr.count("line 3:") == 3
    assert "Traceback" not in done.stderr

    tried = desk.run("staff", "import", file_of(desk, STAFF), "--dry-run")
    assert tried.returncode == 0, tried.stderr
    assert "nothing was written: 5 added, 0 changed" in tried.stdout
    assert "nobody was imported yet" in desk.run("staff", "list").stderr

    imported(desk)
    assert [row["name"] for row in desk.rows("staff", "list", "--holder", "lam dong")] == [
        "Phạm Văn Nam",
        "Trần Thị Lan",
        "Nguyễn Văn Minh",
    ]
    again = desk.run("staff", "import", file_of(desk, STAFF.replace("Phạm Văn Nam", "Phạm Hoài Nam")))
    assert "0 added, 1 changed, 4 unchanged, 0 retired" in again.stdout
    fewer = STAFF.replace("dung.lk@vst.gov.vn,Lê Kim Dung,TABMIS,member,TABMIS,\n", "")
    gone = desk.run("staff", "import", file_of(desk, fewer), "--retire-missing")
    assert "retired   dung.lk@vst.gov.vn" in gone.stdout


def test_the_first_single_change_keeps_the_people_of_the_settings_file(desk: DeskProcess) -> None:
    before = len(desk.rows("staff", "list"))
    done = desk.run("staff", "add", "moi@vst.gov.vn", "Người Mới", "Lâm Đồng", "--application", "KQKB")
    assert done.returncode == 0, done.stderr
    assert len(desk.rows("staff", "list")) == before + 1
    assert desk.run("staff", "retire", "moi@vst.gov.vn").returncode == 0
    assert len(desk.rows("staff", "list")) == before
    assert desk.run("staff", "retire", "moi@vst.gov.vn").returncode == 2
    assert desk.run("staff", "add", "x@vst.gov.vn", "X", "Nơi Không Có").returncode == 2


def test_notices_go_to_the_administrator_with_least_to_do_and_to_his_substitute(desk: DeskProcess) -> None:
    imported(desk)
    for number, officer in enumerate(["nam.pv@vst.gov.vn", "lan.tt@vst.gov.vn"], 1):
        desk.send(f"hoa{number}.nt@vst.gov.vn", f"TABMIS lỗi {number}", REQUEST)
        after(desk, number)
        code = str(the_ticket(desk)["code"])
        assert plain(newest(desk, officer, code)).startswith("Trả lời thư này")
        assert (the_ticket(desk)["holder"], len(letters(desk, OFFICE, code))) == ("Lâm Đồng", 0)

    away = ("staff", "absent", "nam.pv@vst.gov.vn", "--from", "2020-01-01", "--substitute")
    assert desk.run(*away, "dung.lk@vst.gov.vn").returncode == 2, "only somebody of the same office can stand in"
    assert desk.run(*away, "minh.nv@vst.gov.vn").returncode == 0
    desk.send("hoa3.nt@vst.gov.vn", "TABMIS lỗi 3", REQUEST)
    after(desk, 3)
    code = str(the_ticket(desk)["code"])
    newest(desk, "minh.nv@vst.gov.vn", code)
    assert not letters(desk, "nam.pv@vst.gov.vn", code)


# Asking instead of guessing.


def test_the_service_desk_asks_with_one_button_and_the_reply_brings_the_ticket_to_its_office(desk: DeskProcess) -> None:
    desk.send(USER, "Nhờ hỗ trợ phần mềm", VAGUE)
    after(desk, 1)
    ticket = the_ticket(desk)
    code = str(ticket["code"])
    assert (ticket["holder"], ticket["province"]) == ("SERVICE_DESK", None)
    notice = newest(desk, SERVICE_DESK, code)
    pressed = next(button for label, button in buttons(notice).items() if label.startswith("Hỏi người gửi:"))
    assert pressed[1].startswith("#hoi tinh")

    desk.send(f"Service Desk <{SERVICE_DESK}>", pressed[0], pressed[1])
    after(desk, 2)
    assert the_ticket(desk)["state"] == "waiting"
    question = newest(desk, USER, code, containing="tỉnh, thành phố nào")
    assert "#" not in plain(question)
    subject, body = list(buttons(question).values())[-1]
    assert {"Ứng dụng:", "Tỉnh:", "Đơn vị:"} <= {line.split(":")[0] + ":" for line in body.splitlines()}

    desk.send(USER, subject, "ung dung: tabmis\ntinh: lam dong\ndon vi: truong THCS Le Loi")
    after(desk, 3)
    ticket = the_ticket(desk)
    assert (ticket["state"], ticket["holder"]) == ("in_progress", "Lâm Đồng")
    assert (ticket["application"], ticket["province"]) == ("TABMIS", "Lâm Đồng")
    assert "Phần mềm báo lỗi" in plain(newest(desk, OFFICE, code))
    happened = [event["kind"] for event in desk.rows("tickets", "show", code)[0]["events"]]
    assert [kind for kind in happened if kind == "asked" or kind == "resumed" or kind.endswith("_told")] == [
        "asked",
        "resumed",
        "province_told",
        "category_told",
        "organisation_told",
    ]

    # What he said is remembered: his next mail names no place either.
    desk.send(USER, "TABMIS không phân bổ được dự toán",
              "Em vào TABMIS phân bổ dự toán ở màn hình BA thì báo lỗi APP-GL-123, không phân bổ được.")  # fmt: skip
    after(desk, 4)
    assert the_ticket(desk)["province"] == "Lâm Đồng"
    judged = desk.rows("tickets", "show", str(the_ticket(desk)["code"]))[0]["events"]
    assert any(code in str(event["details"].get("evidence")) for event in judged)


# The request form.


def test_the_form_goes_out_and_comes_back_filled_and_reordered(desk: DeskProcess) -> None:
    desk.send(USER, "phieu", "")
    after(desk, 1)
    assert desk.rows("tickets", "list") == []
    (letter,) = letters(desk, USER, "Phiếu yêu cầu hỗ trợ")
    assert letter["Auto-Submitted"] == "auto-replied"
    subject, body = buttons(letter)["Điền phiếu yêu cầu"]
    values = {
        "Đơn vị": "KBNN Duc Trong",
        "Tỉnh, thành phố": "Lam Dong",
        "Ứng dụng": "TTSP",
        "Hiện tượng": "Khong di duoc lenh thanh toan",
        "Điện thoại": "0263 3812345",
    }
    filled = "\n".join(
        line.strip() + " " + values.get(line.strip().removesuffix(":"), "") for line in reversed(body.splitlines())
    )
    desk.send(USER, subject, filled)
    after(desk, 2)
    ticket = the_ticket(desk)
    assert (ticket["channel"], ticket["application"], ticket["province"]) == ("form", "TTSP", "Lâm Đồng")
    assert ticket["holder"] == "Lâm Đồng"
    notice = newest(desk, OFFICE, str(ticket["code"]))
    assert "Khong di duoc lenh thanh toan" in str(notice["Subject"])
    assert "Điện thoại: 0263 3812345" in plain(notice)


def test_a_form_answered_inside_the_quote_is_read_too(desk: DeskProcess) -> None:
    desk.send(USER, "Phiếu yêu cầu", "Cho em xin phiếu ạ.")
    after(desk, 1)
    (letter,) = letters(desk, USER, "Phiếu yêu cầu hỗ trợ")
    answers = [("Tỉnh, thành phố:", "Lâm Đồng"), ("Ứng dụng:", "TABMIS"), ("Hiện tượng:", "Báo lỗi GL khi vào sổ")]
    quoted = "\n".join(f"> {line}" for line in plain(letter).splitlines())
    for label, value in answers:
        quoted = quoted.replace(label, f"{label} {value}")
    desk.send(USER, f"Re: {letter['Subject']}", f"Em gửi lại phiếu.\n\nVào Th 2, 23 thg 11, 2026 vào lúc 09:12 "
              f"Hỗ trợ CNTT <{DESK}> đã viết:\n\n{quoted}\n")  # fmt: skip
    after(desk, 2)
    ticket = the_ticket(desk)
    assert (ticket["channel"], ticket["application"], ticket["province"]) == ("form", "TABMIS", "Lâm Đồng")


# Asked by mail.


def test_people_see_their_own_open_tickets_and_the_guide(desk: DeskProcess) -> None:
    desk.send(USER, "Nhờ hỗ trợ phần mềm", VAGUE)
    after(desk, 1)
    code = str(the_ticket(desk)["code"])
    desk.send(USER, "Yeu cau cua toi", "")
    desk.send("nguoikhac@gmail.com", "yêu cầu của tôi", "")
    desk.send(USER, "huong dan", "")
    after(desk, 4)
    (mine,) = letters(desk, USER, "Các yêu cầu đang mở")
    assert f"- {code}: Nhờ hỗ trợ phần mềm" in plain(mine)
    (others,) = letters(desk, "nguoikhac@gmail.com", "Các yêu cầu đang mở")
    assert code not in plain(others)
    assert "không có yêu cầu nào đang mở" in plain(others)
    (guide,) = letters(desk, USER, "Hướng dẫn")
    assert "yeu cau cua toi" in plain(guide)
    assert len(desk.rows("tickets", "list")) == 1


def test_a_wish_is_answered_at_most_so_many_times_an_hour(desk: DeskProcess) -> None:
    for number in range(12):
        desk.send(USER, "huong dan", "", message_id=f"<{number}@truonghoc.example>")
    after(desk, 12)
    assert len(letters(desk, USER, "Hướng dẫn")) == 10
    assert "over the hourly cap" in desk.rows("mail", "list", "--state", "ignored")[0]["reason"]


def test_a_call_without_address_is_answered_through_the_service_desk(desk: DeskProcess) -> None:
    imported(desk)
    desk.send("Ngô Thị Mai <mai.nt@vst.gov.vn>", "Điện thoại: TABMIS báo lỗi", f"#thay Bà Cúc 0263 3812345\n{REQUEST}")
    after(desk, 1)
    ticket = the_ticket(desk)
    assert (ticket["channel"], ticket["requester"]) == ("telephone", "")
    code = str(ticket["code"])
    mine = newest(desk, SERVICE_DESK, code)  # the small model is not sure what kind of office a caller is from
    desk.send("mai.nt@vst.gov.vn", f"Re: {mine['Subject']}", "#tinh Lâm Đồng", reply_to=mine)
    after(desk, 2)
    assert the_ticket(desk)["holder"] == "Lâm Đồng"
    notice = newest(desk, "nam.pv@vst.gov.vn", code)
    desk.send("Nam <nam.pv@vst.gov.vn>", f"Re: {notice['Subject']}", "#xong\nĐã mở lại kỳ 11.", reply_to=notice)
    after(desk, 3)
    answer = newest(desk, SERVICE_DESK, code, containing="Đã mở lại kỳ 11.")
    assert "Yêu cầu qua điện thoại của Bà Cúc 0263 3812345" in plain(answer)


# Looking.


def test_tickets_are_filtered_shown_as_a_story_and_exported_without_formulas(desk: DeskProcess, tmp_path: Path) -> None:
    desk.send("hoa.nt@vst.gov.vn", "Lỗi TABMIS khi phân bổ dự toán", REQUEST)
    desk.send(USER, '=HYPERLINK("http://x","bấm đây")', VAGUE)
    after(desk, 2)
    assert len(desk.rows("tickets", "list", "--open")) == 2
    (found,) = desk.rows("tickets", "list", "--office", "lam dong", "--level", "1", "--application", "tabmis")
    assert found["requester"] == "hoa.nt@vst.gov.vn"
    assert [row["holder"] for row in desk.rows("tickets", "list", "--group", "SERVICE_DESK")] == ["SERVICE_DESK"]
    assert desk.rows("tickets", "list", "--overdue") == []
    assert len(desk.rows("tickets", "list", "--text", "PHÂN BỔ")) == 1
    for wrong in (["--state", "lost"], ["--office", "Nơi Nào"], ["--application", "X"]):
        assert desk.run("tickets", "list", *wrong).returncode == 2

    shown = desk.run("tickets", "show", str(found["code"])).stdout
    assert "| Em vào TABMIS phân bổ dự toán ở màn hình BA" in shown
    assert "the program judged TABMIS" in shown
    assert re.search(r"» acknowledgement to hoa\.nt@vst\.gov\.vn – accepted", shown)

    for name in ("yeu-cau.csv", "yeu-cau.xlsx"):
        done = desk.run("tickets", "export", str(tmp_path / name))
        assert (done.returncode, "2 tickets" in done.stdout) == (0, True), done.stderr
    rows = list(csv.DictReader(io.StringIO((tmp_path / "yeu-cau.csv").read_text("utf-8-sig"), newline="")))
    assert [row["Tiêu đề"][:11] for row in rows] == ["'=HYPERLINK", "Lỗi TABMIS "]
    sheet = load_workbook(tmp_path / "yeu-cau.xlsx").active
    assert sheet is not None
    subjects = [str(row[14].value) for row in sheet.iter_rows(min_row=2)]
    assert sorted(one[:3] for one in subjects) == ["'=H", "Lỗi"]
    assert desk.run("tickets", "export", str(tmp_path / "yeu-cau.pdf")).returncode == 2


@pytest.mark.parametrize("command", [["staff", "import", "nowhere.csv"], ["staff", "absent", "nobody@vst.gov.vn"]])
def test_what_is_not_there_is_wrong_use(desk: DeskProcess, command: list[str]) -> None:
    done = desk.run(*command)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
