"""The mail servers of config.toml and where their passwords are found."""

import os
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, PrivateAttr, SecretStr, model_validator

from daemon.settings.errors import SettingsError
from daemon.settings.kinds import Expected, Place, Port, Seconds, Section, Text

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Security(StrEnum):
    TLS = "tls"
    STARTTLS = "starttls"
    PLAIN = "plain"


class Secret(Section):
    """Where a secret is found: an environment variable or a file (first line, mode 0600)."""

    password_env: Annotated[
        str,
        Field(pattern=r"^([A-Z_][A-Z0-9_]*)?$"),
        Expected("the name of an environment variable, in capital letters, such as DESK_MAIL_PASSWORD"),
    ] = ""
    password_file: Place = ""

    _embedded: SecretStr | None = PrivateAttr(default=None)

    @model_validator(mode="after")
    def _one_place(self) -> "Secret":
        if self.password_env and self.password_file:
            raise ValueError("expected password_env or password_file, not both")
        return self

    def password(self) -> SecretStr | None:
        """The secret, or None when neither key is set; SettingsError when the named place is empty."""
        if self.password_env:
            value = os.environ.get(self.password_env, "")
            if not value:
                raise SettingsError(
                    "password_env",
                    [f"the environment variable {self.password_env} is empty: expected the password in it"],
                )
            return SecretStr(value)
        if self.password_file:
            return SecretStr(_first_line(self.password_file))
        return self._embedded

    def use_embedded_password(self, password: SecretStr) -> None:
        """The secret while password_env and password_file are empty."""
        self._embedded = password

    def password_source(self) -> str:
        """Where the secret comes from, for people: never the secret itself."""
        if self.password_env:
            return f"environment variable {self.password_env}"
        if self.password_file:
            return f"file {self.password_file}"
        return "embedded.password" if self._embedded is not None else "none"


def _first_line(path: str) -> str:
    try:
        value = Path(path).read_text("utf-8-sig").split("\n", 1)[0].strip()
    except OSError as error:
        raise SettingsError(path, [f"cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise SettingsError(path, ["is not UTF-8 text: expected the password on its first line"]) from None
    if not value:
        raise SettingsError(path, ["is empty: expected the password on its first line"])
    return value


class Endpoint(Secret):
    """One server and how it is spoken to."""

    host: Text
    port: Port
    security: Security = Security.TLS
    allow_plain: bool = False
    ca_file: Place = ""
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

    name: Annotated[
        str,
        Field(pattern=r"^[a-z0-9_-]{1,40}$"),
        Expected("a name of small letters, digits, _ and - such as hotrocntt"),
    ]
    folder: Text = "INBOX"
    done_folder: str = ""  # "" leaves the mail where it is
    start_date: date | None = None
    read_timeout: Seconds = 30  # with the pauses of a loop: work resumes within a minute of the world's recovery
    poll_seconds: Seconds = 30
    idle: bool = True
    batch: int = Field(default=50, ge=1, le=1000)


class RelaySettings(Endpoint):
    """The server that letters go out through."""

    connections: int = Field(default=2, ge=1, le=20)
    plus_addressing: bool = False


class EmbeddedSettings(Section):
    """The mail servers inside the program, for the demo and for trying out."""

    enabled: bool = True
    folder: Place = "data/embedded"
    password: Text = Field(default="demo", repr=False)  # of the embedded servers only, which listen on loopback
