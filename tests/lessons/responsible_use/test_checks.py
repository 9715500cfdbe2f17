"""Feedback on the exercises of notebook 09."""

import numpy as np
import pandas as pd
import pytest

from fer_course.lessons.responsible_use import cards, checks

OPEN = "Not answered yet"
SKIN = np.repeat(["dark skin", "light skin", "medium skin"], [10, 10, 20])
RIGHT = np.r_[np.arange(10) < 6, np.arange(10) < 9, np.ones(20)].astype(bool)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (30, "Right. 30.0 points"),
        (np.float64(30.0), "Right."),
        (-30, "turn the sign"),
        (0.3, "in points, times 100"),
        (60, "accuracy on dark skin"),
        (90, "accuracy on light skin"),
        (27.5, "from the accuracy of all"),
        (33.333, "that is relative"),
        (12, "too small"),
        (..., OPEN),
        ("many", "Expected one number (points)"),
    ],
)
def test_the_gap_of_two_skins_says_what_an_answer_means(feedback, answer, words):
    assert words in feedback(checks.skin_gap, answer, RIGHT, SKIN)


CHANCE = np.array([0.02, 0.04, 0.06, 0.08])


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (0.5, "Right. In 50.0% of the deals chance does as much. That is no rarity"),
        (2, "the number of deals"),
        (50, "in percent"),
        (0.06, "the gap itself"),
        (0.05, "the gap that chance gives on average"),
        (1.3, "a share lies between 0 and 1"),
        (..., OPEN),
    ],
)
def test_chance_and_a_gap_says_what_an_answer_means(feedback, answer, words):
    assert words in feedback(checks.gap_by_chance, answer, 0.06, CHANCE)


def test_a_gap_that_chance_hardly_gives_is_told_with_the_number_of_questions(feedback):
    assert "Right. In 0.0% of the deals" in feedback(checks.gap_by_chance, 0.0, 0.5, CHANCE)
    assert "one of several questions" in feedback(checks.gap_by_chance, 0.0, 0.5, CHANCE)
    assert "that is how often chance stays below" in feedback(checks.gap_by_chance, 1.0, 0.5, CHANCE)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (5, "Right. 4 lose by their glasses and 1 win. The other 5"),
        (4, "right without glasses and wrong with them"),
        (1, "wrong without glasses and right with them"),
        (3, "the net loss"),
        (0.5, "their share"),
        (9, "too large"),
        (..., OPEN),
    ],
)
def test_changed_answers_are_counted_in_both_directions(feedback, answer, words):
    before, after = np.repeat([1, 1, 0, 0], [4, 2, 1, 3]), np.repeat([0, 1, 1, 0], [4, 2, 1, 3])
    assert words in feedback(checks.changed_answers, answer, before, after)


REMEDIES = pd.DataFrame(
    {"glasses": [37.0, 8.0, 3.0], "accuracy": [50.0, 45.0, 56.0]},
    index=["biased", "balanced sampling", "missing pictures added"],
)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("missing pictures added", "Right. biased: +37.0 points"),
        ("missing pictures added", "Accuracy changes by +6.0 points"),
        ("balanced sampling", "Not yet."),
        ("biased", "Expected one of 'balanced sampling'"),
        (3, "Expected one of"),
        (..., OPEN),
    ],
)
def test_the_remedy_with_the_smaller_pull_is_told_with_its_cost(feedback, answer, words):
    assert words in feedback(checks.who_pays, answer, REMEDIES)


@pytest.mark.parametrize("answer", ["a", "b", "c", "e"])
def test_a_question_that_the_vendor_answers_is_no_gap(feedback, answer):
    assert feedback(checks.what_is_not_said, answer).startswith("Not yet. That is answered")


def test_the_vendor_does_not_say_for_whom(feedback):
    assert feedback(checks.what_is_not_said, "D)").startswith("Right.")
    assert OPEN in feedback(checks.what_is_not_said, ...)


def test_each_use_is_told_what_the_act_makes_of_it_and_why(feedback):
    said = feedback(checks.which_rule, {use: rule.upper() for use, (rule, _) in checks.USES.items()})
    assert said.count(": Right. ") == 4
    assert {rule for rule, _ in checks.USES.values()} == set(checks.RULES)


@pytest.mark.parametrize("rule", checks.RULES)
@pytest.mark.parametrize("use", checks.USES)
def test_a_wrong_rule_gets_a_hint_that_does_not_give_the_answer_away(feedback, use, rule):
    right, reason = checks.USES[use]
    said = feedback(checks.which_rule, {use: rule})
    assert (f"{use}: Right. {reason}" in said) == (rule == right)
    assert (f"{use}: Not yet. " in said) == (rule != right)


def test_uses_that_are_open_or_no_rule_are_told_so(feedback):
    assert OPEN in feedback(checks.which_rule, dict.fromkeys(checks.USES, ...))
    assert OPEN in feedback(checks.which_rule, ...)
    said = feedback(checks.which_rule, {"call centre": "banned"})
    assert "call centre: Expected one of 'prohibited'" in said and f"shop window: {OPEN}" in said
    assert "Expected a dict" in feedback(checks.which_rule, "prohibited")


def test_a_card_is_checked_part_by_part(feedback):
    facts = {
        "faces": 10,
        "accuracy": 0.5,
        "interval": (0.2, 0.8),
        "worst group": "a",
        "worst group accuracy": 0.4,
    }
    empty = dict.fromkeys(cards.WORDS | cards.FIGURES, ...)
    assert OPEN in feedback(checks.model_card, empty, facts)
    full = dict.fromkeys(cards.WORDS, "A sentence that is long enough.") | facts
    assert feedback(checks.model_card, full, facts).startswith("Right.")
    said = feedback(checks.model_card, full | {"accuracy": 0.9, "caveats": ""}, facts)
    assert said.startswith("Not yet. 2 to do.") and "- caveats: still empty" in said
    assert "- accuracy: found 0.900, the run has 0.500" in said
