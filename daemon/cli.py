"""The command line. Each command imports what it needs when it runs, so that `--help` stays quick.

Exit codes: 0 done, 1 failed, 2 wrong use or configuration. With `--json` stdout holds one JSON object a line and nothing else;
logs go to stderr.
"""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="The mail-driven support desk of Vietnam's State Treasury (hotrocntt).",
    epilog="Example: python run.py demo",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
models_app = typer.Typer(help="List, use and roll back trained models.", no_args_is_help=True, rich_markup_mode=None)
tickets_app = typer.Typer(help="Look at tickets.", no_args_is_help=True, rich_markup_mode=None)
staff_app = typer.Typer(help="The directory: who works where.", no_args_is_help=True, rich_markup_mode=None)
mail_app = typer.Typer(
    help="Look at mail in and out: quarantine, records, outbox.", no_args_is_help=True, rich_markup_mode=None
)
corpus_app = typer.Typer(help="Labelled mails to learn from.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(models_app, name="models")
app.add_typer(corpus_app, name="corpus")
app.add_typer(tickets_app, name="tickets")
app.add_typer(staff_app, name="staff")
app.add_typer(mail_app, name="mail")

Config = Annotated[Path, typer.Option("--config", help="The configuration file.", show_default=True)]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout, nothing else.")]
Paths = Annotated[list[Path], typer.Argument(help="An .eml file, a folder of them (read recursively), or an mbox.")]
DEFAULT_CONFIG = Path("config.toml")


@app.command(epilog="Example: python run.py serve --config /etc/hotrocntt/config.toml")
def serve(config: Config = DEFAULT_CONFIG) -> None:
    """Run the desk until SIGTERM or Ctrl-C."""
    from daemon.commands import running

    _exit(running.serve(config))


@app.command(epilog="Example: python run.py once --json")
def once(config: Config = DEFAULT_CONFIG, json: Json = False) -> None:
    """Read, decide and send everything due, then exit."""
    from daemon.commands import running

    _exit(running.once(config, json))


@app.command(epilog="Example: python run.py demo --stay")
def demo(
    config: Config = DEFAULT_CONFIG,
    stay: Annotated[bool, typer.Option(help="Keep the mail servers open afterwards for a mail client.")] = False,
) -> None:
    """Play a day of the desk on embedded mail servers, staff answers included, and print a summary."""
    from daemon.commands import demonstration

    _exit(demonstration.demo(config, stay))


@app.command(epilog="Example: python run.py check --json")
def check(config: Config = DEFAULT_CONFIG, json: Json = False) -> None:
    """Check settings, IMAP, SMTP, database and model, and say what the first poll would do, without doing it."""
    from daemon.commands import checking

    _exit(checking.check(config, json))


@app.command(epilog="Example: python run.py parse mail.eml --json")
def parse(
    paths: Paths,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    why: Annotated[bool, typer.Option("--why", help="Show which rule took each decision.")] = False,
) -> None:
    """Show how mails are read: sender, kind, new text, quote, signature, attachments."""
    from daemon.commands import reading

    _exit(reading.parse(paths, config, json, why))


@app.command(epilog="Example: python run.py classify mails/ --json")
def classify(
    paths: Paths,
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show which words spoke for and against.")] = False,
) -> None:
    """Judge mails: application, province, organisation and kind of request, with confidence and evidence."""
    from daemon.commands import reading

    _exit(reading.classify(paths, config, json, explain))


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

    _exit(learning.train(config, json, with_tickets, corpus))


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

    _exit(measuring.evaluate(config, json, html, part, compare, corpus))


@models_app.command("list", epilog="Example: python run.py models list")
def models_list(config: Config = DEFAULT_CONFIG, json: Json = False) -> None:
    """The stored models, newest first; the current one is marked."""
    from daemon.commands import comparing

    _exit(comparing.models_list(config, json))


@models_app.command("use", epilog="Example: python run.py models use 20261102-081500")
def models_use(name: str, config: Config = DEFAULT_CONFIG) -> None:
    """Make a stored model the current one; a running daemon takes it within seconds."""
    from daemon.commands import comparing

    _exit(comparing.models_use(config, name))


@models_app.command("rollback", epilog="Example: python run.py models rollback")
def models_rollback(config: Config = DEFAULT_CONFIG) -> None:
    """Go back to the model that was current before."""
    from daemon.commands import comparing

    _exit(comparing.models_rollback(config))


@models_app.command("compare", epilog="Example: python run.py models compare 20261102-081500-ab12 20261109-081500-cd34")
def models_compare(old: str, new: str, config: Config = DEFAULT_CONFIG, json: Json = False) -> None:
    """Two stored models on the gate part, and whether the second one may take the first one's place."""
    from daemon.commands import comparing

    _exit(comparing.models_compare(config, old, new, json))


@corpus_app.command("import", epilog="Example: python run.py corpus import tickets.csv")
def corpus_import(
    path: Annotated[Path, typer.Argument(help="A CSV file, or a folder of folders named by category with .eml files.")],
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
) -> None:
    """Take an organisation's own labelled mails into the corpus, one in ten of them into the gate part."""
    from daemon.commands import importing

    _exit(importing.corpus_import(config, path, json))


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
    _exit(looking.tickets_list(config, json, wanted, limit))


@tickets_app.command("export", epilog="Example: python run.py tickets export yeu-cau.xlsx --open")
def tickets_export(
    file: Annotated[Path, typer.Argument(help="The file to write; its name ends in .csv or .xlsx.")],
    config: Config = DEFAULT_CONFIG, state: State = [], holder: Holders = [], level: Levels = [],  # noqa: B006
    application: Application = "", requester: Requester = "", text: Containing = "", open_only: OpenOnly = False,
    overdue: Overdue = False,
) -> None:  # fmt: skip
    """Write tickets into a CSV file or a spreadsheet, newest first."""
    from daemon.commands import exporting
    from daemon.commands.selecting import Selection

    wanted = Selection(state, holder, level, application, requester, text, open_only, overdue)
    _exit(exporting.tickets_export(config, file, wanted))


@tickets_app.command("show", epilog="Example: python run.py tickets show HT-2026-000123")
def tickets_show(code: str, config: Config = DEFAULT_CONFIG, json: Json = False) -> None:
    """One ticket: its facts, what was said, what happened, and every letter's fate."""
    from daemon.commands import looking

    _exit(looking.tickets_show(config, code, json))


Address = Annotated[str, typer.Argument(help="The person's address.")]


@staff_app.command("import", epilog="Example: python run.py staff import deploy/directory.csv --dry-run")
def staff_import(
    file: Annotated[Path, typer.Argument(help="A CSV file: address,name,holder,role,applications,province.")],
    config: Config = DEFAULT_CONFIG,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    retire_missing: Annotated[bool, typer.Option(help="Whoever is not in the file has left.")] = False,
) -> None:
    """Put everybody in the file into the directory; wrong lines are all told, and then nothing is changed."""
    from daemon.commands import staff

    _exit(staff.staff_import(config, file, dry_run, retire_missing))


@staff_app.command("list", epilog="Example: python run.py staff list --holder TABMIS")
def staff_list(
    config: Config = DEFAULT_CONFIG,
    json: Json = False,
    holder: Annotated[str, typer.Option(help="Only this office, group or department.")] = "",
    left: Annotated[bool, typer.Option("--left", help="Those who have left too.")] = False,
) -> None:
    """Who works where: role, applications, absence and substitute."""
    from daemon.commands import staff

    _exit(staff.staff_list(config, json, holder, left))


@staff_app.command("add", epilog="Example: python run.py staff add nam.pv@vst.gov.vn 'Phạm Văn Nam' 'Lâm Đồng'")
def staff_add(
    address: Address,
    name: Annotated[str, typer.Argument(help="The person's name.")],
    holder: Annotated[str, typer.Argument(help="A current province, or the code of a group or department.")],
    config: Config = DEFAULT_CONFIG,
    leader: Annotated[bool, typer.Option(help="The person leads the office, group or department.")] = False,
    application: Annotated[list[str], typer.Option(help="Administered or known best; may be repeated.")] = [],  # noqa: B006
    province: Annotated[str, typer.Option(help="The former province, in a merged office.")] = "",
) -> None:
    """Add one person to the directory, or change what it says of him."""
    from daemon.commands import staff

    _exit(staff.staff_add(config, address, name, holder, leader, application, province))


@staff_app.command("retire", epilog="Example: python run.py staff retire nam.pv@vst.gov.vn")
def staff_retire(address: Address, config: Config = DEFAULT_CONFIG) -> None:
    """A person has left: his mail is no officer's any more."""
    from daemon.commands import staff

    _exit(staff.staff_retire(config, address))


@staff_app.command("absent", epilog="Example: python run.py staff absent nam.pv@vst.gov.vn --until 2026-12-31")
def staff_absent(
    address: Address,
    config: Config = DEFAULT_CONFIG,
    first: Annotated[str, typer.Option("--from", help="The first day, such as 2026-12-21; today if left out.")] = "",
    until: Annotated[str, typer.Option("--until", help="The last day; open if left out.")] = "",
    substitute: Annotated[str, typer.Option(help="The address of a colleague who gets the notices meanwhile.")] = "",
    back: Annotated[bool, typer.Option("--back", help="The person is back.")] = False,
) -> None:
    """Note that a person is away, and who stands in."""
    from daemon.commands import staff

    _exit(staff.staff_absent(config, address, first, until, substitute, back))


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

    _exit(looking.mail_list(config, json, state, out, limit))


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

    _exit(looking.mail_show(config, number, json, out, raw))


@mail_app.command("retry", epilog="Example: python run.py mail retry 17")
def mail_retry(
    number: int,
    config: Config = DEFAULT_CONFIG,
    out: Annotated[bool, typer.Option("--out", help="Send a refused or open letter again.")] = False,
    as_ticket: Annotated[bool, typer.Option("--as-ticket", help="Make a ticket of an ignored mail.")] = False,
) -> None:
    """Put a quarantined (or, with --as-ticket, an ignored) mail back to be handled, or a letter to be sent."""
    from daemon.commands import looking

    _exit(looking.mail_retry(config, number, out, as_ticket))


def _exit(code: int) -> None:
    raise typer.Exit(code)


def main() -> None:
    """Run the command line; faults that a person can mend end in one clear message and their exit code."""
    from daemon.commands.faults import exit_code_for

    try:
        app()
    except Exception as error:
        code = exit_code_for(error)
        if code is None:
            raise
        raise SystemExit(code) from None
