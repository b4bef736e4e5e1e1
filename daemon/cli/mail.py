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
    """Mail in, or letters out, newest first; what needs a person is --state quarantined, or --out --state open."""
    from daemon.commands import mails

    finish(mails.mail_list(config, json, state, out, limit))


@mail_app.command("show", epilog="Example: python run.py mail show 17 --raw > mail.eml")
def mail_show(
    number: int,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    out: Annotated[bool, typer.Option("--out", help="A letter out instead of a mail in.")] = False,
    raw: Annotated[bool, typer.Option("--raw", help="The raw bytes of a mail in, as received.")] = False,
) -> None:
    """One mail in or letter out: what it is, what became of it and why."""
    from daemon.commands import mails

    finish(mails.mail_show(config, number, json, out, raw))


@mail_app.command("retry", epilog="Example: python run.py mail retry --all --dry-run")
def mail_retry(
    numbers: Annotated[list[int] | None, typer.Argument(help="Numbers of `mail list`.")] = None,
    config: Config = DEFAULT_CONFIG,
    everything: Annotated[bool, typer.Option("--all", help="Everything in quarantine.")] = False,
    cause: Annotated[
        str, typer.Option(help="With --all: only what is there for a reason that contains this text.")
    ] = "",
    out: Annotated[
        bool, typer.Option("--out", help="Send letters again: refused, open, held, bundled or cancelled ones.")
    ] = False,
    as_ticket: Annotated[bool, typer.Option("--as-ticket", help="Make a ticket of an ignored mail.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    json: Json = False,
) -> None:
    """Put quarantined (or, with --as-ticket, ignored) mails back to be handled, or letters to be sent."""
    from daemon.commands import mails
    from daemon.commands.faults import WrongUse

    if out and as_ticket:
        raise WrongUse("--as-ticket makes a ticket of a mail in: expected it without --out")
    if everything == bool(numbers) or (everything and (out or as_ticket)) or (cause and not everything):
        raise WrongUse("give the numbers of mails, or --all for the quarantine, optionally with --cause TEXT")
    if everything:
        finish(mails.retry_all(config, cause, dry_run, json))
    finish(mails.mail_retry(config, numbers or [], out, as_ticket, dry_run, json))


@mail_app.command("drop", epilog='Example: python run.py mail drop 17 18 --reason "trial of a scanner"')
def mail_drop(
    numbers: Annotated[list[int], typer.Argument(help="Numbers of `mail list --state quarantined`.")],
    reason: Annotated[str, typer.Option(help="Why, for the record.")],
    config: Config = DEFAULT_CONFIG,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    json: Json = False,
) -> None:
    """Give quarantined mails up: ignored with your reason and name; the raw mails stay as long as all others."""
    from daemon.commands import mails

    finish(mails.mail_drop(config, numbers, reason, dry_run, json))


@mail_app.command("muted", epilog="Example: python run.py mail muted")
def mail_muted(config: Config = DEFAULT_CONFIG, json: Json = False) -> None:
    """Addresses of the directory whose server refused a letter: nothing is sent there until a date."""
    from daemon.commands import muting

    finish(muting.mail_muted(config, json))


@mail_app.command("unmute", epilog="Example: python run.py mail unmute tinhoc.lamdong@vst.gov.vn")
def mail_unmute(address: str, config: Config = DEFAULT_CONFIG, json: Json = False) -> None:
    """Send letters to a muted address again from now on."""
    from daemon.commands import muting

    finish(muting.mail_unmute(config, address, json))
