"""Every table of the desk, and the closed lists of values in them.

Everything that a person may ask later ("why did it go there?", "was it sent?", "who decided?") is a row here.
Times are UTC. Rows are plain values: the pure parts of the daemon may hold them, but never a session.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import INDEXED, Choice, MailText, UtcDateTime

# Every constraint has a name, so that a migration can speak of it on both databases.
SQLModel.metadata.naming_convention = {
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}


class InboundState(StrEnum):
    """What became of one UID of a mailbox. Every UID ends in exactly one of the states below `PENDING`."""

    PENDING = "pending"
    ENTRY = "entry"  # became an entry of a ticket (a new one or an old one)
    IGNORED = "ignored"  # on record with a reason: automatic mail, second delivery, history …
    QUARANTINED = "quarantined"  # could not be handled; kept whole for a person


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


class ReplyGoes(StrEnum):
    """Where a plain reply to one of our letters goes; each letter says it in its first line and keeps that promise."""

    REQUESTER = "requester"
    PASSER = "passer"
    HOLDER = "holder"
    NOTE = "note"


class OutboxState(StrEnum):
    PENDING = "pending"
    LEASED = "leased"
    IN_DOUBT = "in_doubt"  # DATA had begun and no answer came back
    ACCEPTED = "accepted"  # the relay said 250
    REFUSED = "refused"  # the relay said 5xx, or every attempt was used up
    OPEN = "open"  # in doubt a second time: a person decides
    CANCELLED = "cancelled"
    HELD = "held"  # above the hourly cap of an address of the directory: waits for the letter that bundles
    BUNDLED = "bundled"  # told in such a letter


class AttemptOutcome(StrEnum):
    """How one try to send ended."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"
    IN_DOUBT = "in_doubt"


class Blob(SQLModel, table=True):
    """One stored file: a raw mail or an attachment. The bytes lie in the files folder under their SHA-256."""

    digest: str = Field(primary_key=True, max_length=64)
    size: int = Field(sa_type=BigInteger)
    stored_at: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # the bytes went; the mail is still known


class Cursor(SQLModel, table=True):
    """How far a mailbox was read: the ledger in our database decides, never a flag or folder on the server."""

    mailbox: str = Field(primary_key=True)
    uidvalidity: int = Field(sa_type=BigInteger)  # unsigned 32 bits, RFC 9051, as every UID
    last_uid: int = Field(sa_type=BigInteger)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class Inbound(SQLModel, table=True):
    """One UID of one mailbox: the ledger of intake."""

    __table_args__ = (UniqueConstraint("mailbox", "uidvalidity", "uid"),)

    id: int | None = Field(default=None, primary_key=True)
    mailbox: str
    uidvalidity: int = Field(sa_type=BigInteger)
    uid: int = Field(sa_type=BigInteger)
    digest: str | None = Field(default=None, foreign_key="blob.digest", index=True)  # None: stayed on the server
    content_digest: str | None = Field(default=None, index=True)  # without trace headers: a copy through an alias
    message_id: str | None = Field(default=None, index=True, sa_type=INDEXED)
    sender: str = Field(default="", sa_type=MailText)
    subject: str = Field(default="", sa_type=MailText)
    size: int = Field(sa_type=BigInteger)
    received_at: datetime = Field(sa_type=UtcDateTime)  # our clock at commit 1; all deadlines run from here
    state: InboundState = Field(default=InboundState.PENDING, sa_type=Choice(InboundState), index=True)
    kind: str = ""  # the mail's kind, once read
    reason: str = Field(default="", sa_type=MailText)
    attempts: int = 0
    as_ticket: bool = False  # a person said that this ignored mail is a request after all
    settled_by: str = ""  # the version of the program that put it into quarantine
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    moved_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)  # on the server, after our commit
    emptied_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # sender and subject were removed


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


class Register(StrEnum):
    """The records that the support division keeps beside the tickets (domain, section 8)."""

    BUG = "loi"
    USER_MISTAKE = "loi_thao_tac"
    PROPOSAL = "de_xuat"
    CHANGE = "thay_doi"


class RecordState(StrEnum):
    """Where a record stands: a bug goes suspected → confirmed → being fixed → fixed, everything else is noted."""

    NOTED = "noted"
    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    BEING_FIXED = "being_fixed"
    FIXED = "fixed"


class Record(SQLModel, table=True):
    """One bug, user mistake, proposal or change that an officer registered, with the facts that reports count by."""

    id: int | None = Field(default=None, primary_key=True)
    kind: Register = Field(sa_type=Choice(Register), index=True)
    state: RecordState = Field(default=RecordState.NOTED, sa_type=Choice(RecordState))
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)  # None: a change without a request
    inbound_id: int | None = Field(default=None, foreign_key="inbound.id")  # the mail that registered it
    office: str  # code of the holder whose member registered it
    officer: str = Field(sa_type=MailText)  # his address
    application: str = "KHAC"
    province: str | None = None
    organisation: str = ""  # of the requester
    requester_address: str = Field(default="", sa_type=MailText)
    text: str = Field(default="", sa_type=MailText)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    changed_at: datetime = Field(sa_type=UtcDateTime)


class Outbox(SQLModel, table=True):
    """One letter to one recipient, decided in the same transaction as its cause, sent only from this row."""

    __table_args__ = (
        UniqueConstraint("cause", "letter", "recipient"),
        Index("ix_outbox_due", "state", "next_attempt_at"),
        # The hourly caps are asked for every automatic letter.
        Index("ix_outbox_recipient_key_created_at", "recipient_key", "created_at"),
        Index("ix_outbox_recipient_domain_created_at", "recipient_domain", "created_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)
    cause: str  # "mail:17", "event:9", "slot:daily@2026-11-02": never null, so a repeat is caught
    letter: str  # name of the template
    recipient: str = Field(sa_type=INDEXED)
    recipient_name: str = Field(default="", sa_type=MailText)
    recipient_key: str = Field(default="", sa_type=INDEXED)  # the address in comparable form
    recipient_domain: str = Field(default="", sa_type=INDEXED)
    automatic: bool = True  # counts against the hourly cap (an officer's own words do not)
    message_id: str = Field(unique=True)
    in_reply_to: str | None = Field(default=None, sa_type=MailText)
    references: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    subject: str = Field(sa_type=MailText)
    text: str = Field(sa_type=MailText)
    html: str = Field(sa_type=MailText)
    attachments: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))  # Attachment ids
    reply_goes: ReplyGoes = Field(default=ReplyGoes.NOTE, sa_type=Choice(ReplyGoes))
    ticket_moves: int = 0  # Ticket.moves when the letter was decided
    created_at: datetime = Field(sa_type=UtcDateTime)
    state: OutboxState = Field(default=OutboxState.PENDING, sa_type=Choice(OutboxState))
    attempts: int = 0
    next_attempt_at: datetime = Field(sa_type=UtcDateTime)
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    data_begun_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # committed just before DATA
    doubts: int = 0  # how often it was left in doubt
    accepted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_reply: str = Field(default="", sa_type=MailText)  # the relay's last words, e.g. "451 4.3.0 try later"
    emptied_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # its texts were removed: never sent again


class Attempt(SQLModel, table=True):
    """One try to send an outbox row and what the relay said."""

    id: int | None = Field(default=None, primary_key=True)
    outbox_id: int = Field(foreign_key="outbox.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    outcome: AttemptOutcome = Field(sa_type=Choice(AttemptOutcome))
    reply: str = Field(default="", sa_type=MailText)


class Mute(SQLModel, table=True):
    """An address of the directory that our letters do not reach: nothing goes there until a date."""

    key: str = Field(primary_key=True, sa_type=INDEXED)  # the address in comparable form
    address: str = Field(sa_type=MailText)
    since: datetime = Field(sa_type=UtcDateTime)
    until: datetime = Field(sa_type=UtcDateTime)
    reply: str = Field(default="", sa_type=MailText)  # what the server said


class SlotRun(SQLModel, table=True):
    """One due time of a periodic job; the key makes a second run of the same slot impossible."""

    job: str = Field(primary_key=True)
    slot: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    ran_at: datetime = Field(sa_type=UtcDateTime)
    outcome: str = ""


class Question(StrEnum):
    """What a label answers."""

    CATEGORY = "category"
    PROVINCE = "province"


class LabelWay(StrEnum):
    """How a person said it."""

    CORRECTED = "corrected"  # by a word
    CONFIRMED = "confirmed"  # by resolving the ticket without correcting it


class Label(SQLModel, table=True):
    """What a person said about a judged request, with the request's text: a row to learn from."""

    __table_args__ = (UniqueConstraint("event_id", "question"),)

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")  # the correction, or the event that resolved the ticket
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    question: Question = Field(sa_type=Choice(Question))
    way: LabelWay = Field(sa_type=Choice(LabelWay))
    said: str  # a category code, or a former province or TRUNG_UONG
    judged: str | None = None  # what the model had said
    model: str = ""
    who: str = Field(sa_type=MailText)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    sender_name: str = Field(default="", sa_type=MailText)
    sender_address: str = Field(default="", sa_type=MailText)
    subject: str = Field(default="", sa_type=MailText)
    text: str = Field(default="", sa_type=MailText)  # as typed, with the signature


class CorrectionWeek(SQLModel, table=True):
    """How many verdicts of one category were acted on in an ISO week ("2026-W47"), and how many people corrected."""

    week: str = Field(primary_key=True)
    category: str = Field(primary_key=True)
    judged: int = 0
    corrected: int = 0


class Person(SQLModel, table=True):
    """One member of an office, group or department: the directory, once it has been imported."""

    __table_args__ = (UniqueConstraint("key"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(sa_type=INDEXED)  # the address in comparable form
    address: str = Field(sa_type=MailText)
    name: str = Field(sa_type=MailText)
    holder: str = Field(index=True)
    leader: bool = False
    applications: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    province: str | None = None  # former province, for officers of a merged office
    absent_from: date | None = None
    absent_until: date | None = None  # the last day of absence
    substitute: str | None = Field(default=None, sa_type=MailText)  # address of a member of the same holder
    changed_at: datetime = Field(sa_type=UtcDateTime, index=True)
    retired_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class LearnedFrom(StrEnum):
    """How a requester's province became known; a person's word outweighs what tickets confirmed silently."""

    TICKET = "ticket"  # a ticket was resolved and nobody corrected its province
    PERSON = "person"  # staff corrected it, or the requester said it himself


class Requester(SQLModel, table=True):
    """What earlier tickets taught about a requester outside the directory."""

    key: str = Field(primary_key=True, sa_type=INDEXED)  # the address in comparable form
    address: str = Field(sa_type=MailText)
    name: str = Field(default="", sa_type=MailText)
    province: str | None = None  # former province, or TRUNG_UONG
    province_current: str | None = None
    organisation: str = ""
    learned_from: LearnedFrom = Field(sa_type=Choice(LearnedFrom))
    confirmed: int = 1  # how many tickets said the same
    ticket_code: str = ""  # the latest of them
    updated_at: datetime = Field(sa_type=UtcDateTime)
