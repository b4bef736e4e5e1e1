"""A request from report to answer: the ticket, who takes part, what was said, and what happened."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import INDEXED, Choice, MailText, UtcDateTime


class TicketState(StrEnum):
    NEW = "new"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"  # for the requester; the clock stands
    RESOLVED = "resolved"
    CLOSED = "closed"
    DUPLICATE = "duplicate"
    INCIDENT_CHILD = "incident_child"
    REJECTED = "rejected"  # not a request


class Channel(StrEnum):
    """How a request came."""

    MAIL = "mail"
    FORM = "form"
    TELEPHONE = "telephone"
    IMPORT = "import"


class Role(StrEnum):
    """The part that an address plays in one ticket."""

    REQUESTER = "requester"
    CC = "cc"
    COLLEAGUE = "colleague"  # took over from the requester: gets the answers too and may continue
    PASSER = "passer"
    OFFICER = "officer"


class EntryKind(StrEnum):
    REQUEST = "request"  # the mail that began the ticket
    FOLLOW_UP = "follow_up"  # more from the requester or another participant
    ANSWER = "answer"  # from staff to the requester
    INTERNAL = "internal"  # from staff to staff: results for a passer, chases, notes
    AUTOMATIC = "automatic"  # an out-of-office, a bounce: filed without a change of state
    STRANGER = "stranger"  # a text whose sender could not be proved; passed to nobody


class TicketCode(SQLModel, table=True):
    """A ticket number given to one mail. A crash after the reservation finds the same number again; none is reused."""

    __table_args__ = (UniqueConstraint("year", "number"),)

    inbound_id: int = Field(primary_key=True, foreign_key="inbound.id")
    year: int
    number: int


class Ticket(SQLModel, table=True):
    """One request, from report to answer."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    version: int = 0  # counts every change; a writer who read an older one starts over
    moves: int = 0  # counts changes of holder; a reply to a notice from before the last move is only a note
    state: TicketState = Field(default=TicketState.NEW, sa_type=Choice(TicketState), index=True)
    level: int  # 1 to 4
    holder: str = Field(index=True)  # code of the office, group, department or experts who have it now
    taken_by: str | None = None  # address of the officer who took it
    assigned_to: str | None = None  # address of the officer whom notices go to while nobody took it
    subject: str = Field(sa_type=MailText)
    requester_address: str = Field(index=True, sa_type=INDEXED)
    requester_name: str = Field(default="", sa_type=MailText)
    reply_address: str = Field(default="", sa_type=MailText)  # From, or Reply-To by the rules of reading
    channel: Channel = Field(default=Channel.MAIL, sa_type=Choice(Channel))
    application: str = "KHAC"
    application_confidence: float = 0.0
    application_accepted: bool = False
    province: str | None = None  # former province, or TRUNG_UONG
    province_current: str | None = None
    province_confidence: float = 0.0
    organisation: str = "khac"
    organisation_guesses: str = ""  # what it may be, the best first with blanks between; "" once it is known
    request_kind: str = "yeu_cau"
    priority: str = "thuong"  # cao, thuong, thap
    model: str = ""  # which model judged it
    rule: str = ""  # the routing rule that chose the first holder, e.g. "4 kbnn central"
    why: str = ""  # the same in one Vietnamese sentence, shown in notices
    may_belong_to: str | None = None  # code of a ticket that a stranger named
    duplicate_of: str | None = Field(default=None, index=True)
    continues: str | None = None  # code of the ended ticket that this one goes on from
    satisfaction: int | None = None  # 1 (very dissatisfied) to 5 (very satisfied), as the requester last said
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)
    answer_due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    waiting_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    heard_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # the holder last wrote, or got the ticket
    next_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)  # when the clocks look at it again
    next_what: str | None = None  # what that date is: daemon.desk.clocks.What
    chased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # reminders up to here are done
    warned_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # the requester was told the closing date
    asked: str = ""  # what the program asked the requester: "province", "application", "organisation", blanks between
    emptied_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # texts and names were removed; counts stay


class Passing(SQLModel, table=True):
    """One link of the chain of those who passed a ticket up; the last open one is answered first."""

    __table_args__ = (UniqueConstraint("ticket_id", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    position: int  # 1 is the lowest passer
    holder: str  # who passed it up
    level: int
    officer: str = ""  # address of the person who did it
    passed_at: datetime = Field(sa_type=UtcDateTime)
    result_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # an answer from above came back


class Participant(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("ticket_id", "address"),)

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    address: str = Field(sa_type=INDEXED)
    name: str = Field(default="", sa_type=MailText)
    role: Role = Field(sa_type=Choice(Role))


class Entry(SQLModel, table=True):
    """One thing said in a ticket. `text` is what the sender newly typed; the blob has the whole mail."""

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    inbound_id: int | None = Field(default=None, foreign_key="inbound.id", unique=True)
    kind: EntryKind = Field(sa_type=Choice(EntryKind))
    at: datetime = Field(sa_type=UtcDateTime)
    author_address: str = Field(sa_type=MailText)
    author_name: str = Field(default="", sa_type=MailText)
    text: str = Field(default="", sa_type=MailText)
    full_text: str = Field(default="", sa_type=MailText)
    message_id: str | None = Field(default=None, index=True, sa_type=INDEXED)
    digest: str | None = Field(default=None, foreign_key="blob.digest")


class Attachment(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="entry.id", index=True)
    digest: str = Field(foreign_key="blob.digest")
    filename: str = Field(sa_type=MailText)
    content_type: str = Field(sa_type=MailText)
    size: int = Field(sa_type=BigInteger)
    inline: bool = False
    content_id: str | None = Field(default=None, sa_type=MailText)
    withheld: bool = False  # a dangerous type: kept, named in the notice, not forwarded


class Event(SQLModel, table=True):
    """Who did what, when, why, and by which mail. `kind` is past tense: `ticket_created`, `handed_over` …"""

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)
    inbound_id: int | None = Field(default=None, foreign_key="inbound.id")
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    kind: str
    actor: str = Field(sa_type=MailText)  # an address, or "desk" for the program itself
    reason: str = Field(default="", sa_type=MailText)
    details: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
