"""Options that many commands share, and how a command ends."""

from pathlib import Path
from typing import Annotated

import typer

Config = Annotated[
    Path, typer.Option("--config", envvar="HOTRO_CONFIG", help="The configuration file.", show_default=True)
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout, nothing else.")]
Paths = Annotated[list[Path], typer.Argument(help="An .eml file, a folder of them (read recursively), or an mbox.")]
DEFAULT_CONFIG = Path("config.toml")


def finish(code: int) -> None:
    raise typer.Exit(code)
