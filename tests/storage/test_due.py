"""Finding tickets by their clocks, and counting what happened for the summary."""

from datetime import timedelta

from storage import due, events
from storage.database import Database
from storage.tables import Event, Passing, TicketState
from tests.storage.rows import NOW, stored_ticket

HOUR = timedelta(hours=1)


def test_a_ticket_is_due_when_its_next_date_has_come_or_when_it_has_none_yet(database: Database) -> None:
    with database.write() as session:
        late = stored_ticket(session, "HT-2026-000001", next_at=NOW - HOUR)
        now = stored_ticket(session, "HT-2026-000002", next_at=NOW)
        unseen = stored_ticket(session, "HT-2026-000003")
        stored_ticket(session, "HT-2026-000004", next_at=NOW + HOUR)
        stored_ticket(session, "HT-2026-000005", state=TicketState.CLOSED)
        resolved = stored_ticket(session, "HT-2026-000006", state=TicketState.RESOLVED, next_at=NOW)
        found = [ticket.id for ticket in due.due(session, NOW, 10)]
        assert found == [unseen, late, now, resolved]
        assert [ticket.id for ticket in due.due(session, NOW, 2)] == [unseen, late]


def test_a_ticket_that_was_looked_at_in_the_future_is_due(database: Database) -> None:
    with database.write() as session:
        ahead = stored_ticket(session, next_at=NOW + 30 * HOUR, chased_at=NOW + HOUR)
        assert [ticket.id for ticket in due.due(session, NOW, 10)] == [ahead]


def test_open_tickets_come_with_their_chains(database: Database) -> None:
    with database.write() as session:
        first = stored_ticket(session, "HT-2026-000001", state=TicketState.WAITING)
        second = stored_ticket(session, "HT-2026-000002")
        stored_ticket(session, "HT-2026-000003", state=TicketState.RESOLVED)
        for position in (2, 1):
            session.add(Passing(ticket_id=second, position=position, holder=f"H{position}", level=1, passed_at=NOW))
        session.flush()
        assert [ticket.id for ticket in due.open_tickets(session)] == [first, second]
        chains = due.chains(session, [first, second])
        assert {key: [link.holder for link in links] for key, links in chains.items()} == {second: ["H1", "H2"]}


def test_what_happened_is_counted_by_who_holds_the_tickets(database: Database) -> None:
    with database.write() as session:
        mine = stored_ticket(session, "HT-2026-000001", holder="TABMIS")
        stored_ticket(session, "HT-2026-000002", holder="TABMIS", resolved_at=NOW, state=TicketState.RESOLVED)
        stored_ticket(session, "HT-2026-000003", holder="Huế", created_at=NOW - HOUR)
        for hours in (0, 0, 2):
            events.add(session, Event(ticket_id=mine, at=NOW - hours * HOUR, kind="chased", actor="a@x.vn"))
        assert due.begun_since(session, NOW) == {"TABMIS": 2}
        assert due.resolved_since(session, NOW) == {"TABMIS": 1}
        assert due.happened_since(session, "chased", NOW - HOUR) == {"TABMIS": 2}
        assert due.happened_since(session, "chased", NOW + HOUR) == {}
