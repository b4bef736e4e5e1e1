"""A real model trained on a few mails of each category: good enough to play with, quick enough for tests."""

import fcntl
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

from classifiers import registry
from classifiers.corpus_files import CORPUS, LabelledMail, load
from classifiers.crossvalidation import Wanted
from classifiers.training import train

MAILS_OF_A_CATEGORY = 14


def few_rows(each: int = MAILS_OF_A_CATEGORY) -> list[LabelledMail]:
    """The first mails of each category, all styles mixed."""
    by_category: dict[str, list[LabelledMail]] = defaultdict(list)
    for row in load(CORPUS / "learning"):
        if len(by_category[row.application]) < each:
            by_category[row.application].append(row)
    return [row for rows in by_category.values() for row in rows]


def small_model(folder: Path) -> Path:
    """The folder, with a small model in it in use; trained once, however many test processes ask at the same time."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if registry.current_name(folder) is None:
            model = train(
                few_rows(), Wanted(application=0.8, province=0.9), lambda step, share: None, datetime.now(UTC)
            )
            registry.store(folder, model)
            registry.use(folder, model.name)
    return folder
