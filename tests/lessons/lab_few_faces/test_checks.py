"""Feedback on the exercises of notebook 11."""

import numpy as np
import pytest
from lab_runs import RUNS

from fer_course.lessons.lab_few_faces import checks

OPEN = "Not answered yet"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (11.65, "Right. ±11.7 points"),
        (5.946, "one standard error"),
        (23.3, "the whole width"),
        (0.1165, "in points, times 100"),
        (..., OPEN),
    ],
)
def test_what_70_faces_tell(feedback, answer, words):
    assert words in feedback(checks.half_width, answer)


def test_the_largest_change_of_a_logit(feedback):
    before, after = np.array([[1.0, -2]]), np.array([[1.5, -3]])
    assert "Right. 1" in feedback(checks.change_of_logits, 1.0, before, after)
    assert "the absolute value" in feedback(checks.change_of_logits, 0.5, before, after)
    assert "largest logit" in feedback(checks.change_of_logits, 2.0, before, after)
    assert OPEN in feedback(checks.change_of_logits, ..., before, after)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (1, "Right. Run 1: rate 0.03, decay 0.001"),
        (0, "does not fit"),
        (3, "lowest training loss"),
        ("1", "Leave out the quotation marks"),
        (..., OPEN),
    ],
)
def test_the_run_that_the_norm_takes(feedback, answer, words):
    assert words in feedback(checks.chosen_run, answer, RUNS)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (4, "Right. 4"),
        (511, "Try the middle first"),
        (9, "exactly"),
        (3, "above 1.05"),
        (5, "one fewer"),
        (..., OPEN),
    ],
)
def test_how_many_halvings(feedback, answer, words):
    assert words in feedback(checks.more_trainings, answer)


@pytest.mark.parametrize(
    ("answer", "words"), [(0.25, "Right. 0.25 faces"), (4, "Turn it around"), (500, "divide"), (..., OPEN)]
)
def test_faces_for_each_weight(feedback, answer, words):
    assert words in feedback(checks.faces_for_each_weight, answer, 500, 2000)
