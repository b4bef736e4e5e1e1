"""The directory: who works where."""

from pathlib import Path
from typing import Annotated

import typer

from daemon.cli.options import DEFAULT_CONFIG, Config, Json, finish

staff_app = typer.Typer(help="The directory: who works where.", no_args_is_help=True, rich_markup_mode=None)


Address = Annotated[str, typer.Argument(help="The person's address.")]


@staff_app.command("import", epilog="Example: python run.py staff import deploy/directory.csv --dry-run")
def staff_import(
    file: Annotated[
        Path,
        typer.Argument(
            help="A CSV file: address,name,holder,role,applications,province; perhaps absent_from,absent_until,substitute too."
        ),
    ],
    config: Config = DEFAULT_CONFIG,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    retire_missing: Annotated[bool, typer.Option(help="Whoever is not in the file has left.")] = False,
    json: Json = False,
) -> None:
    """Put everybody in the file into the directory; wrong lines are all told, and then nothing is changed."""
    from daemon.commands import staff

    finish(staff.staff_import(config, file, dry_run, retire_missing, json))


@staff_app.command("list", epilog="Example: python run.py staff list --holder TABMIS")
def staff_list(
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    holder: Annotated[str, typer.Option(help="Only this office, group or department.")] = "",
    left: Annotated[bool, typer.Option("--left", help="Those who have left too.")] = False,
) -> None:
    """Who works where: role, applications, absence and substitute."""
    from daemon.commands import staff

    finish(staff.staff_list(config, json, holder, left))


@staff_app.command("add", epilog="Example: python run.py staff add nam.pv@vst.gov.vn 'Phạm Văn Nam' 'Lâm Đồng'")
def staff_add(
    address: Address,
    name: Annotated[str, typer.Argument(help="The person's name.")],
    holder: Annotated[str, typer.Argument(help="A current province, or the code of a group or department.")],
    config: Config = DEFAULT_CONFIG,
    leader: Annotated[bool, typer.Option(help="The person leads the office, group or department.")] = False,
    application: Annotated[list[str], typer.Option(help="Administered or known best; may be repeated.")] = [],  # noqa: B006
    province: Annotated[str, typer.Option(help="The former province, in a merged office.")] = "",
    json: Json = False,
) -> None:
    """Add one person to the directory, or change what it says of him."""
    from daemon.commands import staff

    finish(staff.staff_add(config, address, name, holder, leader, application, province, json))


@staff_app.command("retire", epilog="Example: python run.py staff retire nam.pv@vst.gov.vn")
def staff_retire(address: Address, config: Config = DEFAULT_CONFIG, json: Json = False) -> None:
    """A person has left: his mail is no officer's any more."""
    from daemon.commands import staff

    finish(staff.staff_retire(config, address, json))


@staff_app.command("absent", epilog="Example: python run.py staff absent nam.pv@vst.gov.vn --until 2026-12-31")
def staff_absent(
    address: Address,
    config: Config = DEFAULT_CONFIG,
    first: Annotated[str, typer.Option("--from", help="The first day, such as 2026-12-21; today if left out.")] = "",
    until: Annotated[str, typer.Option("--until", help="The last day; open if left out.")] = "",
    substitute: Annotated[str, typer.Option(help="The address of a colleague who gets the notices meanwhile.")] = "",
    back: Annotated[bool, typer.Option("--back", help="The person is back.")] = False,
    json: Json = False,
) -> None:
    """Note that a person is away, and who stands in."""
    from daemon.commands import staff

    finish(staff.staff_absent(config, address, first, until, substitute, back, json))
