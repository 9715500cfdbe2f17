"""Feedback on the exercises of notebook 05."""

import numpy as np
import pandas as pd
import pytest

from fer_course.labels import EXPRESSIONS
from fer_course.lessons.evaluation import checks
from fer_course.training.recipe import Recipe

OPEN = "Not answered yet"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (8067, "Right. About 8,067 faces"),
        (8068.0, "Right."),
        (np.float64(0.7 * 0.3 / 1e-4), "one standard error"),
        (1.96 * 0.21 / 1e-4, "stands outside the root"),
        (1.96**2 * 0.21 / 0.01, "0.01 has to be squared"),
        (1.96**2 * 0.21, "leaves out the point"),
        (9604, "for an accuracy of 50 %, the worst case"),
        (2.576**2 * 0.21 / 1e-4, "for an interval of 99 %"),
        (100, "too small"),
        (..., OPEN),
        ("many", "Expected one number (faces)"),
        (None, "Expected one number"),
        ([1, 2], "Expected one number"),
    ],
)
def test_faces_for_one_point_says_what_an_answer_means(feedback, answer, words):
    assert words in feedback(checks.faces_for_one_point, answer, 0.7)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (0.486, "Right. Precision 0.607 and recall 0.405"),
        (np.float64(0.607), "that is the precision"),
        (0.405, "that is the recall"),
        (0.506, "the plain mean"),
        (0.3, "F1 of fear"),
        (48.6, "in percent"),
        (0.49, "nearly: give three decimals"),
        (0.1, "too small"),
        (..., OPEN),
        ("half", "Expected one number (a share"),
    ],
)
def test_f1_of_surprise_says_what_an_answer_means(feedback, answer, words):
    per_class = pd.DataFrame(
        {"precision": [0.3, 0.607], "recall": [0.3, 0.405], "f1": [0.3, 0.4858]}, index=["fear", "surprise"]
    )
    assert words in feedback(checks.f1_of_surprise, answer, per_class)


@pytest.mark.parametrize("accuracy", [0.0, 1.0])
def test_faces_for_one_point_survives_a_perfect_and_a_hopeless_model(feedback, accuracy):
    assert feedback(checks.faces_for_one_point, 0, accuracy).startswith("Right.")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (15, "Right. 15 faces of 3,589"),
        (0.0042 * 3589, "Right."),
        (0.0042, "difference in shares"),
        (0.42, "those are points"),
        (-15, "without a sign"),
        (30, "not on the whole test set"),
        (7, "too small"),
        (..., OPEN),
        ({}, "Expected one number"),
    ],
)
def test_faces_between_two_systems_says_what_an_answer_means(feedback, answer, words):
    assert words in feedback(checks.faces_between_two_systems, answer)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("a", "Right."),
        (" A ", "Right."),
        ("b", "A prediction is the largest logit"),
        ("c", "do change"),
        ("d", "Expected one of"),
        (3, "Expected one of"),
        (..., OPEN),
    ],
)
def test_what_temperature_changes_says_what_an_answer_means(feedback, answer, words):
    assert words in feedback(checks.what_temperature_changes, answer)


# angry 9 times for sad; sad 4 times for angry; disgust, of 5 faces, 4 times for fear.
CONFUSION = np.diag([50, 1, 50, 50, 50, 50, 50])
CONFUSION[0, 4], CONFUSION[4, 0], CONFUSION[1, 2] = 9, 4, 4


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            ("angry", "sad"),
            "Right. angry was taken for sad 9 times (15% of its row); the other way round it happened 4",
        ),
        (["Angry ", " SAD"], "Right."),
        (("sad", "angry"), "the other way round. Rows are labels"),
        (("disgust", "fear"), "By the share of its row that is the largest field (80%)"),
        (("happy", "happy"), "on the diagonal"),
        (("fear", "happy"), "was taken for happy 0 times; another field off the diagonal holds 9"),
        ((..., ...), OPEN),
        (..., OPEN),
        ("angry", "Expected two names"),
        (("angry", 4), "Expected two names"),
        (("angry", "joy"), "Expected two names"),
        (("angry", "sad", "fear"), "Expected two names"),
        (None, "Expected two names"),
    ],
)
def test_most_frequent_confusion_says_what_an_answer_means(feedback, answer, words):
    assert words in feedback(checks.most_frequent_confusion, answer, CONFUSION)


def test_without_mistakes_no_pair_is_the_most_frequent(feedback):
    assert "another field off the diagonal holds 0" in feedback(
        checks.most_frequent_confusion, ("angry", "sad"), np.diag([5] * 7)
    )


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((0.78 - 0.0175) / (0.895 - 0.0175), "Right. The formula says 86.9%"),
        (0.869, "Right."),
        (0.78, "that is the measured accuracy"),
        (0.895, "the share of right labels"),
        (0.78 / 0.895, "takes every wrong label as a miss"),
        (0.78 + 0.105, "gives back every wrong label"),
        (0.78 * 0.895, "makes the network worse"),
        (0.895 * 0.78 + 0.22 * 0.0175, "the formula forwards"),
        (86.9, "in percent"),
        (0.5, "too small"),
        (..., OPEN),
        ("good", "Expected one number (a share)"),
    ],
)
def test_clean_accuracy_says_what_an_answer_means(feedback, answer, words):
    assert words in feedback(checks.clean_accuracy, answer, 0.78, 0.895)


def test_a_clean_accuracy_above_one_says_that_an_assumption_is_wrong(feedback):
    assert "which no model can reach. So one of its assumptions does not hold" in feedback(
        checks.clean_accuracy, (0.695 - 0.35 / 6) / (0.65 - 0.35 / 6), 0.695, 0.65
    )


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (6, "Right. In 6 of 10 the second opinion sides with the model and in 2 with the label"),
        (np.int64(6), "Right."),
        (2, "sides with the label: the model's own mistakes"),
        (4, "in which it does not side with the model"),
        (10, "all of the mistakes"),
        (0, "compare `second[surest]` with `predicted[surest]`"),
        (0.6, "that is the share"),
        (60, "in percent"),
        (5, "too small"),
        (..., OPEN),
        ([6], "Expected one number (faces)"),
    ],
)
def test_whose_mistake_says_what_an_answer_means(feedback, answer, words):
    predicted, labels = np.full(10, 3), np.full(10, 4)
    second = np.array([3] * 6 + [4] * 2 + [5, -1])
    assert words in feedback(checks.whose_mistake, answer, predicted, labels, second)


def test_without_a_second_opinion_nobodys_mistakes_are_counted(feedback):
    assert feedback(checks.whose_mistake, 3, np.array([3]), np.array([4]), np.array([-1])).startswith(
        "Nothing to count"
    )


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("fear", "Right. At 0.85, of the faces labelled fear, 0% get an answer, against 50% of all"),
        (" Fear", "Right."),
        ("happy", "It is the other end: of the faces labelled happy, 100%"),
        ("sad", "of the faces labelled sad, 50% get an answer; of another label it is 0%"),
        ("angry", "No face here has the label angry"),
        (..., OPEN),
        ("joy", "Expected the name of a label"),
        (2, "Expected the name of a label"),
    ],
)
def test_who_gets_no_answer_says_what_an_answer_means(feedback, answer, words):
    labels = np.repeat([EXPRESSIONS.index(name) for name in ("fear", "happy", "sad")], 2)
    sure = np.array([0, 0, 1, 1, 1, 0])
    logits = np.outer(sure, 9 * np.eye(7)[0])
    assert words in feedback(checks.who_gets_no_answer, answer, logits, labels)


COUNTS = [100, 10, 100, 200, 100, 100, 100]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("disgust", "Right. The loss is smallest at 98% for disgust and at 87% for happy"),
        ("happy", "Of happy it asks for the least, 87%"),
        ("fear", "Of fear the loss asks for 93.7%; of another label for 98.3%"),
        ("none", "would hold without class weights"),
        (..., OPEN),
        ("joy", 'Expected the name of a label or "none"'),
        (1, 'Expected the name of a label or "none"'),
    ],
)
def test_which_label_must_be_surest_says_what_an_answer_means(feedback, answer, words):
    assert words in feedback(checks.which_label_must_be_surest, answer, Recipe(), COUNTS)


@pytest.mark.parametrize(
    ("answer", "words"),
    [("none", "Right. This network was trained without"), ("disgust", "run.recipe.weight_cap")],
)
def test_without_class_weights_no_label_must_be_surest(feedback, answer, words):
    assert words in feedback(checks.which_label_must_be_surest, answer, Recipe(weight_cap=None), COUNTS)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("b", "Right. Both were measured on the 3,589 faces"),
        ("a", "cannot be PrivateTest alone"),
        ("c", "agreement with other people"),
        ("d", "another task"),
        ("e", "Expected one of"),
        (..., OPEN),
    ],
)
def test_what_may_be_compared_says_what_an_answer_means(feedback, answer, words):
    assert words in feedback(checks.what_may_be_compared, answer)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("c", "Right. Those faces, those labels"),
        ("a", "not what people felt"),
        ("b", "An average hides groups"),
        ("d", "AI Act forbids it"),
        (7, "Expected one of"),
        (..., OPEN),
    ],
)
def test_what_an_accuracy_licenses_says_what_an_answer_means(feedback, answer, words):
    assert words in feedback(checks.what_an_accuracy_licenses, answer)
