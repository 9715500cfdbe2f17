"""What a network says while a picture is taken away, or comes back, by its map."""

import numpy as np
import pytest
import torch
from torch import nn

from fer_course.saliency import deletion
from fer_course.saliency.deletion import curves


class Window(nn.Module):
    """Label 3 for the share of a white square that is still there; it sees nothing else."""

    def __init__(self):
        super().__init__()
        self.strength = nn.Parameter(torch.tensor(8.0))

    def forward(self, inputs):
        logits = torch.zeros(len(inputs), 7)
        logits[:, 3] = self.strength * (inputs[:, 0, 8:16, 8:16].mean((1, 2)) > 1).float()
        return logits


@pytest.fixture(scope="module")
def images():
    images = np.random.default_rng(0).integers(0, 30, (3, 48, 48)).astype(np.uint8)
    images[:, 8:16, 8:16] = 255
    return images


def heat_map(rows, columns):
    maps = np.zeros((3, 48, 48), np.float32)
    maps[:, rows, columns] = 1
    return maps


def test_a_faithful_map_empties_the_score_first_and_fills_it_first(images):
    right, wrong = heat_map(slice(8, 16), slice(8, 16)), heat_map(slice(30, 48), slice(0, 48))
    areas = {
        (direction, name): curves(
            Window(), images, maps, [3] * 3, 48, direction=direction, fill="grey", steps=8
        ).areas.mean()
        for direction in ("deletion", "insertion")
        for name, maps in (("right", right), ("wrong", wrong))
    }
    assert areas["deletion", "right"] < 0.3 < areas["deletion", "wrong"]
    assert areas["insertion", "right"] > 0.8 > areas["insertion", "wrong"]


def test_the_curves_end_where_the_other_starts(images):
    maps = heat_map(slice(8, 16), slice(8, 16))
    gone = curves(Window(), images, maps, [3] * 3, 48, steps=5)
    back = curves(Window(), images, maps, [3] * 3, 48, steps=5, direction="insertion")
    assert gone.shares.tolist() == [0, 0.2, 0.4, 0.6, 0.8, 1] and gone.probabilities.shape == (3, 6)
    np.testing.assert_allclose(gone.probabilities[:, 0], back.probabilities[:, -1])
    np.testing.assert_allclose(gone.probabilities[:, -1], back.probabilities[:, 0])


def test_the_area_of_a_probability_that_stays_is_that_probability(images):
    maps = heat_map(slice(0, 4), slice(0, 4))
    found = curves(Window(), images, maps, [0] * 3, 48, fill="grey", steps=1)
    found.probabilities[:] = 0.4
    np.testing.assert_allclose(found.areas, 0.4)


def test_whole_parts_go_in_the_order_of_the_map_and_the_rest_stays(images):
    parts = np.zeros((3, 2, 48, 48), bool)
    parts[:, 0, 30:40, 30:40] = True
    parts[:, 1, 8:16, 8:16] = True
    for maps, expected in (
        (heat_map(slice(8, 16), slice(8, 16)), [True, False, False]),
        (heat_map(slice(30, 40), slice(30, 40)), [True, True, False]),
    ):
        found = curves(Window(), images, maps, [3] * 3, 48, parts=parts, fill="grey")
        assert found.shares.tolist() == [0, 0.5, 1]
        assert (found.probabilities[0] > 0.9).tolist() == expected


@pytest.mark.parametrize(
    ("options", "sentence"), [({"direction": "up"}, "deletion or"), ({"fill": "red"}, "blur")]
)
def test_what_does_not_exist_is_said(images, options, sentence):
    with pytest.raises(ValueError, match=f"Expected .*{sentence}.*found '"):
        curves(Window(), images, heat_map(0, 0), [3] * 3, 48, **options)


def test_blur_takes_fine_structure_away_and_keeps_the_mean():
    stripes = np.zeros((1, 48, 48), np.uint8)
    stripes[:, :, ::2] = 200
    middle = deletion._blank(stripes, "blur")[0, 20:28, 20:28]
    assert middle.std() < 2 and middle.mean() == pytest.approx(100, abs=3)


def test_the_curve_is_of_the_label_asked_for_also_where_another_one_wins(images):
    found = curves(Window(), images, heat_map(slice(8, 16), slice(8, 16)), [0] * 3, 48, fill="grey")
    assert (found.probabilities[:, 0] < 0.01).all()  # label 3 has the rest
    np.testing.assert_allclose(found.probabilities[:, -1], 1 / 7, rtol=1e-5)


def test_insertion_by_parts_brings_the_parts_back_one_by_one_and_leaves_the_rest_alone(images, monkeypatch):
    shown = []
    predict = deletion.predict
    monkeypatch.setattr(
        deletion, "predict", lambda model, seen, size: shown.append(seen) or predict(model, seen, size)
    )
    parts = np.zeros((3, 2, 48, 48), bool)
    parts[:, 0, 30:40, 30:40] = parts[:, 1, 8:16, 8:16] = True
    maps = heat_map(slice(8, 16), slice(8, 16))
    curves(Window(), images, maps, [3] * 3, 48, parts=parts, fill="grey", direction="insertion")
    start, one, end = shown[0].reshape(3, 3, 48, 48)
    np.testing.assert_array_equal(end, images)
    for seen in (start, one):
        np.testing.assert_array_equal(seen[~parts.any(1)], images[~parts.any(1)])
    assert (start != images)[parts[:, 1]].all()
    np.testing.assert_array_equal(one[parts[:, 1]], images[parts[:, 1]])
    assert (one != images)[parts[:, 0]].any()
