import numpy as np
import pytest
import torch

from fer_course import checks_saliency as checks

MASKS = np.zeros((2, 4, 4), bool)
MASKS[0, :2], MASKS[1, 0] = True, True  # a half and a quarter


@pytest.fixture(scope="module")
def tensors():
    generator = torch.Generator().manual_seed(0)
    return torch.randn(1, 6, 8, 8, generator=generator), torch.randn(1, 6, 8, 8, generator=generator)


def said(capsys, check, *answer, **context):
    check(*answer, **context)
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("answer", "starts"),
    [
        (9, "Right. 9 × 9 places. At 64 px it would be 2 × 2, each of them standing for 24 × 24"),
        (8, "Not yet. 8: the rest"),
        (8.125, "Not yet. 8.125: a place is whole"),
        (81, "Not yet. 81: that is the number of places"),
        (32, "Not yet. 32: that is how many pixels"),
        (..., "Not answered yet"),
        ("nine", "Not yet. Expected one number (places)"),
    ],
)
def test_the_width_of_a_map(capsys, answer, starts):
    assert said(capsys, checks.map_places, answer, size=260, stride=32).startswith(starts)


def test_the_width_of_a_map_without_a_rest(capsys):
    assert said(capsys, checks.map_places, 8, size=64, stride=8).startswith("Right. 8 × 8")


def test_hirescam_is_told_from_grad_cam(capsys, tensors):
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
        assert said(capsys, checks.hirescam, answer, gradient, features).startswith(starts)


@pytest.mark.parametrize(
    ("answer", "starts"),
    [
        ("c", "Right."),
        ("a", "Not yet. the network"),
        ("b", "Not yet. that is a claim"),
        (..., "Not answered"),
        (1, "Not yet."),
    ],
)
def test_what_a_map_supports(capsys, answer, starts):
    assert said(capsys, checks.what_a_map_supports, answer).startswith(starts)
