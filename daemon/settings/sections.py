"""The tables of config.toml about the program itself, and `Settings`, which is all of it."""

import ipaddress
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, field_validator, model_validator

from daemon.settings.kinds import (
    Code,
    Database,
    Email,
    Expected,
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
from daemon.settings.organisation import (
    ApplicationSettings,
    DepartmentSettings,
    DirectorySettings,
    GroupSettings,
    OfficeSettings,
    RegionSettings,
)
from daemon.settings.servers import EmbeddedSettings, MailboxSettings, RelaySettings, Secret
from daemon.settings.times import CalendarSettings, ChasingSettings, EndingSettings, TargetSettings

Count = Annotated[int, Field(ge=1)]


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


class ClassifySettings(Section):
    application_precision: Share = 0.98
    province_precision: Share = 0.99
    province_guesses: Share = 0.02
    organisation_precision: Share = 0.97
    kind_precision: Share = 0.9


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
