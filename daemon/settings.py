"""config.toml as checked values: every key has a type, a meaning (written above it in config.toml) and a default or none.

Unknown keys, wrong types and wrong units are reported all at once as `SettingsError`, one line a key.
Secrets never stand in config.toml: a key names the environment variable or the file that holds one.
"""

import os
import re
import tomllib
from datetime import date, time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

Email = Annotated[str, Field(pattern=r"^[^@\s<>]+@[^@\s<>]+$")]
Port = Annotated[int, Field(ge=1, le=65535)]
Seconds = Annotated[float, Field(gt=0, le=86_400)]
Share = Annotated[float, Field(ge=0, le=1)]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class SettingsError(Exception):
    """The configuration cannot be used. `problems` are lines of key, value and what is expected."""

    def __init__(self, source: str, problems: list[str]) -> None:
        super().__init__(f"{source}:\n" + "\n".join(f"  {line}" for line in problems))
        self.source = source
        self.problems = problems


class Security(StrEnum):
    TLS = "tls"
    STARTTLS = "starttls"
    PLAIN = "plain"


class Secret(Section):
    """Where a secret is found: an environment variable or a file (first line, mode 0600)."""

    password_env: str = ""
    password_file: str = ""

    def password(self) -> SecretStr | None:
        """The secret, or None when neither key is set; SettingsError when the named place is empty."""
        if self.password_env:
            value = os.environ.get(self.password_env, "")
            if not value:
                raise SettingsError("environment", [f"{self.password_env} is empty: it should hold the password"])
            return SecretStr(value)
        if self.password_file:
            try:
                value = Path(self.password_file).read_text("utf-8").split("\n", 1)[0].strip()
            except OSError as error:
                raise SettingsError(self.password_file, [f"cannot be read: {error.strerror}"]) from None
            if not value:
                raise SettingsError(self.password_file, ["is empty: its first line should be the password"])
            return SecretStr(value)
        return None


LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class Endpoint(Secret):
    """One server and how it is spoken to."""

    host: str
    port: Port
    security: Security = Security.TLS
    allow_plain: bool = False
    ca_file: str = ""
    username: str = ""
    connect_timeout: Seconds = 20
    read_timeout: Seconds = 60

    @model_validator(mode="after")
    def _plain_only_where_it_is_safe(self) -> "Endpoint":
        if self.security is Security.PLAIN and self.host not in LOOPBACK and not self.allow_plain:
            raise ValueError(f'security = "plain" to {self.host}: expected "tls" or "starttls", or allow_plain = true')
        return self


class MailboxSettings(Endpoint):
    """One mailbox that is read."""

    name: str = Field(pattern=r"^[a-z0-9_-]+$")
    folder: str = "INBOX"
    done_folder: str = ""  # "" leaves the mail where it is
    start_date: date | None = None
    poll_seconds: Seconds = 30
    idle: bool = True
    batch: int = Field(default=50, ge=1, le=1000)


class RelaySettings(Endpoint):
    """The server that letters go out through."""

    connections: int = Field(default=2, ge=1, le=20)
    plus_addressing: bool = False


class EmbeddedSettings(Section):
    enabled: bool = True
    folder: str = "data/embedded"
    password: str = "demo"  # of the embedded servers only, which listen on loopback


class DeskSettings(Section):
    address: Email
    name: str
    phone: str = ""
    website: str = ""
    ticket_prefix: str = Field(default="HT", pattern=r"^[A-Z]{1,6}$")
    phase: Literal[1, 2, 3] = 3
    outsourcing: bool = True
    timezone: str = "Asia/Ho_Chi_Minh"
    own_domains: tuple[str, ...] = ("vst.gov.vn",)
    own_addresses: tuple[Email, ...] = ()

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError("expected the name of a time zone, such as Asia/Ho_Chi_Minh") from None
        return value


class StorageSettings(Section):
    database: str = "sqlite:///data/desk.db"
    files: str = "data/files"
    model: str = "data/models"


class ProofSettings(Section):
    key_file: str = "data/proof.keys"
    pinned_hosts: tuple[str, ...] = ()
    internal_networks: tuple[str, ...] = ()


class LimitSettings(Section):
    mail_mb: int = Field(default=40, ge=1, le=1000)
    attachment_mb: int = Field(default=25, ge=1, le=1000)
    outgoing_mb: int = Field(default=10, ge=1, le=1000)
    nesting: int = Field(default=60, ge=5, le=500)
    parts: int = Field(default=1000, ge=10, le=100_000)
    header_kb: int = Field(default=256, ge=16, le=10_000)
    text_kb: int = Field(default=1024, ge=16, le=100_000)
    seconds: Seconds = 20
    memory_mb: int = Field(default=512, ge=64, le=16_000)
    isolate_above_kb: int = Field(default=2048, ge=0)
    isolate_above_parts: int = Field(default=100, ge=0)
    intake_attempts: int = Field(default=3, ge=1, le=10)


class BrakeSettings(Section):
    tickets_per_sender_hour: int = Field(default=20, ge=1)
    automatic_per_address_hour: int = Field(default=10, ge=1)
    staff_notices_per_address_hour: int = Field(default=200, ge=1)
    entries_per_ticket_hour: int = Field(default=30, ge=1)
    monitors: tuple[Email, ...] = ()


class SendSettings(Section):
    retry_minutes: tuple[int, ...] = (1, 5, 15, 60, 240, 480)
    give_up_hours: int = Field(default=72, ge=1)
    lease_seconds: Seconds = 300


class CalendarSettings(Section):
    working_days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = (
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
    )
    hours: tuple[tuple[time, time], ...] = ((time(8, 0), time(11, 30)), (time(13, 30), time(17, 0)))
    extra_holidays: tuple[date, ...] = ()
    extra_working_days: tuple[date, ...] = ()
    always_open: tuple[str, ...] = ("ITO",)


class TargetSettings(Section):
    """Working hours to the first answer and to the resolution, by priority."""

    answer_hours: dict[Literal["cao", "thuong", "thap"], float] = {"cao": 1.0, "thuong": 4.0, "thap": 8.0}
    resolve_hours: dict[Literal["cao", "thuong", "thap"], float] = {"cao": 4.0, "thuong": 16.0, "thap": 40.0}


class ClassifySettings(Section):
    application_precision: Share = 0.98
    province_precision: Share = 0.99
    organisation_precision: Share = 0.97
    kind_precision: Share = 0.9


class DirectorySettings(Section):
    file: str = "deploy/directory.csv"


class GroupSettings(Section):
    name: str
    address: Email
    outsourced: bool = False
    passes_to: str | None = None


class DepartmentSettings(Section):
    name: str
    address: Email
    level: Literal[3, 4] = 3
    aliases: tuple[str, ...] = ()


class ApplicationSettings(Section):
    name: str
    group: str
    area: Literal["ung_dung", "thiet_bi", "tai_khoan_attt"]
    department: str
    installed: Literal["tap_trung", "phan_tan"] = "tap_trung"


class RegionSettings(Section):
    name: str
    provinces: tuple[str, ...]  # current names
    valid_from: date


class OfficeSettings(Section):
    level1: Literal["province", "region"] = "province"
    name: str = "Phòng Tin học KBNN {province}"
    address: str = "tinhoc.{slug}@vst.gov.vn"
    exceptions: dict[str, Email] = {}


class Settings(Section):
    """Everything in config.toml."""

    desk: DeskSettings
    storage: StorageSettings = StorageSettings()
    mailboxes: tuple[MailboxSettings, ...] = Field(min_length=1)
    relay: RelaySettings
    embedded: EmbeddedSettings = EmbeddedSettings()
    proof: ProofSettings = ProofSettings()
    limits: LimitSettings = LimitSettings()
    brakes: BrakeSettings = BrakeSettings()
    send: SendSettings = SendSettings()
    calendar: CalendarSettings = CalendarSettings()
    targets: TargetSettings = TargetSettings()
    classify: ClassifySettings = ClassifySettings()
    directory: DirectorySettings = DirectorySettings()
    offices: OfficeSettings = OfficeSettings()
    regions: tuple[RegionSettings, ...] = ()
    groups: dict[str, GroupSettings]
    departments: dict[str, DepartmentSettings]
    applications: dict[str, ApplicationSettings]
