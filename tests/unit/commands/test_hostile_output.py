"""No string of a mail steers a terminal, breaks a line of JSON, forges a line of the log, or is computed by a spreadsheet."""

import csv
import io
import json
import logging
import sys

import pytest
from openpyxl import load_workbook

from daemon.commands.exporting import HEADINGS, as_csv, as_spreadsheet, guarded
from daemon.commands.timeline import story
from daemon.output import LOG_FORMAT, OneLine, print_json, print_table, printable, printable_lines
from daemon.reading.filenames import safe_name
from storage.tables import Entry, EntryKind, Event
from tests.hostile import EVERY
from tests.unit.desk.builders import NOW

EVIL = pytest.mark.parametrize("evil", EVERY.values(), ids=EVERY)


@EVIL
def test_a_cell_of_a_table_is_one_visible_line(evil: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert printable(evil).isprintable()
    print_table(["id", "subject"], [[1, evil[:100]], [evil[:100], 2]])
    out = capsys.readouterr().out
    assert all(line.isprintable() for line in out.split("\n"))
    if evil.startswith("[bold"):
        assert "[bold red]" in out, "a mail's brackets are no colours"


@EVIL
def test_a_row_of_json_is_one_line_that_says_the_same(evil: str, capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"subject": evil, evil: [evil]})
    out = capsys.readouterr().out
    assert out.count("\n") == 1 and out[:-1].isprintable()
    assert json.loads(out) == {"subject": evil, evil: [evil]}


def test_lone_surrogates_stop_neither_a_table_nor_a_row(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    print_json({"path": "a\udcff.eml", "😀": "\U0001f600\U000e0041"})
    assert json.loads(capsysbinary.readouterr().out) == {"path": "a\udcff.eml", "😀": "\U0001f600\U000e0041"}
    assert printable("a\udcff.eml") == "a .eml"


@EVIL
def test_a_text_of_many_lines_stays_behind_its_indent(evil: str) -> None:
    shown = printable_lines(f"{evil}\n{evil}", "  | ")
    assert all(line.startswith("  | ") and line.isprintable() for line in shown[:-1].split("\n"))


def record(message: str, *values: object, exception: BaseException | None = None) -> str:
    info = (type(exception), exception, exception.__traceback__) if exception is not None else None
    made = logging.LogRecord("daemon", logging.INFO, __file__, 1, message, values, info)
    return OneLine(LOG_FORMAT).format(made)


@EVIL
def test_a_value_forges_no_line_of_the_log(evil: str) -> None:
    line = record("mail_quarantined inbound=%d reason=%s", 7, evil)
    assert line.isprintable() and " INFO daemon mail_quarantined inbound=7 reason=" in line


@EVIL
def test_the_words_of_an_exception_forge_no_line_of_the_log(evil: str) -> None:
    try:
        raise ValueError(evil)
    except ValueError as error:
        first, *rest = record("mail_failed inbound=%d", 7, exception=error).split("\n")
    assert first.endswith("mail_failed inbound=7")
    assert rest and all(line.startswith("    | ") and line.isprintable() for line in rest)


@EVIL
def test_no_cell_of_an_export_is_a_formula(evil: str) -> None:
    row = [evil] * len(HEADINGS)
    cells = list(csv.reader(io.StringIO(as_csv([row]).decode("utf-8-sig"), newline="")))[1]
    assert len(cells) == len(HEADINGS)
    seen = {cell.lstrip("\u200b\u2060\ufeff")[:1] for cell in cells}
    assert not seen & set("=+-@\t\r\n＝＋－＠")
    sheet = load_workbook(io.BytesIO(as_spreadsheet([row]))).active
    assert sheet is not None
    for cell in sheet[2]:
        assert cell.data_type == "s", "text, and neither a formula nor an error"
        assert str(cell.value)[:1] not in tuple("=+-@")
    assert guarded("Lỗi TABMIS = 5") == "Lỗi TABMIS = 5"


@EVIL
def test_a_file_name_stays_in_its_folder_and_says_what_it_is(evil: str) -> None:
    for name in (evil, f"{evil}.pdf", f"x{evil}"):
        safe = safe_name(name, "application/pdf", 1)
        assert safe.isprintable() and 0 < len(safe) <= 150
        assert not set(safe) & set('/\\:*?"<>|\0') and safe not in (".", "..") and not safe.startswith("-")
        assert safe == safe.rstrip(" .")
        assert safe.split(".")[0].upper() not in ("CON", "NUL", "PRN", "AUX")


@EVIL
def test_a_timeline_keeps_what_was_said_behind_its_bar(evil: str) -> None:
    entry = Entry(ticket_id=1, kind=EntryKind.REQUEST, at=NOW, author_address=evil, author_name=evil, text=evil)
    event = Event(ticket_id=1, at=NOW, kind=evil, actor=evil, reason=evil, details={"to": evil, evil: evil})
    for moment in story([entry], [event], []):
        assert printable(moment.head).isprintable()
        assert all(printable(line).isprintable() for line in moment.body.splitlines())


def test_the_log_of_the_service_is_written_line_by_line(capsys: pytest.CaptureFixture[str]) -> None:
    from daemon.output import log_to_stderr

    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    try:
        log_to_stderr()
        logging.getLogger("daemon").info("letter_refused reply=%s", "550 no\r\n2026 INFO forged\x1b[2J")
        sys.stderr.flush()
    finally:
        root.handlers[:], root.level = before, level
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and lines[0].isprintable()
