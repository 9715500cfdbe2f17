"""Confidence held against how often a model is right."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve

from fer_course.evaluation.calibration import (
    asked_confidence,
    calibration_sentence,
    expected_calibration_error,
    reliability,
)
from fer_course.evaluation.predict import softmax

pairs = st.integers(1, 40).flatmap(
    lambda n: st.tuples(*[st.lists(st.integers(0, 6), min_size=n, max_size=n)] * 2)
)


def one_hot(predictions, strength=5.0):
    return strength * np.eye(7)[np.asarray(predictions)]


def test_confidence_that_is_earned_has_no_calibration_error():
    # Seven equal logits: confidence 1/7; one in seven is right.
    logits, labels = np.zeros((7, 7)), np.arange(7)
    assert expected_calibration_error(logits, labels) == pytest.approx(0)
    table = reliability(logits, labels)
    assert table["count"].tolist() == [7]
    assert table.accuracy.tolist() == pytest.approx([1 / 7])


def test_a_sure_model_that_is_right_half_the_time_has_an_error_of_one_half():
    logits = one_hot([0] * 10, strength=100)
    assert expected_calibration_error(logits, [0] * 5 + [1] * 5) == pytest.approx(0.5)
    assert reliability(logits, [0] * 5 + [1] * 5).confidence.tolist() == [1.0]


def test_calibration_gaps_are_weighted_by_their_images_and_do_not_cancel():
    logits = np.concatenate([np.zeros((9, 7)), one_hot([0], 100)])
    # Nine images are right and 1/7 sure, one is wrong and sure.
    assert expected_calibration_error(logits, [0] * 9 + [1]) == pytest.approx((9 * 6 / 7 + 1) / 10)


@given(pairs, st.integers(1, 20))
def test_every_image_is_in_one_bin(both, bins):
    labels, guesses = map(np.array, both)
    table = reliability(one_hot(guesses, strength=1.5), labels, bins)
    assert table["count"].sum() == len(labels)
    assert 0 <= expected_calibration_error(one_hot(guesses, 1.5), labels, bins) <= 1


def test_probabilities_in_the_place_of_logits_are_told_from_them():
    logits = np.random.default_rng(0).normal(size=(20, 7))
    assert expected_calibration_error(logits, np.arange(20) % 7) > 0
    with pytest.raises(
        ValueError, match="Expected logits, found rows that add up to 1, which are probabilities"
    ):
        expected_calibration_error(softmax(logits), np.arange(20) % 7)
    with pytest.raises(
        ValueError, match=r"Expected logits of shape \(N, 7\), one row at least, found \(0, 7\)"
    ):
        reliability(np.zeros((0, 7)), [])


def test_the_sentence_of_calibration_names_both_directions_and_neither():
    labels = np.array([0] * 5 + [1] * 5)
    sure, unsure = one_hot([0] * 10, 50.0), one_hot(labels, 1e-3)
    assert calibration_sentence(sure, labels) == (
        "100.0% sure, right about 50.0%: overconfident by 50.0 points, ECE 0.500"
    )
    assert "14.3% sure, right about 100.0%: underconfident by 85.7 points" in calibration_sentence(
        unsure, labels
    )
    assert "as sure as right on average" in calibration_sentence(one_hot(labels, 50.0), labels)


def test_the_confidence_that_is_asked_for_is_where_the_weighted_smoothed_loss_is_smallest():
    weights, smoothing = torch.tensor([1.0, 3.0, 1.0, 0.6, 1.0, 1.2, 1.0]), 0.06
    asked = asked_confidence(weights.numpy(), smoothing)
    for label in (1, 3):
        logits = torch.zeros(1, 7, requires_grad=True)
        optimizer = torch.optim.LBFGS([logits], max_iter=200, line_search_fn="strong_wolfe")

        def closure(label=label, logits=logits, optimizer=optimizer):
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(
                logits, torch.tensor([label]), weight=weights, label_smoothing=smoothing, reduction="sum"
            )
            loss.backward()
            return loss

        optimizer.step(closure)
        assert logits.softmax(1)[0, label].item() == pytest.approx(asked[label], abs=1e-3)
    assert asked[1] > asked[0] > asked[3]


def test_without_weights_every_label_is_asked_for_the_same():
    np.testing.assert_allclose(asked_confidence(np.ones(7), 0.06), 1 - 0.06 + 0.06 / 7)


def test_weights_that_are_none_are_refused():
    with pytest.raises(ValueError, match="Expected one weight for each class"):
        asked_confidence(np.zeros(7), 0.06)


def test_the_curve_is_that_of_scikit_learn():
    rng = np.random.default_rng(0)
    logits, labels = rng.normal(size=(500, 7)) * 2, rng.integers(0, 7, 500)
    probabilities = softmax(logits)
    right = probabilities.argmax(1) == labels
    accuracy, confidence = calibration_curve(right, probabilities.max(1), n_bins=10)
    table = reliability(logits, labels, bins=10)
    np.testing.assert_allclose(table.accuracy, accuracy)
    np.testing.assert_allclose(table.confidence, confidence)


@pytest.mark.parametrize("bins", [0, -3, 2.5])
def test_bins_that_are_no_number_of_bins_are_refused(bins):
    with pytest.raises(ValueError, match="Expected bins as a whole number of 1 or more"):
        reliability(3 * np.eye(7), range(7), bins)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_logits_that_are_no_numbers_do_not_make_the_calibration_error_smaller(value):
    logits = 3 * np.eye(7)
    logits[1, 1] = value
    with pytest.raises(ValueError, match="for 1 of 7 faces: training has diverged"):
        expected_calibration_error(logits, range(7))
