"""The kinds of values that config.toml holds, each with the words that a person reads when he wrote something else."""

from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo


@dataclass(frozen=True, slots=True)
class Expected:
    """What a value should be, as the end of a sentence that begins with "expected"."""

    words: str


@dataclass(frozen=True, slots=True)
class Unit:
    """What a number counts: it stands in the sentence with the number's range."""

    name: str


class Section(BaseModel):
    """One table of config.toml: no unknown keys, no change after loading, defaults as carefully checked as values."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        str_strip_whitespace=True,
        validate_default=True,
        revalidate_instances="always",
        hide_input_in_errors=True,
        allow_inf_nan=False,
    )


def _beside_the_file(value: str, info: ValidationInfo) -> str:
    """A path that is relative in the file is meant from the file's folder, wherever the program was started."""
    folder = (info.context or {}).get("folder")
    return str(Path(folder) / Path(value).expanduser()) if folder is not None and value else value


def _database_beside_the_file(value: str, info: ValidationInfo) -> str:
    scheme, separator, path = value.partition(":///")
    if not scheme.startswith("sqlite") or not separator or path in ("", ":memory:"):
        return value
    return f"{scheme}:///{_beside_the_file(path, info)}"


def _clock_time(value: Any) -> Any:
    """`"08:00"` as well as TOML's own 08:00:00."""
    if isinstance(value, str):
        try:
            return time.fromisoformat(value)
        except ValueError:
            raise ValueError('expected a time of day such as "08:00"') from None
    return value


Email = Annotated[
    str, Field(pattern=r"^[^@\s<>]+@[^@\s<>]+\.[^@\s<>.]+$"), Expected("an address such as name@vst.gov.vn")
]
Text = Annotated[str, Field(min_length=1), Expected("a text that is not empty")]
Code = Annotated[
    str,
    Field(pattern=r"^[A-Z][A-Z0-9_]{0,31}$"),
    Expected("a code of capital letters, digits and _ such as THANH_TOAN"),
]
Place = Annotated[str, AfterValidator(_beside_the_file), Expected("the path of a file or folder as text")]
Database = Annotated[
    str,
    Field(pattern=r"^(sqlite:///|postgresql\+psycopg://)"),
    AfterValidator(_database_beside_the_file),
    Expected('"sqlite:///" and a path, or "postgresql+psycopg://user@host/name"'),
]
ClockTime = Annotated[time, BeforeValidator(_clock_time), Expected('a time of day such as "08:00"')]
Port = Annotated[int, Field(ge=1, le=65535), Expected("a port number from 1 to 65535")]
Seconds = Annotated[
    float, Field(gt=0, le=86_400), Expected("a number of seconds above 0 and up to 86400, without a unit")
]
Hours = Annotated[float, Field(gt=0, le=1000), Expected("a number of hours above 0 and up to 1000, without a unit")]
Share = Annotated[float, Field(ge=0, le=1), Expected("a share from 0 to 1 (98 percent is 0.98)")]
Megabytes = Annotated[int, Unit("megabytes")]
Kilobytes = Annotated[int, Unit("kilobytes")]
Minutes = Annotated[int, Field(ge=1, le=10_080), Expected("a whole number of minutes from 1 to 10080")]
