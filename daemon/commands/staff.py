"""`staff`: who works where. The directory in the database, filled from a CSV file or one person at a time."""

import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from classifiers.gazetteer.places import current_names, resolve_name
from daemon.commands.desk import Desk
from daemon.commands.faults import WrongUse
from daemon.desk.directory import Staff
from daemon.output import print_done, print_json, print_table
from daemon.reading.addresses import comparable
from daemon.settings import Settings, SettingsError
from daemon.staff_file import COLUMNS, day_of, read_staff, staff_of
from daemon.staff_rows import is_absent, rows_of
from daemon.today import known_holders
from storage import people
from storage.database import Database
from storage.tables import Person


def staff_import(config: Path, file: Path, dry_run: bool, retire_missing: bool, as_json: bool) -> int:
    """Add and change everybody in the file; with `retire_missing` those who are not in it leave.

    Absences are as before, unless the file has columns for them.

    Nothing is changed when a line is wrong: exit code 2 and one line for each mistake.
    """
    desk = Desk(config, upgrade=True)
    listed = read_staff(file, known_holders(desk.settings), set(desk.settings.applications))
    now = datetime.now(desk.zone)
    done: dict[str, list[str]] = {"added": [], "changed": [], "unchanged": [], "retired": []}
    with desk.database.write() as session:
        first = people.is_empty(session)
        for row in rows_of(listed.staff, now):
            done[people.put(session, row, now, with_absence=listed.tells_absence)].append(row.address)
        if retire_missing:
            kept = {comparable(one.address) for one in listed.staff}
            missing = [row.key for row in people.listing(session) if row.key not in kept]
            done["retired"] = [row.address for row in people.retire(session, missing, now)]
        if dry_run:
            session.rollback()
    counts = {what: len(addresses) for what, addresses in done.items()}
    told = {what: addresses for what, addresses in done.items() if what != "unchanged"}
    figures = ", ".join(f"{number} {what}" for what, number in counts.items())
    lines = [f"{what:9} {address}" for what, addresses in told.items() for address in addresses]
    lines.append(f"{'dry run, nothing was written: ' if dry_run else ''}{figures}")
    print_done(as_json, {"dry_run": dry_run, **counts, "addresses": told}, lines)
    if first:
        fate = "would no longer count" if dry_run else "no longer counts"
        sys.stderr.write(
            f"this is the first import: {desk.settings.directory.file} {fate}, {file} must name everybody\n"
        )
    return 0


def staff_list(config: Path, as_json: bool, holder: str, retired: bool) -> int:
    desk = Desk(config, upgrade=True)
    today = datetime.now(desk.zone).date()
    with desk.database.read() as session:
        empty = people.is_empty(session)
        rows = people.listing(session, retired=retired)
    if empty:
        sys.stderr.write(f"nobody was imported yet: {desk.settings.directory.file} counts\n")
        rows = rows_of(_of_file(desk.settings), datetime.now(desk.zone))
    wanted = holder_code(desk.settings, holder) if holder else ""
    rows = [row for row in rows if not wanted or row.holder == wanted]
    if as_json:
        for row in rows:
            print_json(_as_row(row, today))
        return 0
    print_table(
        ["address", "name", "holder", "role", "applications", "province", "away", "substitute"],
        [
            [r.address, r.name + (" (left)" if r.retired_at else ""), r.holder, "leader" if r.leader else "member",
             ";".join(r.applications), r.province or "", _away(r, today), r.substitute or ""]
            for r in rows
        ],
        "nobody",
    )  # fmt: skip
    return 0


def staff_add(
    config: Path, address: str, name: str, holder: str, leader: bool, applications: Sequence[str], province: str,
    as_json: bool,
) -> int:  # fmt: skip
    """Add one person, or change what is known of him; checked as a line of the CSV file would be."""
    desk = Desk(config, upgrade=True)
    cells = (address, name, holder, "leader" if leader else "member", ";".join(applications), province)
    found, problems = staff_of(_as_csv(cells), known_holders(desk.settings), set(desk.settings.applications))
    if problems:
        raise WrongUse("\n".join(problem.removeprefix("line 2: ") for problem in problems))
    now = datetime.now(desk.zone)
    _take_over_file(desk.database, desk.settings, now)
    with desk.database.write() as session:
        row = rows_of(found.staff, now)[0]
        done, kept = people.put(session, row, now), people.by_key(session, row.key) or row
        said = _as_row(kept, now.date())
    print_done(as_json, {"done": done, **said}, [f"{done}: {name} <{address}>, {holder}"])
    return 0


def staff_retire(config: Path, address: str, as_json: bool) -> int:
    """A person leaves; the row stays, for what is written of it."""
    desk = Desk(config, upgrade=True)
    now = datetime.now(desk.zone)
    _take_over_file(desk.database, desk.settings, now)
    with desk.database.write() as session:
        gone = people.retire(session, [comparable(address)], now)
    if not gone:
        raise WrongUse(f"{address} is nobody of the directory: see `staff list`")
    person = gone[0]
    line = f"retired: {person.name} <{person.address}>"
    print_done(as_json, {"done": "retired", **_as_row(person, now.date())}, [line])
    return 0


def staff_absent(config: Path, address: str, first: str, last: str, substitute: str, back: bool, as_json: bool) -> int:
    """Note an absence with a substitute of the same office or group, or end it with `back`."""
    desk = Desk(config, upgrade=True)
    now = datetime.now(desk.zone)
    begins = day_option("--from", first) or (None if back else now.date())
    ends = day_option("--until", last)
    if begins is not None and ends is not None and ends < begins:
        raise WrongUse(f"--until {last} lies before --from {begins}")
    _take_over_file(desk.database, desk.settings, now)
    with desk.database.write() as session:
        person = people.by_key(session, comparable(address))
        if person is None or person.retired_at is not None:
            raise WrongUse(f"{address} is nobody of the directory: see `staff list`")
        other = people.by_key(session, comparable(substitute)) if substitute else None
        if substitute and (other is None or other.retired_at is not None or other.holder != person.holder):
            raise WrongUse(f"--substitute {substitute}: expected another member of {person.holder}")
        if other is not None and other.key == person.key:
            raise WrongUse(f"--substitute {substitute}: expected somebody else")
        if back:
            people.set_absence(session, person, None, None, None, now)
        else:
            people.set_absence(session, person, begins, ends, other.address if other else None, now)
        away = _away(person, now.date())
        line = away + _stand_in(person) if away else "here"
        row = {"done": "back" if back else "absent", **_as_row(person, now.date())}
    print_done(as_json, row, [f"{person.name} <{person.address}>: {line}"])
    return 0


def holder_code(settings: Settings, typed: str) -> str:
    """The code of an office, group or department as a person types it; WrongUse for an unknown one."""
    known = known_holders(settings)
    exact = next((code for code in known if code.lower() == typed.strip().lower()), None)
    if exact is not None:
        return exact
    place = resolve_name(typed)
    if place is not None and place[1] in current_names():
        return place[1]
    raise WrongUse(f'"{typed}": expected a province or one of {", ".join(sorted(known))}')


def day_option(option: str, typed: str) -> date | None:
    """The day that a person typed behind an option, None for nothing; WrongUse for what is no day."""
    day = day_of(typed) if typed else None
    if typed and day is None:
        raise WrongUse(f"{option} {typed}: expected a day such as 2026-12-31")
    return day


def _of_file(settings: Settings) -> list[Staff]:
    return read_staff(Path(settings.directory.file), known_holders(settings), set(settings.applications)).staff


def _take_over_file(database: Database, settings: Settings, now: datetime) -> None:
    """Before the first single change the settings' file becomes the directory, so that nobody in it is lost."""
    with database.write() as session:
        if not people.is_empty(session):
            return
        try:
            rows = rows_of(_of_file(settings), now)
        except SettingsError as error:
            raise WrongUse(f"the directory is empty, and {error}") from None
        for row in rows:
            people.put(session, row, now)
    sys.stderr.write(f"{len(rows)} people of {settings.directory.file} were taken into the database first\n")


def _as_csv(cells: Sequence[str]) -> str:
    import csv
    import io

    text = io.StringIO()
    csv.writer(text).writerows([COLUMNS, cells])
    return text.getvalue()


def _away(row: Person, today: date) -> str:
    if row.absent_from is None:
        return ""
    until = f" until {row.absent_until}" if row.absent_until else ""
    return f"{'away' if is_absent(row, today) else 'absence'} from {row.absent_from}{until}"


def _stand_in(row: Person) -> str:
    return f", {row.substitute} stands in" if row.substitute else ", nobody stands in"


def _as_row(row: Person, today: date) -> dict[str, object]:
    return {
        "address": row.address, "name": row.name, "holder": row.holder, "role": "leader" if row.leader else "member",
        "applications": row.applications, "province": row.province, "absent": is_absent(row, today),
        "absent_from": row.absent_from, "absent_until": row.absent_until, "substitute": row.substitute,
        "retired": row.retired_at.isoformat() if row.retired_at else None,
    }  # fmt: skip
