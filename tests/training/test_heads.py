"""Heads on frozen features, their losses, and remedies against imbalance."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

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


def faces_and_labels(n=140, seed=0):
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % 7
    features = rng.normal(size=(n, 10)).astype(np.float32)
    features[np.arange(n), labels] += 3
    return features, labels


def uneven(seed=0):
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(7), [60, 8, 60, 90, 60, 40, 60])
    features = rng.normal(size=(len(labels), 12)).astype(np.float32)
    features[np.arange(len(labels)), labels] += 1.2
    exam_labels = np.repeat(np.arange(7), 40)
    exam = rng.normal(size=(280, 12)).astype(np.float32)
    exam[np.arange(280), exam_labels] += 1.2
    return features, labels, exam, exam_labels


def test_features_are_standardised_by_the_training_faces_alone():
    train, other = standardise_features(np.array([[0.0, 5], [2, 5]]), np.array([[3.0, 6]]))
    np.testing.assert_allclose(train, [[-1, 0], [1, 0]])
    # The second feature never varies in training: it is shifted and not scaled, and a head learns nothing from it.
    np.testing.assert_allclose(other, [[2, 1]])
    assert not train_head(train, [0, 1]).weight[:, 1].any()


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
