"""What an exported cell may hold, and that both forms say the same."""

import csv
import io
from datetime import datetime

import pytest
from openpyxl import load_workbook

from daemon.commands.exporting import HEADINGS, MOST_IN_CELL, Cell, as_csv, as_spreadsheet, guarded

ROW: list[Cell] = ["HT-2026-000001", 2, datetime(2026, 11, 23, 10, 12), '=HYPERLINK("http://x")', "Lâm Đồng\nhai dòng"]  # noqa: DTZ001


@pytest.mark.parametrize("start", [*"=+-@\t\r\n＝＋"])
def test_no_cell_is_taken_for_a_formula(start: str) -> None:
    assert guarded(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("text", ["TABMIS", "1+1", "hoa@vst.gov.vn", "", " =1"])
def test_ordinary_text_is_left_as_it_is(text: str) -> None:
    assert guarded(text) == text


def test_control_characters_and_endless_texts_do_not_break_the_file() -> None:
    assert guarded("a\x00b\x1bc") == "a b c"
    assert len(str(guarded("x" * 100_000))) == MOST_IN_CELL
    as_spreadsheet([["\x00\ud800x", guarded("x" * 100_000)]])


def test_a_csv_file_is_known_as_vietnamese_by_excel() -> None:
    content = as_csv([ROW])
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows[0] == list(HEADINGS)
    assert rows[1] == ["HT-2026-000001", "2", "23/11/2026 10:12", '\'=HYPERLINK("http://x")', "Lâm Đồng\nhai dòng"]


def test_a_spreadsheet_keeps_times_and_numbers_and_no_formula() -> None:
    sheet = load_workbook(io.BytesIO(as_spreadsheet([ROW]))).active
    assert sheet is not None
    cells = next(iter(sheet.iter_rows(min_row=2, max_row=2)))
    assert [cell.value for cell in cells[:3]] == ROW[:3]
    assert cells[3].data_type == "s"
    assert str(cells[3].value).startswith("'=")
