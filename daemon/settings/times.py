"""The tables of config.toml that say when: working time, targets, reminders, and how tickets end by themselves."""

from datetime import date, time
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from daemon.settings.kinds import ClockTime, Email, Expected, Hours, Section, Share, Unit

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class CalendarSettings(Section):
    working_days: tuple[Weekday, ...] = Field(default=("mon", "tue", "wed", "thu", "fri"), min_length=1)
    hours: tuple[tuple[ClockTime, ClockTime], ...] = Field(
        default=((time(8, 0), time(11, 30)), (time(13, 30), time(17, 0))), min_length=1
    )
    extra_holidays: tuple[date, ...] = ()
    extra_working_days: tuple[date, ...] = ()
    always_open: tuple[str, ...] = ("ITO",)

    @field_validator("hours")
    @classmethod
    def _in_order(cls, value: tuple[tuple[time, time], ...]) -> tuple[tuple[time, time], ...]:
        moments = [moment for span in value for moment in span]
        if any(not earlier < later for earlier, later in pairwise(moments)):
            raise ValueError("expected spans in the order of the day, each ending after it begins and none overlapping")
        return value

    @model_validator(mode="after")
    def _one_way_a_day(self) -> "CalendarSettings":
        both = sorted(set(self.extra_holidays) & set(self.extra_working_days))
        if both:
            raise ValueError(f"{both[0]} is an extra holiday and an extra working day: expected one of them")
        return self


LevelHours = Annotated[
    tuple[Hours, Hours, Hours, Hours],
    Expected("four numbers of hours, for the levels 1 to 4, such as [4, 4, 8, 8]"),
]


class PriorityHours(Section):
    """Working hours by priority, each for the levels 1 to 4."""

    cao: LevelHours
    thuong: LevelHours
    thap: LevelHours


class TargetSettings(Section):
    """Working hours to the first answer and to the resolution, by priority and level."""

    answer_hours: PriorityHours = PriorityHours(cao=(1, 1, 2, 2), thuong=(4, 4, 8, 8), thap=(8, 8, 16, 16))
    resolve_hours: PriorityHours = PriorityHours(cao=(4, 4, 8, 8), thuong=(16, 16, 24, 40), thap=(40, 40, 56, 80))


Days = Annotated[int, Field(ge=1, le=250), Unit("working days")]


class ChasingSettings(Section):
    """When people are reminded, and when a ticket ends by itself."""

    soon_share: Share = 0.25
    leader_after_hours: Hours = 4
    silence_hours: Hours = 21
    say_within_hours: Hours = 4
    passer_chases_hours: Hours = 14
    waiting_reminder_days: Days = 3
    waiting_close_days: Days = 8
    close_days: Days = 5
    warning_days: Days = 2
    morning_list_at: ClockTime = time(7, 50)
    daily_note_at: ClockTime = time(7, 45)
    summary_days: tuple[Weekday, ...] = Field(default=("tue", "fri"), min_length=1)
    summary_at: ClockTime = time(8, 0)
    summary_to: tuple[Email, ...] = ()

    @model_validator(mode="after")
    def _reminded_before_the_end(self) -> "ChasingSettings":
        if self.warning_days >= self.close_days:
            raise ValueError("warning_days is not below close_days: expected a warning after the resolution")
        if self.waiting_reminder_days >= self.waiting_close_days:
            raise ValueError(
                "waiting_reminder_days is not below waiting_close_days: expected a reminder before the end"
            )
        return self


class EndingSettings(Section):
    reopen_days: Annotated[int, Unit("days")] = Field(default=15, ge=1, le=365)
