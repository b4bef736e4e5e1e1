"""The command line. Each command imports what it needs when it runs, so that `--help` stays quick.

Exit codes: 0 done, 1 failed, 2 wrong use or configuration. With `--json` stdout holds one JSON object a line and nothing else;
logs go to stderr.
"""

from pathlib import Path
from typing import Annotated

import typer

from daemon.cli.keys import keys_app
from daemon.cli.mail import mail_app
from daemon.cli.models import corpus_app, models_app
from daemon.cli.options import DEFAULT_CONFIG, Config, Json, Paths, finish
from daemon.cli.privacy import add_privacy_commands
from daemon.cli.registers import registers_app
from daemon.cli.staff import staff_app
from daemon.cli.tickets import tickets_app

app = typer.Typer(
    help="The mail-driven support desk of Vietnam's State Treasury (hotrocntt).",
    epilog="Example: python run.py demo",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(models_app, name="models")
app.add_typer(corpus_app, name="corpus")
app.add_typer(tickets_app, name="tickets")
app.add_typer(staff_app, name="staff")
app.add_typer(registers_app, name="registers")
app.add_typer(mail_app, name="mail")
app.add_typer(keys_app, name="keys")
add_privacy_commands(app)


@app.command(epilog="Example: python run.py serve --config /etc/hotrocntt/config.toml")
def serve(config: Config = DEFAULT_CONFIG) -> None:
    """Run the desk until SIGTERM or Ctrl-C."""
    from daemon.commands import running

    finish(running.serve(config))


@app.command(epilog="Example: python run.py once --json")
def once(config: Config = DEFAULT_CONFIG, json: Json = False) -> None:
    """Read, decide and send everything due, then exit."""
    from daemon.commands import running

    finish(running.once(config, json))


@app.command(epilog="Example: python run.py demo --stay")
def demo(
    config: Config = DEFAULT_CONFIG,
    stay: Annotated[bool, typer.Option(help="Keep the mail servers open afterwards for a mail client.")] = False,
) -> None:
    """Play a day of the desk on embedded mail servers, staff answers included, and print a summary."""
    from daemon.commands import demonstration

    finish(demonstration.demo(config, stay))


@app.command(epilog="Example: python run.py check --json")
def check(config: Config = DEFAULT_CONFIG, json: Json = False) -> None:
    """Check settings, IMAP, SMTP, database and model, and say what the first poll would do, without doing it."""
    from daemon.commands import checking

    finish(checking.check(config, json))


@app.command(epilog="Example: python run.py parse mail.eml --json")
def parse(
    paths: Paths,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    why: Annotated[bool, typer.Option("--why", help="Show which rule took each decision.")] = False,
) -> None:
    """Show how mails are read: sender, kind, new text, quote, signature, attachments."""
    from daemon.commands import reading

    finish(reading.parse(paths, config, json, why))


@app.command(epilog="Example: python run.py classify mails/ --json")
def classify(
    paths: Paths,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show which words spoke for and against.")] = False,
) -> None:
    """Judge mails: application, province, organisation and kind of request, with confidence and evidence."""
    from daemon.commands import reading

    finish(reading.classify(paths, config, json, explain))


@app.command(epilog="Example: python run.py train")
def train(
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    with_tickets: Annotated[
        bool, typer.Option("--with-tickets", help="Learn from what staff corrected and resolved, too.")
    ] = False,
    corpus: Annotated[
        Path | None, typer.Option(help="A folder with learning/ and gate/ instead of the shipped and imported mails.")
    ] = None,
) -> None:
    """Train a model and make it the current one, unless it is worse than the one in use."""
    from daemon.commands import learning

    finish(learning.train(config, json, with_tickets, corpus))


@app.command(epilog="Example: python run.py evaluate --html report.html")
def evaluate(
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    html: Annotated[Path | None, typer.Option(help="Write a report with pictures to this file.")] = None,
    part: Annotated[
        str, typer.Option(help="learning: cross-validate; gate or kept: judge with the model in use.")
    ] = "learning",
    compare: Annotated[bool, typer.Option("--compare", help="Compare methods of judging instead; takes long.")] = False,
    corpus: Annotated[
        Path | None, typer.Option(help="A folder with learning/ and gate/ instead of the shipped and imported mails.")
    ] = None,
) -> None:
    """Measure how well mails are judged: precision, recall, coverage and calibration."""
    from daemon.commands import measuring

    finish(measuring.evaluate(config, json, html, part, compare, corpus))


def main() -> None:
    """Run the command line; faults that a person can mend end in one clear message and their exit code."""
    import os

    from daemon.commands.faults import exit_code_for

    os.umask(0o077)  # whatever the program writes names people: readable by its owner only, whoever starts it
    try:
        app()
    except Exception as error:
        code = exit_code_for(error)
        if code is None:
            raise
        raise SystemExit(code) from None
