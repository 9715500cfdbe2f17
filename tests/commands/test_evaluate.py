"""The command ``evaluate``: figures of a split, of every kind of weights."""

import json
from dataclasses import replace

import numpy as np
import pytest
from command_line import train_arguments
from networks import with_random_head

import fer_course.course
from fer_course.__main__ import main
from fer_course.course import setup
from fer_course.model.network import build_model
from fer_course.model.weights import save_weights
from fer_course.puppets.draw import draw_puppets
from fer_course.training.recipe import Recipe
from fer_course.training.recipes import quick

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # 98 faces are not the published 35,887


@pytest.mark.parametrize(("split", "n"), [("test", 28), ("PublicTest", 14), ("PrivateTest", 14)])
def test_evaluation_prints_and_writes_the_figures_of_a_split(csv, weights, tmp_path, capsys, split, n):
    file = tmp_path / "figures.json"
    arguments = [
        "evaluate",
        "--weights",
        str(weights),
        "--data",
        str(csv),
        "--split",
        split,
        "--json",
        str(file),
    ]
    assert main([*arguments, "--device", "cpu"]) == 0
    assert f"n = {n}" in capsys.readouterr().out
    figures = json.loads(file.read_text())
    assert figures["n"] == n
    assert figures["split"] == split
    assert np.sum(figures["confusion"]) == n
    assert figures["accuracy"] == pytest.approx(np.trace(figures["confusion"]) / n)
    assert figures["per_class"]["happy"]["support"] == n // 7
    assert "clean_accuracy" not in figures
    assert [p.name for p in tmp_path.iterdir()] == ["figures.json"]


def test_figures_are_not_written_over_a_file_of_another_kind(csv, home, tmp_path, capsys):
    before = csv.read_bytes()
    assert main(["evaluate", "--weights", "fer2013", "--data", str(csv), "--json", str(csv)]) == 2
    assert "Expected a file whose name ends in .json" in capsys.readouterr().err
    assert csv.read_bytes() == before


def test_the_shipped_model_is_measured_by_its_name_and_in_several_views(csv, home, tmp_path, capsys):
    file = tmp_path / "figures.json"
    arguments = [
        "evaluate",
        "--weights",
        "fer2013",
        "--views",
        "2",
        "--split",
        "PublicTest",
        "--json",
        str(file),
    ]
    assert main([*arguments, "--data", str(csv), "--device", "cpu"]) == 0
    assert "n = 14" in capsys.readouterr().out
    assert json.loads(file.read_text())["views"] == 2


def test_evaluation_on_validation_repeats_what_training_reported(csv, weights, capsys):
    assert main(train_arguments(csv, weights.parent)) == 0
    trained = capsys.readouterr().out
    arguments = ["evaluate", "--weights", str(weights), "--data", str(csv), "--split", "validation"]
    assert main([*arguments, "--device", "cpu"]) == 0
    evaluated = capsys.readouterr().out
    line = next(line for line in trained.splitlines() if line.startswith("Validation: "))
    assert line.removeprefix("Validation: ") in evaluated


def test_evaluation_takes_the_validation_faces_of_the_run_s_own_seed(
    csv, home, tmp_path, monkeypatch, capsys
):
    file = tmp_path / "seed-3.safetensors"
    recipe = Recipe(backbone="test_efficientnet", image_size=32, seed=3)
    model = with_random_head(build_model(None, backbone="test_efficientnet"))
    save_weights(model, file, recipe=recipe.to_json())
    seen = []
    monkeypatch.setattr(
        "fer_course.commands.evaluate.predict",
        lambda model, faces, views: seen.append((faces.names.tolist(), views)) or np.zeros((len(faces), 7)),
    )
    arguments = ["evaluate", "--weights", str(file), "--data", str(csv), "--split", "validation"]
    assert main([*arguments, "--device", "cpu", "--views", "10"]) == 0
    courses = {seed: setup(str(csv), "quick", seed=seed) for seed in (0, 3)}
    assert seen == [(courses[3].validation.names.tolist(), 10)]
    assert courses[0].validation.names.tolist() != courses[3].validation.names.tolist()


def test_puppets_are_judged_against_their_noisy_and_their_clean_labels(home, tmp_path, monkeypatch):
    puppets = draw_puppets(21, seed=0)
    shifted = replace(puppets, labels=(puppets.clean_labels + 1) % 7, usage=np.full(21, "PublicTest"))
    monkeypatch.setattr("fer_course.course.load_faces", lambda *_, **options: shifted)
    monkeypatch.setattr(
        "fer_course.commands.evaluate.predict", lambda model, faces, views: 9 * np.eye(7)[faces.clean_labels]
    )
    file = tmp_path / "figures.json"
    assert main(["evaluate", "--weights", "fer2013", "--split", "PublicTest", "--json", str(file)]) == 0
    figures = json.loads(file.read_text())
    assert (figures["accuracy"], figures["clean_accuracy"]) == (0, 1)


def test_weights_that_no_run_wrote_are_named(tmp_path, capsys):
    file = tmp_path / "other.safetensors"
    file.write_bytes(b"nothing")
    assert main(["evaluate", "--weights", str(file)]) == 2
    assert "other.safetensors" in capsys.readouterr().err


def test_a_split_without_faces_is_named(csv, weights, home, capsys):
    lines = [line for line in csv.read_text().splitlines() if not line.endswith("PrivateTest")]
    less = home / "less" / "fer2013.csv"
    less.parent.mkdir()
    less.write_text("\n".join(lines) + "\n")
    assert main(["evaluate", "--weights", str(weights), "--data", str(less), "--split", "PrivateTest"]) == 2
    assert "PrivateTest, found none" in capsys.readouterr().err


def test_weights_without_a_head_are_refused_and_not_measured(csv, home, tmp_path, capsys):
    recipe = Recipe(backbone="test_efficientnet", image_size=32)
    save_weights(
        build_model(None, backbone="test_efficientnet"),
        tmp_path / "a.safetensors",
        head=False,
        recipe=recipe.to_json(),
    )
    assert main(["evaluate", "--weights", str(tmp_path / "a.safetensors"), "--data", str(csv)]) == 2
    assert "Expected weights with a head of seven outputs, found none in" in capsys.readouterr().err
