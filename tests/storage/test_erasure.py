"""One person is taken out of everything, a crash anywhere in between only needs another run, and the counts stay."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, SQLModel, select

from storage import blobs, erasure, outbox, people, tickets
from storage.database import Database
from storage.emptying import NOBODY, without
from storage.tables import (
    Attachment,
    Attempt,
    AttemptOutcome,
    Entry,
    EntryKind,
    Event,
    Inbound,
    InboundState,
    Label,
    LabelWay,
    LearnedFrom,
    Mute,
    Outbox,
    OutboxState,
    Participant,
    Passing,
    Person,
    Question,
    Record,
    Register,
    Requester,
    Role,
    Ticket,
    TicketState,
)
from tests.storage.rows import NOW, letter, stored_inbound, stored_ticket

HOA = "hoa.nt@kbnn.example"
SPELLINGS = frozenset({HOA})
NAME = "Nguyễn Thị Hoa"
NAM = "nam@vst.gov.vn"
BY = "operator quantri"
# Nothing of these may be left in any row.
PERSONAL = ("hoa.nt", NAME, "khong phan bo", "0263 3812345", "Em gửi ảnh", "Lỗi TABMIS của Hoa", "yeu-cau-1@may-hoa",
            "tra-loi-2@may-hoa")  # fmt: skip


def blob(session: Session, number: int) -> str:
    digest = f"{number:064x}"
    blobs.remember(session, digest, 1000, NOW)
    return digest


@pytest.fixture
def told(database: Database) -> Database:
    """Hoa's ticket, closed, answered by Nam; Bình's open ticket with Hoa in Cc; lists, lessons, registers."""
    with database.write() as session:
        _hoas_ticket(session)
        _binhs_ticket(session)
        stored_inbound(
            session, 5, digest=blob(session, 5), content_digest="c5", state=InboundState.IGNORED, sender=HOA.upper(),
            subject="Vắng mặt: Nguyễn Thị Hoa", reason=f"auto reply of {HOA}", settled_at=NOW,
        )  # fmt: skip
        outbox.add_letter(
            session, letter(7, recipient=NAM, state=OutboxState.ACCEPTED, text="HT-2026-000001 Lỗi TABMIS của Hoa")
        )
        outbox.add_letter(
            session,
            letter(8, recipient=NAM, text=f"HT-2026-000001 Lỗi TABMIS của Hoa, {NAME}; HT-2026-000002 Mạng chậm"),
        )
        session.add(Requester(key=HOA, address=HOA, name=NAME, learned_from=LearnedFrom.TICKET, updated_at=NOW))
    return database


def _hoas_ticket(session: Session) -> None:
    ticket_id = stored_ticket(
        session, state=TicketState.CLOSED, closed_at=NOW, subject="Lỗi TABMIS của Hoa", requester_address=HOA,
        requester_name=NAME, reply_address=HOA, application="TABMIS", province="Lâm Đồng", taken_by=NAM,
        why=f"Vì {HOA} ở Lâm Đồng",
    )  # fmt: skip
    mail = stored_inbound(
        session, 1, digest=blob(session, 1), content_digest="c1", state=InboundState.ENTRY, ticket_id=ticket_id,
        sender=HOA, subject="Lỗi TABMIS của Hoa", message_id="<yeu-cau-1@may-hoa>", settled_at=NOW,
    )  # fmt: skip
    said = Entry(
        ticket_id=ticket_id, inbound_id=mail.id, kind=EntryKind.REQUEST, at=NOW, author_address=HOA, author_name=NAME,
        text="khong phan bo duoc", full_text="khong phan bo duoc\n0263 3812345", message_id="<yeu-cau-1@may-hoa>",
        digest=mail.digest,
    )  # fmt: skip
    file = Attachment(entry_id=0, digest=blob(session, 101), filename="hoa.nt.png", content_type="image/png", size=1)
    tickets.add_entry(session, said, [file])
    answered = stored_inbound(
        session, 2, digest=blob(session, 2), state=InboundState.ENTRY, ticket_id=ticket_id, sender=NAM, settled_at=NOW
    )
    reply = Entry(ticket_id=ticket_id, inbound_id=answered.id, kind=EntryKind.ANSWER, at=NOW, author_address=NAM,
                  text=f"Chào {NAME}, khong phan bo thì chọn lại kỳ.", digest=answered.digest)  # fmt: skip
    tickets.add_entry(session, reply)
    tickets.add_participant(session, Participant(ticket_id=ticket_id, address=HOA, name=NAME, role=Role.REQUESTER))
    outbox.add_letter(
        session,
        letter(1, ticket_id=ticket_id, recipient=HOA, recipient_name=NAME, recipient_key=HOA, state=OutboxState.ACCEPTED,
               subject="Re: Lỗi TABMIS của Hoa", text="khong phan bo", references=["<yeu-cau-1@may-hoa>"]),
    )  # fmt: skip
    event = Event(ticket_id=ticket_id, at=NOW, kind="resolved", actor=NAM)
    session.add(event)
    session.add(Event(ticket_id=ticket_id, at=NOW, kind="wish_answered", actor=HOA, details={"recipient": HOA}))
    session.flush()
    session.add(
        Label(event_id=event.id or 0, ticket_id=ticket_id, question=Question.CATEGORY, way=LabelWay.CONFIRMED,
              said="TABMIS", who=NAM, at=NOW, sender_name=NAME, sender_address=HOA, text="khong phan bo")
    )  # fmt: skip
    session.add(
        Record(kind=Register.USER_MISTAKE, ticket_id=ticket_id, office="Lâm Đồng", officer=NAM, requester_address=HOA,
               text=f"{NAME} chọn sai kỳ", at=NOW, changed_at=NOW)
    )  # fmt: skip


def _binhs_ticket(session: Session) -> None:
    ticket_id = stored_ticket(
        session, "HT-2026-000002", requester_address="binh@kbnn.example", subject="Mạng chậm", holder="02"
    )
    his = stored_inbound(
        session, 3, digest=blob(session, 3), state=InboundState.ENTRY, ticket_id=ticket_id, sender="binh@kbnn.example"
    )
    request = Entry(ticket_id=ticket_id, inbound_id=his.id, kind=EntryKind.REQUEST, at=NOW, digest=his.digest,
                    author_address="binh@kbnn.example", text=f"Mạng chậm. Chị {NAME} ({HOA}) cũng bị.")  # fmt: skip
    tickets.add_entry(session, request)
    hers = stored_inbound(
        session,
        4,
        digest=blob(session, 4),
        state=InboundState.ENTRY,
        ticket_id=ticket_id,
        sender=HOA,
        subject="Re: Mạng",
    )
    more = Entry(ticket_id=ticket_id, inbound_id=hers.id, kind=EntryKind.FOLLOW_UP, at=NOW, author_address=HOA,
                 author_name=NAME, text="Em gửi ảnh ạ", full_text="Em gửi ảnh ạ", digest=hers.digest,
                 message_id="<tra-loi-2@may-hoa>")  # fmt: skip
    tickets.add_entry(
        session, more, [Attachment(entry_id=0, digest=blob(session, 104), filename="a.png", content_type="x/y", size=1)]
    )
    for address, role in ((HOA, Role.CC), ("binh@kbnn.example", Role.REQUESTER)):
        tickets.add_participant(session, Participant(ticket_id=ticket_id, address=address, name=NAME[:6], role=role))
    outbox.add_letter(
        session,
        letter(2, ticket_id=ticket_id, recipient=NAM, html=f"<p>{HOA}: Mạng chậm</p>", text=f"{HOA} viết",
               in_reply_to="<tra-loi-2@may-hoa>", references=["<yeu-cau-2@may-binh>", "<tra-loi-2@may-hoa>"]),
    )  # fmt: skip


def steps(database: Database) -> list[Callable[[], list[str]]]:
    """What the command does, one transaction each."""
    with database.read() as session:
        traces = erasure.traces_of(session, SPELLINGS)
    names = traces.names(SPELLINGS)

    def mentions(session: Session) -> list[str]:
        erasure.erase_mentions(session, SPELLINGS, traces, NOW)
        return []

    deeds: list[Callable[[Session], list[str]]] = [mentions]
    for ticket in traces.elsewhere:
        deeds.append(lambda s, t=ticket.id: erasure.erase_participation(s, t or 0, SPELLINGS, names, NOW))  # type: ignore[misc]
    for ticket in traces.tickets:
        deeds.append(lambda s, t=ticket.id: erasure.erase_ticket(s, t or 0, NOW, BY))  # type: ignore[misc]
    deeds.append(lambda s: erasure.erase_rest(s, SPELLINGS, NOW, BY))

    def committed(deed: Callable[[Session], list[str]]) -> list[str]:
        with database.write() as session:
            return deed(session)

    return [lambda deed=deed: committed(deed) for deed in deeds]  # type: ignore[misc]


def erase(database: Database) -> set[str]:
    return {digest for step in steps(database) for digest in step()}


def everything(database: Database) -> str:
    """Every value of every row, as text."""
    lines = []
    with database.read() as session:
        for table in SQLModel.metadata.sorted_tables:
            lines += [
                f"{table.name} {tuple(row)}"
                for row in session.connection().execute(text(f'SELECT * FROM "{table.name}"'))
            ]
    return "\n".join(lines)


def all_of(database: Database, model: type[Any]) -> list[Any]:
    with database.read() as session:
        return list(session.exec(select(model).order_by(model.id)))


def found_in(content: str) -> list[str]:
    return [word for word in PERSONAL if word.lower() in content.lower()]


def test_the_sample_holds_what_is_to_go(told: Database) -> None:
    assert found_in(everything(told)) == list(PERSONAL)


def test_nothing_of_the_person_is_left_in_any_row(told: Database) -> None:
    gone = erase(told)
    assert found_in(everything(told)) == []
    assert {int(digest, 16) for digest in gone} == {1, 2, 4, 5, 101, 104}
    with told.read() as session:
        assert {int(digest, 16) for digest in blobs.known_digests(session)} == {3}


def test_the_counts_stay(told: Database) -> None:
    before = {model: len(all_of(told, model)) for model in (Ticket, Entry, Inbound, Outbox, Label, Record)}
    erase(told)
    assert {model: len(all_of(told, model)) for model in before} == before
    ticket = next(ticket for ticket in all_of(told, Ticket) if ticket.code == "HT-2026-000001")
    assert (ticket.application, ticket.province, ticket.taken_by, ticket.closed_at, ticket.requester_address) == (
        "TABMIS", "Lâm Đồng", NAM, NOW, NOBODY,
    )  # fmt: skip
    (label,) = all_of(told, Label)
    assert (label.said, label.who) == ("TABMIS", NAM)


def test_what_other_people_wrote_stays_without_the_person(told: Database) -> None:
    erase(told)
    request = next(entry for entry in all_of(told, Entry) if entry.author_address == "binh@kbnn.example")
    assert request.text == "Mạng chậm. Chị […] ([…]) cũng bị."
    notice = next(row for row in all_of(told, Outbox) if row.ticket_id == 2)
    assert (notice.html, notice.state) == ("<p>[…]: Mạng chậm</p>", OutboxState.PENDING)
    sent, waiting = (row for row in all_of(told, Outbox) if row.ticket_id is None)
    assert (sent.text, waiting.text) == ("", "HT-2026-000001 […], […]; HT-2026-000002 Mạng chậm")
    assert waiting.state is OutboxState.PENDING


def test_the_erasing_is_on_record_without_the_person(told: Database) -> None:
    erase(told)
    notes = [event for event in all_of(told, Event) if event.kind == "person_erased"]
    assert [(note.ticket_id, note.actor, note.at) for note in notes] == [(1, BY, NOW), (None, BY, NOW)]


def test_the_ledger_still_knows_the_mails(told: Database) -> None:
    before = [(row.mailbox, row.uidvalidity, row.uid, row.content_digest, row.digest) for row in all_of(told, Inbound)]
    erase(told)
    after = [(row.mailbox, row.uidvalidity, row.uid, row.content_digest, row.digest) for row in all_of(told, Inbound)]
    assert after == before


@pytest.mark.parametrize("done", range(4))
def test_a_crash_after_any_step_needs_only_another_run(told: Database, done: int) -> None:
    planned = steps(told)
    assert len(planned) == 4
    for step in planned[:done]:
        step()
    erase(told)
    assert found_in(everything(told)) == []


def test_an_open_ticket_is_closed_and_its_letters_are_not_sent(database: Database) -> None:
    with database.write() as session:
        ticket_id = stored_ticket(session, requester_address=HOA, next_at=NOW, next_what="reminder")
        outbox.add_letter(session, letter(ticket_id=ticket_id, recipient=HOA))
        assert erasure.traces_of(session, SPELLINGS).open_codes == ["HT-2026-000001"]
    erase(database)
    (ticket,) = all_of(database, Ticket)
    assert (ticket.state, ticket.closed_at, ticket.next_at) == (TicketState.CLOSED, NOW, None)
    (waiting,) = all_of(database, Outbox)
    assert (waiting.state, waiting.text) == (OutboxState.CANCELLED, "")


def test_a_former_officer_has_no_part_left_in_a_ticket_of_his_own(database: Database) -> None:
    with database.write() as session:
        ticket_id = stored_ticket(session, requester_address=HOA, state=TicketState.CLOSED, closed_at=NOW)
        tickets.add_participant(session, Participant(ticket_id=ticket_id, address=HOA, name=NAME, role=Role.OFFICER))
    erase(database)
    assert found_in(everything(database)) == []


def test_a_former_officer_leaves_his_answers_without_his_name(database: Database) -> None:
    with database.write() as session:
        ticket_id = stored_ticket(session, requester_address="binh@kbnn.example", taken_by=HOA)
        session.add(Passing(ticket_id=ticket_id, position=1, holder="01", level=1, officer=HOA, passed_at=NOW))
        tickets.add_entry(
            session, Entry(ticket_id=ticket_id, kind=EntryKind.ANSWER, at=NOW, author_address=HOA, author_name=NAME,
                           text="Anh chọn lại kỳ 11.", full_text=f"Anh chọn lại kỳ 11.\n{NAME}\n0263 3812345")
        )  # fmt: skip
        session.add(Event(ticket_id=ticket_id, at=NOW, kind="taken", actor=HOA))
        person = Person(key=HOA, address=HOA, name=NAME, holder="01", changed_at=NOW)
        people.put(session, person, NOW)
        people.retire(session, [HOA], NOW + timedelta(days=1))
    erase(database)
    assert found_in(everything(database)) == []
    (entry,) = all_of(database, Entry)
    assert (entry.text, entry.author_address) == ("Anh chọn lại kỳ 11.", NOBODY)
    (row,) = all_of(database, Person)
    assert row.retired_at is not None


def test_answers_that_went_to_the_person_go_to_whoever_asked(database: Database) -> None:
    with database.write() as session:
        stored_ticket(session, requester_address="binh@kbnn.example", reply_address=HOA.upper())
        assert [one.code for one in erasure.traces_of(session, SPELLINGS).elsewhere] == ["HT-2026-000001"]
    erase(database)
    assert found_in(everything(database)) == []
    (ticket,) = all_of(database, Ticket)
    assert ticket.reply_address == "binh@kbnn.example"


def test_a_stranger_is_taken_out_by_name_however_his_address_is_written(database: Database) -> None:
    with database.write() as session:
        ticket_id = stored_ticket(session, requester_address="binh@kbnn.example")
        tickets.add_entry(
            session, Entry(ticket_id=ticket_id, kind=EntryKind.STRANGER, at=NOW, author_address=HOA.upper(), author_name=NAME)
        )  # fmt: skip
        tickets.add_entry(
            session, Entry(ticket_id=ticket_id, kind=EntryKind.INTERNAL, at=NOW, author_address=NAM, text=f"Hỏi {NAME} nhé")
        )  # fmt: skip
    erase(database)
    assert found_in(everything(database)) == []
    assert [entry.text for entry in all_of(database, Entry)] == ["", "Hỏi […] nhé"]


def test_no_column_keeps_an_address_that_is_erased(database: Database) -> None:
    """Every column of text in which an address may stand alone, in rows that are somebody else's."""
    with database.write() as session:
        ticket_id = stored_ticket(
            session, requester_address="binh@kbnn.example", taken_by=HOA, assigned_to=HOA, reply_address=HOA, why=HOA
        )
        entry = tickets.add_entry(
            session, Entry(ticket_id=ticket_id, kind=EntryKind.REQUEST, at=NOW, author_address="binh@kbnn.example")
        )
        file = Attachment(
            entry_id=entry.id or 0, digest=blob(session, 1), filename=f"{HOA}.docx", content_type="x/y", size=1
        )
        event = Event(ticket_id=ticket_id, at=NOW, kind="taken", actor=HOA, details={"to": HOA})
        session.add_all([file, event, Participant(ticket_id=ticket_id, address=HOA, name=NAME, role=Role.OFFICER)])
        session.flush()
        session.add_all([
            Label(event_id=event.id or 0, ticket_id=ticket_id, question=Question.CATEGORY, way=LabelWay.CORRECTED,
                  said="TCS", who=HOA, at=NOW, text=HOA),
            Mute(key=HOA, address=HOA, since=NOW, until=NOW, reply=f"550 {HOA}"),
            Passing(ticket_id=ticket_id, position=1, holder="01", level=1, officer=HOA, passed_at=NOW),
            Person(key=NAM, address=NAM, name="Nam", holder="01", substitute=HOA, changed_at=NOW),
            Record(kind=Register.BUG, ticket_id=ticket_id, office="01", officer=HOA, requester_address=HOA, text=HOA,
                   at=NOW, changed_at=NOW),
            letter(1, ticket_id=ticket_id, recipient=HOA, recipient_key=HOA, recipient_name=NAME, last_reply=f"450 {HOA}"),
        ])  # fmt: skip
        session.flush()
        session.add(Attempt(outbox_id=1, at=NOW, outcome=AttemptOutcome.DEFERRED, reply=f"450 {HOA}"))
    erase(database)
    assert found_in(everything(database)) == []


def test_two_erased_people_do_not_get_in_each_others_way(database: Database) -> None:
    with database.write() as session:
        for name in ("a", "b"):
            outbox.add_letter(
                session, letter(recipient=f"{name}@x.vn", message_id=f"<{name}@desk>", state=OutboxState.ACCEPTED)
            )
    for name in ("a", "b"):
        with database.write() as session:
            erasure.erase_rest(session, {f"{name}@x.vn"}, NOW, BY)
    assert len({row.recipient for row in all_of(database, Outbox)}) == 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Chị Nguyễn Thị Hoa nhé", "Chị […] nhé"),
        ("<Hoa.NT@kbnn.example>.", "<[…]>."),
        ("xhoa.nt@kbnn.example", "xhoa.nt@kbnn.example"),
        ("Nguyễn Thị Hoan", "Nguyễn Thị Hoan"),
        ("", ""),
    ],
)
def test_only_whole_names_and_addresses_are_taken_out(before: str, after: str) -> None:
    assert without(before, [HOA, NAME, ""]) == after


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_erased_text_is_not_left_in_the_database_file(told: Database) -> None:
    erase(told)
    assert told.forget_erased()
    file = Path(told.engine.url.database or "")
    content = b"".join(part.read_bytes() for part in file.parent.glob("desk.db*"))
    assert b"HT-2026-000001" in content
    assert [word for word in PERSONAL if word.encode() in content] == []
