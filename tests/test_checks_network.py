"""Feedback on the exercises of notebook 03."""

import numpy as np
import pytest

from fer_course import checks_network as checks


def said(capsys, check, answer, **context):
    check(answer, **context)
    return capsys.readouterr().out


SAVING = {"kernel": 3, "channels_in": 64, "channels_out": 128}
ALL = [(checks.separable_saving, SAVING)]


@pytest.mark.parametrize(("check", "context"), ALL)
def test_three_dots_are_not_answered_yet(capsys, check, context):
    assert said(capsys, check, ..., **context).startswith("Not answered yet")


@pytest.mark.parametrize(("check", "context"), ALL)
@pytest.mark.parametrize("answer", ["many", None, [1, 2], np.zeros(3), float("nan"), print, True])
def test_an_answer_of_another_type_gets_a_sentence(capsys, check, context, answer):
    assert said(capsys, check, answer, **context).startswith("Not yet. Expected one number")


def test_the_saving_is_the_ratio_of_plain_to_separable(capsys):
    text = said(capsys, checks.separable_saving, 9 * 128 / (9 + 128), **SAVING)
    assert text.startswith("Right. 73,728 against 8,768")
    assert said(capsys, checks.separable_saving, 8.41, **SAVING).startswith("Right.")


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (137 / 1152, "turn it round"),
        (9, "limit"),
        (128, "depthwise convolution alone"),
        (73728, "plain convolution"),
    ],
)
def test_a_wrong_saving_says_what_it_would_have_been(capsys, answer, meaning):
    text = said(capsys, checks.separable_saving, answer, **SAVING)
    assert text.startswith("Not yet.") and meaning in text
