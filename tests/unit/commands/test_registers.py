"""The registers on the command line: which records are meant, and how one is written down."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from daemon.commands.exporting import guarded
from daemon.commands.faults import WrongUse
from daemon.commands.registers import KINDS, SHEET, Chosen, cells, record_filter, record_row
from storage.registers import RecordFilter
from storage.tables import Record, RecordState, Register
from templates.mail import wording

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
APPLICATIONS = {"TABMIS", "TCS"}
AT = datetime(2026, 11, 17, 2, 30, tzinfo=UTC)


def record(kind: Register = Register.BUG, **more: Any) -> Record:
    values: dict[str, Any] = {
        "id": 4, "kind": kind, "state": RecordState.CONFIRMED, "ticket_id": 7, "office": "TABMIS", "officer": "tuan@vst.gov.vn",
        "application": "TABMIS", "province": "Lâm Đồng", "organisation": "kbnn", "requester_address": "hoa@vst.gov.vn",
        "text": "=1+1 sai số dư", "at": AT, "changed_at": AT,
    }  # fmt: skip
    return Record(**(values | more))


def test_what_is_typed_becomes_a_filter_whose_days_are_the_desks_own() -> None:
    chosen = Chosen("proposal", "tabmis", "dak nong", "2026-12-01", "31/12/2026")
    assert record_filter(chosen, APPLICATIONS, ZONE) == RecordFilter(
        kind=Register.PROPOSAL, application="TABMIS", province="Đắk Nông",
        since=datetime(2026, 12, 1, tzinfo=ZONE), until=datetime(2027, 1, 1, tzinfo=ZONE),
    )  # fmt: skip
    assert record_filter(Chosen(), APPLICATIONS, ZONE) == RecordFilter()


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        (Chosen(kind="bugs"), "bug, proposal, change, mistake"),
        (Chosen(application="X"), "TABMIS, TCS"),
        (Chosen(province="Sao Hỏa"), "--province"),
        (Chosen(since="hôm qua"), "--since"),
        (Chosen(until="2026-02-30"), "--until"),
    ],
)
def test_what_does_not_exist_is_wrong_use(chosen: Chosen, told: str) -> None:
    with pytest.raises(WrongUse, match=told):
        record_filter(chosen, APPLICATIONS, ZONE)


def test_a_record_for_scripts_names_its_register_and_its_ticket() -> None:
    row = record_row(record(), "HT-2026-000007")
    assert (row["kind"], row["state"], row["ticket"]) == ("bug", "confirmed", "HT-2026-000007")
    assert record_row(record(Register.CHANGE, ticket_id=None), "")["ticket"] is None


def test_an_exported_line_has_a_cell_for_each_heading_in_words_and_local_time() -> None:
    line = cells(record(), "HT-2026-000007", ZONE)
    assert len(line) == len(SHEET.headings)
    assert line[1:4] == ["lỗi", "đã xác nhận", "HT-2026-000007"]
    assert line[10] == datetime(2026, 11, 17, 9, 30)  # noqa: DTZ001 - a spreadsheet's times have no zone
    assert guarded(line[-1]) == "'=1+1 sai số dư"


def test_every_register_and_every_state_has_a_name() -> None:
    assert set(KINDS.values()) == set(Register) == {Register(one) for one in wording.REGISTERS}
    assert {RecordState(one) for one in wording.RECORD_STATES} == set(RecordState)
