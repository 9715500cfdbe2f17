"""Parts of a face: where they are, and what becomes of a label without them."""

import numpy as np
import pytest
import torch
from torch import nn

from fer_course.faces import PARTS, Faces
from fer_course.puppets.draw import draw_puppet, draw_puppets
from fer_course.saliency.parts import (
    COVERS,
    LAYOUT,
    cover_parts,
    cover_test,
    inside_the_frame,
    part_mask,
    part_masks,
)


class BrightLowerHalf(nn.Module):
    """Label 3 as long as the lower half of the picture has a white spot; label 6 without one."""

    def __init__(self):
        super().__init__()
        self.strength = nn.Parameter(torch.tensor(8.0))

    def forward(self, inputs):
        logits = torch.zeros(len(inputs), 7)
        logits[:, 6] = 1.0
        logits[:, 3] = self.strength * (inputs[:, 0, 24:].amax((1, 2)) > 1.5).float()
        return logits


@pytest.fixture(scope="module")
def puppets():
    return draw_puppets(40, seed=5)


@pytest.fixture(scope="module")
def photographs():
    images = np.full((3, 48, 48), 60, np.uint8)
    images[:, 38, 24] = 255  # inside the mouth's box
    return Faces(images, np.full(3, 3), np.array(["a", "b", "c"]), np.full(3, "Training"), "noise")


def one(image, parts):
    """A single puppet as Faces."""
    name = np.array(["one"])
    label = np.array([3])
    return Faces(
        image[None], label, name, np.array(["Training"]), "puppets", clean_labels=label, parts=parts[None]
    )


def test_no_pixel_is_in_two_parts(puppets):
    assert np.sum([part_mask(puppets, name) for name in COVERS], axis=0).max() == 1


def test_several_parts_are_the_union_of_each(puppets):
    mouth, cheeks, nose = (part_mask(puppets, name) for name in ("mouth", "cheeks", "nose"))
    np.testing.assert_array_equal(part_mask(puppets, "mouth and cheeks"), mouth | cheeks)
    np.testing.assert_array_equal(part_mask(puppets, "mouth, cheeks and nose"), mouth | cheeks | nose)


@pytest.mark.parametrize("pose", [0.0, 0.6])
def test_the_cheeks_lie_below_the_eyes_and_beside_the_nose(pose):
    face = one(*draw_puppet({}, identity=3, pose=pose, with_parts=True))
    cheeks, eyes, nose = (np.argwhere(part_mask(face, name)[0]) for name in ("cheeks", "eyes", "nose"))
    assert cheeks[:, 0].mean() > eyes[:, 0].mean() + 5
    assert (cheeks[:, 1] < nose[:, 1].mean()).any() and (cheeks[:, 1] > nose[:, 1].mean()).any()
    assert 0.06 < len(cheeks) / 48**2 < 0.2


def test_a_smile_is_drawn_on_the_cheeks_as_much_as_on_the_mouth():
    smiling, parts = draw_puppet({6: 1.0, 12: 1.0}, identity=3, with_parts=True)
    change = abs(smiling.astype(int) - draw_puppet({}, identity=3))
    face = one(smiling, parts)
    inside = {name: (change * part_mask(face, name)[0]).sum() / change.sum() for name in COVERS}
    assert inside["cheeks"] > 0.2 and inside["mouth"] > 0.2
    assert inside["cheeks"] + inside["mouth"] + inside["eyes"] > 0.8 > 0.1 > inside["brows"]


def test_a_photograph_has_the_same_boxes_as_any_other(photographs):
    mouth = part_mask(photographs, "mouth")
    expected = np.zeros((48, 48), bool)
    expected[LAYOUT["mouth"]] = True
    assert (mouth == expected).all()
    cheeks = part_mask(photographs, "cheeks")
    assert (cheeks == cheeks[0]).all() and cheeks[0, 26:43, 9:12].all() and not cheeks[0, :26].any()


@pytest.mark.parametrize("name", ["ears", "mouth and ears", "", "mouth,eyes"])
def test_an_unknown_part_is_said_in_a_sentence(puppets, name):
    with pytest.raises(ValueError, match="Expected parts among brows, eyes, nose, mouth, cheeks, found"):
        part_mask(puppets, name)


def test_a_covered_part_is_the_picture_s_mean_grey_and_nothing_else_changes(puppets):
    covered, mask = cover_parts(puppets, "mouth and cheeks"), part_mask(puppets, "mouth and cheeks")
    np.testing.assert_array_equal(covered[~mask], puppets.images[~mask])
    for picture, image, where in zip(covered, puppets.images, mask, strict=True):
        assert set(picture[where].tolist()) == {round(image.mean())}


def test_faces_that_keep_their_label_are_counted(photographs):
    table = cover_test(BrightLowerHalf(), photographs, 3, 48, ["eyes", "mouth", "eyes and mouth"])
    assert table["kept"].tolist() == [1, 0, 0]
    assert table["faces"].tolist() == [3, 3, 3]
    assert table.loc["mouth", "area"] == pytest.approx(10 * 22 / 48**2)
    assert table.loc["mouth", "low"] == 0 and 0 < table.loc["mouth", "high"] < 1
    assert table.loc["eyes", "high"] == 1 and 0 < table.loc["eyes", "low"] < 1


def test_no_faces_are_said_in_a_sentence(puppets):
    with pytest.raises(ValueError, match="one at least, found none"):
        cover_test(BrightLowerHalf(), puppets[:0], 3, 48, ["mouth"])


def test_faces_near_the_edge_are_told_from_those_inside_the_frame(puppets, photographs):
    inside = inside_the_frame(puppets)
    edge = np.ones((48, 48), bool)
    edge[8:40, 8:40] = False
    np.testing.assert_array_equal(inside, [not (parts[edge] > 0).any() for parts in puppets.parts])
    assert 0 < inside.sum() < len(puppets)
    assert inside_the_frame(photographs).all()


def test_parts_are_the_puppet_s_own_or_a_photograph_s_roughly():
    puppets = draw_puppets(20, seed=0, pose=0)
    own = part_masks(puppets)
    assert own.shape == (20, 4, 48, 48) and own.sum(1).max() == 1
    assert (own.any(1) == (puppets.parts > 0)).all()
    n = len(puppets)
    photographs = Faces(puppets.images, puppets.labels, puppets.names, np.full(n, "Training"), "folder")
    rough = part_masks(photographs)
    assert rough.sum(1).max() == 1
    # Held to where upright puppets have their parts: most of each part is found.
    for k, name in enumerate(PARTS):
        assert (own[:, k] & rough[:, k]).sum() > 0.5 * own[:, k].sum(), name
