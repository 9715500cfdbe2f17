"""The two base functions; each lesson's own checks are tested in its folder."""

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from fer_course.lessons.exercises import COUNTED, NOT_ANSWERED, check_choice, check_number


def number(answer, expected=0.25, **options):
    check_number(
        answer, expected, right="Next thought.", wrong={0.75: "the rest."}, unit="a share", **options
    )


def choice(answer):
    check_choice(answer, "b", right="Next thought.", wrong={"a": "too much.", "C": "too little."})


@pytest.mark.parametrize("check", [number, choice])
@pytest.mark.parametrize("answer", [..., [...], (1, ...)])
def test_three_dots_are_not_answered_yet(check, answer, capsys):
    check(answer)
    assert capsys.readouterr().out == NOT_ANSWERED + "\n"


@pytest.mark.parametrize("answer", [0.25, 0.2501, np.float32(0.25), np.array(0.25), np.array([0.25])])
def test_a_right_number_brings_the_next_thought(answer, capsys):
    number(answer)
    assert capsys.readouterr().out == "Right. Next thought.\n"


def test_a_wrong_number_is_told_what_it_would_have_meant(capsys):
    number(0.75)
    assert capsys.readouterr().out == "Not yet. 0.75: the rest.\n"


def test_a_counted_number_is_right_to_the_last_one_but_a_wrong_share_may_be_rounded(capsys):
    number(2304, expected=2304, tolerance=COUNTED)
    number(2303, expected=2304, tolerance=COUNTED)
    number(0.7503, expected=2304, tolerance=COUNTED)
    assert capsys.readouterr().out.splitlines() == [
        "Right. Next thought.",
        "Not yet. 2,303 is too small.",
        "Not yet. 0.7503: the rest.",
    ]


def test_another_wrong_number_is_told_on_which_side_it_is(capsys):
    number(0.1)
    number(2)
    assert (
        capsys.readouterr().out
        == "Not yet. 0.1 is too small.\nNot yet. 2 is too large: a share lies between 0 and 1.\n"
    )


@pytest.mark.parametrize("kind", [torch.tensor, np.array, pd.Series])
def test_one_number_in_an_array_is_a_number(kind, capsys):
    number(kind([0.25]))
    assert capsys.readouterr().out.startswith("Right.")


def test_an_expected_zero_can_be_found(capsys):
    number(0, expected=0)
    number(0.1, expected=0)
    assert capsys.readouterr().out == "Right. Next thought.\nNot yet. 0.1 is too large.\n"


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("0.25", "'0.25'"),
        (None, "NoneType"),
        (True, "bool"),
        (np.zeros(3), r"an array of shape (3,)"),
        (len, "a function: call it, with parentheses"),
        (float("nan"), "float nan"),
        ({"a": 1}, "dict"),
        (10**400, "int 1000"),
        (np.ndarray, "a function: call it"),
        (torch.zeros(3), r"an array of shape (3,)"),
        (1j, "complex"),
    ],
)
def test_an_answer_that_is_no_number_is_told_what_was_found(answer, found, capsys):
    number(answer)
    printed = capsys.readouterr().out
    assert printed.startswith("Not yet. Expected one number (a share), found ") and found in printed


@pytest.mark.parametrize("answer", ["b", "B", " b ", "b)", "B."])
def test_a_right_word_may_have_capitals_and_spaces(answer, capsys):
    choice(answer)
    assert capsys.readouterr().out == "Right. Next thought.\n"


@pytest.mark.parametrize(("answer", "said"), [("a", "Too much."), ("c", "Too little."), ("C", "Too little.")])
def test_a_wrong_word_is_told_what_speaks_against_it(answer, said, capsys):
    choice(answer)
    assert capsys.readouterr().out == f"Not yet. {said}\n"


@pytest.mark.parametrize("answer", ["d", 2, None, ["b"], np.zeros(2)])
def test_another_answer_is_told_the_choices(answer, capsys):
    choice(answer)
    printed = capsys.readouterr().out
    assert printed.startswith("Not yet. Expected one of ") and "'a'" in printed and "'b'" in printed


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.complex_numbers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)


@given(anything)
def test_no_answer_makes_a_check_raise(answer):
    number(answer)
    choice(answer)


def test_an_answer_that_is_nearly_right_is_told_to_keep_its_digits(capsys):
    number(0.252)
    number(0.2, expected=0.2002, tolerance=COUNTED)
    assert capsys.readouterr().out.splitlines() == [
        "Not yet. 0.252 is a little too large: do not round so far.",
        "Not yet. 0.2 is too small.",
    ]


def test_a_wrong_way_that_gives_the_right_number_explains_nothing(capsys):
    check_number(120.9, 121, right="Yes.", wrong={121: "that counts each picture once."}, tolerance=COUNTED)
    assert capsys.readouterr().out == "Not yet. 120.9 is too small.\n"


def test_a_large_number_is_shown_in_full(capsys):
    check_number(16_128_000, 2304, right="Yes.", wrong={16_128_000: "that is all faces together."})
    assert capsys.readouterr().out == "Not yet. 16,128,000: that is all faces together.\n"


def test_quotation_marks_and_masks_are_recognised(capsys):
    number("0.25")
    number(np.array([True, False]))
    quoted, mask = capsys.readouterr().out.splitlines()
    assert quoted.endswith("Leave out the quotation marks.")
    assert mask.endswith("Did you mean its sum, or its mean?")
