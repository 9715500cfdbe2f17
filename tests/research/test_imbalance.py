"""The tool that measures logit adjustment on photographs."""

import dataclasses
import types

import numpy as np
import pytest
from samples import noise_faces

from fer_course.lessons.class_imbalance.dial import along_tau
from research import imbalance

LABELS = np.repeat(np.arange(7), 4)
NOISE = noise_faces(28, labels=LABELS)


def course(faces):
    return types.SimpleNamespace(faces=faces, train=faces, validation=faces, device="cpu")


def test_puppets_and_another_split_are_refused():
    with pytest.raises(ValueError, match="Expected photographs, found noise; give --data"):
        imbalance.measured(course(dataclasses.replace(NOISE, clean_labels=LABELS)))
    with pytest.raises(ValueError, match="Expected the split that the reference model was trained on"):
        imbalance.measured(course(NOISE))


def test_the_table_is_that_of_along_tau_in_per_cent(monkeypatch):
    logits = np.random.default_rng(0).normal(size=(28, 7)) + np.eye(7)[LABELS]
    monkeypatch.setattr(imbalance, "learned_from", lambda *_: True)
    monkeypatch.setattr(imbalance, "predict", lambda *_, **__: logits)
    table = imbalance.measured(course(NOISE))
    expected = along_tau(logits, LABELS, NOISE.counts())
    np.testing.assert_allclose(table["macro recall"], 100 * expected["macro recall"], atol=0.051)
    assert table["worst label"].tolist() == expected["worst label"].tolist()
