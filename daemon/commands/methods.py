"""`evaluate --compare`: methods of telling the application, side by side."""

import sys
from collections.abc import Sequence
from dataclasses import asdict

from classifiers.comparison import compare, table_of
from classifiers.corpus_files import LabelledMail
from daemon.commands.learning import progress_bar, training_faults
from daemon.output import print_json


def compare_methods(rows: Sequence[LabelledMail], as_json: bool) -> int:
    """One line or object for each method, the best one first."""
    with progress_bar("comparing") as progress, training_faults():
        found = compare(rows, progress)
    if as_json:
        for one in found:
            print_json(asdict(one))
    else:
        sys.stdout.write(table_of(found) + "\n")
    return 0
