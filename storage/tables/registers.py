"""The records that the support division keeps beside the tickets (domain, section 8)."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from storage.columns import Choice, MailText, UtcDateTime


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
