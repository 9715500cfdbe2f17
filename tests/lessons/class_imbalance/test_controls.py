"""The strength of logit adjustment, and how rare a label is."""

import numpy as np

from fer_course.lessons.class_imbalance import controls

COUNTS = np.array([40, 10, 10, 40, 10, 10, 10])


LABELS = np.arange(7)


def test_the_slider_moves_the_recall_of_the_rare_label():
    logits = 3 * np.eye(7, dtype=np.float32)
    logits[1] = [1, 0.9, 0, 0, 0, 0, 0]  # disgust, called angry as long as angry's share counts
    control = controls.adjustment(logits, LABELS, COUNTS)
    assert "tau = 0.0" in control.area.value and "disgust 0 (" in control.area.value
    control.inputs["tau"].value = 1.0
    assert "tau = 1.0" in control.area.value and "disgust 100 (" in control.area.value


def test_the_adjustment_has_a_description_and_tells_false_alarms():
    control = controls.adjustment(np.eye(7), LABELS, COUNTS)
    assert control.inputs["tau"].description == "tau (1: equal classes)"
    assert "of 100 faces called disgust, 100 are" in control.area.value


def test_a_steeper_mix_is_drawn_from_the_faces_at_hand_and_its_heads_are_compared():
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(7), [40, 20, 40, 60, 40, 40, 40])
    features = rng.normal(size=(280, 8)).astype(np.float32)
    features[np.arange(280), labels] += 1
    exam_labels = np.repeat(np.arange(7), 10)
    control = controls.how_rare(features, labels, features[:70], exam_labels)
    assert "280 training faces" in control.area.value
    assert control.inputs["ratio"].options[0] == ("these faces' own mix, 3 : 1", 0)
    before = control.area.value
    control.inputs["ratio"].value = 20
    assert "60 happy" in control.area.value and "3 disgust" in control.area.value
    assert "logit adjustment" in control.area.value
    control.inputs["ratio"].value = 0
    assert control.area.value == before
