"""Logits of faces: views, modes, and what is refused."""

import numpy as np
import pytest
import torch
from networks import tiny_model, with_random_head

from fer_course.evaluation.predict import predict, softmax
from fer_course.model.inputs import prepare
from fer_course.model.network import build_model, freeze_backbone, training_mode
from fer_course.puppets.draw import draw_puppets


class SumOfLeftHalf(torch.nn.Module):
    """Its only logit that ever differs tells how bright the left half is: mirrored, another answer."""

    def __init__(self):
        super().__init__()
        self.nothing = torch.nn.Parameter(torch.zeros(1))

    def forward(self, inputs):
        logits = torch.zeros(len(inputs), 7)
        logits[:, 0] = inputs[:, 0, :, :24].mean((1, 2))
        return logits + 0 * self.nothing


@pytest.fixture
def lit_from_the_left():
    images = np.zeros((3, 48, 48), np.uint8)
    images[:, :, :24] = 200
    images[:, 10:20, 5:40] += np.arange(3, dtype=np.uint8)[:, None, None] * 20
    return images


class Mean(torch.nn.Module):
    """Logits that show what came in: the size, and whether the model was in training mode."""

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))

    def forward(self, x):
        out = torch.zeros(len(x), 7)
        out[:, 0], out[:, 1] = x.shape[-1], float(self.training)
        return out


def test_two_views_are_the_mean_probability_of_an_image_and_its_mirror_image(lit_from_the_left):
    model = SumOfLeftHalf()
    seen, mirrored = (
        softmax(predict(model, images, 48)) for images in (lit_from_the_left, lit_from_the_left[:, :, ::-1])
    )
    assert not np.allclose(seen, mirrored)
    both = softmax(predict(model, lit_from_the_left, 48, views=2))
    np.testing.assert_allclose(both, (seen + mirrored) / 2, atol=1e-6)


def test_ten_views_are_the_middle_and_four_shifts_by_two_pixels_each_with_its_mirror_image(lit_from_the_left):
    model = SumOfLeftHalf()
    shifted = [lit_from_the_left]
    for down in (-2, 2):
        for right in (-2, 2):
            rows, columns = (np.clip(np.arange(48) + by, 0, 47) for by in (down, right))
            shifted.append(lit_from_the_left[:, rows][:, :, columns])
    each = [softmax(predict(model, view, 48)) for some in shifted for view in (some, some[:, :, ::-1])]
    ten = softmax(predict(model, lit_from_the_left, 48, views=10))
    np.testing.assert_allclose(ten, np.mean(each, axis=0), atol=1e-6)


def test_views_of_no_image_are_no_logits():
    assert predict(SumOfLeftHalf(), np.zeros((0, 48, 48), np.uint8), 48, views=10).shape == (0, 7)


def test_another_number_of_views_is_refused():
    with pytest.raises(ValueError, match="Expected 1, 2 or 10 views, found 3"):
        predict(SumOfLeftHalf(), np.zeros((1, 48, 48), np.uint8), 48, views=3)


def test_prediction_leaves_frozen_batch_norms_asleep():
    model = build_model(None, backbone="test_efficientnet")
    freeze_backbone(model)
    training_mode(model)
    modes = [module.training for module in model.modules()]
    assert len(set(modes)) == 2
    predict(model, np.zeros((1, 48, 48), np.uint8), 32)
    assert [module.training for module in model.modules()] == modes


def test_softmax_does_not_overflow():
    assert softmax([[1000.0, 0, 0, 0, 0, 0, 0]]).tolist() == [[1, 0, 0, 0, 0, 0, 0]]


def test_predict_resizes_runs_in_evaluation_mode_and_puts_the_mode_back():
    images = np.zeros((5, 48, 48), np.uint8)
    model = Mean().train()
    logits = predict(model, images, 64, batch_size=2)
    assert logits.shape == (5, 7)
    assert logits.dtype == np.float32
    assert logits[:, 0].tolist() == [64] * 5
    assert logits[:, 1].tolist() == [0] * 5
    assert model.training


def test_predict_of_no_images_has_no_rows():
    assert predict(Mean(), np.zeros((0, 48, 48), np.uint8), 64).shape == (0, 7)


def test_a_run_in_the_place_of_its_model_is_refused():
    with pytest.raises(ValueError, match="Expected a network, found dict"):
        predict({}, np.zeros((1, 48, 48), np.uint8), 64)


def test_a_model_is_asked_at_the_size_that_it_was_trained_at_and_another_size_is_warned_of():
    model, faces = tiny_model(), draw_puppets(3, seed=0)
    with pytest.raises(ValueError, match="Expected the image size that the model was trained at, found none"):
        predict(model, faces)
    model.trained_size = 48
    expected = model(prepare(faces, 48)).detach().numpy()
    np.testing.assert_allclose(predict(model, faces), expected, atol=1e-5)
    with pytest.warns(UserWarning, match="trained at 48 px and is asked at 64 px"):
        predict(model, faces, 64)


def test_the_shipped_weights_know_their_size():
    assert build_model("fer2013").trained_size == 128 and build_model("puppets").trained_size == 64


@pytest.mark.parametrize("kind", [torch.float64, torch.bfloat16])
def test_a_model_in_another_precision_is_asked_in_its_own(kind):
    model, faces = with_random_head(tiny_model()), draw_puppets(3, seed=0)
    expected = predict(model, faces, 32)
    np.testing.assert_allclose(
        predict(model.to(kind), faces, 32), expected, atol=0.2 if kind == torch.bfloat16 else 1e-4
    )


@pytest.mark.parametrize(
    ("images", "said"),
    [
        ("me.jpg", "Expected images, found the path 'me.jpg'"),
        (np.zeros((48, 48, 3), np.uint8), r"found uint8 of shape \(48, 48, 3\)"),
        (np.zeros((2, 48, 48)), r"found float64 of shape \(2, 48, 48\)"),
    ],
)
def test_what_is_no_stored_image_is_refused_as_it_was_given(images, said):
    with pytest.raises(ValueError, match=said):
        predict(tiny_model(), images, 32, batch_size=1)
