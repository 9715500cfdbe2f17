"""Heads on frozen backbones."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from samples import noise_faces

from fer_course.course import Course
from fer_course.labels import EXPRESSIONS
from fer_course.lessons.lab_two_recipes import insideout
from fer_course.training.recipes import QUICK

EVEN = np.full(7, 1 / 7)


def logits_of(named):
    return np.eye(7)[np.asarray(named)]


def test_with_even_shares_the_figures_are_those_of_the_exam():
    labels = np.repeat(np.arange(7), 2)
    named = labels.copy()
    named[2] = 0  # one of two disgusted faces is called angry
    found = insideout.figures(logits_of(named), labels, EVEN)
    assert found["accuracy"] == pytest.approx(100 * 13 / 14)
    assert found["recall of disgust"] == pytest.approx(50) and found["precision of disgust"] == 100
    f1 = [2 * 2 / (2 + 3), 2 * 1 / (2 + 1), *[1] * 5]
    assert found["macro-F1"] == pytest.approx(100 * np.mean(f1))


def test_an_exam_without_a_label_is_refused_by_its_name():
    labels = np.array([0, 0, 2, 3, 4, 5, 6])
    with pytest.raises(ValueError, match="found no face labelled disgust"):
        insideout.figures(logits_of(labels), labels, EVEN)


def test_a_rare_label_weighs_little_in_accuracy_and_its_precision_is_that_of_the_shares():
    labels = np.repeat(np.arange(7), 10)
    named = labels.copy()
    named[:5] = EXPRESSIONS.index("disgust")  # half of the angry faces
    shares = np.array([0.5, 0.02, 0.08, 0.1, 0.1, 0.1, 0.1])
    found = insideout.figures(logits_of(named), labels, shares)
    assert found["accuracy"] == pytest.approx(75)
    assert found["precision of disgust"] == pytest.approx(100 * 0.02 / 0.27)


def test_a_weight_of_2_counts_a_face_twice_and_weights_of_1_are_none():
    logits, labels = torch.randn(3, 7), torch.tensor([0, 1, 1])
    each = F.cross_entropy(logits, labels, reduction="none")
    weights = torch.ones(7)
    torch.testing.assert_close(insideout.weighted_loss(weights)(logits, labels), each.mean())
    weights[1] = 2
    expected = (each[0] + 2 * each[1] + 2 * each[2]) / 3
    torch.testing.assert_close(insideout.weighted_loss(weights)(logits, labels), expected)


def test_weights_of_an_even_set_change_no_head_and_those_of_an_uneven_one_raise_the_rare_label():
    rng = np.random.default_rng(0)
    counts = np.array([40, 4, 40, 40, 40, 40, 40])
    labels = np.repeat(np.arange(7), counts)
    centres = rng.normal(size=(7, 8))
    features = (centres[labels] + rng.normal(size=(len(labels), 8))).astype(np.float32)
    new_labels = np.repeat(np.arange(7), 50)
    new = (centres[new_labels] + rng.normal(size=(350, 8))).astype(np.float32)
    heads = insideout.heads_of(features, labels, new)
    recall = {name: (logits[50:100].argmax(1) == 1).mean() for name, logits in heads.items()}
    assert recall[insideout.WEIGHTED] > recall[insideout.PLAIN]
    assert recall[insideout.ADJUSTED] > recall[insideout.PLAIN]
    even = np.repeat(np.arange(7), 20)
    features = (centres[even] + rng.normal(size=(140, 8))).astype(np.float32)
    heads = insideout.heads_of(features, even, new)
    np.testing.assert_allclose(heads[insideout.WEIGHTED], heads[insideout.PLAIN], atol=0.05)


def test_every_claim_names_an_arm_of_the_experiment():
    arms = {
        insideout.arm(backbone, head)
        for backbone in insideout.BACKBONES
        for head in (insideout.PLAIN, insideout.WEIGHTED, insideout.ADJUSTED)
    }
    assert {name for claim in insideout.CLAIMS for name in (claim.way, claim.baseline)} <= arms


def test_faces_to_learn_from_have_fer_2013_s_shares_and_those_of_the_exam_are_even():
    train, exam = insideout.faces_of(0, train=300, exam=210)
    assert (train.labels == EXPRESSIONS.index("disgust")).mean() < 0.04
    assert np.bincount(exam.labels).min() > 15 and (train.labels == train.clean_labels).all()


def test_photographs_are_taken_from_the_splits_of_the_course_and_none_twice():
    course = Course(noise_faces(200, tested=40), "quick", "cpu", QUICK)
    train, exam = insideout.faces_for(course, train=70, exam=14)
    assert set(train.names) <= set(course.train.names) and set(exam.names) <= set(course.validation.names)
    assert (
        len(set(train.names)) == 70
        and np.bincount(exam.labels).tolist() == [2] * 7
        and len(set(exam.names)) == 14
    )


def test_the_trained_backbone_has_not_seen_the_kind_of_faces_that_are_examined(monkeypatch):
    asked = []
    monkeypatch.setattr(insideout, "build_model", lambda weights, **_: asked.append(weights))
    monkeypatch.setattr(insideout, "frozen_features", lambda *_: np.zeros((2, 3), np.float32))
    photographs = noise_faces(2)
    for faces in (photographs, noise_faces(2, clean_labels=photographs.labels)):
        for backbone in (insideout.STARTED, insideout.RANDOM):
            insideout.features_of(backbone, faces)
    assert asked == ["puppets", None, "fer2013", None]


def test_random_backbones_differ_by_their_seed():
    _, exam = insideout.faces_of(0, train=7, exam=7)
    first, again, other = (insideout.features_of(insideout.RANDOM, exam, seed=s)[0] for s in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)
