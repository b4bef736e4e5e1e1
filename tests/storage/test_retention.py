"""What the retention rule takes, and what it leaves because somebody may still need it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from storage import blobs, corrections, intake, outbox, tickets
from storage.database import Database
from storage.emptying import NOBODY
from storage.retention import RULES, Before
from storage.tables import (
    Attachment,
    Blob,
    Entry,
    EntryKind,
    Event,
    Inbound,
    InboundState,
    Label,
    LabelWay,
    LearnedFrom,
    Outbox,
    OutboxState,
    Participant,
    Question,
    Requester,
    Role,
    Ticket,
    TicketState,
)
from tests.storage.rows import NOW, letter, stored_inbound, stored_ticket

LONG_AGO = NOW - timedelta(days=400)
EVERYTHING = Before(NOW, NOW, NOW, NOW, NOW, NOW)


def blob(session: Session, number: int) -> str:
    digest = f"{number:064x}"
    blobs.remember(session, digest, 1000, LONG_AGO)
    return digest


def closed(session: Session, code: str = "HT-2026-000001", **other: Any) -> int:
    values = {"state": TicketState.CLOSED, "closed_at": LONG_AGO, "requester_name": "Nguyễn Thị Hoa"} | other
    return stored_ticket(session, code, **values)


def mail_of(session: Session, ticket_id: int, number: int, **other: Any) -> Entry:
    """A mail with its raw file, its entry and one attachment."""
    digest = blob(session, number)
    row = stored_inbound(
        session, number, digest=digest, content_digest=f"c{number}", state=InboundState.ENTRY, ticket_id=ticket_id,
        sender="an@example.vn", subject="Lỗi TABMIS", settled_at=LONG_AGO,
    )  # fmt: skip
    entry = Entry(
        ticket_id=ticket_id, inbound_id=row.id, kind=EntryKind.REQUEST, at=LONG_AGO, author_address="an@example.vn",
        author_name="Nguyễn Thị Hoa", text="không phân bổ được", full_text="không phân bổ được, ĐT 0912", digest=digest,
    )  # fmt: skip
    for name, value in other.items():
        setattr(entry, name, value)
    file = Attachment(
        entry_id=0, digest=blob(session, number + 1000), filename="man-hinh.png", content_type="image/png", size=1
    )
    return tickets.add_entry(session, entry, [file])


def apply(database: Database, before: Before = EVERYTHING, at: datetime = NOW) -> dict[str, int]:
    taken = {}
    for rule in RULES:
        with database.write() as session:
            taken[rule.name] = rule.apply(session, before, at, 100)
    return {name: number for name, number in taken.items() if number}


def all_of(database: Database, model: type[Any]) -> list[Any]:
    with database.read() as session:
        return list(session.exec(select(model).order_by(*model.__table__.primary_key.columns)))


def kept(database: Database) -> set[int]:
    with database.read() as session:
        return {int(digest, 16) for digest in blobs.known_digests(session)}


def test_raw_mails_and_attachments_of_a_closed_ticket_go_each_after_its_own_time(database: Database) -> None:
    with database.write() as session:
        mail_of(session, closed(session), 1)
    assert apply(database, Before(ticket_mails=LONG_AGO)) == {}, "closed in that very moment, not before it"
    assert apply(database, Before(ticket_mails=NOW)) == {"ticket_mails": 1}
    assert kept(database) == {1001}
    assert apply(database, Before(attachments=NOW)) == {"attachments": 1}
    assert kept(database) == set()
    (entry,) = all_of(database, Entry)
    assert entry.text == "không phân bổ được"
    assert apply(database, Before(ticket_mails=NOW, attachments=NOW)) == {}


@pytest.mark.parametrize("state", [TicketState.NEW, TicketState.WAITING, TicketState.RESOLVED])
def test_what_belongs_to_an_open_ticket_never_goes(database: Database, state: TicketState) -> None:
    with database.write() as session:
        ticket_id = stored_ticket(session, state=state, created_at=LONG_AGO, closed_at=LONG_AGO)
        mail_of(session, ticket_id, 1)
        outbox.add_letter(session, letter(ticket_id=ticket_id, state=OutboxState.ACCEPTED, created_at=LONG_AGO))
    assert apply(database) == {}


def test_a_duplicate_waits_for_the_request_that_it_belongs_to(database: Database) -> None:
    with database.write() as session:
        main = stored_ticket(session, "HT-2026-000001", state=TicketState.IN_PROGRESS)
        mail_of(
            session, closed(session, "HT-2026-000002", state=TicketState.DUPLICATE, duplicate_of="HT-2026-000001"), 1
        )
    assert apply(database) == {}
    with database.write() as session:
        tickets.change(session, main, 0, {"state": TicketState.CLOSED, "closed_at": NOW})
    assert apply(database)["ticket_texts"] == 1


@pytest.mark.parametrize("state", [OutboxState.PENDING, OutboxState.IN_DOUBT, OutboxState.OPEN, OutboxState.HELD])
def test_a_ticket_that_still_owes_a_letter_is_left_alone(database: Database, state: OutboxState) -> None:
    with database.write() as session:
        ticket_id = closed(session)
        mail_of(session, ticket_id, 1)
        outbox.add_letter(session, letter(ticket_id=ticket_id, state=state, created_at=LONG_AGO))
    assert apply(database) == {}


def test_a_file_that_an_open_ticket_needs_too_stays_for_it(database: Database) -> None:
    with database.write() as session:
        mail_of(session, closed(session), 1)
        other = mail_of(session, stored_ticket(session, "HT-2026-000002"), 2)
        session.add(
            Attachment(
                entry_id=other.id or 0, digest=f"{1001:064x}", filename="a.png", content_type="image/png", size=1
            )
        )
    apply(database)
    assert kept(database) == {2, 1001, 1002}


def test_ignored_mail_goes_with_its_sender_and_subject_and_is_still_known(database: Database) -> None:
    with database.write() as session:
        ignored = stored_inbound(
            session, 1, digest=blob(session, 1), content_digest="c1", state=InboundState.IGNORED, settled_at=LONG_AGO,
            sender="quangcao@example.com", subject="Khuyến mãi", reason="bulk",
        )  # fmt: skip
        for number, state in ((2, InboundState.QUARANTINED), (3, InboundState.PENDING)):
            stored_inbound(session, number, digest=blob(session, number), state=state, settled_at=LONG_AGO)
    assert apply(database) == {"ignored_mails": 1, "ignored_names": 1}
    assert kept(database) == {2, 3}
    row = next(row for row in all_of(database, Inbound) if row.id == ignored.id)
    assert (row.sender, row.subject, row.reason, row.content_digest) == ("", "", "bulk", "c1")
    with database.write() as session:
        again = stored_inbound(session, 9, content_digest="c1")
        assert intake.same_mail_before(session, again) is not None
        assert not intake.put_back(session, row.id, as_ticket=True), "its bytes are gone"


def test_mail_that_comes_again_after_its_file_went_has_a_file_again(database: Database) -> None:
    with database.write() as session:
        mail_of(session, closed(session), 1)
    apply(database, Before(ticket_mails=NOW))
    with database.write() as session:
        blobs.remember(session, f"{1:064x}", 1000, NOW)
        stored_inbound(session, 9, digest=f"{1:064x}")
    assert kept(database) == {1, 1001}
    assert apply(database, Before(ticket_mails=NOW)) == {}, "somebody has to look at it first"


def test_a_closed_ticket_loses_people_and_words_and_keeps_what_is_counted(database: Database) -> None:
    with database.write() as session:
        ticket_id = closed(session, application="TABMIS", province="Lâm Đồng", taken_by="nam@vst.gov.vn")
        mail_of(session, ticket_id, 1)
        mail_of(session, ticket_id, 2, kind=EntryKind.ANSWER, author_address="nam@vst.gov.vn", author_name="Nam")
        for role, address in ((Role.REQUESTER, "an@example.vn"), (Role.OFFICER, "nam@vst.gov.vn")):
            tickets.add_participant(session, Participant(ticket_id=ticket_id, address=address, role=role))
        outbox.add_letter(session, letter(ticket_id=ticket_id, state=OutboxState.ACCEPTED, references=["<a@b>"]))
        outbox.add_letter(
            session, letter(2, ticket_id=ticket_id, state=OutboxState.ACCEPTED, recipient="nam@vst.gov.vn")
        )
        session.add(
            Event(ticket_id=ticket_id, at=NOW, kind="letter_refused", actor="An@example.vn",
                  reason="550 an@example.vn: no such user", details={"to": ["Nguyễn Thị Hoa", 3]})
        )  # fmt: skip
    assert apply(database, Before(ticket_texts=NOW)) == {"ticket_texts": 1}
    (ticket,) = all_of(database, Ticket)
    assert (ticket.application, ticket.province, ticket.taken_by, ticket.closed_at) == (
        "TABMIS", "Lâm Đồng", "nam@vst.gov.vn", LONG_AGO,
    )  # fmt: skip
    assert (ticket.subject, ticket.requester_address, ticket.requester_name) == ("", NOBODY, "")
    asked, answered = all_of(database, Entry)
    assert (asked.author_address, asked.author_name, asked.text, asked.full_text) == (NOBODY, "", "", "")
    assert (answered.author_address, answered.text) == ("nam@vst.gov.vn", "")
    assert [row.address for row in all_of(database, Participant)] == ["nam@vst.gov.vn"]
    first, second = all_of(database, Outbox)
    assert (first.recipient, first.text, first.html, first.subject, first.references) == (
        f"erased-{first.id}@removed.invalid", "", "", "", [],
    )  # fmt: skip
    assert (second.recipient, second.text) == ("nam@vst.gov.vn", "")
    (event,) = all_of(database, Event)
    assert (event.actor, event.reason, event.details) == (NOBODY, "550 […]: no such user", {"to": ["[…]", 3]})
    assert kept(database) == set(), "what was left of its files went along"
    assert apply(database) == {}


def test_a_ticket_that_was_reopened_and_closed_again_is_emptied_again(database: Database) -> None:
    with database.write() as session:
        ticket_id = closed(session)
    apply(database, Before(ticket_texts=NOW), at=NOW - timedelta(days=300))
    with database.write() as session:
        tickets.change(session, ticket_id, 1, {"closed_at": NOW - timedelta(days=200)})
        mail_of(session, ticket_id, 1)
    assert apply(database, Before(ticket_texts=NOW - timedelta(days=201))) == {}
    assert apply(database, Before(ticket_texts=NOW)) == {"ticket_texts": 1}


def test_an_emptied_letter_is_never_sent_again(database: Database) -> None:
    with database.write() as session:
        refused = outbox.add_letter(session, letter(state=OutboxState.REFUSED, created_at=LONG_AGO))
        outbox.add_letter(session, letter(2, state=OutboxState.PENDING, created_at=LONG_AGO))
    assert apply(database, Before(letter_texts=NOW)) == {"letter_texts": 1}
    with database.write() as session:
        assert not outbox.retry(session, refused or 0, NOW)
    assert sorted(row.text for row in all_of(database, Outbox)) == ["", "…"]


def test_labels_keep_what_was_said_and_lose_the_request_and_none_is_made_of_an_emptied_ticket(
    database: Database,
) -> None:
    with database.write() as session:
        ticket_id = closed(session, application="TABMIS", application_accepted=True)
        mail_of(session, ticket_id, 1)
        event = Event(ticket_id=ticket_id, at=LONG_AGO, kind="resolved", actor="nam@vst.gov.vn")
        session.add(event)
        session.flush()
        session.add(
            Label(event_id=event.id or 0, ticket_id=ticket_id, question=Question.CATEGORY, way=LabelWay.CONFIRMED,
                  said="TABMIS", who="nam@vst.gov.vn", at=LONG_AGO, sender_name="Hoa", text="không phân bổ được")
        )  # fmt: skip
    assert apply(database, Before(ticket_texts=NOW, learning_texts=NOW)) == {"ticket_texts": 1, "learning_texts": 1}
    (label,) = all_of(database, Label)
    assert (label.said, label.sender_name, label.text) == ("TABMIS", "", "")
    with database.write() as session:
        session.delete(session.get(Label, label.id))
    assert corrections.harvest(database) == 0


def test_what_was_said_about_an_open_ticket_stays_to_learn_from(database: Database) -> None:
    with database.write() as session:
        ticket_id = stored_ticket(session, state=TicketState.IN_PROGRESS, created_at=LONG_AGO)
        event = Event(ticket_id=ticket_id, at=LONG_AGO, kind="category_corrected", actor="nam@vst.gov.vn")
        session.add(event)
        session.flush()
        session.add(
            Label(event_id=event.id or 0, ticket_id=ticket_id, question=Question.CATEGORY, way=LabelWay.CORRECTED,
                  said="TABMIS", who="nam@vst.gov.vn", at=LONG_AGO, text="không phân bổ được")
        )  # fmt: skip
    assert apply(database) == {}
    with database.write() as session:
        tickets.change(session, ticket_id, 0, {"state": TicketState.CLOSED, "closed_at": LONG_AGO})
    assert apply(database, Before(learning_texts=NOW)) == {"learning_texts": 1}


def test_what_was_learned_of_a_requester_goes_when_he_has_not_written_for_so_long(database: Database) -> None:
    with database.write() as session:
        for name, heard in (("an", LONG_AGO), ("binh", NOW)):
            session.add(
                Requester(key=f"{name}@x.vn", address=f"{name}@x.vn", learned_from=LearnedFrom.TICKET, updated_at=heard)
            )
    assert apply(database) == {"learned_people": 1}
    assert [row.key for row in all_of(database, Requester)] == ["binh@x.vn"]


def test_without_a_time_nothing_goes(database: Database) -> None:
    with database.write() as session:
        mail_of(session, closed(session), 1)
        outbox.add_letter(session, letter(state=OutboxState.ACCEPTED, created_at=LONG_AGO))
    assert apply(database, Before()) == {}


def test_counting_says_what_would_go_and_changes_nothing(database: Database) -> None:
    with database.write() as session:
        mail_of(session, closed(session), 1)
    with database.read() as session:
        counted = {rule.name: rule.count(session, EVERYTHING) for rule in RULES}
    assert {name: number for name, number in counted.items() if number} == {
        "ticket_mails": 1, "attachments": 1, "ticket_texts": 1,
    }  # fmt: skip
    assert kept(database) == {1, 1001}
    assert all(row.removed_at is None for row in all_of(database, Blob))


def test_a_repeat_of_a_mail_that_was_emptied_is_emptied_too(database: Database) -> None:
    with database.write() as session:
        mail_of(session, closed(session), 1)
    apply(database, Before(ticket_texts=NOW))
    with database.write() as session:
        stored_inbound(
            session, 9, digest=blob(session, 1), content_digest="c1", state=InboundState.IGNORED, settled_at=NOW,
            sender="an@example.vn", subject="Lỗi TABMIS", reason="second delivery",
        )  # fmt: skip
    assert apply(database, Before()) == {"ignored_names": 1}
    assert kept(database) == set()
    assert {row.sender for row in all_of(database, Inbound)} == {""}
