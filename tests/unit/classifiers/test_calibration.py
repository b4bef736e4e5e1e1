import numpy as np
import pytest

from classifiers.calibration import (
    NEVER,
    calibration_error,
    fit_sharpness,
    pick_threshold,
    softmax,
    threshold_for_share,
)


def test_probabilities_sum_to_one_even_for_extreme_scores() -> None:
    chances = softmax(np.array([[1000.0, -1000.0, 0.0], [0.0, 0.0, 0.0]]))
    assert chances.sum(axis=1) == pytest.approx([1.0, 1.0])
    assert np.isfinite(chances).all()


def test_the_sharpness_makes_confidence_match_the_share_that_is_right() -> None:
    # Nine of ten are right with the same margin between two labels.
    margins = np.tile([0.5, -0.5], (100, 1))
    right = np.array([0] * 90 + [1] * 10)
    chances = softmax(fit_sharpness(margins, right) * margins)
    assert chances[0, 0] == pytest.approx(0.9, abs=0.01)


def test_the_threshold_keeps_the_wanted_precision() -> None:
    confidence = np.linspace(0, 1, 1001)
    is_right = confidence > 0.3
    threshold = pick_threshold(confidence, is_right, 0.98)
    accepted = confidence >= threshold
    assert is_right[accepted].mean() >= 0.98
    assert 0.25 < threshold < 0.32


def test_no_more_than_the_wanted_share_reaches_the_threshold() -> None:
    confidence = np.linspace(0.001, 1, 1000)
    assert (confidence >= threshold_for_share(confidence, 0.02)).mean() == 0.02
    assert (np.full(100, 0.7) >= threshold_for_share(np.full(100, 0.7), 0.02)).sum() == 0


def test_one_verdict_alone_never_closes_the_door() -> None:
    assert threshold_for_share(np.array([1.0, 0.4, 0.2]), 0.02) == pytest.approx(0.4)
    assert threshold_for_share(np.array([0.9]), 0.02) == 0.0
    assert threshold_for_share(np.array([]), 0.02) == 0.0


def test_nothing_is_accepted_when_the_precision_cannot_be_had() -> None:
    assert pick_threshold(np.array([0.9, 0.8]), np.array([False, False]), 0.9) == NEVER
    assert pick_threshold(np.array([]), np.array([], bool), 0.9) == NEVER


def test_a_few_lucky_verdicts_do_not_pass_for_certainty() -> None:
    assert pick_threshold(np.array([0.9, 0.8, 0.7]), np.array([True, True, True]), 0.98) == NEVER


def test_equal_confidences_stand_or_fall_together() -> None:
    confidence = np.full(100, 0.8)
    is_right = np.array([True] * 90 + [False] * 10)
    assert pick_threshold(confidence, is_right, 0.95) == NEVER


def test_the_calibration_error_is_the_gap_between_confidence_and_truth() -> None:
    assert calibration_error(np.full(10, 0.8), np.array([True] * 8 + [False] * 2)) == pytest.approx(0.0)
    assert calibration_error(np.full(10, 1.0), np.array([True] * 5 + [False] * 5)) == pytest.approx(0.5)
    assert calibration_error(np.array([]), np.array([], bool)) == 0.0
