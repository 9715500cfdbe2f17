"""Feedback on the exercises of notebook 02."""

import numpy as np
import pandas as pd
import pytest

from fer_course.labels import FER2013_COUNTS
from fer_course.lessons.class_imbalance import checks
from fer_course.lessons.exercises import NOT_ANSWERED

PUBLISHED = FER2013_COUNTS["Training"]
PAIRS = (("capped weights", "accuracy"), ("balanced weights", "macro recall"), ("focal loss", "disgust"))
GAINS = [(-0.08, -0.02), (0.04, 0.12), (-0.01, 0.03)]
TABLE = pd.DataFrame(
    GAINS,
    columns=["gain_low", "gain_high"],
    index=pd.MultiIndex.from_tuples([(measure, method) for method, measure in PAIRS]),
)
# Label 0 is always found. Ten disgusted faces: five need tau 0.5 against 7 : 1, four tau 1; one is never found. Fear is
# found until tau 1.2.
COUNTS = np.array([700, 100, 700, 0, 0, 0, 0])
LABELS = np.array([1] * 10 + [2] * 4)
LIFT = np.log(7)
LOGITS = np.full((14, 7), -50.0)
LOGITS[:10, 0], LOGITS[:10, 1] = 0, -np.array([0.48] * 5 + [0.98] * 4 + [9]) * LIFT
LOGITS[10:, 2], LOGITS[10:, 1] = 0, -np.array([1.25, 1.25, 1.25, 1.25]) * LIFT

NUMBERS = (
    lambda answer: checks.batches_without_disgust(answer, PUBLISHED),
    lambda answer: checks.happy_faces_for_one_disgust(answer, PUBLISHED, cap=3),
    checks.focal_factor,
    lambda answer: checks.logit_rise(answer, PUBLISHED),
    lambda answer: checks.tau_for_the_worst(answer, LOGITS, LABELS, COUNTS),
    checks.for_a_search,
    lambda answer: checks.what_intervals_allow(answer, TABLE, PAIRS),
)


@pytest.mark.parametrize("exercise", NUMBERS)
def test_an_open_answer_is_said_to_be_open(exercise, capsys):
    exercise(...)
    assert capsys.readouterr().out.strip() == NOT_ANSWERED


@pytest.mark.parametrize("exercise", NUMBERS)
@pytest.mark.parametrize("answer", [None, "many", [1, 2], print, np.zeros(3), float("nan"), True])
def test_an_answer_of_the_wrong_type_is_told_so_without_an_error(exercise, answer, capsys):
    exercise(answer)
    assert capsys.readouterr().out.startswith("Not yet. Expected one")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((1 - 436 / 28_709) ** 32, "Right. 61%"),
        (0.613, "Right."),
        (1 - (1 - 436 / 28_709) ** 32, "at least one"),
        (32 * 436 / 28_709, "on average"),
        (436 / 28_709, "How likely is it that all 32"),
        (1 - 436 / 28_709, "for one face"),
        (1 - 32 * 436 / 28_709, "do not add up"),
        (61.28, "a share from 0 to 1"),
    ],
)
def test_batches_are_answered_with_what_the_number_means(answer, told, feedback):
    assert told in feedback(checks.batches_without_disgust, answer, PUBLISHED)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (3 / (28_709 / (7 * 7_215)), "Right. 5.3. Without the cap it would be 16.5"),
        (7_215 / 436, "without the cap"),
        (3, "weight of a disgusted face; what is"),
        (9.407, "before the cap"),
        (0.1895, "the other way round"),
        (0.5684, "weight of a happy face"),
        (5, "one decimal"),
        (3 / (70 / (7 * 16)), "counts at hand"),
    ],
)
def test_the_cap_is_answered_with_what_the_number_means(answer, told, feedback):
    at_hand = [10, 2, 10, 16, 10, 10, 12]
    assert told in feedback(checks.happy_faces_for_one_disgust, answer, PUBLISHED, cap=3, at_hand=at_hand)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (100, "Right. 100 times smaller"),
        (0.01, "multiplied by"),
        (10, "gamma 1"),
        (0.1, "raise it to gamma"),
        (1.2346, "takes p, not 1 - p"),
        (0.81, "made of 1 - p"),
    ],
)
def test_the_focal_factor_is_answered_with_what_the_number_means(answer, told, feedback):
    assert told in feedback(checks.focal_factor, answer)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (np.log(7_215 / 436), "Right. 2.81, the log of 16.5"),
        (-2.806, "disgust rises"),
        (16.548, "take its log"),
        (-np.log(436 / 28_709), "happy gains something as well"),
        (-np.log(7_215 / 28_709), "disgust against happy"),
        (1.2187, "base 10"),
    ],
)
def test_the_rise_of_a_logit_is_answered_with_what_the_number_means(answer, told, feedback):
    assert told in feedback(checks.logit_rise, answer, PUBLISHED)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (("worse", " Better ", "unclear"), "Right. 2 of 3 are clear."),
        (
            ("worse", "worse", "unclear"),
            "2 of 3 right. balanced weights, macro recall: the gain lies between +4.0",
        ),
        (("worse", "better", "better"), "on both sides of 0"),
        (("unclear", "better", "unclear"), "between -8.0 and -2.0, all of it on one side of 0"),
        (("better", "unclear", "worse"), "0 of 3 right."),
        (("worse", "better"), "for each of 3 rows"),
        (("worse", "better", ...), NOT_ANSWERED),
    ],
)
def test_words_are_held_against_the_intervals(answer, told, feedback):
    assert told in feedback(checks.what_intervals_allow, answer, TABLE, PAIRS)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (1.0, "Right. At 1 the worst label is disgust, found 90% of the time."),
        (1.2, "Right."),
        (0.5, "found 50% of the time; a larger tau"),
        (1.4, "At 1.4 the worst label is fear, found 0% of the time; a smaller tau"),
        (2, "overdone"),
        (3, "Expected one number from 0 to 2"),
    ],
)
def test_the_dial_is_answered_with_the_worst_label_there(answer, told, feedback):
    assert told in feedback(checks.tau_for_the_worst, answer, LOGITS, LABELS, COUNTS)


def test_the_tau_of_the_best_macro_recall_is_known_as_a_wrong_answer(feedback):
    # tau 0.5: disgust 1/4, fear 3/4, so the worst is at its best; tau 1.5: disgust 1, fear 1/4. Macro recall is best
    # at 1.5 with 5/8, and the worst label is at its best from tau 1 on.
    logits = np.full((8, 7), -50.0)
    logits[:4, 0], logits[:4, 1] = 0, -np.array([0.45, 0.95, 0.95, 1.45]) * LIFT
    logits[4:, 2], logits[4:, 1] = 0, -np.array([0.25, 0.85, 1.25, 9]) * LIFT
    labels = np.array([1] * 4 + [2] * 4)
    assert "1.5 is where macro recall is highest; the worst label there is fear" in feedback(
        checks.tau_for_the_worst, 1.5, logits, labels, COUNTS
    )
    assert "Right. At 1 the worst label is fear, found 50% of the time" in feedback(
        checks.tau_for_the_worst, 1.0, logits, labels, COUNTS
    )


@pytest.mark.parametrize(("answer", "told"), [(" C ", "Right."), ("a", "forgets"), ("b", "never flagged")])
def test_the_search_is_answered_with_the_reason(answer, told, feedback):
    assert told in feedback(checks.for_a_search, answer)
