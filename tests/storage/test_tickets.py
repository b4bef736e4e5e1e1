"""Tickets: codes without gaps, no lost change, and the ticket of a mail found by every Message-ID."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from storage import blobs, events, intake, outbox, tickets
from storage.database import Database
from storage.faults import Stale
from storage.tables import (
    Attachment,
    Entry,
    EntryKind,
    Event,
    InboundState,
    Participant,
    Passing,
    Role,
    TicketState,
)
from storage.tickets import TicketFilter
from tests.storage.rows import NOW, letter, stored_inbound, stored_ticket


def test_numbers_count_up_within_a_year_and_a_mail_keeps_its_own(database: Database) -> None:
    with database.write() as session:
        for uid in (1, 2, 3):
            stored_inbound(session, uid)
        assert tickets.reserve_code(session, 1, 2026) == 1
        assert tickets.reserve_code(session, 2, 2026) == 2
        assert tickets.reserve_code(session, 1, 2026) == 1
        assert tickets.reserve_code(session, 3, 2027) == 1


def test_a_mail_reserved_before_new_year_keeps_its_number_after_it(database: Database) -> None:
    with database.write() as session:
        stored_inbound(session, 1)
        stored_inbound(session, 2)
        tickets.reserve_code(session, 1, 2026)
        assert tickets.reserve_code(session, 2, 2026) == 2
        assert tickets.reserve_code(session, 2, 2027) == 2


def test_a_reservation_that_was_rolled_back_leaves_no_gap(database: Database) -> None:
    with database.write() as session:
        stored_inbound(session, 1)
        stored_inbound(session, 2)
    with pytest.raises(ZeroDivisionError), database.write() as session:
        tickets.reserve_code(session, 1, 2026)
        raise ZeroDivisionError
    with database.write() as session:
        assert tickets.reserve_code(session, 2, 2026) == 1


def test_workers_that_compete_for_numbers_get_each_once_without_gap(database: Database) -> None:
    with database.write() as session:
        for uid in range(1, 21):
            stored_inbound(session, uid)

    def reserve(inbound_id: int) -> int:
        with database.write() as session:
            return tickets.reserve_code(session, inbound_id, 2026)

    with ThreadPoolExecutor(4) as workers:
        numbers = list(workers.map(reserve, [*range(1, 21), *range(1, 21)]))
    assert sorted(numbers[:20]) == list(range(1, 21))
    assert numbers[20:] == numbers[:20]


def test_a_change_needs_the_version_that_was_read(database: Database) -> None:
    with database.write() as session:
        ticket_id = stored_ticket(session)
    with database.write() as session:
        tickets.change(session, ticket_id, 0, {"state": TicketState.IN_PROGRESS, "due_at": NOW})
    with pytest.raises(Stale, match="no longer at version 0"), database.write() as session:
        tickets.change(session, ticket_id, 0, {"state": TicketState.CLOSED})
    with database.read() as session:
        row = tickets.get(session, ticket_id)
    assert row is not None
    assert (row.version, row.state, row.due_at) == (1, TicketState.IN_PROGRESS, NOW)


def test_of_two_workers_with_the_same_version_one_starts_over(database: Database) -> None:
    with database.write() as session:
        ticket_id = stored_ticket(session)

    def change(_: int) -> bool:
        try:
            with database.write() as session:
                tickets.change(session, ticket_id, 0, {"level": 2})
        except Stale:
            return False
        return True

    with ThreadPoolExecutor(4) as workers:
        assert sorted(workers.map(change, range(4))) == [False, False, False, True]


def test_tickets_are_listed_newest_first_by_every_filter(database: Database) -> None:
    with database.write() as session:
        stored_ticket(session, "A", holder="01", state=TicketState.NEW, level=1, application="TABMIS")
        stored_ticket(session, "B", holder="NHOM_TABMIS", state=TicketState.WAITING, level=2, application="TABMIS")
        stored_ticket(session, "C", holder="01", state=TicketState.WAITING, level=1, requester_address="chi@x.vn")

        def listed(**wanted: object) -> str:
            return "".join(row.code for row in tickets.listing(session, TicketFilter(**wanted)))  # type: ignore[arg-type]

        assert listed() == "CBA"
        assert listed(holders=frozenset({"01"})) == "CA"
        assert listed(states=frozenset({TicketState.WAITING})) == "CB"
        assert listed(levels=frozenset({2, 3})) == "B"
        assert listed(application="TABMIS") == "BA"
        assert listed(requester="chi@x.vn") == listed(requester="CHI@X.vn") == "C"
        assert listed(application="TABMIS", states=frozenset({TicketState.NEW})) == "A"
        assert [row.code for row in tickets.listing(session, TicketFilter(), limit=1, offset=1)] == ["B"]


def test_a_ticket_is_found_by_message_ids_of_mail_in_and_out(database: Database) -> None:
    with database.write() as session:
        first, second, third = (stored_ticket(session, code) for code in "ABC")
        row = stored_inbound(session, 1, message_id="<in@x>")
        assert row.id is not None
        intake.settle(session, row.id, InboundState.ENTRY, NOW, ticket_id=first)
        outbox.add_letter(session, letter(message_id="<out@desk>", ticket_id=second))
        entry = Entry(ticket_id=third, kind=EntryKind.ANSWER, at=NOW, author_address="b@x", message_id="<entry@x>")
        tickets.add_entry(session, entry)
        stored_inbound(session, 2, message_id="<ignored@x>")

        def found(*message_ids: str) -> str:
            return "".join(row.code for row in tickets.by_message_ids(session, message_ids))

        assert found("<in@x>") == "A"
        assert found("<out@desk>", "<in@x>", "<out@desk>") == "BA"
        assert found("<unknown@x>", "<ignored@x>", "<entry@x>") == "C"
        assert found() == ""
        assert found(*(f"<{n}@x>" for n in range(70_000))) == ""


def test_two_tickets_with_the_same_message_id_are_both_found_the_older_first(database: Database) -> None:
    with database.write() as session:
        for uid, code in enumerate("AB", start=1):
            ticket_id = stored_ticket(session, code)
            stored_inbound(session, uid, message_id="<same@x>", ticket_id=ticket_id)
        assert [row.code for row in tickets.by_message_ids(session, ["<same@x>"])] == ["A", "B"]


def test_entries_keep_their_order_and_attachments(database: Database) -> None:
    with database.write() as session:
        blobs.remember(session, "b" * 64, 3, NOW)
        ticket_id = stored_ticket(session)
        pictures = [_attachment("1.png"), _attachment("2.png")]
        request = tickets.add_entry(session, _entry(ticket_id, EntryKind.REQUEST), pictures)
        answer = tickets.add_entry(session, _entry(ticket_id, EntryKind.ANSWER, minutes=5))
    with database.read() as session:
        assert [row.id for row in tickets.entries(session, ticket_id)] == [request.id, answer.id]
        assert request.id is not None
        stored = tickets.attachments_of(session, [request.id])
        assert [row.filename for row in stored] == ["1.png", "2.png"]
        reverse = [row.id for row in stored if row.id is not None][::-1]
        assert [row.filename for row in tickets.attachments_by_id(session, reverse)] == ["2.png", "1.png"]
        latest = tickets.latest_entry(session, ticket_id)
        assert latest is not None
        assert latest.id == answer.id
        assert tickets.latest_entry(session, ticket_id, EntryKind.INTERNAL) is None
        assert tickets.count_entries(session, ticket_id, NOW + timedelta(minutes=1)) == 1


def test_a_participant_keeps_the_first_role(database: Database) -> None:
    with database.write() as session:
        ticket_id = stored_ticket(session)
        assert tickets.add_participant(session, _participant(ticket_id, "an@x", Role.REQUESTER))
        assert tickets.add_participant(session, _participant(ticket_id, "chi@x", Role.CC))
        assert not tickets.add_participant(session, _participant(ticket_id, "an@x", Role.CC))
    with database.read() as session:
        people = [(person.address, person.role) for person in tickets.participants(session, ticket_id)]
    assert people == [("an@x", Role.REQUESTER), ("chi@x", Role.CC)]


def test_the_chain_of_passers_is_replaced_as_a_whole(database: Database) -> None:
    with database.write() as session:
        ticket_id = stored_ticket(session)
        tickets.replace_chain(session, ticket_id, [_link(1, "01")])
        tickets.replace_chain(session, ticket_id, [_link(1, "01"), _link(2, "NHOM_TABMIS")])
    with database.read() as session:
        links = tickets.chain(session, ticket_id)
    assert [(link.position, link.holder, link.level) for link in links] == [(1, "01", 1), (2, "NHOM_TABMIS", 1)]
    with database.write() as session:
        tickets.replace_chain(session, ticket_id, links[:1])
    with database.read() as session:
        assert [link.holder for link in tickets.chain(session, ticket_id)] == ["01"]


def test_tickets_of_one_requester_are_counted_from_a_time_on(database: Database) -> None:
    with database.write() as session:
        stored_ticket(session, "A")
        stored_ticket(session, "B", created_at=NOW - timedelta(hours=2))
        stored_ticket(session, "C", requester_address="chi@x.vn")
        assert tickets.count_of_requester(session, "an@example.vn", NOW - timedelta(hours=1)) == 1


def test_events_keep_who_did_what_and_why(database: Database) -> None:
    with database.write() as session:
        ticket_id = stored_ticket(session)
        created = Event(ticket_id=ticket_id, at=NOW, kind="ticket_created", actor="desk", details={"rule": "4 kbnn"})
        assert events.add(session, created).id is not None
        events.add(session, Event(at=NOW, kind="braked", actor="an@example.vn", reason="21 tickets an hour"))
    with database.read() as session:
        (stored,) = events.of_ticket(session, ticket_id)
        assert (stored.kind, stored.details) == ("ticket_created", {"rule": "4 kbnn"})
        later = NOW + timedelta(seconds=1)
        assert [event.actor for event in events.between(session, NOW, later, "braked")] == ["an@example.vn"]
        assert events.between(session, NOW - timedelta(days=1), NOW, "braked") == [], (
            "the end is the next note's beginning"
        )


def _entry(ticket_id: int, kind: EntryKind, minutes: int = 0) -> Entry:
    return Entry(ticket_id=ticket_id, kind=kind, at=NOW + timedelta(minutes=minutes), author_address="an@x", text="…")


def _attachment(name: str) -> Attachment:
    return Attachment(entry_id=0, digest="b" * 64, filename=name, content_type="image/png", size=3)


def _participant(ticket_id: int, address: str, role: Role) -> Participant:
    return Participant(ticket_id=ticket_id, address=address, role=role)


def _link(position: int, holder: str) -> Passing:
    return Passing(ticket_id=0, position=position, holder=holder, level=1, passed_at=NOW)


def test_a_picture_in_the_text_of_several_mails_of_one_author_is_known_as_often_sent(database: Database) -> None:
    with database.write() as session:
        ticket_id = stored_ticket(session)
        blobs.remember(session, "a" * 64, 10, NOW)
        for author in ("hoa@x.vn", "hoa@x.vn", "lan@x.vn"):
            entry = Entry(ticket_id=ticket_id, kind=EntryKind.REQUEST, at=NOW, author_address=author)
            file = Attachment(
                entry_id=0, digest="a" * 64, filename="logo.png", content_type="image/png", size=10, inline=True
            )
            tickets.add_entry(session, entry, [file])
        assert tickets.digests_often_sent(session, "hoa@x.vn", ["a" * 64], 2) == {"a" * 64}
        assert tickets.digests_often_sent(session, "hoa@x.vn", ["a" * 64], 3) == set()
        assert tickets.digests_often_sent(session, "lan@x.vn", ["a" * 64], 2) == set()
