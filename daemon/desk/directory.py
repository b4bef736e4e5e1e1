"""Who holds tickets and who works where: offices, groups, departments, experts and their members. Pure values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from daemon.reading.addresses import comparable

SERVICE_DESK = "SERVICE_DESK"
ITO = "ITO"
# Helps every group; the group that asks stays responsible and gets the answer back.
TECHNICAL_HELP = "KY_THUAT"


class HolderKind(StrEnum):
    OFFICE = "office"  # provincial (or regional) IT office, mức 1
    GROUP = "group"  # central support group, mức 2
    OUTSOURCED = "outsourced"  # ITO: sees its own tickets and nothing internal
    DEPARTMENT = "department"  # department of Cục CNTT, mức 3
    EXPERTS = "experts"  # mức 4


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever can hold a ticket. `code` is unique among all kinds: a group's code, or an office's current province."""

    code: str
    kind: HolderKind
    level: int
    name: str
    address: str
    passes_to: str | None = None  # a holder that new mail of its members goes to instead of "one level above"
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of an office, group or department, known by address."""

    address: str
    name: str
    holder: str
    leader: bool = False
    applications: frozenset[str] = frozenset()  # of an office: administered there; of a group: competent in
    province: str | None = None  # former province, for officers of a merged office
    absent: bool = False  # away on the day that the directory is of
    substitute: str | None = None  # address of the member of the same holder who stands in
    absent_from: date | None = None  # as a directory file says; `absent` is what that means on a day
    absent_until: date | None = None  # the last day; None with a first day: open


@dataclass(frozen=True)
class Directory:
    """All holders by code and all staff by comparable address."""

    holders: Mapping[str, Holder]
    staff: Mapping[str, Staff] = field(default_factory=dict)

    @classmethod
    def of(cls, holders: Iterable[Holder], staff: Iterable[Staff]) -> "Directory":
        """A directory in which every holder's shared address counts as a member: people answer from it too."""
        by_code = {holder.code: holder for holder in holders}
        shared = {comparable(one.address): Staff(one.address, one.name, one.code) for one in by_code.values()}
        return cls(by_code, shared | {comparable(person.address): person for person in staff})

    def member(self, address: str) -> Staff | None:
        """The member of staff with this address, or None for everybody else."""
        return self.staff.get(comparable(address))

    def holder(self, code: str) -> Holder:
        """The holder with this code; KeyError for an unknown one, which the settings rule out."""
        return self.holders[code]

    def members(self, code: str) -> list[Staff]:
        """The people of a holder, without its shared address."""
        shared = comparable(self.holders[code].address) if code in self.holders else ""
        return [person for key, person in self.staff.items() if person.holder == code and key != shared]

    def application_administrators(self, office: str, application: str) -> list[Staff]:
        """Cán bộ quản trị ứng dụng của tỉnh for one application, in the directory's order."""
        return [person for person in self.members(office) if application in person.applications]
