"""Verdicts over repeated runs."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_course.evaluation.verdict import Claim, Verdict, differences, paired_gaps, t_interval

RUNS = pd.DataFrame(
    {
        "seed": [0, 0, 1, 1, 2, 2],
        "arm": ["plain", "new"] * 3,
        "accuracy": [50.0, 53.0, 60.0, 61.0, 40.0, 42.0],
    }
)


def test_the_interval_of_a_few_runs_is_students():
    # Differences 3, 1, 2: mean 2, standard deviation 1, t(0.975, 2) = 4.3027, over the root of 3.
    assert t_interval([3, 1, 2]) == pytest.approx((2, 2 - 2.4841, 2 + 2.4841), abs=1e-4)


def test_runs_are_compared_seed_by_seed():
    assert differences(RUNS, "new", "plain", "accuracy").tolist() == [3, 1, 2]
    gaps = paired_gaps(RUNS, "plain", "accuracy")
    assert list(gaps.index) == ["new"] and gaps.loc["new", "value"] == 2


@pytest.mark.parametrize(
    ("low", "high", "more", "word"),
    [
        (0.5, 2.0, True, "shown here"),
        (0.5, 2.0, False, "the opposite here"),
        (-2.0, -0.5, True, "the opposite here"),
        (-2.0, -0.5, False, "shown here"),
        (-0.5, 2.0, True, "not shown here"),
        (0.0, 2.0, True, "not shown here"),
    ],
)
def test_a_verdict_is_on_the_side_on_which_the_whole_interval_lies(low, high, more, word):
    assert Verdict("It helps", (low + high) / 2, low, high, 5, more=more).word == word


def test_a_claim_that_is_not_shown_tells_how_large_a_difference_would_have_been_seen():
    text = str(Claim("New beats plain", "new", "plain", "accuracy").judge(RUNS))
    assert text.split("\n") == [
        "not shown here     New beats plain",
        "                   +2.0 points (-0.5 to +4.5; 3 seeds); 2.5 would have been seen",
    ]
    shown = str(Verdict("It helps", 2, 1, 3, 5))
    assert shown.split("\n") == [
        "shown here         It helps",
        "                   +2.0 points (+1.0 to +3.0; 5 seeds)",
    ]


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=9))
def test_turning_the_comparison_around_turns_the_verdict_around(values):
    value, low, high = t_interval(values)
    ahead, behind = (
        Verdict("a", value, low, high, len(values)),
        Verdict("b", -value, -high, -low, len(values)),
    )
    turned = {"shown here": "the opposite here", "the opposite here": "shown here"}
    assert behind.word == turned.get(ahead.word, ahead.word)


def test_equal_runs_have_an_interval_without_width():
    assert t_interval(np.full(5, 3.0)) == (3, 3, 3)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"way": "newer"}, "newer"),
        ({"measure": "recall"}, "recall"),
    ],
)
def test_an_arm_or_a_measure_that_is_not_there_is_named(change, words):
    asked = {"way": "new", "baseline": "plain", "measure": "accuracy"} | change
    with pytest.raises(ValueError, match=words):
        differences(RUNS, **asked)


def test_a_seed_that_one_arm_lacks_and_a_single_seed_are_refused():
    with pytest.raises(ValueError, match="same seeds"):
        differences(RUNS[:-1], "new", "plain", "accuracy")
    with pytest.raises(ValueError, match="two seeds"):
        t_interval([1.0])
