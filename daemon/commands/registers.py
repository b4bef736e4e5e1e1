"""`registers`: bugs, proposals, changes and user mistakes, as officers registered them; to look at and to export."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from classifiers.gazetteer.places import resolve_name
from daemon.commands.desk import Desk
from daemon.commands.exporting import Cell, Sheet, writer_for
from daemon.commands.faults import WrongUse
from daemon.commands.paths import private_file
from daemon.commands.staff import day_option
from daemon.output import print_done, print_json, print_table
from storage import registers
from storage.registers import RecordFilter
from storage.tables import Record, Register
from templates.mail import wording

KINDS = {
    "bug": Register.BUG, "proposal": Register.PROPOSAL, "change": Register.CHANGE, "mistake": Register.USER_MISTAKE,
}  # fmt: skip
NAMES = {kind: name for name, kind in KINDS.items()}
SHEET = Sheet(
    "Sổ theo dõi",
    (
        "Số", "Sổ", "Tình trạng", "Mã yêu cầu", "Ứng dụng", "Tỉnh", "Đơn vị", "Người gửi", "Nơi ghi", "Người ghi",
        "Ghi lúc", "Cập nhật lúc", "Nội dung",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chosen:
    """The options as typed; empty ones do not narrow. `until` is the last day that counts."""

    kind: str = ""
    application: str = ""
    province: str = ""  # as the requester's ticket has it; an old name or a new one
    since: str = ""
    until: str = ""


def registers_list(config: Path, as_json: bool, chosen: Chosen) -> int:
    """The records, oldest first."""
    desk = Desk(config)
    rows = _records(desk, chosen)
    if as_json:
        for record, code in rows:
            print_json(record_row(record, code))
        return 0
    print_table(
        ["number", "kind", "state", "ticket", "application", "province", "office", "officer", "at", "text"],
        [
            [r.id, NAMES[r.kind], r.state, code, r.application, r.province or "", r.office, r.officer, desk.local(r.at),
             " ".join(r.text.split())[:60]]
            for r, code in rows
        ],
        "nothing is registered",
    )  # fmt: skip
    return 0


def registers_export(config: Path, file: Path, chosen: Chosen, as_json: bool) -> int:
    """Write the records, oldest first; the file appears whole or not at all."""
    write = writer_for(file)
    desk = Desk(config)
    rows = _records(desk, chosen)
    content = write((cells(record, code, desk.zone) for record, code in rows), SHEET)
    with private_file(file) as out:
        out.write(content)
    print_done(as_json, {"file": str(file), "records": len(rows)}, [f"{len(rows)} records written to {file}"])
    return 0


def record_row(record: Record, code: str) -> dict[str, Any]:
    """One record for scripts; `ticket` is null for a change that no request asked for."""
    return {
        "number": record.id, "kind": NAMES[record.kind], "state": record.state, "ticket": code or None,
        "application": record.application, "province": record.province, "organisation": record.organisation,
        "requester": record.requester_address, "office": record.office, "officer": record.officer,
        "at": record.at.isoformat(), "changed_at": record.changed_at.isoformat(), "text": record.text,
    }  # fmt: skip


def cells(record: Record, code: str, zone: ZoneInfo) -> list[Cell]:
    """One record's line, times in the desk's zone."""
    times = [moment.astimezone(zone).replace(tzinfo=None, microsecond=0) for moment in (record.at, record.changed_at)]
    return [
        record.id or 0, wording.REGISTERS[record.kind], wording.RECORD_STATES[record.state], code, record.application,
        record.province or "", wording.ORGANISATIONS.get(record.organisation, record.organisation),
        record.requester_address, record.office, record.officer, *times, record.text,
    ]  # fmt: skip


def _records(desk: Desk, chosen: Chosen) -> Sequence[tuple[Record, str]]:
    wanted = record_filter(chosen, desk.settings.applications, desk.zone)
    with desk.database.read() as session:
        found = registers.listing(session, wanted)
        codes = registers.codes(session, (one.ticket_id for one in found if one.ticket_id is not None))
    return [(one, codes.get(one.ticket_id or 0, "")) for one in found]


def record_filter(chosen: Chosen, applications: Collection[str], zone: ZoneInfo) -> RecordFilter:
    """The filter; WrongUse for a register, application, province or day that does not exist."""
    if chosen.kind and chosen.kind not in KINDS:
        raise WrongUse(f"--kind {chosen.kind}: expected one of {', '.join(KINDS)}")
    code = chosen.application.upper()
    if code and code not in applications:
        raise WrongUse(f"--application {chosen.application}: expected one of {', '.join(sorted(applications))}")
    place = resolve_name(chosen.province) if chosen.province else None
    if chosen.province and place is None:
        raise WrongUse(f"--province {chosen.province}: expected the name of a province")
    last = day_option("--until", chosen.until)
    return RecordFilter(
        kind=KINDS[chosen.kind] if chosen.kind else None,
        since=_midnight(day_option("--since", chosen.since), zone),
        until=_midnight(last + timedelta(days=1) if last is not None else None, zone),
        province=(place[0] or place[1]) if place is not None else "",
        application=code,
    )


def _midnight(day: date | None, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(day, time(0), zone) if day is not None else None
