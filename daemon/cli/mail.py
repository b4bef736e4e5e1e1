"""Look at mail in and out: quarantine, records, outbox."""

from typing import Annotated

import typer

from daemon.cli.options import DEFAULT_CONFIG, Config, Json, finish

mail_app = typer.Typer(
    help="Look at mail in and out: quarantine, records, outbox.", no_args_is_help=True, rich_markup_mode=None
)


@mail_app.command("list", epilog="Example: python run.py mail list --state quarantined")
def mail_list(
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    state: Annotated[str, typer.Option(help="quarantined, ignored, entry, pending; or an outbox state.")] = "",
    out: Annotated[bool, typer.Option("--out", help="Letters out instead of mail in.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
) -> None:
    """Mail in (quarantined first in need of a person), or letters out."""
    from daemon.commands import looking

    finish(looking.mail_list(config, json, state, out, limit))


@mail_app.command("show", epilog="Example: python run.py mail show 17 --raw > mail.eml")
def mail_show(
    number: int,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    out: Annotated[bool, typer.Option("--out", help="A letter out instead of a mail in.")] = False,
    raw: Annotated[bool, typer.Option("--raw", help="The raw bytes as received.")] = False,
) -> None:
    """One mail in or letter out: what it is, what became of it and why."""
    from daemon.commands import looking

    finish(looking.mail_show(config, number, json, out, raw))


@mail_app.command("retry", epilog="Example: python run.py mail retry 17")
def mail_retry(
    number: int,
    config: Config = DEFAULT_CONFIG,
    out: Annotated[bool, typer.Option("--out", help="Send a refused or open letter again.")] = False,
    as_ticket: Annotated[bool, typer.Option("--as-ticket", help="Make a ticket of an ignored mail.")] = False,
) -> None:
    """Put a quarantined (or, with --as-ticket, an ignored) mail back to be handled, or a letter to be sent."""
    from daemon.commands import looking

    finish(looking.mail_retry(config, number, out, as_ticket))
