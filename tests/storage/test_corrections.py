"""Labels from corrections and resolved tickets, and the weekly counts."""

from datetime import UTC, datetime, timedelta

from storage import corrections, events
from storage import tickets as ticket_rows
from storage.database import Database
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
    with database.write() as session:
        assert corrections.harvest(session) == 1
        assert corrections.harvest(session) == 0
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
    with database.write() as session:
        corrections.harvest(session)
        found = [(one.question, one.way, one.said) for one in corrections.labels(session)]
    assert sorted(found) == sorted(
        [(Question.CATEGORY, LabelWay.CONFIRMED, "TABMIS")] + [(Question.PROVINCE, LabelWay.CONFIRMED, "Lâm Đồng")] * 2
    )


def test_a_corrected_category_is_not_confirmed_by_resolving(database: Database) -> None:
    ticket = add_ticket(database, "HT-2026-000001")
    happened(database, ticket, "category_corrected", STAFF, before="TABMIS", after="TCS")
    happened(database, ticket, "resolved", STAFF)
    with database.write() as session:
        corrections.harvest(session)
        said = {one.question: (one.way, one.said) for one in corrections.labels(session)}
    assert said[Question.CATEGORY] == (LabelWay.CORRECTED, "TCS")
    assert said[Question.PROVINCE] == (LabelWay.CONFIRMED, "Lâm Đồng")


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
