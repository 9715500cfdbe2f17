import numpy as np
import pandas as pd
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score, recall_score
from torch import nn

from fer_course.evaluation.comparison import compare_heads
from fer_course.evaluation.intervals import wilson_interval
from fer_course.lessons.class_imbalance.dial import PHOTOGRAPHS, along_tau, bargain
from fer_course.model.features import frozen_features
from fer_course.training.heads import (
    REMEDIES,
    adjust_logits,
    apply_remedies,
    focal_loss,
    logit_adjusted_loss,
    oversample,
    standardise_features,
    train_head,
)

LOGITS = torch.tensor([[2.0, 0, 0, 0, 0, 0, 0], [0.0, 1, 0, 0, 0, 3, 0]])
LABELS = torch.tensor([0, 1])
COUNTS = np.array([40, 4, 41, 72, 48, 32, 50])


class Backbone(nn.Module):
    """Its features are the corner pixel and a dropout of ones."""

    num_features = 2

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))
        self.drop = nn.Dropout(0.5)

    def forward_features(self, inputs):
        return inputs

    def forward_head(self, features, pre_logits):
        assert pre_logits
        corner = features[:, 0, 0, 0] * self.scale
        return torch.stack([corner, self.drop(torch.ones_like(corner))], 1)


def faces_and_labels(n=140, seed=0):
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % 7
    features = rng.normal(size=(n, 10)).astype(np.float32)
    features[np.arange(n), labels] += 3
    return features, labels


def test_features_are_those_of_every_face_without_dropout_and_the_mode_is_kept():
    images = np.random.default_rng(0).integers(0, 256, (5, 48, 48), dtype=np.uint8)
    model = Backbone().train()
    features = frozen_features(model, images, 48, batch_size=2)
    assert features.shape == (5, 2) and features.dtype == np.float32
    assert (features[:, 1] == 1).all()
    np.testing.assert_allclose(features[3:4], frozen_features(model, images[3:4], 48), rtol=1e-5)
    assert model.training
    assert frozen_features(model, images[:0], 48).shape == (0, 2)


def test_features_are_standardised_by_the_training_faces_alone():
    train, other = standardise_features(np.array([[0.0, 5], [2, 5]]), np.array([[3.0, 6]]))
    np.testing.assert_allclose(train, [[-1, 0], [1, 0]])
    np.testing.assert_allclose(other, [[2, 0]])


def test_a_head_learns_what_can_be_learned_and_is_the_same_every_time():
    features, labels = faces_and_labels()
    heads = [train_head(features, labels, decay=0.01) for _ in range(2)]
    assert (heads[0](torch.from_numpy(features)).argmax(1).numpy() == labels).mean() > 0.9
    assert torch.equal(heads[0].weight, heads[1].weight)
    assert not heads[0].weight.requires_grad


def test_weights_and_oversampling_are_the_same_thing_to_a_linear_head():
    features, labels = faces_and_labels()
    kept = np.flatnonzero((labels > 0) | (np.arange(len(labels)) < 35))  # 5 of class 0, 20 of the others
    features, labels = features[kept], labels[kept]
    weight = torch.tensor([4.0, 1, 1, 1, 1, 1, 1])
    weighted = train_head(features, labels, lambda x, y: F.cross_entropy(x, y, weight=weight), steps=300)
    shown = oversample(labels)
    repeated = train_head(features[shown], labels[shown], steps=300)
    torch.testing.assert_close(weighted.weight, repeated.weight, atol=2e-3, rtol=0)


# Logits reach 13 here. In float32 the last hundredths of the long valley depend on the number of threads.
@pytest.mark.parametrize(("decay", "apart"), [(0.1, 0.02), (0.001, 0.1)])
def test_a_head_is_trained_to_the_end_so_its_logits_are_those_of_scikit_learn(decay, apart):
    features, labels = faces_and_labels(300)
    features = (
        features @ np.random.default_rng(1).normal(size=(10, 40)) * np.logspace(0, -2, 40)
    )  # a long valley
    features = features.astype(np.float32)
    logits = train_head(features, labels, decay=decay)(torch.from_numpy(features)).numpy()
    strict = LogisticRegression(C=1 / (decay * len(labels)), tol=1e-9, max_iter=10_000)
    expected = strict.fit(features.astype(float), labels).decision_function(features.astype(float))
    centred = logits - logits.mean(1, keepdims=True)
    np.testing.assert_allclose(centred, expected - expected.mean(1, keepdims=True), atol=apart)


def test_labels_that_do_not_fit_the_features_are_refused():
    with pytest.raises(ValueError, match="Expected one label for each row"):
        train_head(np.zeros((3, 2), np.float32), np.zeros(2, np.int64))


def test_focal_loss_without_gamma_is_cross_entropy():
    torch.testing.assert_close(focal_loss(LOGITS, LABELS, gamma=0), F.cross_entropy(LOGITS, LABELS))


def test_focal_loss_by_hand():
    p = LOGITS.softmax(1)[[0, 1], LABELS]
    expected = (-((1 - p) ** 2) * p.log()).mean()
    torch.testing.assert_close(focal_loss(LOGITS, LABELS), expected)


def test_focal_loss_of_a_face_that_is_surely_right_has_a_gradient():
    logits = torch.tensor([[200.0, 0, 0, 0, 0, 0, 0]], requires_grad=True)
    focal_loss(logits, torch.tensor([0])).backward()
    assert logits.grad.isfinite().all()


def test_logit_adjustment_by_hand():
    adjusted = adjust_logits(np.zeros((1, 2), np.float32), [3, 1])
    np.testing.assert_allclose(adjusted, [[-np.log(0.75), -np.log(0.25)]], rtol=1e-6)


def test_the_adjusted_loss_of_adjusted_logits_is_the_plain_loss():
    adjusted = torch.from_numpy(adjust_logits(LOGITS.numpy(), COUNTS, 0.7))
    torch.testing.assert_close(
        logit_adjusted_loss(adjusted, LABELS, COUNTS, 0.7), F.cross_entropy(LOGITS, LABELS)
    )


def test_a_class_without_images_does_not_make_logits_infinite():
    assert np.isfinite(adjust_logits(np.zeros((1, 3)), [0, 5, 5])).all()


@given(st.lists(st.integers(0, 6), min_size=1, max_size=60), st.integers(0, 5))
def test_oversampling_shows_every_face_and_every_class_as_often_as_the_largest(labels, seed):
    labels = np.array(labels)
    shown = oversample(labels, seed)
    assert set(shown) == set(range(len(labels)))
    counts = np.bincount(labels[shown])
    assert set(counts[counts > 0]) == {np.bincount(labels).max()}
    times = np.bincount(shown)
    for label in np.unique(labels):
        assert np.ptp(times[labels == label]) <= 1


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


def uneven(seed=0):
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(7), [60, 8, 60, 90, 60, 40, 60])
    features = rng.normal(size=(len(labels), 12)).astype(np.float32)
    features[np.arange(len(labels)), labels] += 1.2
    exam_labels = np.repeat(np.arange(7), 40)
    exam = rng.normal(size=(280, 12)).astype(np.float32)
    exam[np.arange(280), exam_labels] += 1.2
    return features, labels, exam, exam_labels


def test_every_remedy_gives_logits_and_three_of_them_are_the_same_two_heads():
    features, labels, exam, exam_labels = uneven()
    logits = apply_remedies(features, labels, exam)
    assert tuple(logits) == REMEDIES
    assert all(values.shape == (280, 7) for values in logits.values())
    centred = {name: values - values.mean(1, keepdims=True) for name, values in logits.items()}
    np.testing.assert_allclose(centred["logit adjustment"], centred["adjusted in training"], atol=0.01)
    said = {
        name: (values.argmax(1) == exam_labels)[exam_labels == 1].mean() for name, values in logits.items()
    }
    assert said["no weights"] < said["capped weights"] <= said["balanced weights"]


def test_a_few_remedies_can_be_asked_for_and_an_unknown_one_is_refused():
    features, labels, exam, _ = uneven()
    alone = apply_remedies(features, labels, exam, names=["logit adjustment"])
    assert list(alone) == ["logit adjustment"]
    both = apply_remedies(features, labels, exam, names=["no weights", "logit adjustment"])
    np.testing.assert_array_equal(alone["logit adjustment"], both["logit adjustment"])
    with pytest.raises(ValueError, match=r"Expected names from no weights, .*, found prayer"):
        apply_remedies(features, labels, exam, names=["prayer"])


def test_along_tau_a_rare_label_is_found_more_and_more_often_and_the_worst_is_named():
    logits = np.zeros((4, 7), np.float32) - 50
    logits[:2, 0], logits[2:, 1], logits[2:, 0] = 0, -1, 0  # two angry faces, two disgusted ones called angry
    counts = np.array([90, 10, 0, 0, 0, 0, 0])  # log of 9 : 1 is 2.2
    curve = along_tau(logits, np.array([0, 0, 1, 1]), counts, steps=[0, 0.4, 1.0], draws=50)
    assert curve["recall of disgust"].tolist() == [0, 0, 1]
    assert curve["macro recall"].tolist() == [0.5, 0.5, 1]
    assert curve["gain"].tolist() == [0, 0, 0.5]
    assert curve["worst"].tolist() == [0, 0, 1]
    assert curve["worst label"].tolist()[:2] == ["disgust", "disgust"]
    assert np.isnan(curve["precision of disgust"].iloc[0]) and curve["precision of disgust"].iloc[2] == 1


def test_the_published_table_of_photographs_starts_with_the_reference_model_as_it_is():
    table = pd.read_csv(PHOTOGRAPHS, index_col="tau")
    assert table.index.tolist() == pytest.approx(np.linspace(0, 2, 11))
    assert table.gain[0] == 0 and table.gain_low[1.0] > 0
    assert table["recall of disgust"].is_monotonic_increasing
