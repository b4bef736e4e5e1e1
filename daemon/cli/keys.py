"""The keys of Message-IDs and reply tokens: look, and change the current one."""

from typing import Annotated

import typer

from daemon.cli.options import DEFAULT_CONFIG, Config, Json, finish

keys_app = typer.Typer(
    help="The keys by which replies prove that they answer our letters.", no_args_is_help=True, rich_markup_mode=None
)


@keys_app.command("list", epilog="Example: python run.py keys list")
def keys_list(config: Config = DEFAULT_CONFIG, json: Json = False) -> None:
    """The keys by name, the current one first, and until when older ones prove; never a secret."""
    from daemon.commands import keys

    finish(keys.keys_list(config, json))


@keys_app.command("rotate", epilog="Example: python run.py keys rotate --dry-run")
def keys_rotate(
    config: Config = DEFAULT_CONFIG,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    json: Json = False,
) -> None:
    """Make a new current key; older ones prove for proof.key_overlap_days more. A running service takes it in seconds."""
    from daemon.commands import keys

    finish(keys.keys_rotate(config, dry_run, json))
