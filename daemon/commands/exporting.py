"""`tickets export`: tickets as a CSV file or a spreadsheet, for people who count and filter in their own program."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from daemon.commands.desk import Desk
from daemon.commands.paths import check_target, private_file
from daemon.commands.selecting import Selection, ticket_filter
from daemon.output import print_done
from storage import tickets
from storage.tables import Ticket
from templates.mail import wording

HEADINGS = (
    "Mã", "Trạng thái", "Mức", "Nơi xử lý", "Người nhận", "Ứng dụng", "Tỉnh cũ", "Tỉnh", "Đơn vị", "Loại", "Ưu tiên",
    "Kênh", "Người gửi", "Địa chỉ", "Tiêu đề", "Nhận lúc", "Hạn trả lời", "Hạn xử lý", "Trả lời lúc", "Xong lúc", "Đóng lúc",
)  # fmt: skip
PAGE = 500
MOST_IN_CELL = 32_000  # a spreadsheet's cell takes 32,767 characters
Cell = str | int | datetime
# What makes a spreadsheet program take a cell for a formula (OWASP, "CSV Injection"), full-width forms included.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Nothing that XML cannot hold (XML 1.0, 2.2) and nothing that deceives the eye: one such letter makes a workbook unreadable.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_UNSEEN = "\u200b\u200c\u200d\u2060\ufeff"  # a spreadsheet program may leave them out when it reads a cell


@dataclass(frozen=True, slots=True)
class Sheet:
    """What an exported table is called and what stands above its columns."""

    title: str = "Yêu cầu"
    headings: Sequence[str] = HEADINGS


def writer_for(file: Path) -> Callable[[Iterable[Sequence[Cell]], Sheet], bytes]:
    """What writes a table into a file of this name; WrongUse for a name of no known kind or in no folder."""
    writers: dict[str, Callable[[Iterable[Sequence[Cell]], Sheet], bytes]] = {".csv": as_csv, ".xlsx": as_spreadsheet}
    check_target(file, *writers)
    return writers[file.suffix.lower()]


def tickets_export(config: Path, file: Path, selection: Selection, as_json: bool) -> int:
    """Write the selected tickets, newest first; the file appears whole or not at all."""
    write = writer_for(file)
    desk = Desk(config)
    wanted = ticket_filter(selection, desk.settings, datetime.now(desk.zone))
    count = 0

    def rows() -> Iterator[Sequence[Cell]]:
        nonlocal count
        with desk.database.read() as session:
            offset = 0
            while page := tickets.listing(session, wanted, PAGE, offset):
                for ticket in page:
                    count += 1
                    yield cells(ticket, desk)
                offset += PAGE

    content = write(rows(), Sheet())
    with private_file(file) as out:
        out.write(content)
    print_done(as_json, {"file": str(file), "tickets": count}, [f"{count} tickets written to {file}"])
    return 0


def cells(ticket: Ticket, desk: Desk) -> list[Cell]:
    """One ticket's line, times in the desk's zone."""
    times = (
        ticket.created_at,
        ticket.answer_due_at,
        ticket.due_at,
        ticket.answered_at,
        ticket.resolved_at,
        ticket.closed_at,
    )
    return [
        ticket.code, wording.STATES.get(ticket.state, ticket.state), ticket.level, ticket.holder, ticket.taken_by or "",
        ticket.application, ticket.province or "", ticket.province_current or "",
        wording.ORGANISATIONS.get(ticket.organisation, ticket.organisation),
        wording.REQUEST_KINDS.get(ticket.request_kind, ticket.request_kind),
        wording.PRIORITIES.get(ticket.priority, ticket.priority), wording.CHANNELS.get(ticket.channel, ticket.channel),
        ticket.requester_name, ticket.requester_address, ticket.subject,
        *(moment.astimezone(desk.zone).replace(tzinfo=None, microsecond=0) if moment else "" for moment in times),
    ]  # fmt: skip


def guarded(cell: Cell) -> Cell:
    """Text that no spreadsheet program takes for a formula; numbers and times as they are."""
    if not isinstance(cell, str):
        return cell
    text = _CONTROL.sub(" ", cell)[:MOST_IN_CELL]
    return f"'{text}" if text.lstrip(_UNSEEN).startswith(_FORMULA) else text


def as_csv(rows: Iterable[Sequence[Cell]], sheet: Sheet = Sheet()) -> bytes:
    """CSV by RFC 4180 in UTF-8 with a byte order mark, by which Excel knows Vietnamese."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(sheet.headings)
    for row in rows:
        writer.writerow([f"{cell:%d/%m/%Y %H:%M}" if isinstance(cell, datetime) else guarded(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig", "replace")


def as_spreadsheet(rows: Iterable[Sequence[Cell]], sheet: Sheet = Sheet()) -> bytes:
    """An .xlsx workbook with one sheet, its first row fixed, times as times."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    page = book.create_sheet(sheet.title)
    page.freeze_panes = "A2"
    page.append(list(sheet.headings))
    for row in rows:
        line = []
        for cell in row:
            made = WriteOnlyCell(page, guarded(cell))
            if isinstance(cell, datetime):
                made.number_format = "dd/mm/yyyy hh:mm"
            line.append(made)
        page.append(line)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
