"""Registers and absences through the command line: what officers wrote is listed and exported, who is away is imported."""

import csv
import io
from pathlib import Path

from openpyxl import load_workbook

from tests.flow.desk_process import DeskProcess
from tests.flow.test_people import HEADER, STAFF, after, file_of, imported

CHANGE = "#thaydoi\n=NÂNG CẤP máy chủ TABMIS tối thứ bảy\nTừ 20:00."


def test_what_an_officer_registered_is_listed_and_exported_without_formulas(desk: DeskProcess, tmp_path: Path) -> None:
    imported(desk)
    desk.send("dung.lk@vst.gov.vn", "Thay đổi", CHANGE)
    after(desk, 1)
    (row,) = desk.rows("registers", "list", "--kind", "change")
    assert (row["office"], row["state"], row["ticket"]) == ("TABMIS", "noted", None)
    assert desk.rows("registers", "list", "--kind", "bug") == []
    assert "change" in desk.run("registers", "list").stdout
    for name in ("so.csv", "so.xlsx"):
        done = desk.run("registers", "export", str(tmp_path / name))
        assert (done.returncode, "1 records" in done.stdout) == (0, True), done.stderr
    (line,) = csv.DictReader(io.StringIO((tmp_path / "so.csv").read_text("utf-8-sig"), newline=""))
    assert (line["Sổ"], line["Nội dung"][:10]) == ("thay đổi", "'=NÂNG CẤP")
    sheet = load_workbook(tmp_path / "so.xlsx").active
    assert sheet is not None
    assert sheet.title == "Sổ theo dõi"
    for wrong in (["list", "--kind", "bugs"], ["export", str(tmp_path / "so.pdf")]):
        done = desk.run("registers", *wrong)
        assert (done.returncode, "Traceback" in done.stderr) == (2, False)


def test_absences_are_imported_listed_and_kept_by_a_file_that_does_not_tell_them(desk: DeskProcess) -> None:
    absent = HEADER.strip() + ",absent_from,absent_until,substitute\n"
    lines = [f"{line},,," for line in STAFF.removeprefix(HEADER).splitlines()]
    lines[0] = lines[0].removesuffix(",,,") + ",2020-01-01,2999-12-31,lan.tt@vst.gov.vn"
    done = desk.run("staff", "import", file_of(desk, absent + "\n".join(lines)))
    assert done.returncode == 0, done.stderr

    def away() -> tuple[object, ...]:
        (nam,) = [row for row in desk.rows("staff", "list") if row["address"] == "nam.pv@vst.gov.vn"]
        return nam["absent"], nam["absent_from"], nam["absent_until"], nam["substitute"]

    assert away() == (True, "2020-01-01", "2999-12-31", "lan.tt@vst.gov.vn")
    assert "away" in desk.run("staff", "list").stdout
    imported(desk)  # without the columns
    assert away()[0] is True
    back = [f"{line},,," for line in STAFF.removeprefix(HEADER).splitlines()]
    assert "1 changed" in desk.run("staff", "import", file_of(desk, absent + "\n".join(back))).stdout
    assert away() == (False, None, None, None)

    wrong = absent + lines[0].replace("lan.tt@", "khac@") + "\n"
    done = desk.run("staff", "import", file_of(desk, wrong))
    assert (done.returncode, "line 2: substitute" in done.stderr) == (2, True)
