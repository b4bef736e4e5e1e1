"""Output for people and for scripts: tables with colours only on a terminal, or one JSON object a line."""

import json
import logging
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def print_json(row: Mapping[str, Any]) -> None:
    """One object on a line of stdout; Vietnamese stays readable."""
    sys.stdout.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], empty: str = "nothing to show") -> None:
    """A table on stdout, or the sentence for none."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    cells = [[Text(printable(value)) for value in row] for row in rows]
    if not cells:
        sys.stdout.write(empty + "\n")
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column)
    for row in cells:
        table.add_row(*row)
    console = Console()
    console.print(table, width=None if console.is_terminal else 200)


def printable(value: object) -> str:
    """A value for a terminal: no control characters, so that nothing in a mail can steer it."""
    text = "" if value is None else str(value)
    return "".join(
        letter if letter >= " " and letter != "\x7f" and not "\x80" <= letter <= "\x9f" else " " for letter in text
    )


def log_to_stderr(level: int = logging.INFO) -> None:
    """Log lines with time, level and event to stderr; libraries only speak from warnings on."""
    logging.basicConfig(
        stream=sys.stderr, level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s", force=True
    )
    for library in ("alembic", "apscheduler", "imapclient", "mail.log", "pymap", "asyncio"):
        logging.getLogger(library).setLevel(logging.WARNING)
