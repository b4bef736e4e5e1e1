"""Confidence that means what it says: temperature, calibration error, and the threshold for a wanted precision."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# No confidence reaches this threshold: the wanted precision cannot be had, so nothing is accepted.
NEVER = 1.01


def softmax(scores: Array) -> Array:
    """Probabilities along the last axis; each row sums to 1."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    result: Array = shifted / shifted.sum(axis=-1, keepdims=True)
    return result


def fit_sharpness(margins: Array, right: NDArray[np.int_]) -> float:
    """The factor on margins (rows x labels) under which the right labels are most probable, by golden section."""

    def loss(log_factor: float) -> float:
        chances = softmax(np.exp(log_factor) * margins)[np.arange(len(right)), right]
        return float(-np.log(np.maximum(chances, 1e-12)).mean())

    low, high, ratio = np.log(0.1), np.log(50.0), (np.sqrt(5.0) - 1) / 2
    for _ in range(60):
        left, middle = high - ratio * (high - low), low + ratio * (high - low)
        if loss(left) < loss(middle):
            high = middle
        else:
            low = left
    return float(np.exp((low + high) / 2))


def pick_threshold(confidence: Array, is_right: NDArray[np.bool_], precision: float) -> float:
    """The lowest confidence from which on verdicts are right with the wanted precision, `NEVER` if there is none.

    Half an error is added to what was counted, so that a short run of luck does not pass for certainty.
    """
    order = np.argsort(-confidence, kind="stable")
    errors = np.cumsum(~is_right[order])
    counts = np.arange(1, len(order) + 1)
    good = np.flatnonzero((errors + 0.5) / (counts + 0.5) <= 1 - precision)
    # Verdicts of equal confidence stand or fall together.
    sorted_confidence = confidence[order]
    good = good[[k + 1 == len(order) or sorted_confidence[k + 1] < sorted_confidence[k] for k in good]]
    return float(sorted_confidence[good[-1]]) if len(good) else NEVER


def threshold_for_share(confidence: Array, share: float) -> float:
    """The lowest confidence that at most this share of the verdicts, but always one, reaches; 0 when there are no more."""
    most = max(1, int(share * len(confidence)))
    if most >= len(confidence):
        return 0.0
    return float(np.nextafter(np.sort(confidence)[::-1][most], np.inf))


def calibration_error(confidence: Array, is_right: NDArray[np.bool_], bins: int = 15) -> float:
    """Expected calibration error: the mean gap between confidence and share of right verdicts, over equal-width bins."""
    if not len(confidence):
        return 0.0
    at = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(float(confidence[at == one].mean()) - float(is_right[at == one].mean())) * int((at == one).sum())
        for one in range(bins)
        if (at == one).any()
    ]
    return float(sum(gaps) / len(confidence))
