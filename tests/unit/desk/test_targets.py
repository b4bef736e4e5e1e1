"""Whom the words after `#chuyen` name: levels, groups, departments and offices, by code, number or name."""

import pytest

from daemon.desk.targets import NoTarget, target_of
from tests.unit.desk.builders import CATALOGUE, rules

WORLD = rules()


def named(argument: str, application: str = "TTSP", current: str | None = "Lâm Đồng") -> str:
    found = target_of(argument, CATALOGUE.get(application), current, WORLD)
    assert not isinstance(found, NoTarget), found
    return found.code


@pytest.mark.parametrize(
    ("argument", "code"),
    [
        ("muc 1", "Lâm Đồng"),
        ("muc 2", "THANH_TOAN"),
        ("mức 2", "THANH_TOAN"),
        ("MỨC 2 giúp em", "THANH_TOAN"),
        ("muc2", "THANH_TOAN"),
        ("2", "THANH_TOAN"),
        ("cấp 3", "PTUD"),
        ("level 3", "PTUD"),
        ("muc 4", "CHUYEN_GIA"),
        ("nhom TABMIS", "TABMIS"),
        ("nhóm tabmis", "TABMIS"),
        ("TABMIS", "TABMIS"),
        ("nhom THANH_TOAN", "THANH_TOAN"),
        ("nhóm Thanh toán", "THANH_TOAN"),
        ("thanh toan xem giup nhe", "THANH_TOAN"),
        ("nhóm máy trạm, máy in hỏng", "MAY_TRAM"),
        ("nhóm Hỗ trợ máy trạm và dịch vụ hệ thống", "MAY_TRAM"),
        ("nhom Service Desk", "SERVICE_DESK"),
        ("bàn tiếp nhận", "SERVICE_DESK"),
        ("phong Quản trị hệ thống", "QTHT"),
        ("phòng quan tri he thong", "QTHT"),
        ("Quản trị hệ thống", "QTHT"),
        ("phong QTHT", "QTHT"),
        ("phòng Phát triển ứng dụng vì lỗi chương trình", "PTUD"),
        ("Lâm Đồng", "Lâm Đồng"),
        ("Phòng Tin học KBNN Hà Nội", "Hà Nội"),
        ("ha noi", "Hà Nội"),
        ("nhom ITO", "ITO"),
        ("tổ chuyên gia", "CHUYEN_GIA"),
    ],
)
def test_a_target_by_code_number_or_name(argument: str, code: str) -> None:
    assert named(argument) == code


@pytest.mark.parametrize(
    ("application", "group", "department"),
    [
        ("TABMIS", "TABMIS", "PTUD"),
        ("MANG", "MAY_TRAM", "QTHT"),
        ("TAI_KHOAN", "MAY_TRAM", "QLATTT"),
        ("KHAC", "SERVICE_DESK", "PTUD"),
    ],
)
def test_levels_2_and_3_follow_the_category(application: str, group: str, department: str) -> None:
    assert named("muc 2", application) == group
    assert named("muc 3", application) == department


@pytest.mark.parametrize(
    "argument", ["", "  ", "muc", "muc 0", "muc 5", "muc 22", "nhom", "nhom XYZ", "TABMISX", "itong"]
)
def test_what_names_nobody_is_told_in_one_sentence(argument: str) -> None:
    found = target_of(argument, CATALOGUE.get("TTSP"), "Lâm Đồng", WORLD)
    assert isinstance(found, NoTarget)
    assert found.problem.endswith(".")


@pytest.mark.parametrize("current", [None, "Cà Mau"])
def test_level_1_needs_a_province_that_has_an_office(current: str | None) -> None:
    found = target_of("muc 1", CATALOGUE.get("TTSP"), current, WORLD)
    assert isinstance(found, NoTarget)
    assert "#tinh" in found.problem
