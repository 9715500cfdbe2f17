"""From predictions to figures: confusion, recall, F1, and what is refused."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, balanced_accuracy_score

from fer_course.evaluation.metrics import confusion_counts, evaluate, macro_f1_interval
from fer_course.labels import EXPRESSIONS

label_lists = st.lists(st.integers(0, 6), min_size=1, max_size=40)


pairs = st.integers(1, 40).flatmap(
    lambda n: st.tuples(*[st.lists(st.integers(0, 6), min_size=n, max_size=n)] * 2)
)


def one_hot(predictions, strength=5.0):
    return strength * np.eye(7)[np.asarray(predictions)]


def test_perfect_predictions_have_ones_everywhere():
    labels = np.repeat(np.arange(7), 5)
    result = evaluate(labels, labels)
    assert result.accuracy == result.macro_recall == result.macro_f1 == 1.0
    assert result.macro_f1_interval == (1.0, 1.0)
    assert result.accuracy_interval[0] < 1.0
    assert result.accuracy_interval[1] == 1.0
    assert (result.confusion == np.diag([5] * 7)).all()
    assert (result.per_class[["precision", "recall", "f1"]] == 1).all(axis=None)


def test_a_constant_prediction_has_the_recall_of_one_class():
    labels = np.repeat(np.arange(7), 5)
    result = evaluate(np.full(35, 3), labels)
    assert result.accuracy == pytest.approx(1 / 7)
    assert result.macro_recall == pytest.approx(1 / 7)
    assert result.per_class.recall.tolist() == [0, 0, 0, 1, 0, 0, 0]
    assert result.per_class.precision["happy"] == pytest.approx(1 / 7)
    assert result.per_class.f1["happy"] == pytest.approx(2 * (1 / 7) / (8 / 7))
    # Never predicted: nothing is known of its precision.
    assert result.per_class.loc["fear", ["precision_low", "precision_high"]].tolist() == [0, 1]


def test_macro_figures_leave_out_classes_without_images():
    result = evaluate([0, 0, 3], [0, 0, 3])
    assert result.macro_recall == result.macro_f1 == 1.0
    assert result.per_class.support.tolist() == [2, 0, 0, 1, 0, 0, 0]


def test_logits_and_the_labels_they_predict_give_the_same_figures():
    labels = np.array([0, 1, 2, 3, 3])
    guesses = np.array([0, 1, 1, 3, 6])
    assert str(evaluate(one_hot(guesses), labels)) == str(evaluate(guesses, labels))


def test_an_evaluation_reads_as_one_line():
    text = str(evaluate([3] * 3 + [0], [3] * 4))
    assert text.startswith("accuracy 75.0% (30.1% to 95.4%)")
    assert text.endswith("n = 4")


@pytest.mark.parametrize(("predictions", "labels"), [([], []), ([1, 2], [1]), ([1], [1, 2])])
def test_predictions_that_do_not_match_the_labels_are_refused(predictions, labels):
    with pytest.raises(
        ValueError, match=r"Expected predictions, then as many labels, .* Predictions come first"
    ):
        evaluate(np.array(predictions, int), np.array(labels, int))


@given(pairs)
def test_the_figures_agree_with_each_other(both):
    labels, guesses = map(np.array, both)
    result = evaluate(guesses, labels)
    assert result.confusion.sum() == result.n == len(labels)
    assert result.accuracy == pytest.approx((labels == guesses).mean())
    table = result.per_class
    assert table.index.tolist() == list(EXPRESSIONS)
    assert np.average(table.recall, weights=table.support) == pytest.approx(result.accuracy)
    for name in ("precision", "recall"):
        inside = (table[f"{name}_low"] <= table[name] + 1e-9) & (table[name] <= table[f"{name}_high"] + 1e-9)
        asked = table.support > 0 if name == "recall" else result.confusion.sum(0) > 0
        assert inside[asked].all()


@given(pairs)
def test_the_order_of_the_images_does_not_matter(both):
    labels, guesses = map(np.array, both)
    assert str(evaluate(guesses[::-1], labels[::-1])) == str(evaluate(guesses, labels))


@given(label_lists)
def test_rows_of_the_confusion_matrix_are_labels(labels):
    confusion = confusion_counts(labels=labels, predictions=np.zeros(len(labels), int))
    assert confusion.sum(1).tolist() == np.bincount(labels, minlength=7).tolist()
    assert (confusion[:, 1:] == 0).all()


def test_the_bootstrap_is_seeded():
    rng = np.random.default_rng(0)
    confusion = confusion_counts(labels=rng.integers(0, 7, 200), predictions=rng.integers(0, 7, 200))
    one, again, other = (macro_f1_interval(confusion, seed=seed) for seed in (1, 1, 2))
    assert one == again != other


def test_the_bootstrap_interval_is_as_wide_as_theory_says():
    # With two classes, balanced, and symmetric mistakes, F1 is close to accuracy: compare with p(1-p)/n.
    labels = np.repeat([0, 3], 500)
    guesses = labels.copy()
    guesses[:100], guesses[500:600] = 3, 0
    low, high = macro_f1_interval(confusion_counts(labels=labels, predictions=guesses))
    assert (high - low) / 2 == pytest.approx(1.96 * np.sqrt(0.8 * 0.2 / 1000), rel=0.1)


@pytest.mark.parametrize(("labels", "predictions"), [([4, -1], [4, 4]), ([4, 4], [4, 7])])
def test_a_face_without_a_label_is_not_counted_as_another_one(labels, predictions):
    with pytest.raises(ValueError, match=r"Expected labels from 0 to 6, found (-1|7); leave out faces"):
        evaluate(predictions, labels)


def test_logits_that_are_no_numbers_are_not_taken_for_the_first_label():
    logits = np.zeros((3, 7))
    logits[1, 2] = np.nan
    with pytest.raises(ValueError, match=r"NaN\) for 1 of 3 faces: training has diverged"):
        evaluate(logits, [0, 1, 2])


def test_labels_in_the_place_of_predictions_are_told_by_their_shapes():
    with pytest.raises(ValueError, match=r"found shapes \(3,\) and \(3, 7\)\. Predictions come first"):
        evaluate(np.arange(3), np.zeros((3, 7)))


@given(pairs)
def test_accuracy_and_macro_recall_are_those_of_scikit_learn(both):
    labels, guesses = both
    # A class that is only predicted has no recall: balanced_accuracy_score leaves it out with a warning.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = accuracy_score(labels, guesses), balanced_accuracy_score(labels, guesses)
    found = evaluate(guesses, labels)
    assert (found.accuracy, found.macro_recall) == pytest.approx(expected)
