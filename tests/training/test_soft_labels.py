"""What a run learns from the model that it starts from."""

import numpy as np
import pytest
import torch

from fer_course.evaluation.predict import predict, softmax
from fer_course.faces import Faces
from fer_course.model.network import build_model
from fer_course.model.weights import save_weights
from fer_course.training.recipe import Recipe
from fer_course.training.soft_labels import soft_labels

BACKBONE = "test_efficientnet"


@pytest.fixture(scope="module")
def faces():
    images = np.random.default_rng(0).integers(0, 256, (14, 48, 48), dtype=np.uint8)
    return Faces(images, np.arange(14) % 7, np.arange(14).astype(str), np.full(14, "Training"), "noise")


@pytest.fixture(scope="module")
def teacher(tmp_path_factory):
    """A model with opinions, trained, so its file says, at 64 px."""
    model = build_model(None, backbone=BACKBONE)
    torch.nn.init.normal_(model.get_classifier().weight, std=20.0, generator=torch.Generator().manual_seed(0))
    path = tmp_path_factory.mktemp("teacher") / "best.safetensors"
    save_weights(model, path, recipe=Recipe(backbone=BACKBONE, image_size=64).to_json())
    return str(path)


def recipe(weights, distillation):
    return Recipe(backbone=BACKBONE, weights=weights, image_size=32, distillation=distillation)


def test_the_teacher_looks_at_image_and_mirror_image_at_its_own_size(faces, teacher):
    model = build_model(teacher, backbone=BACKBONE)
    probabilities = softmax(predict(model, faces, 64, views=2))
    assert np.allclose(soft_labels(recipe(teacher, 1.0), faces).numpy(), probabilities, atol=1e-6)
    assert probabilities.max() - probabilities.min() > 0.05
    assert not np.allclose(softmax(predict(model, faces, 32, views=2)), probabilities, atol=1e-3)


def test_of_each_label_the_part_asked_for_is_replaced(faces, teacher):
    half, whole = (soft_labels(recipe(teacher, part), faces) for part in (0.5, 1.0))
    assert torch.allclose(half, 0.5 * torch.eye(7)[faces.labels] + 0.5 * whole, atol=1e-6)
    assert torch.allclose(half.sum(1), torch.ones(14), atol=1e-5)


@pytest.mark.parametrize("weights", [None, "imagenet", "puppets"])
def test_weights_that_have_not_learned_these_labels_do_not_teach(faces, weights):
    with pytest.raises(
        ValueError, match=r"Expected weights that train has made.*found weights=.*distillation=0"
    ):
        soft_labels(recipe(weights, 0.5), faces)


def test_a_teacher_that_is_not_there_is_named(faces):
    with pytest.raises(FileNotFoundError, match=r"no/such\.safetensors"):
        soft_labels(recipe("no/such.safetensors", 0.5), faces)
