"""`train`: learn from the corpus and from what staff said about tickets, and use the new model if the gate lets it pass."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from classifiers import registry
from classifiers.corpus_files import LabelledMail
from classifiers.crossvalidation import Progress, TrainingError, Unseen, Wanted
from classifiers.gate import Decision, decide
from classifiers.judge import TrainedJudge
from classifiers.model import Model, ModelError
from classifiers.tickets import Saying, rows_of
from classifiers.training import train_and_judge
from classifiers.verdict import Undecided
from daemon.commands.comparing import answers_of, answers_on_tickets
from daemon.commands.corpus_parts import part
from daemon.output import print_json
from daemon.settings import Settings, load


@dataclass(frozen=True)
class Trained:
    """A stored model, how many of its rows came from tickets, and whether the gate let it pass."""

    model: Model
    tickets: int
    decision: Decision


def train(config: Path, as_json: bool, with_tickets: bool = False, corpus: Path | None = None) -> int:
    """Train, store, and use the model unless the gate is against it, which is no failure of the command."""
    settings = load(config)
    trained = run(settings, with_tickets, corpus)
    report = report_of(trained)
    if as_json:
        print_json(report)
    else:
        _show(trained)
    return 0


def train_and_use(settings: Settings) -> tuple[str, dict[str, float]]:
    """Train on the corpus, store and use a model; its name and its cross-validated scores. Shows its progress."""
    trained = run(settings, with_tickets=False, corpus=None)
    if not trained.decision.use:
        registry.use(Path(settings.storage.model), trained.model.name)
    return trained.model.name, dict(trained.model.scores)


def run(settings: Settings, with_tickets: bool, corpus: Path | None) -> Trained:
    """Train and store a model; use it if it passes the gate. Its report lies beside it in the models' folder."""
    folder, now = Path(settings.storage.model), datetime.now(UTC)
    learning = part(settings, "learning", corpus)
    sayings = sayings_of(settings) if with_tickets else []
    tickets = rows_of(sayings, list(settings.applications), now)
    with progress_bar("training") as progress, training_faults():
        model, unseen = train_and_judge([*learning, *tickets], wanted_of(settings), progress, now)
    registry.store(folder, model)
    decision = _gate(settings, model, sayings, tickets, unseen, len(learning), corpus)
    trained = Trained(model, len(tickets), decision)
    (folder / f"{model.name}.json").write_text(json.dumps(report_of(trained), ensure_ascii=False, indent=1), "utf-8")
    if decision.use:
        registry.use(folder, model.name)
    return trained


def _gate(
    settings: Settings, model: Model, sayings: Sequence[Saying], tickets: Sequence[LabelledMail],
    unseen: dict[str, Unseen], first_ticket: int, corpus: Path | None,
) -> Decision:  # fmt: skip
    """The decision against the model in use; without one the first model always passes."""
    current = registry.open_current(Path(settings.storage.model))
    if isinstance(current, Undecided):
        return Decision(True, (), ())
    latest = {(one.ticket, one.question) for one in sayings if one.at > current.model.trained_at}
    return decide(
        answers_of(current, TrainedJudge(model), part(settings, "gate", corpus)),
        answers_on_tickets(current, tickets, latest, unseen, first_ticket),
    )


def report_of(trained: Trained) -> dict[str, object]:
    """What `--json` prints and what is kept beside the model."""
    return {
        "model": trained.model.name,
        "used": trained.decision.use,
        "reasons": list(trained.decision.reasons),
        "rows": trained.model.corpus_size,
        "tickets": trained.tickets,
        "gate": [asdict(one) for one in trained.decision.comparisons],
        "scores": dict(trained.model.scores),
    }


def _show(trained: Trained) -> None:
    out, model = sys.stdout.write, trained.model
    if trained.decision.use:
        out(f"model {model.name} is trained and in use; cross-validated on other writers' mail:\n")
    else:
        out(f"model {model.name} is trained and kept, but not used:\n")
        out("".join(f"  {reason}\n" for reason in trained.decision.reasons))
        out(f"whoever knows better: models use {model.name}\n")
    for score, value in sorted(model.scores.items()):
        out(f"  {score:32} {value:.3f}\n")
    for one in trained.decision.comparisons:
        out(f"  {one.part:12} {one.question:12} {one.mails:5} mails  {one.old:.3f} before, {one.new:.3f} now\n")


def wanted_of(settings: Settings) -> Wanted:
    """The wanted precision of accepted verdicts, from [classify]."""
    wanted = settings.classify
    return Wanted(
        wanted.application_precision,
        wanted.province_precision,
        wanted.organisation_precision,
        wanted.kind_precision,
        wanted.province_guesses,
    )


def sayings_of(settings: Settings) -> list[Saying]:
    """What staff said about tickets until now, oldest first; newly said things are put on record first."""
    from daemon.parts import open_database
    from storage import corrections, migrations

    database = open_database(settings)
    try:
        migrations.upgrade(database)
        corrections.harvest(database)
        with database.read() as session:
            return [
                Saying(
                    one.ticket_id, one.question.value, one.way.value == "corrected", one.said, one.judged, one.who,
                    one.at, one.sender_name, one.sender_address, one.subject, one.text,
                )
                for one in corrections.labels(session)
            ]  # fmt: skip
    finally:
        database.close()


@contextmanager
def training_faults() -> Iterator[None]:
    """Too few mails to train on become a failure with one clear message."""
    try:
        yield
    except TrainingError as error:
        raise ModelError(str(error)) from None


@contextmanager
def progress_bar(doing: str) -> Iterator[Progress]:
    """A progress bar on stderr; on anything but a terminal one line a step."""
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    if not console.is_terminal:
        said: set[str] = set()

        def tell(step: str, share: float) -> None:
            if step not in said:
                said.add(step)
                sys.stderr.write(f"{doing}: {step}\n")

        yield tell
        return
    with Bar(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console) as bar:
        tasks = {}

        def show(step: str, share: float) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(f"{doing}: {step}", total=1.0)
            bar.update(tasks[step], completed=share)

        yield show
