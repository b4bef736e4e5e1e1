"""Look at the registers of the support division."""

from pathlib import Path
from typing import Annotated

import typer

from daemon.cli.options import DEFAULT_CONFIG, Config, Json, finish

registers_app = typer.Typer(
    help="The registers: bugs, proposals, changes and user mistakes.", no_args_is_help=True, rich_markup_mode=None
)

Kind = Annotated[str, typer.Option("--kind", help="Only this register: bug, proposal, change or mistake.")]
Application = Annotated[str, typer.Option("--application", help="Only this application's code.")]
Province = Annotated[str, typer.Option("--province", help="Only requesters of this province.")]
Since = Annotated[str, typer.Option("--since", help="Only what was registered from this day on, such as 2026-12-01.")]
Until = Annotated[str, typer.Option("--until", help="Only what was registered up to this day, which is included.")]


@registers_app.command("list", epilog="Example: python run.py registers list --kind bug --json")
def registers_list(
    config: Config = DEFAULT_CONFIG, json: Json = False, kind: Kind = "", application: Application = "",
    province: Province = "", since: Since = "", until: Until = "",
) -> None:  # fmt: skip
    """What officers registered with #loi, #dexuat, #thaydoi and #loithaotac, oldest first."""
    from daemon.commands import registers

    finish(registers.registers_list(config, json, registers.Chosen(kind, application, province, since, until)))


@registers_app.command("export", epilog="Example: python run.py registers export de-xuat.xlsx --kind proposal")
def registers_export(
    file: Annotated[Path, typer.Argument(help="The file to write; its name ends in .csv or .xlsx.")],
    config: Config = DEFAULT_CONFIG, json: Json = False, kind: Kind = "", application: Application = "",
    province: Province = "", since: Since = "", until: Until = "",
) -> None:  # fmt: skip
    """Write the registers into a CSV file or a spreadsheet, oldest first."""
    from daemon.commands import registers

    finish(registers.registers_export(config, file, registers.Chosen(kind, application, province, since, until), json))
