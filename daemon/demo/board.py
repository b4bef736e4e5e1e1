"""What the database says of the day, in the shape in which it is shown and checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from storage import intake, outbox, tickets
from storage.database import Database
from storage.tables import Inbound, InboundState, OutboxState, Ticket

EVERYTHING = 10_000


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: a mail that began a ticket, or one that is only on record."""

    number: int
    time: str
    sender: str
    subject: str
    code: str
    application: str
    province: str
    holder: str
    state: str


@dataclass(frozen=True)
class Board:
    """All rows at one moment."""

    inbound: Sequence[Inbound]
    tickets: Mapping[int, Ticket]
    letters: Mapping[OutboxState, int]

    def ticket_of(self, message_id: str) -> Ticket | None:
        """The ticket that the mail with this Message-ID began or joined, None until it is decided."""
        row = next((one for one in self.inbound if one.message_id == message_id and one.ticket_id is not None), None)
        return self.tickets.get(row.ticket_id) if row is not None and row.ticket_id is not None else None

    def rows_of(self, message_id: str) -> list[Inbound]:
        return [one for one in self.inbound if one.message_id == message_id]

    @property
    def settled(self) -> int:
        return sum(one.state is not InboundState.PENDING for one in self.inbound)

    @property
    def accepted(self) -> int:
        return self.letters.get(OutboxState.ACCEPTED, 0)

    def lines(self, zone: ZoneInfo) -> list[Line]:
        """A line for each ticket and for each mail that is only on record, in the order in which they came."""
        begun: set[int] = set()
        found = []
        for row in sorted(self.inbound, key=lambda one: one.id or 0):
            ticket = self.tickets.get(row.ticket_id) if row.ticket_id is not None else None
            if ticket is not None and ticket.id is not None and ticket.id not in begun:
                begun.add(ticket.id)
                found.append(_of_ticket(row, ticket, zone))
            elif row.state in (InboundState.IGNORED, InboundState.QUARANTINED):
                time = _local(row.received_at, zone)
                found.append(Line(row.id or 0, time, row.sender, row.subject, "", "", "", "", row.state.value))
        return found


def read_board(database: Database) -> Board:
    with database.read() as session:
        rows = intake.listing(session, None, EVERYTHING)
        found = tickets.listing(session, tickets.TicketFilter(), EVERYTHING)
        letters = outbox.counts(session)
    return Board(rows, {ticket.id: ticket for ticket in found if ticket.id is not None}, letters)


def _of_ticket(row: Inbound, ticket: Ticket, zone: ZoneInfo) -> Line:
    return Line(
        row.id or 0,
        _local(row.received_at, zone),
        ticket.requester_name or ticket.requester_address,
        ticket.subject,
        ticket.code,
        ticket.application + ("" if ticket.application_accepted else "?"),
        ticket.province or "?",
        ticket.holder,
        ticket.state.value,
    )


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%H:%M:%S}"
