"""Feedback on the exercises of notebook 00."""

import numpy as np
import pytest

from fer_course.lessons.exercises import NOT_ANSWERED
from fer_course.lessons.start_here import checks


@pytest.mark.parametrize(
    "answer", [{6: 1, 12: 0.5}, {"AU6": 1.0, "12": 1.0, 25: 0.3}, [6, 12], (12, 6), {6: 1, 12: 1, 4: 0}]
)
def test_cheeks_and_lip_corners_are_happy(feedback, answer):
    assert feedback(checks.happy_units, answer).startswith("Right.")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({12: 1.0}, "Missing: 1 of the 2"),
        ({6: 0.1, 12: 0.8}, "so faint"),
        ({}, "neutral"),
        ([1, 4, 15], "units of sad"),
        ({6: 1, 12: 1, 4: 1}, "brow lowerer"),
        ({99: 1}, "that puppets draw"),
        ({6: 7}, "from 0 to 1"),
        ({6: None}, "from 0 to 1"),
        ("happy", "Expected action units"),
        (12, "Expected action units"),
        (None, "Expected action units"),
        (float("nan"), "Expected action units"),
        ([[6], [12]], "that puppets draw"),
    ],
)
def test_other_units_are_told_what_they_are(feedback, answer, words):
    said = feedback(checks.happy_units, answer)
    assert said.startswith("Not yet.") and words in said


def test_an_open_answer_is_told_so(feedback):
    assert feedback(checks.happy_units, ...).strip() == NOT_ANSWERED
    assert feedback(checks.what_is_predicted, ...).strip() == NOT_ANSWERED
    assert feedback(checks.allowed_use, ...).strip() == NOT_ANSWERED
    assert feedback(checks.better_than_blind, ..., [0], [0]).strip() == NOT_ANSWERED
    assert feedback(checks.label_among_two, ..., np.eye(7), np.arange(7)).strip() == NOT_ANSWERED


def test_a_label_is_all_that_a_prediction_says(feedback):
    assert feedback(checks.what_is_predicted, " B ").startswith("Right.")
    assert "feelings" in feedback(checks.what_is_predicted, "a")
    assert "Notebook 05" in feedback(checks.what_is_predicted, "c")
    assert "Expected one of" in feedback(checks.what_is_predicted, 3)


def test_a_third_unit_that_may_come_along_is_named(feedback):
    assert "25 may come with it" in feedback(checks.happy_units, {6: 1, 12: 1, 25: 1})
    assert "may come" not in feedback(checks.happy_units, {6: 1, 12: 1})


@pytest.fixture
def named():
    """Happy 40 of 40, sad 2 of 8 (above one in seven, but not clearly), fear 0 of 20."""
    truth = np.repeat([3, 4, 2], [40, 8, 20])
    return np.repeat([3, 4, 3, 3], [40, 2, 6, 20]), truth


def test_labels_count_as_better_than_a_blind_guess_by_their_whole_interval(feedback, named):
    right = feedback(checks.better_than_blind, 1, *named)
    assert right.startswith("Right. For happy. It has not shown that for fear, sad.")
    assert "whole interval" in feedback(checks.better_than_blind, 2, *named)
    assert "all labels that have faces" in feedback(checks.better_than_blind, 3, *named)
    assert "that is the accuracy" in feedback(checks.better_than_blind, 42 / 68, *named)
    assert "too large" in feedback(checks.better_than_blind, 7, *named)


def test_an_interval_that_ends_at_the_line_may_be_counted_or_not(feedback):
    truth = np.repeat([3, 2], [40, 83])
    named = np.repeat([3, 2, 3], [40, 18, 65])  # fear 18 of 83: from 14.2 %, beside a line at 14.3 %
    for answer in (1, 2):
        said = feedback(checks.better_than_blind, answer, named, truth)
        assert said.startswith("Right. For happy.") and "(fear: a close call.)" in said
    assert feedback(checks.better_than_blind, 0, named, truth).startswith("Not yet.")


def test_the_second_place_counts_among_two(feedback):
    probabilities = np.array([[0.6, 0.3, 0.1], [0.6, 0.3, 0.1], [0.6, 0.3, 0.1], [0.6, 0.3, 0.1]])
    labels = np.array([0, 0, 1, 2])
    assert feedback(checks.label_among_two, 3, probabilities, labels).startswith("Right. 3 of 4, and 2 of")
    assert "at the first place; count" in feedback(checks.label_among_two, 2, probabilities, labels)
    assert "at the second place; count" in feedback(checks.label_among_two, 1, probabilities, labels)
    assert "all faces" in feedback(checks.label_among_two, 4, probabilities, labels)


def test_only_the_question_about_the_model_is_a_fit_use(feedback):
    assert feedback(checks.allowed_use, "C)").startswith("Right.")
    for use, words in (("a", "workplace"), ("b", "in education"), ("d", "police")):
        said = feedback(checks.allowed_use, use)
        assert said.startswith("Not yet.") and words in said
    assert "Expected one of" in feedback(checks.allowed_use, "all")


@pytest.mark.parametrize("answer", ["text", None, [1, 2], {}, np.zeros(3), print, float("nan")], ids=repr)
def test_nonsense_is_answered_by_a_sentence(feedback, named, answer):
    for check, context in (
        (checks.better_than_blind, named),
        (checks.label_among_two, (np.eye(7), np.arange(7))),
        (checks.allowed_use, ()),
        (checks.what_is_predicted, ()),
    ):
        assert feedback(check, answer, *context).startswith("Not yet.")
