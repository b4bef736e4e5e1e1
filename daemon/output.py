"""Output for people and for scripts: tables with colours only on a terminal, or one JSON object a line.

Nothing in a mail can steer a terminal, break a line of JSON, or pass for a line of the log.
"""

import json
import logging
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
PIPE_WIDTH = 10_000  # more than any row: in a pipe nobody reads columns


def print_json(row: Mapping[str, Any]) -> None:
    """One object on a line of stdout; Vietnamese stays readable, what cannot be seen is escaped."""
    line = json.dumps(row, ensure_ascii=False, default=str)
    if not line.isprintable():
        line = "".join(letter if letter.isprintable() else json.dumps(letter)[1:-1] for letter in line)
    sys.stdout.write(line + "\n")


def print_done(as_json: bool, row: Mapping[str, Any], lines: Iterable[object]) -> None:
    """What a command did: one object for scripts, or these lines for people."""
    if as_json:
        print_json(row)
    else:
        sys.stdout.write("".join(f"{printable(line)}\n" for line in lines))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], empty: str = "nothing to show") -> None:
    """A table on stdout, or the sentence for none; nothing is cut off.

    On a narrow terminal cells are folded, the first column (a code or an address, to be copied) last of all; in a pipe each
    row is one line, for grep.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    cells = [[Text(printable(value)) for value in row] for row in rows]
    if not cells:
        sys.stdout.write(empty + "\n")
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, overflow="fold", no_wrap=number == 0)
    for row in cells:
        table.add_row(*row)
    console = Console() if sys.stdout.isatty() else Console(width=PIPE_WIDTH)
    console.print(table)


def printable(value: object) -> str:
    """A value on one line of a terminal: nothing that cannot be seen, so that nothing in a mail can steer it.

    Beside control characters these are overrides of the writing direction, further line ends and lone surrogates.
    """
    text = "" if value is None else str(value)
    return text if text.isprintable() else "".join(letter if letter.isprintable() else " " for letter in text)


def printable_lines(value: object, indent: str = "") -> str:
    """The same for a text of several lines, each with its indent and line end."""
    return "".join(f"{indent}{printable(line)}\n" for line in str(value or "").splitlines())


def log_to_stderr(level: int = logging.INFO) -> None:
    """Log lines with time, level and event to stderr; libraries only speak from warnings on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine(LOG_FORMAT))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for library in ("alembic", "apscheduler", "imapclient", "mail.log", "pymap", "asyncio"):
        logging.getLogger(library).setLevel(logging.WARNING)


class OneLine(logging.Formatter):
    """A record on one line, whatever its values hold; the lines of a traceback are indented behind a bar.

    A server's answer or an exception's words may come from outside: with a line end in them they could forge a record.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:
        return printable(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:
        return printable_lines(super().formatException(ei), "    | ").rstrip("\n")
