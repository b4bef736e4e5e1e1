"""What people say about the model's verdicts, to learn from and to count."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import Choice, MailText, UtcDateTime


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
