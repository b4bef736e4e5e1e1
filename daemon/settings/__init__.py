"""config.toml as checked values: every key has a type, a meaning (written above it in config.toml) and a default or none.

`load` reports unknown keys, wrong types, wrong units and contradictions all at once as `SettingsError`, one line a key.
Secrets never stand in config.toml: a key names the environment variable or the file that holds one.
"""

from daemon.settings.errors import SettingsError
from daemon.settings.file import load
from daemon.settings.organisation import (
    ApplicationSettings,
    DepartmentSettings,
    DirectorySettings,
    GroupSettings,
    OfficeSettings,
    RegionSettings,
)
from daemon.settings.sections import (
    BrakeSettings,
    ClassifySettings,
    DeskSettings,
    LimitSettings,
    ProofSettings,
    ReadingSettings,
    RetentionSettings,
    SendSettings,
    Settings,
    StorageSettings,
)
from daemon.settings.servers import (
    LOOPBACK,
    EmbeddedSettings,
    Endpoint,
    MailboxSettings,
    RelaySettings,
    Secret,
    Security,
)
from daemon.settings.shown import public_dump
from daemon.settings.times import CalendarSettings, ChasingSettings, PriorityHours, TargetSettings

__all__ = [
    "LOOPBACK",
    "ApplicationSettings",
    "BrakeSettings",
    "CalendarSettings",
    "ChasingSettings",
    "ClassifySettings",
    "DepartmentSettings",
    "DeskSettings",
    "DirectorySettings",
    "EmbeddedSettings",
    "Endpoint",
    "GroupSettings",
    "LimitSettings",
    "MailboxSettings",
    "OfficeSettings",
    "PriorityHours",
    "ProofSettings",
    "ReadingSettings",
    "RegionSettings",
    "RelaySettings",
    "RetentionSettings",
    "Secret",
    "Security",
    "SendSettings",
    "Settings",
    "SettingsError",
    "StorageSettings",
    "TargetSettings",
    "load",
    "public_dump",
]
