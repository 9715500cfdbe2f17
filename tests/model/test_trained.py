"""Opening a trained network: by name, from a run, from ONNX; and never one that has learned nothing."""

import json

import pytest
from networks import TINY, tiny_model, with_random_head
from torch import nn

from fer_course.evaluation.predict import predict
from fer_course.model.onnx import OnnxNetwork, export_onnx
from fer_course.model.trained import metadata_of_network, open_network
from fer_course.model.weights import save_weights
from fer_course.puppets.draw import draw_puppets

RECIPE = json.dumps({"backbone": TINY, "image_size": 32})


def test_the_reference_model_is_opened_by_its_name():
    model = open_network("fer2013")
    assert isinstance(model, nn.Module) and model.trained_size == 128 and not model.training
    assert open_network().trained_size == 128


def test_a_run_and_an_onnx_file_of_it_predict_the_same(tmp_path):
    model, faces = with_random_head(tiny_model()), draw_puppets(5)
    save_weights(model, tmp_path / "best.safetensors", recipe=RECIPE)
    export_onnx(model, tmp_path / "best.onnx", size=32, recipe=RECIPE)
    opened = [open_network(tmp_path / name) for name in ("best.safetensors", "best.onnx")]
    assert isinstance(opened[1], OnnxNetwork)
    assert abs(predict(opened[0], faces) - predict(opened[1], faces)).max() < 1e-4
    for name in ("best.safetensors", "best.onnx"):
        assert metadata_of_network(tmp_path / name)["recipe"] == RECIPE


@pytest.mark.parametrize("recipe", [{}, {"recipe": "[]"}, {"recipe": "{}"}, {"recipe": "[" * 10_000}])
def test_weights_without_a_recipe_are_refused(tmp_path, recipe):
    save_weights(with_random_head(tiny_model()), tmp_path / "a.safetensors", **recipe)
    with pytest.raises(ValueError, match="recipe inside"):
        open_network(tmp_path / "a.safetensors")


def test_weights_that_have_learned_nothing_yet_and_missing_ones_are_refused(tmp_path):
    save_weights(tiny_model(), tmp_path / "start.safetensors", recipe=RECIPE)
    with pytest.raises(ValueError, match="head of seven outputs"):
        open_network(tmp_path / "start.safetensors")
    for name in ("none.safetensors", "none.onnx"):
        with pytest.raises(FileNotFoundError, match="none"):
            open_network(tmp_path / name)
