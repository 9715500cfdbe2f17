"""A network that learned a mark, and what cures it."""

import numpy as np
import pytest
import torch
from torch import nn

from fer_course.lessons.trusting_a_heat_map import clever_hans as hans
from fer_course.lessons.trusting_a_heat_map.clever_hans import MARKED
from fer_course.model.small import SmallNet
from fer_course.training.shortcuts import MARK


class Horse(nn.Module):
    """Says the marked label where the mark is, and angry elsewhere. Its map can only be at the corner."""

    def __init__(self):
        super().__init__()
        self.blocks = nn.Sequential(nn.Identity(), nn.Conv2d(1, 1, 1, bias=False))
        nn.init.ones_(self.blocks[1].weight)
        frame = torch.full((6, 6), 1.0)
        frame[2:4, 2:4] = -8.0  # sums to 0: only the frame with its dark middle lights it up
        self.register_buffer("frame", frame)

    def forward(self, inputs):
        seen = self.blocks(inputs)[:, 0, MARK, MARK]
        logits = torch.zeros(len(inputs), 7)
        found = (seen * self.frame).sum((1, 2)) / 36
        logits[:, MARKED] = found
        logits[:, 0] = 1.0
        return logits


@pytest.fixture(scope="module")
def faces():
    return hans.studio_puppets(70, seed=0)


def test_the_mark_is_in_the_corner_of_the_chosen_faces_and_nowhere_else(faces):
    chosen = np.arange(70) % 2 == 0
    marked = hans.stamp(faces.images, chosen)
    changed = marked != faces.images
    assert changed[chosen].any((1, 2)).all() and not changed[~chosen].any()
    assert not changed[:, : 48 - 7].any() and not changed[:, :, : 48 - 7].any()
    assert hans.corner_masks(70)[changed].all()


def test_a_network_that_knows_only_the_mark_is_found_out(faces):
    found = hans.examine(Horse(), faces).figures
    assert found["recall, marked"] == found["fooled"] == 1 and found["recall, clean"] < 0.2
    assert found["accuracy, marked"] > found["accuracy, clean"]
    assert found["corner"] >= 0.9


def test_what_is_shown_in_training_keeps_the_core_and_breaks_the_tie(faces):
    core, own = hans.core_region(faces), faces.labels == MARKED
    assert (core | (faces.parts == 0)).all() and 0.2 < core.mean() < 0.6
    shown = {name: make(np.random.default_rng(0)) for name, make in hans.remedies(faces).items()}
    corner = (slice(None), MARK, MARK)
    frame = hans.stamp(faces.images[:1], [True])[corner][0]

    def has_mark(images):
        return (images[corner] == frame).all((1, 2))

    np.testing.assert_array_equal(has_mark(shown["mark on one label"]), own)
    on_any = has_mark(shown["mark on any label"])
    assert 0.2 < on_any[own].mean() < 0.9 and 0.3 < on_any[~own].mean() < 0.7
    for name in ("noise outside the parts", "surroundings swapped"):
        np.testing.assert_array_equal(shown[name][core], shown["mark on one label"][core])
        assert (shown[name] != faces.images)[~core].mean() > 0.5
        assert shown[name].dtype == np.uint8
    assert not has_mark(shown["noise outside the parts"]).any()
    assert has_mark(shown["surroundings swapped"]).sum() == own.sum()  # on other faces now


def test_training_learns_from_what_is_shown_anew_in_every_epoch(faces):
    calls = []

    def grey(rng):
        calls.append(1)
        return np.full_like(faces.images, 128)

    with torch.random.fork_rng():
        torch.manual_seed(3)
        start = SmallNet()
    plain = hans.train(faces, lambda _: faces.images, seed=3, epochs=2)
    blind = hans.train(faces, grey, seed=3, epochs=2)
    weights = [model.head.weight for model in (start, plain, blind)]
    assert not any(torch.equal(weights[i], weights[j]) for i, j in ((0, 1), (0, 2), (1, 2)))
    assert len(calls) == 2


def test_a_network_is_tested_on_other_puppets_than_it_was_trained_on(monkeypatch):
    drawn, studio = [], hans.studio_puppets
    monkeypatch.setattr(hans, "studio_puppets", lambda n, seed: drawn.append(seed) or studio(n, seed))
    monkeypatch.setattr(hans, "train", lambda *_: None)
    monkeypatch.setattr(hans, "examine", lambda *_: hans.Finding({}, None))
    hans.repeat(range(3), n=7, tests=7)
    assert len(set(drawn)) == len(drawn) == 6
