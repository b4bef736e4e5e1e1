"""The directory of staff as a CSV file: who works where, in which role. Every wrong line is told at once."""

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from classifiers.gazetteer.places import current_names, resolve_name
from daemon.desk.directory import Staff
from daemon.reading.addresses import comparable
from daemon.settings import SettingsError

COLUMNS = ("address", "name", "holder", "role", "applications", "province")
ROLES = ("leader", "member")
_ADDRESS = re.compile(r"[^@\s<>;,]+@[^@\s<>;,]+\.[^@\s<>;,.]+")


def read_staff(path: Path, holders: Collection[str], applications: Collection[str]) -> list[Staff]:
    """The staff in this file, in its order. It may name these holders' codes, any current province, and `applications`.

    UTF-8, with or without a byte order mark; empty lines and lines that begin with # are left out. Raises SettingsError
    with one line for each mistake, `line N: column = value: expected …`.
    """
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise SettingsError(str(path), [f"cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError as error:
        raise SettingsError(str(path), [f"byte {error.start + 1}: expected UTF-8 text"]) from None
    staff, problems = staff_of(text, holders, applications)
    if problems:
        raise SettingsError(str(path), problems)
    return staff


def staff_of(text: str, holders: Collection[str], applications: Collection[str]) -> tuple[list[Staff], list[str]]:
    """The staff in the text of a file, and a line for each mistake in it. Pure."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    checker = _Checker(holders, applications)
    try:
        header = next(_filled(reader), (0, []))[1]
        if tuple(header) != COLUMNS:
            return [], [f"line 1: expected the columns {','.join(COLUMNS)}"]
        staff = [person for line, row in _filled(reader) if (person := checker.person(line, row)) is not None]
    except csv.Error as error:
        return [], [*checker.problems, f"line {reader.line_num}: expected comma-separated values ({error})"]
    return staff, checker.problems


def _filled(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    for row in reader:
        cells = [cell.strip() for cell in row]
        if any(cells) and not cells[0].startswith("#"):
            yield getattr(reader, "line_num", 0), cells


@dataclass
class _Checker:
    holders: Collection[str]
    applications: Collection[str]
    problems: list[str] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)

    def person(self, line: int, cells: list[str]) -> Staff | None:
        """The member of staff on this line, or None when something is wrong with it."""
        if len(cells) != len(COLUMNS):
            self.problems.append(f"line {line}: expected {len(COLUMNS)} columns, found {len(cells)}")
            return None
        row = dict(zip(COLUMNS, cells, strict=True))
        codes = [code for code in re.split(r"\s*;\s*", row["applications"]) if code]
        province = resolve_name(row["province"]) if row["province"] else None
        wrong = [*self._address(line, row["address"]), *self._rest(row, codes)]
        if row["province"] and (province is None or province[0] is None):
            wrong.append(f'province = "{row["province"]}": expected one of the 63 former provinces, or nothing')
        self.problems += [f"line {line}: {problem}" for problem in wrong]
        if wrong:
            return None
        former = province[0] if province is not None else None
        return Staff(row["address"], row["name"], row["holder"], row["role"] == "leader", frozenset(codes), former)

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
