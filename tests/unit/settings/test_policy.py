"""The policy of a day: who holds, what is supported, when people work."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from classifiers.gazetteer.places import current_names
from daemon.desk.directory import HolderKind, Staff
from daemon.desk.facts import Policy
from daemon.policy import policy_of
from tests.unit.settings.shipped import changed, settings_of, shipped

TODAY = date(2026, 11, 21)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def policy(data: dict[str, Any] | None = None, *, staff: tuple[Staff, ...] = (), today: date = TODAY) -> Policy:
    return policy_of(settings_of(data or shipped()), staff, today)


def test_every_current_province_has_its_office() -> None:
    rules = policy().rules
    offices = [one for one in rules.directory.holders.values() if one.kind is HolderKind.OFFICE]
    assert sorted(one.code for one in offices) == sorted(current_names())
    assert len(offices) == 34
    assert all(one.level == 1 for one in offices)
    assert all(rules.office_of(province) == province for province in current_names())
    assert rules.office_of("Kon Tum") is None
    lam_dong = rules.directory.holder("Lâm Đồng")
    assert (lam_dong.name, lam_dong.address) == ("Phòng Tin học KBNN Lâm Đồng", "tinhoc.lamdong@vst.gov.vn")


def test_an_office_may_have_an_address_outside_the_pattern() -> None:
    assert policy().rules.directory.holder("Hồ Chí Minh").address == "tinhoc.tphcm@vst.gov.vn"


def test_no_two_holders_share_an_address_or_a_code() -> None:
    holders = policy().rules.directory.holders
    assert len({one.address for one in holders.values()}) == len(holders) == 34 + 7 + 5


def test_groups_departments_experts_and_the_provider_have_their_kinds_and_levels() -> None:
    holders = policy().rules.directory.holders
    assert (holders["TABMIS"].kind, holders["TABMIS"].level) == (HolderKind.GROUP, 2)
    ito = holders["ITO"]
    assert (ito.kind, ito.level, ito.passes_to) == (HolderKind.OUTSOURCED, 1, "NOI_BO")
    assert (holders["PTUD"].kind, holders["PTUD"].level) == (HolderKind.DEPARTMENT, 3)
    assert (holders["CHUYEN_GIA"].kind, holders["CHUYEN_GIA"].level) == (HolderKind.EXPERTS, 4)


def test_the_catalogue_has_all_32_applications_with_their_groups_and_places() -> None:
    rules = policy().rules
    catalogue = rules.catalogue.applications
    assert len(catalogue) == 32
    assert {code for code, one in catalogue.items() if one.in_province} == {"DTKB_LAN", "KQKB", "TTBT"}
    assert {code for code, one in catalogue.items() if one.area == "thiet_bi"} == {"MAY_TRAM", "MANG"}
    assert {code for code, one in catalogue.items() if one.department == "QTHT"} == {
        "MANG",
        "MAY_TRAM",
        "MAIL",
        "PORTAL",
    }
    assert catalogue["DTKB_LAN"].name == "Kiểm soát chi đầu tư (ĐTKB-LAN)"
    assert all({one.group, one.department} <= set(rules.directory.holders) for one in catalogue.values())


def test_the_treasurys_own_domain_and_the_named_ones_have_no_cap_of_their_domain() -> None:
    built = policy(changed(brakes={"uncapped_domains": ["Gmail.com", "@kbnn.vn"], "automatic_per_domain_hour": 9}))
    assert built.brakes.uncapped_domains == {"vst.gov.vn", "gmail.com", "kbnn.vn"}
    assert (built.brakes.automatic_per_domain_hour, built.brakes.hops_max, built.brakes.mute_days) == (9, 30, 7)


def test_brakes_targets_and_addresses_come_from_the_settings() -> None:
    data = changed(brakes={"entries_per_ticket_hour": 7}, desk={"own_addresses": ["CNTT@VST.gov.vn"]})
    built = policy(data)
    assert built.brakes.entries_per_ticket_hour == 7
    assert built.targets.answer_hours == {"cao": (1, 1, 2, 2), "thuong": (4, 4, 8, 8), "thap": (8, 8, 16, 16)}
    assert built.own_addresses == {"hotrocntt@vst.gov.vn", "cntt@vst.gov.vn"}
    assert built.monitors == {"giamsat@vst.gov.vn"}
    assert built.resolve_province("tinh binh thuan") == ("Bình Thuận", "Lâm Đồng")


@pytest.mark.parametrize(
    "day",
    [date(2027, 2, 4), date(2027, 2, 5), date(2027, 2, 8), date(2027, 2, 9), date(2026, 9, 2), date(2026, 4, 27)],
    ids=["29 Tết", "Tết eve", "third day of Tết", "fourth day of Tết", "national day", "Hùng kings, substitute"],
)
def test_public_holidays_and_their_substitute_days_are_free(day: date) -> None:
    assert day.weekday() < 5, "the test would say nothing about a weekend"
    assert not policy().calendar_of("TABMIS").works_on(day)


def test_a_bridge_day_is_free_and_its_saturday_is_worked() -> None:
    calendar = policy().calendar_of("SERVICE_DESK")
    assert not calendar.works_on(date(2026, 8, 31))
    assert calendar.works_on(date(2026, 8, 22))
    assert not calendar.works_on(date(2026, 8, 29))


def test_the_settings_own_days_win_over_the_public_ones() -> None:
    saturday, national_day, wednesday, exchanged = (
        date(2026, 12, 5),
        date(2026, 9, 2),
        date(2026, 12, 9),
        date(2026, 8, 22),
    )
    data = changed(
        calendar={
            "extra_working_days": [saturday, national_day],
            "extra_holidays": [wednesday, exchanged],
        }
    )
    calendar = policy(data).calendar_of("Lâm Đồng")
    assert [calendar.works_on(day) for day in (saturday, national_day, wednesday, exchanged)] == [
        True,
        True,
        False,
        False,
    ]


def test_holidays_are_known_for_deadlines_over_the_new_year() -> None:
    calendar = policy(today=date(2026, 12, 31)).calendar_of("TABMIS")
    friday_before_tet = datetime.combine(date(2027, 2, 3), time(16, 0), ZONE)
    assert calendar.after_working(friday_before_tet, timedelta(hours=2)) == datetime(2027, 2, 11, 9, 0, tzinfo=ZONE)


def test_the_provider_works_round_the_clock_and_nobody_else() -> None:
    built = policy()
    tet = datetime(2027, 2, 6, 3, 0, tzinfo=ZONE)
    assert built.calendar_of("ITO").is_open(tet)
    assert not built.calendar_of("NOI_BO").is_open(tet)


def test_building_again_on_the_same_day_reads_no_holidays_twice() -> None:
    first, second = policy().calendar_of("TABMIS"), policy().calendar_of("Huế")
    assert first == second


def region(code: str, provinces: list[str], since: date) -> dict[str, Any]:
    address = f"{code.lower().replace('_', '')}@vst.gov.vn"
    return {"code": code, "name": f"Phòng {code}", "address": address, "provinces": provinces, "valid_from": since}


def by_region() -> dict[str, Any]:
    """Everything in one region until the end of 2026; then Nghệ An and Thanh Hóa in another."""
    data = changed(offices={"level1": "region"})
    data["regions"] = [
        region("KV_II", ["Nghệ An", "Thanh Hóa"], date(2027, 1, 1)),
        region("KV_I", list(current_names()), date(2025, 7, 1)),
    ]
    return data


def test_with_regions_a_province_goes_to_the_office_that_it_has_on_that_day() -> None:
    before, after = policy(by_region()), policy(by_region(), today=date(2027, 1, 1))
    assert before.rules.office_of("Nghệ An") == "KV_I"
    assert after.rules.office_of("Nghệ An") == "KV_II"
    assert after.rules.office_of("Huế") == "KV_I"
    assert after.rules.directory.holder("KV_II").level == 1
    assert "KV_II" not in before.rules.directory.holders


def test_with_regions_provincial_officers_belong_to_the_regions_office() -> None:
    officer = Staff("an@vst.gov.vn", "An", "Nghệ An", applications=frozenset({"TCS"}), province="Nghệ An")
    clerk = Staff("binh@vst.gov.vn", "Bình", "TABMIS")
    directory = policy(by_region(), staff=(officer, clerk), today=date(2027, 1, 1)).rules.directory
    assert directory.members("KV_II")[0].address == "an@vst.gov.vn"
    assert directory.members("TABMIS")[0].address == "binh@vst.gov.vn"


def test_with_regions_older_tickets_of_a_province_reach_its_region() -> None:
    directory = policy(by_region()).rules.directory
    assert directory.holder("Nghệ An").address == directory.holder("KV_I").address
