"""Feedback on the exercises of notebook 10."""

import numpy as np
import pytest

from fer_course.lessons.lab_two_recipes import checks

OPEN = "Not answered yet"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (False, "Right. The intervals are: of 3,589 images 61.2 to 64.4 %; of 7,178 images 61.7 to 63.9 %"),
        (True, "Not yet."),
        (np.False_, "Right."),
        ("no", "Expected True or False"),
        (..., OPEN),
    ],
)
def test_whether_a_figure_reaches_another(feedback, answer, words):
    assert words in feedback(checks.reaches, answer)


@pytest.mark.parametrize(
    ("answer", "words"), [("the test images", "Right."), ("training images", "learns from"), (..., OPEN)]
)
def test_what_was_watched(feedback, answer, words):
    assert words in feedback(checks.watched_on, answer)


@pytest.mark.parametrize(
    ("answer", "words"),
    [(0.4955, "Right. 0.496"), (0.451, "arithmetic"), (0.729, "that is the recall"), (..., OPEN)],
)
def test_the_precision_of_an_f1(feedback, answer, words):
    assert words in feedback(checks.precision_for, answer)


@pytest.mark.parametrize(
    ("answer", "words"), [(3, "Right. 3 of 7"), (4, "lie outside"), (7, "first"), (..., OPEN)]
)
def test_how_many_gains_lie_in_the_range(feedback, answer, words):
    assert words in feedback(checks.gains_in_range, answer)


@pytest.mark.parametrize(
    ("answer", "words"), [(3.2, "Right. 3.2 ms"), (0.1, "share of one"), (320, "multiply"), (..., OPEN)]
)
def test_the_wait_for_a_batch(feedback, answer, words):
    assert words in feedback(checks.wait_for_batch, answer)


def test_what_folding_changes(feedback):
    assert "Right. 0.5" in feedback(checks.largest_change, 0.5, np.array([1.0, 2]), np.array([1.5, 2]))
    assert "that is the mean" in feedback(checks.largest_change, 0.25, np.array([1.0, 2]), np.array([1.5, 2]))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (2.95, "Right. +3.0"),
        (0.0302, "in points"),
        (1.629, "in units of σ"),
        (1.852, "σ itself"),
        (..., OPEN),
    ],
)
def test_what_luck_is_worth(feedback, answer, words):
    assert words in feedback(checks.luck_of_twelve, answer)
