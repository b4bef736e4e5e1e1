"""What stands in one table of config.toml must fit what stands in the others."""

from datetime import date
from typing import Any

import pytest

from classifiers.gazetteer.places import current_names
from tests.unit.settings.shipped import problems_of, settings_of, shipped

REAL = {"host": "mail.vst.gov.vn", "security": "tls"}


def _with(table: str, code: str, **values: Any) -> dict[str, Any]:
    data = shipped()
    data[table].setdefault(code, {}).update(values)
    return data


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (_with("applications", "TCS", department="XYZ"), 'applications.TCS.department = "XYZ": expected one of QTHT, '),
        (_with("applications", "MANG", area="ung_dung"), 'applications.MANG.area = "ung_dung": expected "thiet_bi"'),
        (_with("applications", "KHAC", group="NOI_BO"), 'KHAC.group = "NOI_BO": expected "SERVICE_DESK"'),
        (_with("groups", "ITO", outsourced=False), "groups.ITO.outsourced: expected true, or desk.outsourcing = false"),
        (_with("groups", "ITO", passes_to="ITO"), 'groups.ITO.passes_to = "ITO": expected the code of another group'),
        (_with("groups", "NOI_BO", address="HoTroCNTT@vst.gov.vn"), "expected another address than the desk's own"),
        (
            _with("departments", "TABMIS", name="x", address="x@vst.gov.vn"),
            "departments.TABMIS: expected another code, because a group has this one",
        ),
    ],
)
def test_tables_that_contradict_each_other_are_told(data: dict[str, Any], line: str) -> None:
    (problem,) = problems_of(data)
    assert line in problem


@pytest.mark.parametrize("code", ["SERVICE_DESK", "MAY_TRAM"])
def test_the_groups_that_routing_names_must_exist(code: str) -> None:
    data = shipped()
    del data["groups"][code]
    assert f"groups.{code} is missing: expected a table for it, because the routing rules need it" in problems_of(data)


def test_the_reject_class_must_exist() -> None:
    data = shipped()
    del data["applications"]["KHAC"]
    assert any(line.startswith("applications.KHAC is missing") for line in problems_of(data))


def test_ito_is_needed_only_while_outsourcing_is_on() -> None:
    data = shipped()
    del data["groups"]["ITO"]
    data["calendar"]["always_open"] = []
    assert problems_of(data) == ["groups.ITO is missing: expected a table for it, or desk.outsourcing = false"]
    data["desk"]["outsourcing"] = False
    assert problems_of(data) == []


def test_a_real_mailbox_needs_a_start_date() -> None:
    data = shipped()
    data["embedded"]["enabled"] = False
    data["mailboxes"][0] |= REAL
    data["relay"] |= REAL
    assert problems_of(data) == [
        "mailboxes[1].start_date is missing: expected the date from which mail is taken, such as 2026-01-31"
    ]
    data["mailboxes"][0]["start_date"] = date(2026, 1, 31)
    assert settings_of(data).mailboxes[0].start_date == date(2026, 1, 31)


def test_embedded_servers_and_real_ones_are_not_mixed() -> None:
    data = shipped()
    data["relay"] |= REAL
    assert problems_of(data) == ['relay.host = "mail.vst.gov.vn": expected "127.0.0.1", or embedded.enabled = false']


def test_plain_to_another_machine_needs_to_be_allowed() -> None:
    data = shipped()
    data["embedded"]["enabled"] = False
    data["mailboxes"][0] |= {"host": "imap.vst.gov.vn", "start_date": date(2026, 1, 31)}
    (problem,) = problems_of(data)
    assert problem == (
        'mailboxes[1]: security = "plain" to imap.vst.gov.vn: expected "tls" or "starttls", or allow_plain = true'
    )
    data["mailboxes"][0]["allow_plain"] = True
    assert problems_of(data) == []


def test_two_mailboxes_have_two_names() -> None:
    data = shipped()
    data["mailboxes"].append(dict(data["mailboxes"][0]))
    assert problems_of(data) == ['mailboxes[2].name = "hotrocntt": expected a name that no other mailbox has']


def test_regions_at_level_1_must_cover_every_province() -> None:
    data = shipped()
    data["offices"]["level1"] = "region"
    (problem,) = problems_of(data)
    assert "expected a [[regions]] table for every province; missing are An Giang" in problem
    assert "Nghệ An" not in problem
    data["regions"][0]["provinces"] = list(current_names())
    assert problems_of(data) == []


def test_a_province_is_in_one_region_a_date() -> None:
    data = shipped()
    data["regions"].append({**data["regions"][0], "code": "KV_XII", "provinces": ["Nghệ An"]})
    assert problems_of(data) == [
        'regions[2].provinces has "Nghệ An": expected each province once a date, but regions[1] has it too'
    ]
