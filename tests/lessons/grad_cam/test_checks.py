"""Feedback on the exercises of notebook 06."""

import numpy as np
import pandas as pd
import pytest
import torch

from fer_course.lessons.grad_cam import checks

TABLE = pd.DataFrame(
    {"kept": [0.92, 0.88, 0.24, 0.99], "faces": [147] * 4, "area": [0.05, 0.11, 0.16, 0.04]},
    index=["mouth", "cheeks", "mouth and cheeks", "nose"],
)
SHARES = {"mouth": 0.19, "cheeks": 0.30, "mouth and cheeks": 0.49, "nose": 0.33}


@pytest.fixture(scope="module")
def tensors():
    generator = torch.Generator().manual_seed(0)
    return torch.randn(1, 6, 8, 8, generator=generator), torch.randn(1, 6, 8, 8, generator=generator)


@pytest.mark.parametrize(
    ("answer", "starts"),
    [
        (9, "Right. 9 × 9 cells. At 96 px it is 3 × 3, each of them standing for 16 × 16"),
        (8, "Not yet. 8: the remainder"),
        (8.125, "Not yet. 8.125: a cell is whole"),
        (81, "Not yet. 81: that is the number of cells"),
        (32, "Not yet. 32: that is how many pixels"),
        (1, "Not yet. 1: that would be the stored picture"),
        (..., "Not answered yet"),
        ("nine", "Not yet. Expected one number (cells)"),
    ],
)
def test_the_width_of_a_map(feedback, answer, starts):
    assert feedback(checks.map_cells, answer, size=260, stride=32).startswith(starts)


def test_the_width_of_a_map_without_a_rest(feedback):
    assert feedback(checks.map_cells, 8, size=64, stride=8).startswith("Right. 8 × 8")


def test_hirescam_is_told_from_grad_cam(feedback, tensors):
    gradient, features = tensors
    right = (gradient * features).sum(1).relu()
    grad_cam = (gradient.mean((2, 3), keepdim=True) * features).sum(1).relu()
    for answer, starts in (
        (right, "Right."),
        (right[0], "Right."),
        (right[0].numpy(), "Right."),
        (right.clone().requires_grad_(), "Right."),
        ((gradient * features).sum(1), "Not yet. Almost"),
        (grad_cam, "Not yet. This is Grad-CAM still"),
        ((gradient.relu() * features).sum(1).relu(), "Not yet. That is LayerCAM"),
        ((gradient * features).relu().sum(1), "Not yet. The ReLU comes too early"),
        ((gradient.sum(1) * features.sum(1)).relu(), "Not yet. Multiply channel by channel"),
        (right * 2, "Not yet. Another map"),
        (..., "Not answered yet"),
        (
            gradient * features,
            "Not yet. Expected a map of shape (8, 8), found an array of shape (1, 6, 8, 8)",
        ),
        ("relu", "Not yet. Expected a map"),
        ((right.clone().requires_grad_(),), "Not yet. Expected a map"),  # a comma at the end of the line
        (None, "Not yet. Expected a map"),
    ):
        assert feedback(checks.hirescam, answer, gradient, features).startswith(starts)


def test_hirescam_says_how_much_of_grad_cam_lies_where_nothing_speaks_for_the_label(feedback):
    gradient, features = np.ones((1, 1, 2, 2)), np.ones((1, 1, 2, 2))
    gradient[..., 1] = -0.5  # mean 0.25: Grad-CAM gives all cells the same
    answer = np.array([[1, 0], [1, 0]])
    assert "50% of Grad-CAM's map" in feedback(checks.hirescam, answer, gradient, features)


def test_brightness_is_told_from_strength(feedback):
    predicted, expected = np.ones((6, 4, 4)), np.ones((6, 4, 4))
    expected[:2, 1:] = 0  # less spread out, as high
    for answer, starts in (
        (0, "Right. In 0 of 6"),
        (6, "Not yet. 6: you would expect it"),
        (2, "Not yet. 2: that compares means"),
        (3, "Not yet. 3 is too large"),
        (..., "Not answered yet"),
        ("none", "Not yet. Expected one number (faces)"),
        (predicted > expected, "Not yet. Expected one number (faces), found an array"),
    ):
        assert feedback(checks.brighter_maps, answer, predicted, expected).startswith(starts)


@pytest.mark.parametrize(
    ("answer", "starts"),
    [
        (
            "mouth and cheeks",
            "Right. With mouth and cheeks grey, 24% of 147 faces keep their label. If the losses",
        ),
        ("Mouth and cheeks ", "Right."),
        ("mouth", "Not yet. With mouth grey, 92% of 147 faces keep their label, although 19% of the heat"),
        ("nose", "Not yet. With nose grey, 99% of 147 faces keep their label, although 33% of the heat"),
        ("ears", "Not yet. Expected one of 'cheeks', 'mouth', 'mouth and cheeks', 'nose', found 'ears'"),
        (..., "Not answered yet"),
        (3, "Not yet."),
        (["mouth", "cheeks"], "Not yet."),
    ],
)
def test_the_cover_that_takes_most(feedback, answer, starts):
    assert feedback(checks.which_cover, answer, TABLE, SHARES).startswith(starts)


def test_the_thought_that_follows_adds_the_losses_of_both_parts(feedback):
    text = feedback(checks.which_cover, "mouth and cheeks", TABLE, SHARES)
    assert "simply added up, 80% would. Each part stands in for the other" in text
    more = TABLE.assign(kept=[0.5, 0.6, 0.2, 0.99])
    assert feedback(checks.which_cover, "mouth and cheeks", more, SHARES).endswith("10% would.\n")
    single = TABLE.drop("mouth and cheeks")
    text = feedback(checks.which_cover, "cheeks", single, SHARES)
    assert text == "Right. With cheeks grey, 88% of 147 faces keep their label.\n"


@pytest.mark.parametrize(
    ("answer", "starts"),
    [
        ("c", "Right."),
        ("a", "Not yet. The network"),
        ("b", "Not yet. That is a claim"),
        ("d", "Not yet. Every map is stretched"),
        (..., "Not answered"),
        (1, "Not yet."),
    ],
)
def test_what_a_map_supports(feedback, answer, starts):
    assert feedback(checks.what_a_map_supports, answer).startswith(starts)
