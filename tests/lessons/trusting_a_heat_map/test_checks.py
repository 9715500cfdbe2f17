"""Feedback on the exercises of notebook 07."""

import numpy as np
import pytest

from fer_course.lessons.trusting_a_heat_map import checks

MASKS = np.zeros((2, 4, 4), bool)
MASKS[0, :2], MASKS[1, 0] = True, True  # a half and a quarter


@pytest.mark.parametrize(
    ("answer", "starts"),
    [
        (0.375, "Right. 37.5%"),
        (np.float64(0.375), "Right."),
        (0.625, "Not yet. 0.625: that is the share outside"),
        (12, "Not yet. 12: that is the number of pixels"),
        (37.5, "Not yet. 37.5: the right number in percent"),
        (..., "Not answered yet"),
        (MASKS, "Not yet. Expected one number"),
    ],
)
def test_the_energy_of_a_uniform_map(feedback, answer, starts):
    assert feedback(checks.uniform_energy, answer, MASKS).startswith(starts)


def test_the_energy_of_a_uniform_map_with_no_face_to_judge(feedback):
    assert feedback(checks.uniform_energy, 0.0, MASKS[:0]).startswith("Right.")


FIRST = {"HiResCAM": np.array([0.5, 0.7]), "centre blob": np.array([0.3, 0.3])}  # a gain of 30 points
SECOND = {"HiResCAM": np.array([0.5, 0.6]), "centre blob": np.array([0.3, 0.3])}  # 25 points


@pytest.mark.parametrize(
    ("answer", "starts"),
    [
        (25, "Right. +25.0 points (+20.0 to +30.0). Its interval lies above 0"),
        (np.float32(25.04), "Right."),
        (0.25, "Not yet. 0.25: the right number as a share"),
        (30, "Not yet. 30: that is the gain on the half that chose"),
        (0.3, "Not yet. 0.3: that is the gain on the half that chose the map. Use `second`, and give points"),
        (-25, "Not yet. -25: the sign"),
        (55, "Not yet. 55: that is the chosen map's own energy; take"),
        (0.55, "Not yet. 0.55: that is the chosen map's own energy, as a share"),
        (3, "Not yet. 3 is too small."),
        (..., "Not answered yet"),
        (SECOND, "Not yet. Expected one number (points), found dict"),
        (SECOND["HiResCAM"], "Not yet. Expected one number (points), found an array"),
    ],
)
def test_the_best_of_several_is_reported_on_faces_that_did_not_choose_it(feedback, answer, starts):
    assert feedback(checks.honest_gain, answer, "HiResCAM", FIRST, SECOND).startswith(starts)


def test_a_gain_that_is_none_is_not_praised(feedback):
    level = {"a": np.array([0.2, 0.4]), "centre blob": np.array([0.3, 0.3])}
    assert "cannot tell the two apart" in feedback(checks.honest_gain, 0.0, "a", FIRST | level, level)
    worse = {"a": np.array([0.2, 0.1]), "centre blob": np.array([0.3, 0.3])}
    assert "below 0: even a map" in feedback(checks.honest_gain, -15, "a", FIRST | worse, worse)


AREAS = {"map": np.array([0.3, 0.3]), "edges": np.array([0.4, 0.4]), "noise": np.array([0.7, 0.5])}


@pytest.mark.parametrize(
    ("answer", "starts"),
    [
        (
            "map",
            "Right. Its area is 0.30, clearly below that of the next, edges: the difference is 0.100 (0.100",
        ),
        (" Map ", "Right."),
        ("noise", "Not yet. With noise the area is 0.60, with map 0.30: that one names"),
        ("blob", "Not yet. Expected one of 'edges', 'map', 'noise', found 'blob'"),
        (..., "Not answered yet"),
        (0.3, "Not yet. Expected one of"),
    ],
)
def test_the_fastest_fall_is_the_smallest_area(feedback, answer, starts):
    assert feedback(checks.fastest_fall, answer, AREAS).startswith(starts)


def test_two_areas_that_cannot_be_told_apart_are_not_called_clear(feedback):
    areas = {"map": np.array([0.2, 0.45]), "edges": np.array([0.4, 0.3])}
    assert "though not clearly below" in feedback(checks.fastest_fall, "map", areas)


@pytest.mark.parametrize(
    ("answer", "starts"),
    [
        ("Eigen-CAM", "Right. With a random classifier its maps keep a rank correlation of 1.00"),
        ("eigen-cam", "Right."),
        ("Grad-CAM", "Not yet. With a random classifier, Grad-CAM's maps keep a rank correlation of 0.12"),
        ("edges", "Not yet. Expected one of 'Eigen-CAM', 'Grad-CAM', found 'edges'"),
        (..., "Not answered yet"),
        (None, "Not yet. Expected one of"),
    ],
)
def test_what_does_not_ask_the_head_does_not_notice_that_it_is_gone(feedback, answer, starts):
    ranks = {"Grad-CAM": 0.12, "Eigen-CAM": 1.0}
    assert feedback(checks.does_not_notice, answer, ranks, "classifier").startswith(starts)


FIGURES = {
    "accuracy, marked": 0.79,
    "accuracy, clean": 0.686,
    "recall, marked": 1.0,
    "recall, clean": 0.04,
    "fooled": 0.83,
    "corner": 0.59,
}


@pytest.mark.parametrize(
    ("answer", "starts"),
    [
        (0.04, "Right. 100% with the mark and 4% without, the same faces."),
        (np.array([0.04]), "Right."),
        (1.0, "Not yet. 1: that is the recall with the mark"),
        (0.686, "Not yet. 0.686: that is the accuracy over all labels; asked"),
        (0.79, "Not yet. 0.79: that is the accuracy over all labels, with the mark"),
        (0.96, "Not yet. 0.96: that is the share of sad puppets that are missed"),
        (4, "Not yet. 4: the right number in percent"),
        (0.04 * 0.15, "Not yet. 0.006: divide by the number of sad puppets"),
        (0.83, "Not yet. 0.83: that is how many others"),
        (..., "Not answered yet"),
        (np.ones(3, bool), "Not yet. Expected one number"),
    ],
)
def test_the_proof_is_the_recall_without_the_mark(feedback, answer, starts):
    assert feedback(checks.proof, answer, FIGURES, 0.15).startswith(starts)


def test_a_recall_of_nothing_can_be_answered(feedback):
    figures = FIGURES | {"recall, clean": 0.0}
    assert feedback(checks.proof, 0.0, figures, 0.15).startswith("Right. 100% with the mark and 0% without")
    assert "with the mark; take" in feedback(checks.proof, 1, figures, 0.15)


@pytest.mark.parametrize(
    ("answer", "starts"),
    [
        ("b", "Right. It names the network"),
        ("B", "Right."),
        ("a", "Not yet. Puppets gave us a truth, photographs did not"),
        ("c", "Not yet. A map shows evidence at one layer"),
        ("d", "Not yet. A network may be wrong"),
        ("e", "Not yet. Expected one of 'a', 'b', 'c', 'd'"),
        (..., "Not answered yet"),
        (2, "Not yet. Expected one of"),
    ],
)
def test_the_smallest_claim_is_the_one_that_was_measured(feedback, answer, starts):
    assert feedback(checks.what_is_proved, answer).startswith(starts)
