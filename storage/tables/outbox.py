"""What goes out: letters that are decided and not yet accepted, each try to send them, and whom they do not reach."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import INDEXED, Choice, MailText, UtcDateTime


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
