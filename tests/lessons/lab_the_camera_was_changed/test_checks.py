"""Feedback on the exercises of notebook 13."""

import pytest

from fer_course.lessons.lab_the_camera_was_changed import checks

OPEN = "Not answered yet"


@pytest.mark.parametrize(
    ("answer", "words"),
    [(0, "Right."), (0.6931, "the entropy itself"), (0.5, "the probability"), (..., OPEN)],
)
def test_the_slope_of_the_entropy(feedback, answer, words):
    assert words in feedback(checks.gradient_at_even, answer)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (12.1 / 13.2, "Right. 92%"),
        (0.92, "Right."),
        (12.1, "divide it by the whole gain"),
        (91.67, "in per cent"),
        (0.0833, "share of self-learning"),
        (14.4 / 26.5, "ratio of two errors"),
        ("most", "Expected one number"),
        (..., OPEN),
    ],
)
def test_the_share_of_statistics_in_the_paper_s_gain(feedback, answer, words):
    assert words in feedback(checks.share_of_statistics, answer)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (62_208, "Right. 62,208"),
        (31_104, "two numbers for each weight"),
        (93_312, "three sizes"),
        (..., OPEN),
    ],
)
def test_the_weights_of_a_convolution_on_a_line(feedback, answer, words):
    assert words in feedback(checks.parameters_of_a_line, answer, 48, 72)


@pytest.mark.parametrize(
    ("answer", "words"), [(0.23, "Right."), (0.46, "that is the sum"), (0.3, "larger size"), (..., OPEN)]
)
def test_a_weight_between_two_sizes(feedback, answer, words):
    assert words in feedback(checks.weight_between, answer, 0.30, 0.16)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("the mean depends on the labels", "Right."),
        ("the noise differs", "the same noise"),
        ("magic", "Expected one of"),
        (..., OPEN),
    ],
)
def test_why_uneven_labels_mislead(feedback, answer, words):
    assert words in feedback(checks.what_the_labels_do, answer)
