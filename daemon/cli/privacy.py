"""Personal data: how long it is kept, what there is of one person, and how it goes; the backup."""

from pathlib import Path
from typing import Annotated

import typer

from daemon.cli.options import DEFAULT_CONFIG, Config, Json, finish

Person = Annotated[str, typer.Option("--person", help="The person's address.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would go, and remove nothing.")]


def add_privacy_commands(app: typer.Typer) -> None:
    """`retention`, `export`, `erase` and `backup` stand beside `serve`."""
    app.command(epilog="Example: python run.py retention --dry-run")(retention)
    app.command(epilog="Example: python run.py export --person hoa.nt@vst.gov.vn hoa.zip")(export)
    app.command(epilog="Example: python run.py erase --person hoa.nt@vst.gov.vn --dry-run")(erase)
    app.command(epilog="Example: python run.py backup /var/backups/hotrocntt")(backup)


def retention(config: Config = DEFAULT_CONFIG, json: Json = False, dry_run: DryRun = False) -> None:
    """Remove what [retention] no longer keeps; the running desk does it every night."""
    from daemon.commands import privacy

    finish(privacy.retention(config, json, dry_run))


def export(
    person: Person,
    file: Annotated[Path, typer.Argument(help="The .zip file to write, readable by you alone.")],
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
) -> None:
    """Write everything about one person into a zip file: requests, entries, letters, raw mails."""
    from daemon.commands import privacy

    finish(privacy.export_person(config, person, file, json))


def erase(
    person: Person,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    dry_run: DryRun = False,
    yes: Annotated[bool, typer.Option("--yes", help="Really erase.")] = False,
    close: Annotated[bool, typer.Option("--close", help="Close the person's open requests first.")] = False,
) -> None:
    """Take one person out of everything; counts, times and categories stay. Backups are not touched."""
    from daemon.commands import privacy

    finish(privacy.erase_person(config, person, json, dry_run, yes, close))


def backup(
    folder: Annotated[Path, typer.Argument(help="A folder; what is already there and unchanged is kept.")],
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
) -> None:
    """Copy all that a new machine needs, passwords apart, also while the desk runs."""
    from daemon.commands import backing_up

    finish(backing_up.backup(config, folder, json))
