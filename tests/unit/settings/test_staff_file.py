"""The directory of staff: read strictly, every mistake told with its line."""

from datetime import date
from pathlib import Path

import pytest

from classifiers.gazetteer.places import current_names, current_of
from daemon.policy import policy_of
from daemon.settings import SettingsError, load
from daemon.staff_file import read_staff, staff_of
from tests.unit.settings.shipped import CONFIG

HEADER = "address,name,holder,role,applications,province\n"
HOLDERS = {"TABMIS", "ITO"}
APPLICATIONS = {"TABMIS", "TCS", "KQKB"}


def test_a_line_becomes_a_member_of_staff() -> None:
    staff, problems = staff_of(
        HEADER + "an@vst.gov.vn, Trần Văn An ,Lâm Đồng,leader,TCS; KQKB,dak nong\n", HOLDERS, APPLICATIONS
    )
    (an,) = staff.staff
    assert problems == []
    assert (an.name, an.holder, an.leader, an.province) == ("Trần Văn An", "Lâm Đồng", True, "Đắk Nông")
    assert an.applications == {"TCS", "KQKB"}


def test_empty_lines_and_comments_are_left_out() -> None:
    text = HEADER + "\n# nobody,here\nan@vst.gov.vn,An,TABMIS,member,,\n,,,,,\n"
    assert [one.address for one in staff_of(text, HOLDERS, APPLICATIONS)[0].staff] == ["an@vst.gov.vn"]


def test_all_mistakes_are_told_at_once_with_their_lines() -> None:
    text = HEADER + (
        "an,An,TABMIS,member,,\n"
        "b@vst.gov.vn,,TABMIS,chief,,\n"
        "c@vst.gov.vn,C,KON_TUM,member,TCS;XYZ,\n"
        "d@vst.gov.vn,D,Quảng Ngãi,member,,Mars\n"
        "C@VST.gov.vn,C,TABMIS,member,,\n"
        "e@vst.gov.vn,E,TABMIS,member\n"
    )
    assert staff_of(text, HOLDERS, APPLICATIONS)[1] == [
        'line 2: address = "an": expected an address such as name@vst.gov.vn',
        "line 3: name is empty: expected the person's name",
        'line 3: role = "chief": expected leader or member',
        'line 4: holder = "KON_TUM": expected a current province or the code of a group or department',
        'line 4: applications = "XYZ": expected codes of [applications], separated by ;',
        'line 5: province = "Mars": expected one of the 63 former provinces, or nothing',
        'line 6: address = "C@VST.gov.vn": expected each address once, but line 4 has it too',
        "line 7: expected 6 columns, found 4",
    ]


@pytest.mark.parametrize("text", ["", "name,address\n", HEADER.replace(",", ";")])
def test_a_file_with_other_columns_is_refused(text: str) -> None:
    assert staff_of(text, HOLDERS, APPLICATIONS)[1] == [
        "line 1: expected the columns address,name,holder,role,applications,province,"
        " and perhaps absent_from,absent_until,substitute"
    ]


def test_an_open_quote_is_told_and_not_swallowed() -> None:
    staff, problems = staff_of(
        HEADER + 'a@vst.gov.vn,"A,TABMIS,member,,\nb@vst.gov.vn,B,TABMIS,member,,\n', HOLDERS, []
    )
    assert staff.staff == []
    assert "expected comma-separated values" in problems[0]


def test_a_byte_order_mark_is_tolerated_and_a_missing_file_told(tmp_path: Path) -> None:
    path = tmp_path / "directory.csv"
    path.write_text(HEADER + "an@vst.gov.vn,An,TABMIS,member,,\n", "utf-8-sig")
    assert len(read_staff(path, HOLDERS, APPLICATIONS).staff) == 1
    with pytest.raises(SettingsError, match="cannot be read"):
        read_staff(tmp_path / "nowhere.csv", HOLDERS, APPLICATIONS)


AWAY = HEADER.strip() + ",absent_from,absent_until,substitute\n"


def test_absence_and_substitute_are_read_with_days_in_both_ways_of_writing() -> None:
    text = AWAY + (
        "an@vst.gov.vn,An,TABMIS,member,,,2026-12-21,31/12/2026,Ba@vst.gov.vn\n"
        "ba@vst.gov.vn,Ba,TABMIS,member,,,,,\n"
        "ca@vst.gov.vn,Ca,TABMIS,member,,,2026-11-02,,\n"
    )
    file, problems = staff_of(text, HOLDERS, APPLICATIONS)
    assert problems == []
    assert file.tells_absence
    assert [(one.absent_from, one.absent_until, one.substitute) for one in file.staff] == [
        (date(2026, 12, 21), date(2026, 12, 31), "Ba@vst.gov.vn"),
        (None, None, None),
        (date(2026, 11, 2), None, None),
    ]


def test_a_file_may_have_only_some_of_the_columns_for_absence() -> None:
    file, problems = staff_of(HEADER.strip() + ",absent_from\nan@vst.gov.vn,An,TABMIS,member,,,\n", HOLDERS, [])
    assert (file.tells_absence, problems) == (True, [])
    assert not staff_of(HEADER, HOLDERS, [])[0].tells_absence
    assert staff_of(HEADER.strip() + ",absent_from,absent_from\n", HOLDERS, [])[1]


def test_what_is_wrong_with_an_absence_is_told_with_its_line() -> None:
    text = AWAY + (
        "an@vst.gov.vn,An,TABMIS,member,,,31.12.2026,,\n"
        "ba@vst.gov.vn,Ba,TABMIS,member,,,2026-12-31,2026-12-01,\n"
        "ca@vst.gov.vn,Ca,TABMIS,member,,,,2026-12-01,an@vst.gov.vn\n"
        "da@vst.gov.vn,Da,TABMIS,member,,,2026-02-30,,\n"
        "ea@vst.gov.vn,Ea,TABMIS,member,,,2026-12-01,,ea@vst.gov.vn\n"
        "ga@vst.gov.vn,Ga,TABMIS,member,,,2026-12-01,,ha@vst.gov.vn\n"
        "ha@vst.gov.vn,Ha,ITO,member,,,,,\n"
    )
    assert staff_of(text, HOLDERS, APPLICATIONS)[1] == [
        'line 2: absent_from = "31.12.2026": expected a day such as 2026-12-31, or nothing',
        'line 3: absent_until = "2026-12-01": expected a day not before 2026-12-31',
        'line 4: absent_until = "2026-12-01": expected absent_from too',
        'line 4: substitute = "an@vst.gov.vn": expected absent_from too',
        'line 5: absent_from = "2026-02-30": expected a day such as 2026-12-31, or nothing',
        'line 6: substitute = "ea@vst.gov.vn": expected the address of another member of TABMIS in this file',
        'line 7: substitute = "ha@vst.gov.vn": expected the address of another member of TABMIS in this file',
    ]


def test_the_shipped_directory_serves_every_office_and_every_group() -> None:
    settings = load(CONFIG)
    central = set(settings.groups) | set(settings.departments)
    staff = read_staff(Path(settings.directory.file), central, set(settings.applications)).staff
    directory = policy_of(settings, staff, date(2026, 11, 21)).rules.directory
    assert all(1 <= len(directory.members(province)) <= 2 for province in current_names())
    assert all(2 <= len(directory.members(code)) <= 4 for code in central)
    assert all(any(one.leader for one in directory.members(code)) for code in central)
    officers = [one for one in staff if one.province is not None]
    assert all(current_of(one.province or "") == one.holder for one in officers)
    assert {"Bình Thuận", "Đắk Nông"} & {one.province for one in officers}
    shared = {one.address for one in directory.holders.values()}
    assert not shared & {one.address for one in staff}
