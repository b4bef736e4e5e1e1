"""Who works here, and what is known of those who ask."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import INDEXED, Choice, MailText, UtcDateTime


class LearnedFrom(StrEnum):
    """How a requester's province became known; a person's word outweighs what tickets confirmed silently."""

    TICKET = "ticket"  # a ticket was resolved and nobody corrected its province
    PERSON = "person"  # staff corrected it, or the requester said it himself


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
