"""The registers: one bug, mistake and proposal a ticket, every change on its own, and counts by unit."""

from datetime import timedelta
from typing import Any

from sqlmodel import Session

from storage import registers, tickets
from storage.database import Database
from storage.registers import RecordFilter
from storage.tables import Participant, Record, RecordState, Register, Role
from tests.storage.rows import NOW, stored_ticket


def record(ticket_id: int | None, kind: Register = Register.BUG, **other: Any) -> Record:
    values: dict[str, Any] = {
        "kind": kind,
        "state": RecordState.SUSPECTED if kind is Register.BUG else RecordState.NOTED,
        "ticket_id": ticket_id,
        "office": "Lâm Đồng",
        "officer": "lan@vst.gov.vn",
        "text": "Sai số dư.",
        "at": NOW,
        "changed_at": NOW,
    }
    return Record(**(values | other))


def listed(session: Session, **wanted: Any) -> list[tuple[str, str]]:
    return [(one.state.value, one.text) for one in registers.listing(session, RecordFilter(**wanted))]


def test_a_second_word_brings_the_record_of_a_ticket_up_to_date(database: Database) -> None:
    later = NOW + timedelta(days=1)
    with database.write() as session:
        ticket = stored_ticket(session)
        registers.put(session, record(ticket))
        registers.put(session, record(ticket, state=RecordState.CONFIRMED, text="Sai ở kỳ 13.", changed_at=later))
    with database.read() as session:
        assert listed(session, kind=Register.BUG) == [("confirmed", "Sai ở kỳ 13.")]
        assert registers.listing(session, RecordFilter())[0].at == NOW


def test_a_confirmed_bug_is_never_only_suspected_again(database: Database) -> None:
    with database.write() as session:
        ticket = stored_ticket(session)
        registers.put(session, record(ticket, state=RecordState.CONFIRMED))
        registers.put(session, record(ticket))
        assert [state for state, _ in listed(session)] == ["confirmed"]


def test_every_change_is_a_record_of_its_own_also_without_a_ticket(database: Database) -> None:
    with database.write() as session:
        ticket = stored_ticket(session)
        for owner in (ticket, ticket, None, None):
            registers.put(session, record(owner, Register.CHANGE))
        assert len(listed(session, kind=Register.CHANGE)) == 4


def test_records_are_listed_by_kind_time_province_and_application(database: Database) -> None:
    with database.write() as session:
        one, two = stored_ticket(session), stored_ticket(session, "HT-2026-000002")
        registers.put(session, record(one, province="Lâm Đồng", application="TABMIS", text="một"))
        registers.put(session, record(two, Register.PROPOSAL, text="hai", at=NOW + timedelta(days=40)))
        assert [text for _, text in listed(session, province="Lâm Đồng", application="TABMIS")] == ["một"]
        assert [text for _, text in listed(session, since=NOW + timedelta(days=30))] == ["hai"]
        assert [text for _, text in listed(session, until=NOW)] == []


def test_somebody_in_cc_who_takes_over_gets_the_role_and_never_loses_it(database: Database) -> None:
    with database.write() as session:
        ticket = stored_ticket(session)
        for role in (Role.CC, Role.COLLEAGUE, Role.CC):
            tickets.add_participant(session, Participant(ticket_id=ticket, address="nam@vst.gov.vn", role=role))
        assert [one.role for one in tickets.participants(session, ticket)] == [Role.COLLEAGUE]


def test_the_codes_of_many_tickets_are_found_and_unknown_ones_left_out(database: Database) -> None:
    with database.write() as session:
        first, second = stored_ticket(session), stored_ticket(session, "HT-2026-000002")
        found = registers.codes(session, [first, second, first, *range(10_000, 11_200)])
        assert found == {first: "HT-2026-000001", second: "HT-2026-000002"}
        assert registers.codes(session, []) == {}
