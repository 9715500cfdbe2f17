"""Feedback on the exercises of notebook 00."""

import pytest

from fer_course import checks_faces as checks
from fer_course.checks import NOT_ANSWERED


def told(capsys, check, *arguments):
    check(*arguments)
    return capsys.readouterr().out


@pytest.mark.parametrize(
    "answer", [{6: 1, 12: 0.5}, {"AU6": 1.0, "12": 1.0, 25: 0.3}, [6, 12], (12, 6), {6: 1, 12: 1, 4: 0}]
)
def test_cheeks_and_lip_corners_are_happy(capsys, answer):
    assert told(capsys, checks.happy_units, answer).startswith("Right.")


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
def test_other_units_are_told_what_they_are(capsys, answer, words):
    said = told(capsys, checks.happy_units, answer)
    assert said.startswith("Not yet.") and words in said


def test_an_open_answer_is_told_so(capsys):
    assert told(capsys, checks.happy_units, ...).strip() == NOT_ANSWERED
    assert told(capsys, checks.what_is_predicted, ...).strip() == NOT_ANSWERED


def test_a_label_is_all_that_a_prediction_says(capsys):
    assert told(capsys, checks.what_is_predicted, " B ").startswith("Right.")
    assert "feelings" in told(capsys, checks.what_is_predicted, "a")
    assert "notebook 05" in told(capsys, checks.what_is_predicted, "c")
    assert "Expected one of" in told(capsys, checks.what_is_predicted, 3)
