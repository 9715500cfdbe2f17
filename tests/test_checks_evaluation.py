import numpy as np
import pandas as pd
import pytest

from fer_course import checks_evaluation as checks

OPEN = "Not answered yet"


def said(capsys):
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (8067, "Right. About 8,067 faces"),
        (8068.0, "Right."),
        (np.float64(0.7 * 0.3 / 1e-4), "one standard error"),
        (1.96 * 0.21 / 1e-4, "stands outside the root"),
        (1.96**2 * 0.21 / 0.01, "0.01 has to be squared"),
        (1.96**2 * 0.21, "leaves out the point"),
        (100, "too small"),
        (..., OPEN),
        ("many", "Expected one number (faces)"),
        (None, "Expected one number"),
        ([1, 2], "Expected one number"),
    ],
)
def test_faces_for_one_point_says_what_an_answer_means(capsys, answer, words):
    checks.faces_for_one_point(answer, 0.7)
    assert words in said(capsys)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (0.48, "Right. Precision 0.600 and recall 0.400"),
        (np.float64(0.6), "that is the precision"),
        (0.4, "that is the recall"),
        (0.5, "the plain mean"),
        (0.3, "F1 of disgust"),
        (48, "in percent"),
        (0.1, "too small"),
        (..., OPEN),
        ("half", "Expected one number (a share"),
    ],
)
def test_f1_of_fear_says_what_an_answer_means(capsys, answer, words):
    per_class = pd.DataFrame(
        {"precision": [0.3, 0.6], "recall": [0.3, 0.4], "f1": [0.3, 0.48]}, index=["disgust", "fear"]
    )
    checks.f1_of_fear(answer, per_class)
    assert words in said(capsys)


@pytest.mark.parametrize("accuracy", [0.0, 1.0])
def test_faces_for_one_point_survives_a_perfect_and_a_hopeless_model(capsys, accuracy):
    checks.faces_for_one_point(0, accuracy)
    assert said(capsys).startswith("Right.")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (15, "Right. 15 faces of 3,589"),
        (0.0042 * 3589, "Right."),
        (0.0042, "difference in shares"),
        (0.42, "those are points"),
        (30, "not on the whole test set"),
        (7, "too small"),
        (..., OPEN),
        ({}, "Expected one number"),
    ],
)
def test_faces_between_two_systems_says_what_an_answer_means(capsys, answer, words):
    checks.faces_between_two_systems(answer)
    assert words in said(capsys)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("a", "Right."),
        (" A ", "Right."),
        ("b", "keeps the order"),
        ("c", "do change"),
        ("d", "Expected one of"),
        (3, "Expected one of"),
        (..., OPEN),
    ],
)
def test_what_temperature_changes_says_what_an_answer_means(capsys, answer, words):
    checks.what_temperature_changes(answer)
    assert words in said(capsys)
