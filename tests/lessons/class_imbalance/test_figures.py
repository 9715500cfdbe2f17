import numpy as np
import pandas as pd
import pytest
from bars import lengths

from fer_course.evaluation.comparison import compare_heads
from fer_course.labels import EXPRESSIONS, FER2013_COUNTS
from fer_course.lessons.class_imbalance import figures
from fer_course.show.picture import Picture
from fer_course.training.balance import class_weights

COUNTS = np.array(FER2013_COUNTS["Training"])
LABELS = np.repeat(np.arange(7), 10)


@pytest.fixture(scope="module")
def table():
    worse = LABELS.copy()
    worse[10:18] = 0
    return compare_heads({"no weights": worse, "balanced": LABELS}, LABELS, COUNTS, draws=50)


def test_the_shares_are_told_with_both_counts():
    picture = figures.class_shares(np.arange(1, 8), "mine")
    assert isinstance(picture, Picture)
    assert "happy 7,215 and 4" in picture.description and "disgust 436 and 2" in picture.description
    published, mine = lengths(picture.figure.axes[0])
    assert published == pytest.approx(dict(zip(EXPRESSIONS, 100 * COUNTS / COUNTS.sum(), strict=True)))
    assert mine == pytest.approx(dict(zip(EXPRESSIONS, 100 * np.arange(1, 8) / 28, strict=True)))


def test_the_weights_are_told_with_the_share_of_the_total():
    picture = figures.weights(COUNTS, {"none": np.ones(7), "balanced": class_weights(COUNTS)})
    assert "none: a disgust face weighs 1.00" in picture.description
    assert "disgust has 2 % of the total weight" in picture.description
    assert "balanced: a disgust face weighs 9.41" in picture.description
    assert "disgust has 14 % of the total weight" in picture.description
    weights, shares = (lengths(axes)[1] for axes in picture.figure.axes)
    assert weights == pytest.approx(dict(zip(EXPRESSIONS, class_weights(COUNTS), strict=True)))
    assert shares == pytest.approx(dict.fromkeys(EXPRESSIONS, 100 / 7))


def test_always_happy_has_the_accuracy_of_the_mix_and_a_seventh_of_macro_recall():
    always = np.full(len(LABELS), 3)
    drawn = lengths(figures.recall({"happy": always}, LABELS).figure.axes[0])[0]
    assert drawn == dict.fromkeys(EXPRESSIONS, 0) | {"happy": 100}
    assert "accuracy 14.3 %, macro recall 14.3 %" in figures.recall({"happy": always}, LABELS).description
    assert (
        "accuracy 25.1 %, macro recall 14.3 %"
        in figures.recall({"happy": always}, LABELS, COUNTS).description
    )


def test_a_label_without_faces_gets_no_bar_of_words():
    description = figures.recall({"a": LABELS[20:]}, LABELS[20:]).description
    assert "disgust" not in description and "macro recall 100.0 %" in description
    assert "fear 100 (72 to 100)" in description


def test_the_heads_are_told_measure_by_measure(table):
    description = figures.heads(table, ("accuracy", "disgust")).description
    assert "Recall of disgust in %: no weights 20.0 (" in description
    assert ", balanced 100.0 (72.2 to 100.0), clearly better." in description
    assert isinstance(figures.heads(table.drop(index="disgust", level="measure")), Picture)


def test_the_mixes_are_drawn_in_the_order_of_the_first():
    tail = COUNTS // np.array([1, 10, 1, 1, 1, 1, 1])
    picture = figures.mixes({"own": COUNTS, "tail": tail})
    assert "own: happy 7,215, neutral 4,965, sad 4,830" in picture.description
    assert "tail: happy 7,215" in picture.description and "disgust 43." in picture.description
    widths = [bar.get_width() for bar in picture.figure.axes[1].patches]
    assert sorted(widths, reverse=True) == widths and widths[-1] == 43


CURVE = pd.DataFrame(
    {
        "accuracy": [0.8, 0.75, 0.1],
        "macro recall": [0.5, 0.56, 0.2],
        "recall of disgust": [0.0, 0.5, 0.9],
        "precision of disgust": [np.nan, 0.3, 0.05],
    },
    index=[0.0, 1.0, 2.0],
)


def test_the_dial_is_told_from_end_to_end():
    description = figures.dial(CURVE).description
    assert "accuracy goes from 80.0 to 10.0 %, and is highest at 0 with 80.0 %" in description
    assert "macro recall goes from 50.0 to 20.0 %, and is highest at 1 with 56.0 %" in description
    assert "precision of disgust goes from 30.0 (at tau 1: never said before) to 5.0 %" in description


def test_the_hill_of_the_dial_fills_its_axis():
    left, right = figures.dial(CURVE).figure.axes
    low, high = left.get_ylim()
    assert low == pytest.approx(47) and high == pytest.approx(
        59
    )  # not 0 to 100, where 6 points would be flat
    assert right.get_ylim()[0] == 0
    assert figures.dial(CURVE.drop(columns=["recall of disgust", "precision of disgust"])).description
    assert "does not exist" in figures.dial(CURVE.assign(**{"precision of disgust": np.nan})).description


def test_the_precision_is_told_beside_the_recall_and_silence_is_called_silence():
    called = np.where(LABELS == 2, 1, LABELS)  # fear called disgust, and all of disgust
    assert (
        "of 100 faces called disgust, 50 are"
        in figures.recall({"a": called}, LABELS, alarm="disgust").description
    )
    mixed = figures.recall({"a": called}, LABELS, [1, 1, 3, 1, 1, 1, 1], alarm="disgust")
    assert "of 100 faces called disgust, 25 are" in mixed.figure.axes[0].get_title()
    never = np.where(LABELS == 1, 0, LABELS)
    assert "it never says disgust" in figures.recall({"a": never}, LABELS, alarm="disgust").description
