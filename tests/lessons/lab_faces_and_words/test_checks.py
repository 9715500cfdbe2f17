"""Feedback on the exercises of notebook 15."""

import math

import pytest

from fer_course.lessons.lab_faces_and_words import checks

OPEN = "Not answered yet"


@pytest.mark.parametrize(
    ("answer", "words"),
    [(math.log(128), "Right. ln 128 = 4.85"), (1 / 128, "the chance"), (7, "natural logarithm"), (..., OPEN)],
)
def test_the_loss_of_towers_that_know_nothing(feedback, answer, words):
    assert words in feedback(checks.loss_at_chance, answer, 128)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("its own value, without a gradient", "Right."),
        ("its own value, with a gradient", "nothing is learned"),
        ("the number of captions", "keeps the sum itself"),
        (..., OPEN),
    ],
)
def test_what_makes_both_gradients_the_same(feedback, answer, words):
    assert words in feedback(checks.same_gradient, answer)


@pytest.mark.parametrize(("answer", "words"), [("too low", "Right."), ("too high", "ln 3"), (..., OPEN)])
def test_the_logarithm_of_a_mean_of_few(feedback, answer, words):
    assert words in feedback(checks.bias_of_log, answer)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (1 - 0.94**15, "Right. 0.605. With a batch of 128 it is 1.000"),
        (0.06, "one other caption"),
        (0.9, "how many there are on average"),
        (0.94**15, "the chance of none"),
        (1 - 0.94**16, "its own caption"),
        (..., OPEN),
    ],
)
def test_the_chance_of_a_false_negative_in_a_batch(feedback, answer, words):
    assert words.lower() in feedback(checks.false_negative_in_a_batch, answer, 0.06, 16).lower()


@pytest.mark.parametrize(
    ("answer", "words"), [(2, "forgets signs"), (1, "Compute both products"), (..., OPEN)]
)
def test_the_pair_that_is_ranked_first_as_released(feedback, answer, words):
    assert words.lower() in feedback(checks.ranked_first, answer).lower()
