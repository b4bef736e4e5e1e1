"""What is seen while the day is played: a live table on a terminal, plain lines elsewhere."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from daemon.demo.board import Board, Line
from daemon.output import printable

COLOURS = {
    "new": "yellow", "in_progress": "cyan", "waiting": "magenta", "resolved": "green", "rejected": "dim",
    "ignored": "dim", "quarantined": "red",
}  # fmt: skip
LATEST = 6  # lines of what people typed, below the table
AROUND = 8  # lines that the terminal needs for everything but rows of the table


class Screen:
    """Shows boards and what people do. Without a terminal each row is a line, printed when it appears or changes."""

    def __init__(self, console: Console, zone: ZoneInfo) -> None:
        self._console = console
        self._zone = zone
        self._live: Live | None = None
        self._said: deque[str] = deque(maxlen=LATEST)
        self._shown: dict[int, Line] = {}

    @contextmanager
    def open(self) -> Iterator["Screen"]:
        if not self._console.is_terminal:
            yield self
            return
        with Live(console=self._console, auto_refresh=False, transient=False) as self._live:
            yield self

    def say(self, text: str) -> None:
        """Somebody did something."""
        clean = printable(text)
        self._said.append(clean)
        if self._live is None:
            self._plain(f"           {clean}")

    def show(self, board: Board) -> None:
        """The rows as they are now."""
        lines = board.lines(self._zone)
        if self._live is not None:
            self._live.update(self._picture(board, lines), refresh=True)
            return
        for line in lines:
            if self._shown.get(line.number) != line:
                self._shown[line.number] = line
                self._plain(_one_line(line))

    def _plain(self, text: str) -> None:
        self._console.print(Text(text), soft_wrap=True)

    def _picture(self, board: Board, lines: list[Line]) -> RenderableType:
        table = Table(box=None, header_style="bold", pad_edge=False, expand=True)
        for name, share in (
            ("time", 0), ("from", 3), ("subject", 6), ("ticket", 0), ("application", 0), ("province", 2), ("holder", 2),
            ("state", 0),
        ):  # fmt: skip
            table.add_column(name, no_wrap=True, overflow="ellipsis", ratio=share or None)
        room = max(5, self._console.size.height - LATEST - AROUND)
        for line in lines[-room:]:
            cells = (
                line.time, line.sender, line.subject, line.code, line.application, line.province, line.holder, line.state
            )  # fmt: skip
            table.add_row(*(Text(printable(cell)) for cell in cells), style=COLOURS.get(line.state, ""))
        mails = f"{board.settled} of {len(board.inbound)} mails settled, {len(board.tickets)} tickets"
        counts = Text(f"{mails}, {board.accepted} letters accepted", style="bold")
        typed = [Text(text, no_wrap=True, overflow="ellipsis", style="dim") for text in self._said]
        return Group(table, Text(), counts, *typed)


def _one_line(line: Line) -> str:
    where = f"{line.code} {line.application} · {line.province} · {line.holder} · " if line.code else ""
    return printable(f"{line.time}  {line.sender}: {line.subject} → {where}{line.state}")
