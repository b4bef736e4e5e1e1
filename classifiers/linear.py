"""A linear judge of text: TF-IDF features times weights, one temperature that turns margins into probabilities."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from classifiers.calibration import softmax
from classifiers.features import VIEW_WEIGHTS

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Vectors:
    """Rows of sparse unit-weighted features, as in a compressed sparse row matrix."""

    values: Floats
    columns: NDArray[np.int32]
    starts: NDArray[np.int64]


@dataclass(frozen=True)
class Vocabulary:
    """The known features in their order, each with its inverse document frequency."""

    names: NDArray[np.str_]
    weights: Floats
    columns: Mapping[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", {name: column for column, name in enumerate(self.names.tolist())})

    def vector(self, views: Mapping[str, Counter[str]]) -> tuple[list[int], list[float]]:
        """Columns and values of one mail: 1 + log count, times IDF, each view scaled to its own weight."""
        columns: list[int] = []
        values: list[float] = []
        for view, counts in views.items():
            known = [(self.columns[name], count) for name, count in counts.items() if name in self.columns]
            if not known:
                continue
            at = np.array([column for column, _ in known])
            raw = (1.0 + np.log([count for _, count in known])) * self.weights[at]
            scaled = raw * (VIEW_WEIGHTS[view] / float(np.linalg.norm(raw)))
            columns.extend(at.tolist())
            values.extend(scaled.tolist())
        return columns, values

    def vectors(self, mails: Sequence[Mapping[str, Counter[str]]]) -> Vectors:
        """The sparse rows of many mails."""
        columns: list[int] = []
        values: list[float] = []
        starts = [0]
        for views in mails:
            more_columns, more_values = self.vector(views)
            columns.extend(more_columns)
            values.extend(more_values)
            starts.append(len(columns))
        return Vectors(np.array(values, np.float32), np.array(columns, np.int32), np.array(starts, np.int64))


@dataclass(frozen=True)
class LinearText:
    """One-versus-rest weights (features x labels) with their offsets, the temperature and the acceptance threshold."""

    labels: tuple[str, ...]
    weights: Floats
    offsets: Floats
    sharpness: float
    threshold: float

    def margins(self, columns: Sequence[int], values: Sequence[float]) -> Floats:
        """The distance of one mail from each label's plane, in the order of `labels`."""
        if not columns:
            return self.offsets
        found: Floats = np.asarray(values, np.float32) @ self.weights[np.asarray(columns)] + self.offsets
        return found

    def ranked(self, columns: Sequence[int], values: Sequence[float]) -> list[tuple[str, float]]:
        """All labels with their probabilities, the most probable first."""
        chances = softmax(self.sharpness * self.margins(columns, values).astype(np.float64))
        order = np.argsort(-chances, kind="stable")
        return [(self.labels[index], float(chances[index])) for index in order]
