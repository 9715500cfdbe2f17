"""The command ``export``: an ONNX file that is measured like any weights, and nothing overwritten."""

import json

import pytest
from networks import tiny_model, with_random_head

from fer_course.__main__ import main
from fer_course.model.onnx import OnnxNetwork
from fer_course.model.weights import save_weights
from fer_course.training.recipe import Recipe

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # 98 faces are not the published 35,887


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """Weights of a network that tells labels apart, as a run leaves them."""
    file = tmp_path_factory.mktemp("weights") / "best.safetensors"
    recipe = Recipe(backbone="test_efficientnet", image_size=32, seed=3)
    save_weights(with_random_head(tiny_model()), file, recipe=recipe.to_json())
    return file


def test_an_exported_network_is_measured_as_the_run_that_it_came_from(csv, tiny, tmp_path, capsys):
    file = tmp_path / "tiny.onnx"
    assert main(["export", "--weights", str(tiny), "--save", str(file)]) == 0
    assert str(file) in capsys.readouterr().out
    assert OnnxNetwork(file).metadata["weights"] == "best.safetensors"
    figures = []
    for weights in (tiny, file):
        json_file = tmp_path / f"{weights.suffix[1:]}.json"
        given = ["--weights", str(weights), "--data", str(csv), "--split", "validation", "--device", "cpu"]
        assert main(["evaluate", *given, "--json", str(json_file)]) == 0
        figures.append(json.loads(json_file.read_text()))
    assert figures[0]["confusion"] == figures[1]["confusion"] and figures[0]["n"] == figures[1]["n"] > 0


def test_a_file_that_is_there_is_not_overwritten(tiny, tmp_path, capsys):
    file = tmp_path / "mine.onnx"
    file.write_bytes(b"mine")
    assert main(["export", "--weights", str(tiny), "--save", str(file)]) == 2
    assert "there already" in capsys.readouterr().err and file.read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("weights", "save", "words"),
    [
        ("nowhere.safetensors", "net.onnx", "nowhere.safetensors"),
        ("puppets", "net.onnx", "Expected"),
        (None, "net.pt", "ends in .onnx"),
    ],
)
def test_what_cannot_be_exported_is_told_in_one_sentence(tiny, tmp_path, capsys, weights, save, words):
    assert main(["export", "--weights", weights or str(tiny), "--save", str(tmp_path / save)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("fer_course: ") and words in said and said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
