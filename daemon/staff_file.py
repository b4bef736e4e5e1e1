"""The directory of staff as a CSV file: who works where, in which role. Every wrong line is told at once."""

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from classifiers.gazetteer.places import current_names, resolve_name
from daemon.desk.directory import Staff
from daemon.reading.addresses import comparable
from daemon.settings import SettingsError

COLUMNS = ("address", "name", "holder", "role", "applications", "province")
ABSENCE = ("absent_from", "absent_until", "substitute")  # a file may have them behind the others; days as 2026-12-31
ROLES = ("leader", "member")
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_ADDRESS = re.compile(r"[^@\s<>;,]+@[^@\s<>;,]+\.[^@\s<>;,.]+")


@dataclass(frozen=True, slots=True)
class StaffFile:
    """The staff of a file in its order; `tells_absence` where it has the columns for it, so that a blank means "here"."""

    staff: list[Staff]
    tells_absence: bool = False


def read_staff(path: Path, holders: Collection[str], applications: Collection[str]) -> StaffFile:
    """The staff in this file. It may name these holders' codes, any current province, and `applications`.

    UTF-8, with or without a byte order mark; empty lines and lines that begin with # are left out. Raises SettingsError
    with one line for each mistake, `line N: column = value: expected …`.
    """
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise SettingsError(str(path), [f"cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError as error:
        raise SettingsError(str(path), [f"byte {error.start + 1}: expected UTF-8 text"]) from None
    file, problems = staff_of(text, holders, applications)
    if problems:
        raise SettingsError(str(path), problems)
    return file


def staff_of(text: str, holders: Collection[str], applications: Collection[str]) -> tuple[StaffFile, list[str]]:
    """The staff in the text of a file, and a line for each mistake in it. Pure."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    checker = _Checker(holders, applications)
    try:
        header = tuple(next(_filled(reader), (0, []))[1])
        absence = header[len(COLUMNS) :]
        if header[: len(COLUMNS)] != COLUMNS or not set(absence) <= set(ABSENCE) or len(set(absence)) < len(absence):
            wanted = f"{','.join(COLUMNS)}, and perhaps {','.join(ABSENCE)}"
            return StaffFile([]), [f"line 1: expected the columns {wanted}"]
        checker.columns = header
        staff = [person for line, row in _filled(reader) if (person := checker.person(line, row)) is not None]
    except csv.Error as error:
        return StaffFile([]), [*checker.problems, f"line {reader.line_num}: expected comma-separated values ({error})"]
    checker.substitutes(staff)
    return StaffFile(staff, tells_absence="absent_from" in absence), checker.problems


def _filled(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    for row in reader:
        cells = [cell.strip() for cell in row]
        if any(cells) and not cells[0].startswith("#"):
            yield getattr(reader, "line_num", 0), cells


@dataclass
class _Checker:
    holders: Collection[str]
    applications: Collection[str]
    columns: tuple[str, ...] = COLUMNS
    problems: list[str] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)

    def person(self, line: int, cells: list[str]) -> Staff | None:
        """The member of staff on this line, or None when something is wrong with it."""
        if len(cells) != len(self.columns):
            self.problems.append(f"line {line}: expected {len(self.columns)} columns, found {len(cells)}")
            return None
        row = dict.fromkeys(ABSENCE, "") | dict(zip(self.columns, cells, strict=True))
        codes = [code for code in re.split(r"\s*;\s*", row["applications"]) if code]
        province = resolve_name(row["province"]) if row["province"] else None
        wrong = [*self._address(line, row["address"]), *self._rest(row, codes)]
        if row["province"] and (province is None or province[0] is None):
            wrong.append(f'province = "{row["province"]}": expected one of the 63 former provinces, or nothing')
        wrong += _wrong_absence(row)
        self.problems += [f"line {line}: {problem}" for problem in wrong]
        if wrong:
            return None
        former = province[0] if province is not None else None
        return Staff(
            row["address"], row["name"], row["holder"], row["role"] == "leader", frozenset(codes), former,
            substitute=row["substitute"] or None, absent_from=day_of(row["absent_from"]), absent_until=day_of(row["absent_until"]),
        )  # fmt: skip

    def substitutes(self, staff: Sequence[Staff]) -> None:
        """A substitute is another person of the same office or group who stands in the file."""
        holder_of = {comparable(one.address): one.holder for one in staff}
        for one in staff:
            other = comparable(one.substitute) if one.substitute else ""
            if other and (other == comparable(one.address) or holder_of.get(other) != one.holder):
                line = self.seen[comparable(one.address)]
                expected = f"expected the address of another member of {one.holder} in this file"
                self.problems.append(f'line {line}: substitute = "{one.substitute}": {expected}')

    def _address(self, line: int, address: str) -> Iterator[str]:
        if not _ADDRESS.fullmatch(address):
            yield f'address = "{address}": expected an address such as name@vst.gov.vn'
            return
        first = self.seen.setdefault(comparable(address), line)
        if first != line:
            yield f'address = "{address}": expected each address once, but line {first} has it too'

    def _rest(self, row: Mapping[str, str], codes: list[str]) -> Iterator[str]:
        if not row["name"]:
            yield "name is empty: expected the person's name"
        if row["holder"] not in self.holders and row["holder"] not in current_names():
            yield f'holder = "{row["holder"]}": expected a current province or the code of a group or department'
        if row["role"] not in ROLES:
            yield f'role = "{row["role"]}": expected leader or member'
        for code in codes:
            if code not in self.applications:
                yield f'applications = "{code}": expected codes of [applications], separated by ;'


def day_of(typed: str) -> date | None:
    """The day as 2026-12-31 or, as spreadsheets write it here, 31/12/2026; None for anything else."""
    parts = _DAY.fullmatch(typed)
    try:
        return date.fromisoformat(typed) if parts is None else date(int(parts[3]), int(parts[2]), int(parts[1]))
    except ValueError:
        return None


def _wrong_absence(row: Mapping[str, str]) -> Iterator[str]:
    first, last = day_of(row["absent_from"]), day_of(row["absent_until"])
    for name, day in (("absent_from", first), ("absent_until", last)):
        if row[name] and day is None:
            yield f'{name} = "{row[name]}": expected a day such as 2026-12-31, or nothing'
    for name in ("absent_until", "substitute"):
        if row[name] and not row["absent_from"]:
            yield f'{name} = "{row[name]}": expected absent_from too'
    if first is not None and last is not None and last < first:
        yield f'absent_until = "{row["absent_until"]}": expected a day not before {first}'
