"""Trained models and labelled mails: list, use, roll back, compare, import."""

from pathlib import Path
from typing import Annotated

import typer

from daemon.cli.options import DEFAULT_CONFIG, Config, Json, finish

models_app = typer.Typer(help="List, use and roll back trained models.", no_args_is_help=True, rich_markup_mode=None)
corpus_app = typer.Typer(help="Labelled mails to learn from.", no_args_is_help=True, rich_markup_mode=None)


@models_app.command("list", epilog="Example: python run.py models list")
def models_list(config: Config = DEFAULT_CONFIG, json: Json = False) -> None:
    """The stored models, newest first; the current one is marked."""
    from daemon.commands import comparing

    finish(comparing.models_list(config, json))


@models_app.command("use", epilog="Example: python run.py models use 20261102-081500-1a2b3c4d")
def models_use(name: str, config: Config = DEFAULT_CONFIG, json: Json = False) -> None:
    """Make a stored model the current one; a running daemon takes it within seconds."""
    from daemon.commands import comparing

    finish(comparing.models_use(config, name, json))


@models_app.command("rollback", epilog="Example: python run.py models rollback")
def models_rollback(config: Config = DEFAULT_CONFIG, json: Json = False) -> None:
    """Go back to the model that was current before."""
    from daemon.commands import comparing

    finish(comparing.models_rollback(config, json))


@models_app.command(
    "compare", epilog="Example: python run.py models compare 20261102-081500-1a2b3c4d 20261109-081500-5e6f7a8b"
)
def models_compare(old: str, new: str, config: Config = DEFAULT_CONFIG, json: Json = False) -> None:
    """Two stored models on the gate part, and whether the second one may take the first one's place."""
    from daemon.commands import comparing

    finish(comparing.models_compare(config, old, new, json))


@corpus_app.command("import", epilog="Example: python run.py corpus import tickets.csv")
def corpus_import(
    path: Annotated[Path, typer.Argument(help="A CSV file, or a folder of folders named by category with .eml files.")],
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
) -> None:
    """Take an organisation's own labelled mails into the corpus, one in ten of them into the gate part."""
    from daemon.commands import importing

    finish(importing.corpus_import(config, path, json))
