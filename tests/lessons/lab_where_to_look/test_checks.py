"""Feedback on the exercises of notebook 12."""

import pytest

from fer_course.lessons.lab_where_to_look import checks

OPEN = "Not answered yet"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (0.2, "Right. 0.20"),
        (0.4, "the 2 belongs below the line"),
        (-0.2, "turn the sign"),
        (..., OPEN),
    ],
)
def test_the_sensitivity_of_two_accuracies(feedback, answer, words):
    assert words in feedback(checks.sensitivity, answer, 0.6, 0.4)


def test_a_difference_that_is_not_divided_is_told(feedback):
    assert "divide it by the room" in feedback(checks.sensitivity, 0.3, 0.4, 0.1)
    assert "Right. 0.60" in feedback(checks.sensitivity, 0.6, 0.4, 0.1)


def test_the_notebook_s_numbers_tell_every_slip_from_the_answer(feedback):
    assert "Right. 0.43" in feedback(checks.sensitivity, 0.43, 0.8, 0.5)
    assert "divide it by the room" in feedback(checks.sensitivity, 0.3, 0.8, 0.5)
    assert "take the smaller" in feedback(checks.sensitivity, 0.3 / 1.3, 0.8, 0.5)


def test_the_way_with_the_highest_sensitivity(feedback):
    values = {"as they are": 0.1, "noise outside the core": 0.45}
    assert "Right. 0.45" in feedback(checks.highest, "Noise outside the core", values)
    assert "It has 0.10" in feedback(checks.highest, "as they are", values)
    assert OPEN in feedback(checks.highest, ..., values)


@pytest.mark.parametrize(
    ("answer", "words"),
    [(0.6, "Right. 0.6"), (0.6708, "never above"), (0.45, "a root"), (0.4, "given labels"), (..., OPEN)],
)
def test_the_share_of_the_own_labels(feedback, answer, words):
    assert words in feedback(checks.share_of_trust, answer, 9, 20)


@pytest.mark.parametrize(
    ("answer", "words"),
    [(0.7, "Right. 0.7"), (1, "if no label is wrong"), (0.3, "outside every part"), (..., OPEN)],
)
def test_the_best_answer_to_flipped_labels(feedback, answer, words):
    assert words in feedback(checks.best_guess, answer)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("blocks flipped at random", "Right."),
        ("all masks too low", "Every picture says the same"),
        (..., OPEN),
    ],
)
def test_the_damage_that_heals(feedback, answer, words):
    assert words in feedback(checks.heals_itself, answer)
