"""What the desk decides about one mail: a value that the intake loop stores in one transaction, everything or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypedDict

from daemon.desk.letters import Letter
from daemon.reading.mail import Address, Mail
from storage.tables import EntryKind, InboundState, Passing, RecordState, Register, Requester, Role, Ticket, TicketState


class TicketChanges(TypedDict, total=False):
    """The columns of a ticket that a plan may change."""

    state: TicketState
    level: int
    holder: str
    moves: int
    taken_by: str | None
    assigned_to: str | None
    asked: str
    application: str
    application_confidence: float
    application_accepted: bool
    province: str | None
    province_current: str | None
    province_confidence: float
    organisation: str
    organisation_guesses: str
    rule: str
    why: str
    answer_due_at: datetime | None
    due_at: datetime | None
    answered_at: datetime | None
    waiting_since: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    priority: str
    request_kind: str
    duplicate_of: str | None
    satisfaction: int | None
    heard_at: datetime | None
    next_at: datetime | None
    next_what: str | None
    chased_at: datetime | None
    warned_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewEntry:
    kind: EntryKind
    author_address: str
    author_name: str
    text: str
    full_text: str


def entry_of(mail: Mail, kind: EntryKind, text: str | None = None) -> NewEntry:
    """The entry that a mail becomes, with its newly typed text or what is to stand in its place."""
    sender = mail.sender or Address("", "")
    return NewEntry(kind, sender.address, sender.name, mail.text if text is None else text, mail.full_text)


@dataclass(frozen=True, slots=True)
class NewEvent:
    """`kind` in the past tense; `actor` an address or "desk"."""

    kind: str
    actor: str
    reason: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewParticipant:
    address: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A line of a register, with the facts that reports count by."""

    kind: Register
    state: RecordState
    office: str
    officer: str
    text: str
    application: str = "KHAC"
    province: str | None = None
    organisation: str = ""
    requester_address: str = ""


@dataclass(frozen=True, slots=True)
class NewMute:
    """An address of the directory that nothing is sent to until a date, and what its server said."""

    address: str
    until: datetime
    reply: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The outcome of one mail and everything that follows from it.

    Either `new_ticket` (without id and code, which the loop gives) or `ticket_id` with `changes`, or neither for a mail that is
    only put on record. `chain` replaces the chain of passers when it is not None; its rows carry no ids.
    """

    outcome: InboundState
    reason: str = ""
    new_ticket: Ticket | None = None
    ticket_id: int | None = None
    ticket_version: int | None = None  # as read: storing the plan fails when somebody changed the ticket meanwhile
    changes: TicketChanges = field(default_factory=TicketChanges)
    chain: tuple[Passing, ...] | None = None
    entry: NewEntry | None = None
    participants: tuple[NewParticipant, ...] = ()
    events: tuple[NewEvent, ...] = ()
    letters: tuple[Letter, ...] = ()
    records: tuple[NewRecord, ...] = ()
    learned: tuple[Requester, ...] = ()  # what the mail taught about the requester
    mutes: tuple[NewMute, ...] = ()
    alternatives: tuple[tuple[str, float], ...] = ()  # other guesses of the application, shown to who sorts


def ignored(reason: str, *letters: Letter, events: tuple[NewEvent, ...] = ()) -> Plan:
    """The mail is put on record with its reason, and nothing else happens."""
    return Plan(InboundState.IGNORED, reason, letters=letters, events=events)
