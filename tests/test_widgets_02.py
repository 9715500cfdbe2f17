import numpy as np
import pytest

from fer_course import widgets

COUNTS = np.array([40, 10, 10, 40, 10, 10, 10])
LABELS = np.arange(7)


@pytest.fixture(autouse=True)
def strict(monkeypatch):
    monkeypatch.setenv("FER_STRICT", "1")


def test_the_slider_moves_the_recall_of_the_rare_label():
    logits = 3 * np.eye(7, dtype=np.float32)
    logits[1] = [1, 0.9, 0, 0, 0, 0, 0]  # disgust, called angry as long as angry's share counts
    control = widgets.adjustment(logits, LABELS, COUNTS)
    assert "tau = 0.0" in control.area.value and "disgust 0," in control.area.value
    control.inputs["tau"].value = 1.0
    assert "tau = 1.0" in control.area.value and "disgust 100," in control.area.value


def test_it_has_a_description():
    assert widgets.adjustment(np.eye(7), LABELS, COUNTS).inputs["tau"].description == "tau"
