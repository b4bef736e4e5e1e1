"""The directory and the learned requesters in the database."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from storage import people, requesters
from storage.database import Database
from storage.tables import LearnedFrom, Person, Requester, TicketState
from tests.storage.rows import NOW, stored_ticket

LATER = NOW + timedelta(days=1)
OPEN = (TicketState.NEW, TicketState.IN_PROGRESS)


def person(key: str = "lan@vst.gov.vn", **more: Any) -> Person:
    values: dict[str, Any] = {"address": key, "name": "Lan", "holder": "Lâm Đồng", "changed_at": NOW}
    return Person(key=key, **(values | more))


def lesson(province: str, how: LearnedFrom, **more: Any) -> Requester:
    values: dict[str, Any] = {
        "key": "hoa@vst.gov.vn", "address": "hoa@vst.gov.vn", "province": province, "province_current": province,
        "organisation": "kbnn", "learned_from": how, "updated_at": NOW,
    }  # fmt: skip
    return Requester(**(values | more))


def test_a_person_is_added_once_and_changed_after_that(database: Database) -> None:
    with database.write() as session:
        assert people.is_empty(session)
        assert people.put(session, person(), NOW) == "added"
        assert people.put(session, person(), LATER) == "unchanged"
        assert people.put(session, person(applications=["KQKB"], leader=True), LATER) == "changed"
        (row,) = people.listing(session)
        assert (row.applications, row.leader, row.changed_at) == (["KQKB"], True, LATER)
        assert not people.is_empty(session)


def test_an_absence_is_kept_unless_the_file_tells_absences(database: Database) -> None:
    away: dict[str, Any] = {"absent_from": date(2026, 12, 21), "absent_until": None, "substitute": "ba@vst.gov.vn"}
    with database.write() as session:
        assert people.put(session, person(**away), NOW) == "added"
        assert people.put(session, person(), LATER) == "unchanged"
        (row,) = people.listing(session)
        assert (row.absent_from, row.substitute) == (date(2026, 12, 21), "ba@vst.gov.vn")
        assert people.put(session, person(), LATER, with_absence=True) == "changed"
        assert people.put(session, person(), LATER, with_absence=True) == "unchanged"
        assert (row.absent_from, row.substitute) == (None, None)


def test_who_has_left_is_no_longer_listed_and_may_come_back(database: Database) -> None:
    with database.write() as session:
        people.put(session, person(), NOW)
        assert [one.key for one in people.retire(session, ["lan@vst.gov.vn", "nobody@x.vn"], LATER)] == [
            "lan@vst.gov.vn"
        ]
        assert people.retire(session, ["lan@vst.gov.vn"], LATER) == []
        assert people.listing(session) == []
        assert len(people.listing(session, retired=True)) == 1
        assert not people.is_empty(session)
        assert people.put(session, person(), LATER) == "added"
        assert len(people.listing(session, holder="Lâm Đồng")) == 1


def test_the_stamp_changes_with_every_change(database: Database) -> None:
    with database.write() as session:
        stamps = [people.stamp(session)]
        people.put(session, person(), NOW)
        stamps.append(people.stamp(session))
        people.set_absence(session, people.listing(session)[0], date(2026, 11, 3), None, None, LATER)
        stamps.append(people.stamp(session))
        people.retire(session, ["lan@vst.gov.vn"], LATER + timedelta(hours=1))
        stamps.append(people.stamp(session))
    assert len(set(stamps)) == 4


def test_the_same_province_again_is_one_more_confirmation(database: Database) -> None:
    with database.write() as session:
        for _ in range(3):
            requesters.learn(session, lesson("Lâm Đồng", LearnedFrom.TICKET), NOW)
        known = requesters.known(session, "hoa@vst.gov.vn")
        assert known is not None
        assert (known.confirmed, known.learned_from) == (3, LearnedFrom.TICKET)
    assert requesters_known(database, "") is None


def test_a_persons_word_is_replaced_only_by_a_persons_word(database: Database) -> None:
    with database.write() as session:
        requesters.learn(session, lesson("Lâm Đồng", LearnedFrom.TICKET), NOW)
        requesters.learn(session, lesson("Hà Nội", LearnedFrom.PERSON), NOW)
        requesters.learn(session, lesson("Lâm Đồng", LearnedFrom.TICKET), NOW)
        known = requesters.known(session, "hoa@vst.gov.vn")
        assert known is not None
        assert (known.province, known.learned_from, known.confirmed) == ("Hà Nội", LearnedFrom.PERSON, 1)
        requesters.learn(session, lesson("Cà Mau", LearnedFrom.PERSON), LATER)
        assert known.province == "Cà Mau"


def test_open_tickets_of_an_address_are_found_whatever_its_capitals(database: Database) -> None:
    with database.write() as session:
        stored_ticket(session, "HT-2026-000001", requester_address="Hoa@vst.gov.vn")
        stored_ticket(session, "HT-2026-000002", requester_address="hoa@vst.gov.vn", state=TicketState.CLOSED)
        stored_ticket(session, "HT-2026-000003", requester_address="other@vst.gov.vn")
        found = requesters.open_tickets(session, "hoa@VST.gov.vn", OPEN, 10)
        assert [one.code for one in found] == ["HT-2026-000001"]


def test_load_counts_open_tickets_by_who_took_them_else_by_whom_they_were_assigned_to(database: Database) -> None:
    with database.write() as session:
        stored_ticket(session, "HT-2026-000001", taken_by="a@x.vn", assigned_to="b@x.vn")
        stored_ticket(session, "HT-2026-000002", assigned_to="b@x.vn")
        stored_ticket(session, "HT-2026-000003", assigned_to="b@x.vn", state=TicketState.RESOLVED)
        stored_ticket(session, "HT-2026-000004")
        assert requesters.load(session, OPEN) == {"a@x.vn": 1, "b@x.vn": 1}


def requesters_known(database: Database, key: str) -> Requester | None:
    with database.read() as session:
        return requesters.known(session, key)


def test_times_are_utc(database: Database) -> None:
    with database.write() as session:
        people.put(session, person(), datetime(2026, 11, 2, 8, 30, tzinfo=UTC))
    with database.read() as session:
        assert people.stamp(session)[1] == datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
