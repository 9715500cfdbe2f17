"""Feedback on the exercises of notebook 08."""

import numpy as np
import pytest

from fer_course.lessons.real_time import checks

OPEN = "Not answered yet"
TORCH = np.zeros((3, 7))
ONNX = TORCH + np.array([0, 1e-6, -3e-6])[:, None]
TIMES = np.arange(1.0, 102.0)
BEFORE = np.array([True] * 8 + [False] * 2)
AFTER = np.array([False] * 2 + [True] * 7 + [False])
FOUND = np.array([True] * 8 + [False] * 2)
RIGHT = np.array([True] * 6 + [False] * 4)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (3e-6, "Right. 3.0e-06: rounding"),
        (np.float32(3e-6), "Right."),
        (1e-6, "upwards"),
        (-3e-6, "downwards"),
        (abs(ONNX).mean(), "the mean difference"),
        (4e-6, "lowest to the highest"),
        (1.0, "too large"),
        (..., OPEN),
        (ONNX, "an array of shape (3, 7)"),
    ],
)
def test_largest_difference_says_what_an_answer_means(feedback, answer, words):
    assert words in feedback(checks.largest_difference, answer, TORCH, ONNX)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (96, "Right. 96.0 ms, against a median of 51.0 ms"),
        (51, "half of all faces take longer"),
        (101, "the slowest of all"),
        (1, "the fastest"),
        (6, "the other end"),
        (1000 / 96, "give the milliseconds"),
        (..., OPEN),
        ("fast", "Expected one number (milliseconds)"),
    ],
)
def test_time_to_promise_says_what_an_answer_means(feedback, answer, words):
    assert words in feedback(checks.time_to_promise, answer, TIMES)


def test_time_to_promise_tells_the_mean_from_the_median(feedback):
    assert "that is the mean" in feedback(checks.time_to_promise, 20.8, [1, 1, 1, 1, 100])


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (-10, "Right. -10.0 points: 2 faces lost, 1 won, of 10"),
        (10, "wrong sign"),
        (-0.1, "give percentage points"),
        (70, "the accuracy afterwards"),
        (-1, "a number of faces"),
        (30, "counts every face that changed"),
        (..., OPEN),
    ],
)
def test_change_of_accuracy_says_what_an_answer_means(feedback, answer, words):
    assert words in feedback(checks.change_of_accuracy, answer, BEFORE, AFTER)


def test_no_change_at_all_is_a_right_answer(feedback):
    assert feedback(checks.change_of_accuracy, 0, BEFORE, BEFORE).startswith("Right.")
    assert feedback(checks.change_of_accuracy, 1, BEFORE, BEFORE).startswith("Not yet.")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (0.6, "Right. 60.0%, although 75.0% of the found ones are right"),
        (0.75, "of the faces that were found"),
        (0.8, "the share that was found"),
        (0.4, "goes wrong"),
        (60, "in percent"),
        (6, "divide by all"),
        (..., OPEN),
    ],
)
def test_from_picture_to_label_says_what_an_answer_means(feedback, answer, words):
    assert words in feedback(checks.from_picture_to_label, answer, FOUND, RIGHT)


def test_if_nobody_is_found_nobody_is_named_right(feedback):
    assert feedback(checks.from_picture_to_label, 0, FOUND & False, RIGHT).startswith("Right.")


@pytest.mark.parametrize(
    ("weight", "answer", "words"),
    [
        (0.3, 2, "Right. After 2 frames the old ones keep 49%"),
        (0.5, 1, "Right. After 1 frames the old ones keep 50%"),
        (0.3, np.log(0.5) / np.log(0.7), "round up"),
        (0.3, 1, "the old frames still keep 70%"),
        (0.2, 5, "the mean age"),
        (0.1, 5, "multiplied each time"),
        (0.3, ..., OPEN),
    ],
)
def test_frames_to_half_says_what_an_answer_means(feedback, weight, answer, words):
    assert words in feedback(checks.frames_to_half, answer, weight)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (25, "Right. 25 frames a second. The largest part, find, takes 75%"),
        (40, "milliseconds of one frame"),
        (0.025, "frames a millisecond"),
        (1000 / 30, "counts find alone"),
        (100, "counts the network alone"),
        (1000 / 30 + 100, "add the milliseconds first"),
        (..., OPEN),
    ],
)
def test_frames_a_second_says_what_an_answer_means(feedback, answer, words):
    assert words in feedback(checks.frames_a_second, answer, {"find": 30, "predict": 10})


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("c", "Right."),
        ("A", "Not yet."),
        ("b", "Not yet."),
        ("d", "Not yet."),
        ("e", "Expected one of"),
        (..., OPEN),
    ],
)
def test_what_speed_shows_answers_every_choice(feedback, answer, words):
    assert words in feedback(checks.what_speed_shows, answer)
