"""A table shows every letter of its cells: a code that is cut off cannot be copied into the next command."""

import pytest

from daemon.output import print_table

COLUMNS = ["code", "requester", "subject"]
ROW = ["HT-2026-000123", "mot.dia.chi.rat.la.dai@phongtaichinh.thanhhoa.gov.vn", "Không đăng nhập được TABMIS " * 4]


def test_in_a_pipe_a_row_is_one_whole_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(COLUMNS, [ROW, ROW])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert all(cell.strip() in lines[1] for cell in ROW)


def test_on_a_narrow_terminal_cells_are_folded_and_the_code_stays_whole(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "dumb")
    print_table(COLUMNS, [ROW])
    out = capsys.readouterr().out
    assert "HT-2026-000123" in out and "…" not in out
    assert all(len(line) <= 80 for line in out.splitlines())
