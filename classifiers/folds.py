"""Which mails are judged by a model that has not seen them: other writers' mails teach, and near texts stay together."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FOLDS = 5
# (positions to learn from, positions to test on)
Fold = tuple[NDArray[np.int_], NDArray[np.int_]]
_MOST_OF_A_LABEL = 0.6  # with more of a label's mails away there would be too little to learn it from


def folds_of(labels: Sequence[str], groups: NDArray[np.int_], writers: Sequence[str]) -> list[Fold]:
    """Five folds, the same at every call. A writer's mails are together, so that each is judged as a stranger's mail is.

    A label of which one fold would hold most (only one writer has written about it) is spread by groups of near texts.
    """
    fold_of_writer = _assigned(labels, writers)
    placed = np.array([fold_of_writer[writer] for writer in writers], np.int_)
    for label in sorted(set(labels)):
        mine = np.flatnonzero(np.array([one == label for one in labels]))
        if np.bincount(placed[mine], minlength=FOLDS).max() > _MOST_OF_A_LABEL * len(mine):
            order = sorted(set(groups[mine].tolist()), key=lambda group: hashlib.sha256(str(group).encode()).digest())
            turn = {group: number % FOLDS for number, group in enumerate(order)}
            placed[mine] = [turn[group] for group in groups[mine].tolist()]
    placed = placed[groups]  # a group's number is the position of one of its mails
    return [(np.flatnonzero(placed != fold), np.flatnonzero(placed == fold)) for fold in sorted(set(placed.tolist()))]


def _assigned(labels: Sequence[str], writers: Sequence[str]) -> dict[str, int]:
    """A fold for each writer: the largest first, each where his labels are rarest, then where the fewest mails are."""
    wrote: dict[str, Counter[str]] = defaultdict(Counter)
    for label, writer in zip(labels, writers, strict=True):
        wrote[writer][label] += 1
    held: list[Counter[str]] = [Counter() for _ in range(FOLDS)]
    assigned = {}
    for writer in sorted(wrote, key=lambda one: (-wrote[one].total(), one)):
        mine = wrote[writer]
        fold = min(
            range(FOLDS),
            key=lambda one: (sum(held[one][label] * count for label, count in mine.items()), held[one].total(), one),
        )
        held[fold].update(mine)
        assigned[writer] = fold
    return assigned
