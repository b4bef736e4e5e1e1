"""Which periodic work was done."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.columns import UtcDateTime


class SlotRun(SQLModel, table=True):
    """One due time of a periodic job; the key makes a second run of the same slot impossible."""

    job: str = Field(primary_key=True)
    slot: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    ran_at: datetime = Field(sa_type=UtcDateTime)
    outcome: str = ""
