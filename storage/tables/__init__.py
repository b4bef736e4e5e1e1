"""Every table of the desk, and the closed lists of values in them; one module a family, named like its queries.

Everything that a person may ask later ("why did it go there?", "was it sent?", "who decided?") is a row here.
Times are UTC. Rows are plain values: the pure parts of the daemon may hold them, but never a session.
"""

from storage.tables.corrections import CorrectionWeek, Label, LabelWay, Question
from storage.tables.intake import Blob, Cursor, Inbound, InboundState
from storage.tables.outbox import Attempt, AttemptOutcome, Mute, Outbox, OutboxState, ReplyGoes
from storage.tables.people import LearnedFrom, Person, Requester
from storage.tables.registers import Record, RecordState, Register
from storage.tables.slots import SlotRun
from storage.tables.tickets import (
    Attachment,
    Channel,
    Entry,
    EntryKind,
    Event,
    Participant,
    Passing,
    Role,
    Ticket,
    TicketCode,
    TicketState,
)

__all__ = [
    "Attachment",
    "Attempt",
    "AttemptOutcome",
    "Blob",
    "Channel",
    "CorrectionWeek",
    "Cursor",
    "Entry",
    "EntryKind",
    "Event",
    "Inbound",
    "InboundState",
    "Label",
    "LabelWay",
    "LearnedFrom",
    "Mute",
    "Outbox",
    "OutboxState",
    "Participant",
    "Passing",
    "Person",
    "Question",
    "Record",
    "RecordState",
    "Register",
    "ReplyGoes",
    "Requester",
    "Role",
    "SlotRun",
    "Ticket",
    "TicketCode",
    "TicketState",
]
