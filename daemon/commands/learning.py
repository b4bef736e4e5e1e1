"""`train`, `evaluate` and `models`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from classifiers import registry
from classifiers.corpus_files import CORPUS, CorpusError, LabelledMail
from classifiers.corpus_files import load as load_corpus
from classifiers.evaluation import evaluate as run_evaluation
from classifiers.evaluation import text_table
from classifiers.model import ModelError
from classifiers.training import Progress, TrainingError, Wanted
from classifiers.training import train as run_training
from daemon.commands.output import print_json, print_table
from daemon.settings import Settings, SettingsError, load


def train(config: Path, as_json: bool) -> int:
    """Train on the learning part of the corpus, store the model and use it."""
    settings = load(config)
    name, scores = train_and_use(settings)
    if as_json:
        print_json({"model": name, "scores": scores})
    else:
        sys.stdout.write(f"model {name} is trained and in use; cross-validated:\n")
        for score, value in sorted(scores.items()):
            sys.stdout.write(f"  {score:32} {value:.3f}\n")
    return 0


def train_and_use(settings: Settings) -> tuple[str, dict[str, float]]:
    """Train, store and use a model; its name and its cross-validated scores. Shows its progress on a terminal."""
    rows = _rows(settings)
    with _progress("training") as progress, _training_faults():
        model = run_training(rows, wanted_of(settings), progress, datetime.now(UTC))
    folder = Path(settings.storage.model)
    registry.store(folder, model)
    registry.use(folder, model.name)
    return model.name, dict(model.scores)


def evaluate(config: Path, as_json: bool) -> int:
    """Cross-validate on the learning part of the corpus and print the figures."""
    settings = load(config)
    rows = _rows(settings)
    with _progress("evaluating") as progress, _training_faults():
        evaluation = run_evaluation(rows, wanted_of(settings), progress)
    if as_json:
        from dataclasses import asdict

        print_json(asdict(evaluation))
    else:
        sys.stdout.write(text_table(evaluation) + "\n")
    return 0


def wanted_of(settings: Settings) -> Wanted:
    """The wanted precision of accepted verdicts, from [classify]."""
    wanted = settings.classify
    return Wanted(
        wanted.application_precision, wanted.province_precision, wanted.organisation_precision, wanted.kind_precision
    )


def _rows(settings: Settings) -> list[LabelledMail]:
    try:
        return load_corpus(CORPUS / "learning", settings.applications.keys())
    except CorpusError as error:
        raise SettingsError("the corpus", str(error).split("\n")) from None


@contextmanager
def _training_faults() -> Iterator[None]:
    try:
        yield
    except TrainingError as error:
        raise ModelError(str(error)) from None


@contextmanager
def _progress(doing: str) -> Iterator[Progress]:
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


def models_list(config: Path, as_json: bool) -> int:
    models = list(reversed(registry.listed(Path(load(config).storage.model))))
    if as_json:
        for model in models:
            manifest = model.manifest
            print_json(
                {
                    "name": model.name,
                    "current": model.current,
                    "defect": model.defect or None,
                    "trained_at": manifest.trained_at.isoformat() if manifest else None,
                    "corpus_size": manifest.corpus_size if manifest else None,
                    "scores": dict(manifest.scores) if manifest else None,
                }
            )
        return 0
    print_table(
        ["", "name", "mails", "application", "province", "remark"],
        [
            ["*" if m.current else "", m.name, m.manifest.corpus_size if m.manifest else "",
             *(f"{m.manifest.scores.get(f'{kind}.accuracy', 0.0):.3f}" if m.manifest else "" for kind in ("application", "province")),
             m.defect]
            for m in models
        ],
        "no models: run `train`",
    )  # fmt: skip
    return 0


def models_use(config: Path, name: str) -> int:
    registry.use(Path(load(config).storage.model), name)
    sys.stdout.write(f"{name} is in use\n")
    return 0


def models_rollback(config: Path) -> int:
    name = registry.rollback(Path(load(config).storage.model))
    sys.stdout.write(f"back to {name}\n")
    return 0
