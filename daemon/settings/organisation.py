"""The tables of config.toml that say who is who: the directory, offices, regions, groups, departments, applications."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator

from classifiers.gazetteer.places import current_names
from daemon.settings.kinds import Code, Email, Expected, Place, Section, Text


def _current_province(name: str) -> str:
    if name not in current_names():
        raise ValueError("expected the name of one of the 34 provinces since 1 July 2025, such as Lâm Đồng")
    return name


CurrentProvince = Annotated[str, AfterValidator(_current_province), Expected("the name of a current province")]


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
