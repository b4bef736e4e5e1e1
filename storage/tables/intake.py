"""What came in: the bytes, how far each mailbox was read, and what became of every UID."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import INDEXED, Choice, MailText, UtcDateTime


class InboundState(StrEnum):
    """What became of one UID of a mailbox. Every UID ends in exactly one of the states below `PENDING`."""

    PENDING = "pending"
    ENTRY = "entry"  # became an entry of a ticket (a new one or an old one)
    IGNORED = "ignored"  # on record with a reason: automatic mail, second delivery, history …
    QUARANTINED = "quarantined"  # could not be handled; kept whole for a person


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
