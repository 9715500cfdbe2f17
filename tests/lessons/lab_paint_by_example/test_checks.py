"""Feedback on the exercises of notebook 16."""

import pytest

from fer_course.lessons.lab_paint_by_example import checks
from fer_course.lessons.lab_paint_by_example.diffusion import ALPHAS

OPEN = "Not answered yet"
ALPHA = float(ALPHAS[998])


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (((1 - ALPHA) / ALPHA) ** 0.5, "Right. 14.5 times"),
        (ALPHA**0.5, "the answer is"),
        (1 / ALPHA**0.5, "scaled by"),
        (1 / ALPHA, "take the root"),
        (..., OPEN),
    ],
)
def test_how_an_error_in_the_noise_grows(feedback, answer, words):
    assert words in feedback(checks.noise_at_the_start, answer, ALPHA)


@pytest.mark.parametrize(
    ("answer", "words"),
    [("no", "Right."), (False, "Right."), ("yes", "requires_grad"), (True, "requires_grad"), (..., OPEN)],
)
def test_whether_feedback_as_released_teaches(feedback, answer, words):
    assert words in feedback(checks.does_it_teach, answer)


@pytest.mark.parametrize(
    ("answer", "words"), [(10, "Right. 10 times"), (0.1, "the other way round"), (..., OPEN)]
)
def test_how_many_times_as_fast_fewer_steps_are(feedback, answer, words):
    assert words.lower() in feedback(checks.times_as_fast, answer).lower()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("it paints the mean of all faces that fit", "Right."),
        ("it is too small", "same network"),
        (..., OPEN),
    ],
)
def test_why_the_smallest_error_belongs_to_the_most_blurred(feedback, answer, words):
    assert words in feedback(checks.why_blurred, answer)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (14.142, "Right. 14.1"),
        (10, "error of their mean"),
        (20, "squares add up"),
        (0, "a face that fits"),
        (..., OPEN),
    ],
)
def test_the_error_of_a_perfect_painter(feedback, answer, words):
    assert words in feedback(checks.error_of_a_perfect_painter, answer, 10.0)
