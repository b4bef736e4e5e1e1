"""What is wrong in config.toml is told all at once, in plain lines of key, value and what is expected."""

from datetime import date
from typing import Any

import pytest

from tests.unit.settings.shipped import changed, problems_of, shipped


def test_ten_mistakes_in_one_file_are_reported_together() -> None:
    data = shipped()
    data["desk"]["phase"] = 4
    data["desk"]["outsourcing"] = "yes"
    data["desk"]["adress"] = data["desk"].pop("address")
    data["mailboxes"][0]["port"] = 99_999
    data["mailboxes"][0]["connect_timeout"] = "20s"
    data["limits"]["mail_mb"] = "40MB"
    data["calendar"]["hours"] = [["08:00", "25:00"]]
    data["classify"]["province_precision"] = 99
    data["applications"]["TCS"]["group"] = "THANHTOAN"
    data["offices"]["exceptions"] = {"Kon Tum": "tinhoc.kontum@vst.gov.vn"}
    assert set(problems_of(data)) == {
        "desk.phase = 4: expected 1, 2 or 3",
        'desk.outsourcing = "yes": expected true or false',
        "desk.address is missing: expected an address such as name@vst.gov.vn",
        'desk.adress = "hotrocntt@vst.gov.vn": expected a known key; the nearest is desk.address',
        "mailboxes[1].port = 99999: expected a port number from 1 to 65535",
        'mailboxes[1].connect_timeout = "20s": expected a number of seconds above 0 and up to 86400, without a unit',
        'limits.mail_mb = "40MB": expected a whole number of megabytes from 1 to 1000, without a unit',
        'calendar.hours[1][2] = "25:00": expected a time of day such as "08:00"',
        "classify.province_precision = 99: expected a share from 0 to 1 (98 percent is 0.98)",
        'applications.TCS.group = "THANHTOAN": '
        "expected one of SERVICE_DESK, TABMIS, THANH_TOAN, NOI_BO, MAY_TRAM, KY_THUAT, ITO",
        'offices.exceptions."Kon Tum" = "tinhoc.kontum@vst.gov.vn": '
        "expected the name of one of the 34 provinces since 1 July 2025, such as Lâm Đồng",
    }


@pytest.mark.parametrize(
    ("section", "values", "line"),
    [
        ("desk", {"phase": "3"}, 'desk.phase = "3": expected 1, 2 or 3'),
        ("desk", {"outsourcing": 1}, "desk.outsourcing = 1: expected true or false"),
        ("desk", {"phone": 24}, "desk.phone = 24: expected a text in quotes"),
        ("desk", {"own_addresses": "a@b.vn"}, 'desk.own_addresses = "a@b.vn": expected a list; each entry an address'),
        ("desk", {"own_addresses": ["x"]}, 'desk.own_addresses[1] = "x": expected an address such as name@vst.gov.vn'),
        ("desk", {"timezone": "Mars"}, 'desk.timezone = "Mars": expected the name of a time zone'),
        ("limits", {"nesting": 4}, "limits.nesting = 4: expected a whole number from 5 to 500"),
        ("limits", {"parts": 1000.5}, "limits.parts = 1000.5: expected a whole number from 10 to 100000"),
        ("limits", {"seconds": float("nan")}, "limits.seconds = NaN: expected a number of seconds above 0"),
        ("brakes", {"tickets_per_sender_hour": 0}, "brakes.tickets_per_sender_hour = 0: expected a whole number, 1 or"),
        ("send", {"retry_minutes": []}, "send.retry_minutes = []: expected at least one entry"),
        ("send", {"retry_minutes": [1, "5m"]}, 'send.retry_minutes[2] = "5m": expected a whole number of minutes'),
        ("calendar", {"working_days": ["Mon"]}, 'calendar.working_days[1] = "Mon": expected "mon", "tue"'),
        ("calendar", {"always_open": ["IT"]}, 'calendar.always_open[1] = "IT": expected one of '),
        ("calendar", {"hours": [["08:00", "12:00"], ["11:30", "17:00"]]}, "expected spans in the order of the day"),
        ("calendar", {"hours": [["17:00", "08:00"]]}, "expected spans in the order of the day"),
        (
            "calendar",
            {"extra_holidays": [date(2026, 1, 3)], "extra_working_days": [date(2026, 1, 3)]},
            "calendar: 2026-01-03 is an extra holiday and an extra working day: expected one of them",
        ),
        ("proof", {"internal_networks": ["10.0.0.1/8"]}, 'expected networks such as "10.1.0.0/16"'),
        ("offices", {"level1": "regoin"}, 'offices.level1 = "regoin": expected "province" or "region"'),
        ("offices", {"address": "tinhoc@vst.gov.vn"}, "expected an address with {slug} in it"),
        (
            "targets",
            {"answer_hours": {"cao": [1, 1, 1, 1], "thuong": [2, 2, 2, 2]}},
            "targets.answer_hours.thap is missing: expected four numbers of hours",
        ),
        (
            "chasing",
            {"close_days": 2, "warning_days": 2},
            "chasing: warning_days is not below close_days: expected a warning after the resolution",
        ),
        (
            "chasing",
            {"waiting_reminder_days": 9},
            "chasing: waiting_reminder_days is not below waiting_close_days: expected a reminder before the end",
        ),
        ("storage", {"database": "mysql://h/x"}, 'expected "sqlite:///" and a path, or "postgresql+psycopg://'),
    ],
)
def test_a_wrong_value_is_named_with_what_is_expected(section: str, values: dict[str, Any], line: str) -> None:
    (problem,) = problems_of(changed(**{section: values}))
    assert line in problem


def test_an_unknown_key_is_told_the_nearest_known_one_or_all() -> None:
    data = changed(limits={"mail_kb": 3, "zzz": 1})
    near, all_of_them = problems_of(data)
    assert near == "limits.mail_kb = 3: expected a known key; the nearest is limits.mail_mb"
    assert all_of_them.startswith("limits.zzz = 1: expected a known key; known are mail_mb, attachment_mb, ")


def test_no_line_speaks_pydantics_language() -> None:
    data: dict[str, Any] = {"desk": 3, "mailboxes": [], "groups": [], "applications": {"a": 1}, "x": {"y": 1}}
    text = "\n".join(problems_of(data))
    assert "expected" in text
    for jargon in ("Input", "valid string", "type=", "Value error", "pydantic", "Field required", "[key]"):
        assert jargon not in text
