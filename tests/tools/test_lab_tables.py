"""The tables of docs/labs.md."""

import pandas as pd
import pytest

from fer_course.evaluation.repeats import load_repeats
from fer_course.evaluation.verdict import Claim
from tools import lab_tables


@pytest.mark.parametrize("name", lab_tables.LABS)
def test_every_claim_of_every_lab_can_be_judged_from_the_table_that_ships(name):
    runs = load_repeats(name)
    for claim in lab_tables.LABS[name].CLAIMS:
        assert claim.judge(runs).word in ("shown here", "not shown here", "the opposite here")


@pytest.mark.parametrize("name", lab_tables.LABS)
def test_every_lab_shows_one_thing_at_least(name):
    runs = load_repeats(name)
    assert any(claim.judge(runs).word == "shown here" for claim in lab_tables.LABS[name].CLAIMS)


def test_a_claim_that_goes_on_is_told_with_the_one_it_goes_on_from():
    claims = [Claim(text, "a", "b", "accuracy") for text in ("It helps", "… more", "… also here", "It costs")]
    assert [text for text, _ in lab_tables.whole_claims(claims)] == [
        "It helps", "It helps … more", "It helps … also here", "It costs"
    ]  # fmt: skip


def test_what_was_not_measured_of_an_arm_is_left_empty():
    runs = pd.DataFrame({"seed": [0, 1], "arm": ["a", "a"], "error": [float("nan")] * 2})
    assert lab_tables.means(runs)[1] == [["a", ""]]


def test_means_have_intervals_and_counts_have_none():
    runs = pd.DataFrame(
        {
            "seed": [0, 1, 0, 1],
            "arm": ["a", "a", "b", "b"],
            "accuracy": [50.0, 50, 10, 20],
            "parameters": [1250.0] * 4,
        }
    )
    head, rows = lab_tables.means(runs)
    assert head == ["arm", "accuracy", "parameters"]
    assert rows == [["a", "50.0 (50.0 to 50.0)", "1,250"], ["b", "15.0 (-48.5 to 78.5)", "1,250"]]
