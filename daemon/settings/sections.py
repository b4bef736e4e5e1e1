"""The tables of config.toml that are not servers, and `Settings`, which is all of it."""

import ipaddress
from datetime import date, time
from itertools import pairwise
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, SecretStr, field_validator, model_validator

from classifiers.gazetteer.places import current_names
from daemon.settings.kinds import (
    ClockTime,
    Code,
    Database,
    Email,
    Expected,
    Hours,
    Kilobytes,
    Megabytes,
    Minutes,
    Place,
    Seconds,
    Section,
    Share,
    Text,
    Unit,
)
from daemon.settings.servers import EmbeddedSettings, MailboxSettings, RelaySettings, Secret

Count = Annotated[int, Field(ge=1)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def _current_province(name: str) -> str:
    if name not in current_names():
        raise ValueError("expected the name of one of the 34 provinces since 1 July 2025, such as Lâm Đồng")
    return name


CurrentProvince = Annotated[str, AfterValidator(_current_province), Expected("the name of a current province")]


class DeskSettings(Section):
    address: Email
    name: Text
    phone: str = ""
    website: str = ""
    ticket_prefix: Annotated[str, Expected("1 to 6 capital letters such as HT")] = Field(
        default="HT", pattern=r"^[A-Z]{1,6}$"
    )
    phase: Literal[1, 2, 3] = 3
    outsourcing: bool = True
    timezone: str = "Asia/Ho_Chi_Minh"
    own_domains: tuple[Text, ...] = ("vst.gov.vn",)
    admin: str = Field(default="", pattern=r"^([^@\s<>]+@[^@\s<>]+)?$")
    own_addresses: tuple[Email, ...] = ()

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError("expected the name of a time zone such as Asia/Ho_Chi_Minh") from None
        return value


class StorageSettings(Secret):
    """`password_env` and `password_file` name the database's password; SQLite needs none."""

    database: Database = "sqlite:///data/desk.db"
    files: Place = "data/files"
    model: Place = "data/models"

    @field_validator("database")
    @classmethod
    def _without_password(cls, value: str) -> str:
        user = value.partition("://")[2].rpartition("@")[0]
        if not value.startswith("sqlite") and (":" in user or "password=" in value.lower()):
            raise ValueError("expected no password in it: name its place with password_env or password_file")
        return value


class ProofSettings(Section):
    key_file: Place = "data/proof.keys"
    key_overlap_days: Annotated[int, Unit("days")] = Field(default=90, ge=1, le=1000)
    pinned_hosts: tuple[Text, ...] = ()
    internal_networks: tuple[str, ...] = ()

    @field_validator("internal_networks")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            try:
                ipaddress.ip_network(network)
            except ValueError:
                raise ValueError('expected networks such as "10.1.0.0/16"') from None
        return value


class LimitSettings(Section):
    mail_mb: Megabytes = Field(default=40, ge=1, le=1000)
    attachment_mb: Megabytes = Field(default=25, ge=1, le=1000)
    outgoing_mb: Megabytes = Field(default=10, ge=1, le=1000)
    nesting: int = Field(default=60, ge=5, le=500)
    parts: int = Field(default=1000, ge=10, le=100_000)
    header_kb: Kilobytes = Field(default=256, ge=16, le=10_000)
    text_kb: Kilobytes = Field(default=1024, ge=16, le=100_000)
    seconds: Seconds = 20
    memory_mb: Megabytes = Field(default=512, ge=64, le=16_000)
    isolate_above_kb: Kilobytes = Field(default=2048, ge=0)
    isolate_above_parts: int = Field(default=100, ge=0)
    intake_attempts: int = Field(default=3, ge=1, le=10)


class BrakeSettings(Section):
    tickets_per_sender_hour: Count = 20
    automatic_per_address_hour: Count = 10
    staff_notices_per_address_hour: Count = 200
    entries_per_ticket_hour: Count = 30
    automatic_per_domain_hour: Count = 100
    uncapped_domains: tuple[Text, ...] = ()
    tickets_per_monitor_hour: Count = 60
    hops_max: Annotated[int, Unit("Received lines")] = Field(default=30, ge=5, le=200)
    mute_days: Annotated[int, Unit("days")] = Field(default=7, ge=1, le=90)
    monitors: tuple[Email, ...] = ()


class SendSettings(Section):
    retry_minutes: tuple[Minutes, ...] = Field(default=(1, 5, 15, 60, 240, 480), min_length=1)
    give_up_hours: Annotated[int, Unit("hours")] = Field(default=72, ge=1, le=720)
    lease_seconds: Seconds = 300


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


class ClassifySettings(Section):
    application_precision: Share = 0.98
    province_precision: Share = 0.99
    organisation_precision: Share = 0.97
    kind_precision: Share = 0.9


class EndingSettings(Section):
    reopen_days: Annotated[int, Unit("days")] = Field(default=15, ge=1, le=365)


KeptDays = Annotated[
    int,
    Field(ge=0, le=36_500),
    Expected("a whole number of days from 1 to 36500, or 0 to keep it for good"),
]


class RetentionSettings(Section):
    """How many days things are kept after they were last needed; 0 keeps them for good."""

    ticket_mail_days: KeptDays = 365
    ignored_mail_days: KeptDays = 90
    attachment_days: KeptDays = 365
    ticket_text_days: KeptDays = 1825
    letter_text_days: KeptDays = 365
    learning_text_days: KeptDays = 1825


class DirectorySettings(Section):
    file: Place = "deploy/directory.csv"
    assign: bool = True


class GroupSettings(Section):
    name: Text
    address: Email
    outsourced: bool = False
    passes_to: str | None = None
    aliases: tuple[Text, ...] = ()


class DepartmentSettings(Section):
    name: Text
    address: Email
    level: Literal[3, 4] = 3
    aliases: tuple[Text, ...] = ()


class ApplicationSettings(Section):
    name: Text
    group: str
    area: Literal["ung_dung", "thiet_bi", "tai_khoan_attt"]
    department: str
    installed: Literal["tap_trung", "phan_tan"] = "tap_trung"


class RegionSettings(Section):
    """A regional treasury and its provinces from one day on; for a province the latest entry that lists it counts."""

    code: Code
    name: Text
    address: Email
    provinces: tuple[CurrentProvince, ...] = Field(min_length=1)
    valid_from: date


class OfficeSettings(Section):
    level1: Literal["province", "region"] = "province"
    name: Text = "Phòng Tin học KBNN {province}"
    address: str = "tinhoc.{slug}@vst.gov.vn"
    exceptions: dict[CurrentProvince, Email] = Field(default_factory=dict)

    @field_validator("name")
    @classmethod
    def _name_pattern(cls, value: str) -> str:
        if "{province}" not in value:
            raise ValueError("expected a text with {province} in it, where the province's name goes")
        return value

    @field_validator("address")
    @classmethod
    def _address_pattern(cls, value: str) -> str:
        if "{slug}" not in value or "@" not in value:
            raise ValueError("expected an address with {slug} in it, such as tinhoc.{slug}@vst.gov.vn")
        return value


class ReadingSettings(Section):
    """What reading asks of other programs, and which files are passed on."""

    spam_headers: tuple[Text, ...] = ()
    spam_score: float = Field(default=8.0, ge=0, le=1000)
    allowed_types: tuple[Annotated[str, Expected('file endings without a dot, such as "rar"')], ...] = ()
    clamav_socket: str = ""
    clamav_seconds: Seconds = 20
    ocr: bool = True
    ocr_seconds: Seconds = 15

    @field_validator("allowed_types")
    @classmethod
    def _endings(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(one.lower().lstrip(".") for one in value)


class Settings(Section):
    """Everything in config.toml."""

    desk: DeskSettings
    storage: StorageSettings = StorageSettings()
    mailboxes: tuple[MailboxSettings, ...] = Field(min_length=1)
    relay: RelaySettings
    embedded: EmbeddedSettings = EmbeddedSettings()
    proof: ProofSettings = ProofSettings()
    limits: LimitSettings = LimitSettings()
    reading: ReadingSettings = ReadingSettings()
    brakes: BrakeSettings = BrakeSettings()
    send: SendSettings = SendSettings()
    calendar: CalendarSettings = CalendarSettings()
    targets: TargetSettings = TargetSettings()
    chasing: ChasingSettings = ChasingSettings()
    ending: EndingSettings = EndingSettings()
    retention: RetentionSettings = RetentionSettings()
    classify: ClassifySettings = ClassifySettings()
    directory: DirectorySettings = DirectorySettings()
    offices: OfficeSettings = OfficeSettings()
    regions: tuple[RegionSettings, ...] = ()
    groups: dict[Code, GroupSettings]
    departments: dict[Code, DepartmentSettings]
    applications: dict[Code, ApplicationSettings]

    @model_validator(mode="after")
    def _one_password_for_the_embedded_servers(self) -> "Settings":
        """Where no other place is named, the servers inside the program are logged in to with their own password."""
        if self.embedded.enabled:
            for server in (*self.mailboxes, self.relay):
                server.use_embedded_password(SecretStr(self.embedded.password))
        return self
