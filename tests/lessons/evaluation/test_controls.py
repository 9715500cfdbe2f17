"""Intervals, temperature, threshold and mistakes."""

import numpy as np
import pytest

from fer_course.evaluation.predict import softmax
from fer_course.lessons.evaluation import controls
from fer_course.puppets.draw import draw_puppets


@pytest.fixture(scope="module")
def puppets():
    return draw_puppets(20, seed=5)


@pytest.fixture(scope="module")
def logits(puppets):
    rng = np.random.default_rng(0)
    return (2 * np.eye(7)[puppets.labels] + rng.normal(0, 1.5, (20, 7))).astype(np.float32)


def test_the_confidence_threshold_opens_where_labels_differ_and_shows_the_second_opinion(puppets, logits):
    control = controls.confidence_threshold(logits, puppets.labels, puppets.clean_labels)
    assert "At confidence 0.85 or more" in control.area.value
    assert "right by the second opinion" in control.area.value
    assert all(widget.description for widget in control.inputs.values())


def test_the_number_of_faces_moves_the_interval():
    control = controls.how_many_faces(0.7)
    assert "on 1,000 faces has a 95 % interval from 67.1% to 72.8%" in control.area.value
    control.inputs["faces"].value = 100_000
    assert "on 100,000 faces" in control.area.value and "0.3 points to each side" in control.area.value


def test_the_temperature_moves_confidence_and_loss(puppets, logits):
    control = controls.temperature(logits, puppets.labels)
    own = softmax(logits)[np.arange(20), puppets.labels]
    assert f"divided by 1.00, loss {-np.log(own).mean():.3f}" in control.area.value
    control.inputs["temperature"].value = 3.0
    assert "divided by 3.00" in control.area.value and "underconfident" in control.area.value


def test_moving_the_confidence_threshold_to_zero_keeps_everything(puppets, logits):
    control = controls.confidence_threshold(logits, puppets.labels)
    control.inputs["threshold"].value = 0.0
    assert "20 of 20 predictions are kept (100.0%)" in control.area.value


def test_the_mistakes_can_be_chosen_by_label_and_prediction(puppets, logits):
    guesses = logits.argmax(1)
    wrong = np.flatnonzero(guesses != puppets.labels)
    control = controls.mistakes(puppets, logits, puppets.clean_labels)
    assert f"of {len(wrong)} wrong predictions" in control.area.value
    label, guess = int(puppets.labels[wrong[0]]), int(guesses[wrong[0]])
    control.set(label=label, guess=guess)
    n = np.sum((puppets.labels == label) & (guesses == guess))
    assert f"of {n} wrong predictions" in control.area.value


def test_a_kind_of_mistake_that_never_happens_is_said(puppets, logits):
    control = controls.mistakes(puppets, logits)
    control.set(label=3, guess=3)
    assert "No mistakes of this kind" in control.area.value
