"""Feedback on the exercises of notebook 04."""

import numpy as np
import pytest

from fer_course import checks_training as checks


def said(capsys, check, answer, **context):
    check(answer, **context)
    return capsys.readouterr().out


FLOOR = {"smoothing": 0.06, "classes": 7}
HEAD = {"features": 1408, "classes": 7}
ALL = [(checks.smoothing_floor, FLOOR), (checks.parameters_of_the_head, HEAD)]


@pytest.mark.parametrize(("check", "context"), ALL)
def test_three_dots_are_not_answered_yet(capsys, check, context):
    assert said(capsys, check, ..., **context).startswith("Not answered yet")


@pytest.mark.parametrize(("check", "context"), ALL)
@pytest.mark.parametrize("answer", ["many", None, [1, 2], np.zeros(3), float("nan"), print, True])
def test_an_answer_of_another_type_gets_a_sentence(capsys, check, context, answer):
    assert said(capsys, check, answer, **context).startswith("Not yet. Expected one number")


def test_the_floor_is_the_entropy_of_the_smoothed_target(capsys):
    target = np.full(7, 0.06 / 7)
    target[0] += 0.94
    floor = -(target * np.log(target)).sum()
    assert said(capsys, checks.smoothing_floor, floor, **FLOOR).startswith("Right. 0.295")
    assert said(capsys, checks.smoothing_floor, 0.29, **FLOOR).startswith("Right.")  # as read off the figure
    assert "bits" in said(capsys, checks.smoothing_floor, floor / np.log(2), **FLOOR)
    assert "without smoothing" in said(capsys, checks.smoothing_floor, 0, **FLOOR)
    assert "too large" in said(capsys, checks.smoothing_floor, 5, **FLOOR)


def test_the_head_has_weights_and_biases(capsys):
    assert said(capsys, checks.parameters_of_the_head, 9863, **HEAD).startswith("Right. 1,408 × 7")
    assert "bias too" in said(capsys, checks.parameters_of_the_head, 9856, **HEAD)
    assert "too small" in said(capsys, checks.parameters_of_the_head, 7, **HEAD)
