"""Feedback on the exercises of notebook 14."""

import pytest

from fer_course.lessons.lab_attention import checks

OPEN = "Not answered yet"


@pytest.mark.parametrize(("answer", "words"), [(0, "Right."), (48, "too large"), (..., OPEN)])
def test_the_events_of_a_still_face(feedback, answer, words):
    assert words in feedback(checks.events_of_a_still_face, answer)


@pytest.mark.parametrize(
    ("answer", "words"),
    [(26, "and 3 events at the end"), (26.75, "Whole events"), (27, "more events than"), (..., OPEN)],
)
def test_the_events_of_a_slice(feedback, answer, words):
    assert words.lower() in feedback(checks.in_a_slice, answer, 107, 4).lower()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (1250, "Right. 1,250; timm's has 1,252"),
        (1152, "7×7"),
        (674, "up again"),
        (1201, "two maps"),
        (2402, "same two layers"),
        (1252, "batch norm"),
        (..., OPEN),
    ],
)
def test_the_weights_of_a_cbam(feedback, answer, words):
    assert words in feedback(checks.parameters_of_cbam, answer, 48, 12, 1252)


@pytest.mark.parametrize(
    ("answer", "words"), [(20, "Right."), (0.2, "in per cent"), (100 / 7, "not seven"), (..., OPEN)]
)
def test_chance_among_five(feedback, answer, words):
    assert words.lower() in feedback(checks.chance_of_five, answer).lower()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (0.84, "Right. ±0.84"),
        (10.5 / 600**0.5, "times 1.96"),
        (1.96 * 10.5, "divide by the root"),
        (1.96 * 10.5 / 600, "not by the number"),
        (..., OPEN),
    ],
)
def test_the_interval_of_a_mean_over_episodes(feedback, answer, words):
    assert words.lower() in feedback(checks.half_width, answer, 10.5, 600).lower()


@pytest.mark.parametrize(
    ("answer", "words"), [(375, "Right."), (75, "five examples"), (80, "sees each face once"), (..., OPEN)]
)
def test_how_often_a_conditional_head_runs(feedback, answer, words):
    assert words in feedback(checks.pair_passes, answer)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("only whether the other face is seen", "Right."),
        ("the training pairs", "pairs explain it"),
        (..., OPEN),
    ],
)
def test_what_may_differ(feedback, answer, words):
    assert words in feedback(checks.which_gain, answer)
