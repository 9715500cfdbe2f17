"""Several predictions of the same faces, compared."""

import numpy as np
import pytest
import torch
from sklearn.metrics import accuracy_score, f1_score, recall_score

from fer_course.evaluation.comparison import compare_heads
from fer_course.evaluation.intervals import wilson_interval
from fer_course.lessons.class_imbalance.dial import bargain
from fer_course.training.heads import (
    train_head,
)

COUNTS = np.array([40, 4, 41, 72, 48, 32, 50])


def predictions(n=350, seed=0):
    rng = np.random.default_rng(seed)
    labels = rng.choice(7, n, p=COUNTS / COUNTS.sum())
    first = np.where(rng.random(n) < 0.6, labels, rng.integers(0, 7, n))
    second = np.where(rng.random(n) < 0.5, labels, first)
    return labels, {"first": first, "second": second}


def test_without_another_mix_the_values_are_those_of_scikit_learn():
    labels, both = predictions()
    table = compare_heads(both, labels, draws=50).value
    for name, predicted in both.items():
        assert table["accuracy", name] == pytest.approx(accuracy_score(labels, predicted))
        assert table["macro recall", name] == pytest.approx(recall_score(labels, predicted, average="macro"))
        assert table["macro-F1", name] == pytest.approx(f1_score(labels, predicted, average="macro"))
        assert table["happy", name] == pytest.approx(recall_score(labels, predicted, average=None)[3])


def test_a_balanced_examination_gives_the_figures_of_the_mix_it_is_weighed_to():
    labels = np.repeat(np.arange(7), 10)
    predicted = labels.copy()
    predicted[10:15] = 0  # half of disgust is called angry
    counts = np.array([30, 10, 10, 10, 10, 10, 20])
    table = compare_heads({"a": predicted}, labels, counts, draws=20).value
    assert table["accuracy", "a"] == pytest.approx(0.95)
    assert table["disgust", "a"] == 0.5
    assert table["precision of disgust", "a"] == pytest.approx(1)
    assert table["precision of angry", "a"] == pytest.approx(30 / 35)
    # F1 of angry: 2 * 30 / (30 + 35); of disgust: 2 * 5 / (10 + 5); five classes are perfect.
    assert table["macro-F1", "a"] == pytest.approx((60 / 65 + 10 / 15 + 5) / 7)


def test_a_method_gains_nothing_on_itself_and_a_better_one_gains_more_than_chance():
    labels, both = predictions()
    gains = compare_heads(both, labels, draws=200).loc["accuracy"]
    assert gains.loc["first", ["gain", "gain_low", "gain_high"]].tolist() == [0, 0, 0]
    assert gains.gain_low["second"] > 0
    assert (gains.low <= gains.value).all() and (gains.value <= gains.high).all()


def test_a_label_without_faces_is_left_out_and_does_not_lower_the_mean():
    labels = np.array([0, 0, 2, 2])
    table = compare_heads({"a": labels}, labels, COUNTS, draws=10)
    assert "disgust" not in table.index.get_level_values("measure")
    assert table.value["macro-F1", "a"] == pytest.approx(1)


def test_predictions_that_do_not_fit_the_labels_are_refused():
    with pytest.raises(ValueError, match="Expected one prediction for each of 3 labels"):
        compare_heads({"a": np.zeros(2, int)}, np.zeros(3, int))


def test_intervals_are_95_percent_and_drawn_within_each_class():
    labels = np.repeat(np.arange(7), 100)
    predicted = labels.copy()
    predicted[300:350] = 4  # half of happy
    gain = compare_heads({"all": labels, "half": predicted}, labels, draws=4000).loc[("happy", "half")]
    assert (gain.gain_low, gain.gain_high) == pytest.approx((-0.5 - 0.098, -0.5 + 0.098), abs=0.02)
    row = compare_heads({"a": predicted}, labels, draws=4000).loc[("macro recall", "a")]
    assert (row.low, row.high) == pytest.approx((6.5 / 7 - 0.014, 6.5 / 7 + 0.014), abs=0.003)
    one_disgust = np.append(np.repeat([0, 2, 3, 4, 5, 6], 10), 1)
    lost = compare_heads({"a": one_disgust, "b": one_disgust * 0}, one_disgust, draws=200).loc[
        ("disgust", "b")
    ]
    assert (lost.gain_low, lost.gain_high) == (-1, -1)  # drawn from all faces it would often be missing


def test_features_in_double_precision_are_taken_and_labels_as_text_are_not():
    features = np.random.default_rng(0).normal(size=(14, 5))
    labels = np.arange(14) % 7
    heads = [train_head(x, labels) for x in (features, features.astype(np.float32))]
    assert torch.equal(heads[0].weight, heads[1].weight)
    with pytest.raises(ValueError, match="Expected labels as numbers"):
        train_head(features, labels.astype(str))


def test_the_interval_of_a_recall_is_wilson_s_so_none_of_many_is_not_certainly_none():
    labels = np.repeat(np.arange(7), 55)
    predicted = np.where(labels == 1, 0, labels)
    row = compare_heads({"a": predicted}, labels, draws=50).loc[("disgust", "a")]
    assert row.value == 0 and (row.low, row.high) == pytest.approx(wilson_interval(0, 55))
    assert row.high > 0.05


def test_a_label_that_is_never_given_has_no_precision():
    labels = np.repeat(np.arange(7), 10)
    never = np.where(labels == 1, 0, labels)
    table = compare_heads({"never": never, "right": labels}, labels, draws=20)
    assert np.isnan(table.value["precision of disgust", "never"])
    assert table.value["precision of disgust", "right"] == 1
    assert table.low["precision of disgust", "right"] == 1
    assert bargain(table, "never") == "never: macro recall +0.0 points, accuracy +0.0; it never says disgust"
    assert bargain(table, "right").endswith(
        "macro recall +14.3 points, accuracy +14.3; of 100 faces called disgust, 100 are"
    )
