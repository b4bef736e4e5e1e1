"""Labels from corrections and resolved tickets, and the weekly counts."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlmodel import Session

from storage import corrections, events
from storage import tickets as ticket_rows
from storage.database import Database
from storage.faults import DatabaseDown
from storage.tables import Entry, EntryKind, Event, LabelWay, Question, Ticket

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
STAFF = "cuong@vst.gov.vn"


def add_ticket(database: Database, code: str, accepted: bool = True) -> int:
    with database.write() as session:
        ticket = ticket_rows.add(
            session,
            Ticket(
                code=code, level=1, holder="SERVICE_DESK", subject="Nhờ hỗ trợ", requester_address="an@vst.gov.vn",
                application="TABMIS", application_accepted=accepted, province="Lâm Đồng", model="m1",
                created_at=MONDAY,
            ),
        )  # fmt: skip
        assert ticket.id is not None
        ticket_rows.add_entry(
            session,
            Entry(ticket_id=ticket.id, kind=EntryKind.REQUEST, at=MONDAY, author_address="an@vst.gov.vn",
                  text="Không in được.", full_text="Không in được.\n\nKBNN Đức Trọng"),
            [],
        )  # fmt: skip
        happened(
            database,
            ticket.id,
            "judged",
            "desk",
            session,
            application=["TABMIS", 0.9, accepted],
            province=["Lâm Đồng", 0.9, True],
        )
        return ticket.id


def happened(
    database: Database, ticket_id: int, kind: str, actor: str, session: object = None, **details: object
) -> None:
    event = Event(ticket_id=ticket_id, at=MONDAY + timedelta(hours=9), kind=kind, actor=actor, details=details)
    if session is not None:
        events.add(session, event)  # type: ignore[arg-type]
        return
    with database.write() as own:
        events.add(own, event)


def test_a_correction_becomes_one_label_that_says_who_and_what_the_model_said(database: Database) -> None:
    ticket = add_ticket(database, "HT-2026-000001")
    happened(database, ticket, "category_corrected", STAFF, before="TABMIS", after="TCS", model="m1")
    assert corrections.harvest(database) == 1
    assert corrections.harvest(database) == 0
    with database.read() as session:
        label = corrections.labels(session)[0]
    assert (label.question, label.way, label.said, label.judged) == (
        Question.CATEGORY,
        LabelWay.CORRECTED,
        "TCS",
        "TABMIS",
    )
    assert (label.who, label.model, label.text) == (STAFF, "m1", "Không in được.\n\nKBNN Đức Trọng")


def test_a_ticket_resolved_without_a_correction_confirms_what_was_accepted(database: Database) -> None:
    happened(database, add_ticket(database, "HT-2026-000001"), "resolved", STAFF)
    happened(database, add_ticket(database, "HT-2026-000002", accepted=False), "resolved", STAFF)
    corrections.harvest(database)
    with database.read() as session:
        found = [(one.question, one.way, one.said) for one in corrections.labels(session)]
    assert sorted(found) == sorted(
        [(Question.CATEGORY, LabelWay.CONFIRMED, "TABMIS")] + [(Question.PROVINCE, LabelWay.CONFIRMED, "Lâm Đồng")] * 2
    )


def test_a_corrected_category_is_not_confirmed_by_resolving(database: Database) -> None:
    ticket = add_ticket(database, "HT-2026-000001")
    happened(database, ticket, "category_corrected", STAFF, before="TABMIS", after="TCS")
    happened(database, ticket, "resolved", STAFF)
    corrections.harvest(database)
    with database.read() as session:
        said = {one.question: (one.way, one.said) for one in corrections.labels(session)}
    assert said[Question.CATEGORY] == (LabelWay.CORRECTED, "TCS")
    assert said[Question.PROVINCE] == (LabelWay.CONFIRMED, "Lâm Đồng")


def test_a_harvest_without_anything_new_waits_for_no_writer(database: Database) -> None:
    happened(database, add_ticket(database, "HT-2026-000001"), "resolved", STAFF)
    assert corrections.harvest(database) == 2
    with database.write() as session:  # whoever wants to write too would have to wait for the end of this block
        session.connection().exec_driver_sql("SELECT 1")
        assert corrections.harvest(database) == 0


def test_a_later_word_about_a_ticket_that_was_harvested_is_learned(database: Database) -> None:
    first, second = add_ticket(database, "HT-2026-000001"), add_ticket(database, "HT-2026-000002")
    for ticket in (first, second):
        happened(database, ticket, "resolved", STAFF)
    assert corrections.harvest(database) == 4
    happened(database, first, "category_corrected", STAFF, before="TABMIS", after="TCS")
    assert corrections.harvest(database) == 1
    with database.read() as session:
        assert {(one.ticket_id, one.question, one.said) for one in corrections.labels(session)} == {
            (first, Question.CATEGORY, "TCS"), (first, Question.PROVINCE, "Lâm Đồng"),
            (second, Question.CATEGORY, "TABMIS"), (second, Question.PROVINCE, "Lâm Đồng"),
        }  # fmt: skip


def test_a_harvest_that_ends_early_leaves_no_gap(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    tickets = [add_ticket(database, f"HT-2026-00000{number}") for number in range(1, 4)]
    for ticket in (*tickets, tickets[0]):
        happened(database, ticket, "resolved", STAFF)
    monkeypatch.setattr(corrections, "_AT_ONCE", 1)
    monkeypatch.setattr(corrections, "_LATE", 0)
    learn, learned = corrections._learn, count()

    def fails_at_the_second(session: Session, event_id: int) -> int:
        if next(learned) == 1:
            raise DatabaseDown("the machine stopped")
        return learn(session, event_id)

    monkeypatch.setattr(corrections, "_learn", fails_at_the_second)
    with pytest.raises(DatabaseDown):
        corrections.harvest(database)
    assert corrections.harvest(database) == 6
    assert corrections.harvest(database) == 0


def test_a_week_counts_accepted_verdicts_and_corrections_by_judged_category(database: Database) -> None:
    for number in range(3):
        ticket = add_ticket(database, f"HT-2026-00000{number + 1}")
        if number == 0:
            happened(database, ticket, "category_corrected", STAFF, before="TABMIS", after="TCS")
            happened(database, ticket, "category_corrected", STAFF, before="TCS", after="PHT")
    with database.write() as session:
        corrections.count_week(session, MONDAY)
        corrections.count_week(session, MONDAY)
        counted = corrections.weeks(session)
    assert [(one.week, one.category, one.judged, one.corrected) for one in counted] == [("2026-W47", "TABMIS", 3, 1)]
