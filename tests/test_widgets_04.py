import numpy as np
import pytest

from fer_course import widgets
from fer_course.puppets import draw_puppets


@pytest.fixture(autouse=True)
def strict(monkeypatch):
    monkeypatch.setenv("FER_STRICT", "1")


@pytest.fixture(scope="module")
def puppets():
    return draw_puppets(20, seed=5)


@pytest.fixture(scope="module")
def logits(puppets):
    rng = np.random.default_rng(0)
    return (2 * np.eye(7)[puppets.labels] + rng.normal(0, 1.5, (20, 7))).astype(np.float32)


def test_the_confidence_threshold_shows_at_first_what_is_kept_at_one_half(puppets, logits):
    control = widgets.confidence_threshold(logits, puppets.labels)
    assert "At confidence 0.50 or more" in control.area.value
    assert all(widget.description for widget in control.inputs.values())


def test_moving_the_confidence_threshold_to_zero_keeps_everything(puppets, logits):
    control = widgets.confidence_threshold(logits, puppets.labels)
    control.inputs["threshold"].value = 0.0
    assert "20 of 20 predictions are kept (100.0%)" in control.area.value


def test_the_mistakes_can_be_chosen_by_label_and_prediction(puppets, logits):
    guesses = logits.argmax(1)
    wrong = np.flatnonzero(guesses != puppets.labels)
    control = widgets.mistakes(puppets, logits, puppets.clean_labels)
    assert f"of {len(wrong)} wrong predictions" in control.area.value
    label, guess = int(puppets.labels[wrong[0]]), int(guesses[wrong[0]])
    control.set(label=label, guess=guess)
    n = np.sum((puppets.labels == label) & (guesses == guess))
    assert f"of {n} wrong predictions" in control.area.value


def test_a_kind_of_mistake_that_never_happens_is_said(puppets, logits):
    control = widgets.mistakes(puppets, logits)
    control.set(label=3, guess=3)
    assert "No mistakes of this kind" in control.area.value
