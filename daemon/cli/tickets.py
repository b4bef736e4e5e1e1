"""Look at tickets."""

from pathlib import Path
from typing import Annotated

import typer

from daemon.cli.options import DEFAULT_CONFIG, Config, Json, finish

tickets_app = typer.Typer(help="Look at tickets.", no_args_is_help=True, rich_markup_mode=None)


State = Annotated[list[str], typer.Option("--state", help="Only this state, e.g. new or in_progress; may be repeated.")]
Holders = Annotated[
    list[str],
    typer.Option(
        "--holder",
        "--office",
        "--group",
        help="Only tickets of this office, group or department: a province's name or a code; may be repeated.",
    ),
]
Levels = Annotated[list[int], typer.Option("--level", min=1, max=4, help="Only this level, 1 to 4; may be repeated.")]
Application = Annotated[str, typer.Option("--application", help="Only this application's code.")]
Requester = Annotated[str, typer.Option("--requester", help="Only tickets of this address.")]
Containing = Annotated[
    str, typer.Option("--text", help="Part of the code, the subject, or the requester's name or address.")
]
OpenOnly = Annotated[bool, typer.Option("--open", help="Only open tickets.")]
Overdue = Annotated[bool, typer.Option("--overdue", help="Only open tickets past their due time.")]


@tickets_app.command("list", epilog="Example: python run.py tickets list --office 'Lâm Đồng' --overdue --json")
def tickets_list(
    config: Config = DEFAULT_CONFIG, json: Json = False, state: State = [], holder: Holders = [], level: Levels = [],  # noqa: B006
    application: Application = "", requester: Requester = "", text: Containing = "", open_only: OpenOnly = False,
    overdue: Overdue = False, limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
) -> None:  # fmt: skip
    """Tickets, newest first."""
    from daemon.commands import looking
    from daemon.commands.selecting import Selection

    wanted = Selection(state, holder, level, application, requester, text, open_only, overdue)
    finish(looking.tickets_list(config, json, wanted, limit))


@tickets_app.command("export", epilog="Example: python run.py tickets export yeu-cau.xlsx --open")
def tickets_export(
    file: Annotated[Path, typer.Argument(help="The file to write; its name ends in .csv or .xlsx.")],
    config: Config = DEFAULT_CONFIG, json: Json = False, state: State = [], holder: Holders = [], level: Levels = [],  # noqa: B006
    application: Application = "", requester: Requester = "", text: Containing = "", open_only: OpenOnly = False,
    overdue: Overdue = False,
) -> None:  # fmt: skip
    """Write tickets into a CSV file or a spreadsheet, newest first."""
    from daemon.commands import exporting
    from daemon.commands.selecting import Selection

    wanted = Selection(state, holder, level, application, requester, text, open_only, overdue)
    finish(exporting.tickets_export(config, file, wanted, json))


@tickets_app.command("show", epilog="Example: python run.py tickets show HT-2026-000123")
def tickets_show(code: str, config: Config = DEFAULT_CONFIG, json: Json = False) -> None:
    """One ticket: its facts, what was said, what happened, and every letter's fate."""
    from daemon.commands import looking

    finish(looking.tickets_show(config, code, json))
