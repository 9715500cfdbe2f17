import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from networks import with_random_head

import fer_course.course
import fer_course.data.load
from fer_course.__main__ import changed, main, recipe_of
from fer_course.course import setup
from fer_course.model.network import build_model
from fer_course.model.weights import save_weights
from fer_course.puppets.draw import draw_puppets
from fer_course.training.augmentation import Augmentation
from fer_course.training.recipe import Recipe
from fer_course.training.recipes import PAPER, QUICK, QUICK_PHOTOGRAPHS, RECIPES, REFERENCE, best_of, quick

ROOT = Path(__file__).resolve().parents[1]
TINY = (
    "backbone=mobilenetv3_small_050",
    "weights=none",
    "image_size=32",
    "batch_size=16",
    "head_epochs=1",
    "tune_epochs=1",
)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder in the place of the repository, so that no test writes into it."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fer_course.data.load, "home", lambda: folder)
        patch.setattr(fer_course.course, "home", lambda: folder)
        patch.delenv("FER_DATA", raising=False)
        patch.delenv("FER_PROFILE", raising=False)
        yield folder


@pytest.fixture(scope="module")
def csv(home):
    """Ten random faces of each label for training, two for each half of the test set, as fer2013.csv has them."""
    rng = np.random.default_rng(0)
    rows = ["emotion,pixels,Usage"]
    for usage, n in (("Training", 10), ("PublicTest", 2), ("PrivateTest", 2)):
        for label in np.repeat(np.arange(7), n):
            rows.append(f"{label},{' '.join(map(str, rng.integers(0, 256, 2304)))},{usage}")
    path = home / "fer2013.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


def train_arguments(csv, folder, *changes):
    given = [part for change in (*TINY, *changes) for part in ("--set", change)]
    return ["train", "--data", str(csv), "--folder", str(folder), "--device", "cpu", "--quiet", *given]


@pytest.fixture(scope="module")
def weights(csv, home):
    assert main(train_arguments(csv, home / "run")) == 0
    return home / "run" / "best.safetensors"


pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # 98 faces are not the published 35,887


def test_training_leaves_a_run_and_says_how_it_went(csv, weights, capsys):
    assert main(train_arguments(csv, weights.parent)) == 0  # finished before: loaded, not repeated
    out = capsys.readouterr().out
    assert "val_accuracy" in out
    assert "Validation: accuracy" in out
    assert "disgust" in out
    assert "PublicTest:" not in out
    assert {p.name for p in weights.parent.iterdir()} == {
        *("recipe.json", "history.csv", "head.safetensors", "best.safetensors", "last.safetensors")
    }
    assert recipe_of(weights).image_size == 32


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


def test_a_recipe_is_chosen_by_its_name(csv, home, monkeypatch, tmp_path):
    asked = []
    monkeypatch.chdir(tmp_path)
    for start in map(best_of, REFERENCE):
        (tmp_path / start).parent.mkdir(parents=True)
        recipe = REFERENCE["reference-64"].to_json()
        save_weights(build_model(None, backbone="test_efficientnet"), tmp_path / start, recipe=recipe)

    def stop(recipe, *_, **options):
        asked.append(recipe)
        raise ValueError("enough")

    monkeypatch.setattr("fer_course.__main__.fit", stop)
    recipes = RECIPES | {"quick": QUICK_PHOTOGRAPHS}
    for name in recipes:
        assert main(["train", "--data", str(csv), "--recipe", name, "--seed", "3"]) == 2
    assert asked == [recipe.but(seed=3) for recipe in recipes.values()]


@pytest.mark.parametrize(
    ("arguments", "environment", "puppets"),
    [
        (["--data", "puppets"], "faces.csv", True),
        ([], "", True),
        ([], "puppets", True),
        ([], "faces.csv", False),
    ],
)
def test_the_quick_recipe_is_that_of_the_faces_to_learn(monkeypatch, arguments, environment, puppets):
    asked = []
    faces = SimpleNamespace(train=None, validation=None, folder=None)
    monkeypatch.setattr("fer_course.__main__._course", lambda *_: faces)
    monkeypatch.setattr(
        "fer_course.__main__.fit", lambda recipe, *_, **options: asked.append(recipe) or exit()
    )
    monkeypatch.setenv("FER_DATA", environment)
    with pytest.raises(SystemExit):
        main(["train", "--profile", "quick", *arguments])
    assert asked == [quick(puppets)]


def test_the_full_profile_trains_by_the_paper_s_recipe(csv, home, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "fer_course.__main__.fit", lambda recipe, *_, **options: asked.append(recipe) or exit()
    )
    for arguments in (["--profile", "full"], []):
        with pytest.raises(SystemExit):
            main(["train", "--data", str(csv), *arguments])
        monkeypatch.setenv("FER_PROFILE", "full")
    assert asked == [PAPER] * 2


def test_a_gpu_with_too_little_memory_is_told_in_one_sentence(csv, home, monkeypatch, capsys):
    def full(*_, **options):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has ...")

    monkeypatch.setattr("fer_course.__main__.fit", full)
    assert main(["train", "--data", str(csv)]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "--set batch_size=16" in said


@pytest.mark.parametrize(
    ("recipe", "before"),
    [
        ("reference", "reference-128"),
        ("reference-128", "reference-112"),
        ("reference-112", "reference-96"),
        ("reference-96", "reference-80"),
        ("reference-80", "reference-64"),
    ],
)
def test_a_recipe_whose_start_is_missing_says_how_to_make_it_before_data_is_read(
    monkeypatch, tmp_path, capsys, recipe, before
):
    monkeypatch.chdir(tmp_path)
    assert main(["train", "--data", "no/such/data", "--recipe", recipe]) == 2
    said = capsys.readouterr().err
    assert f"first run train --recipe {before} --folder runs/{before}" in said
    assert "no/such/data" not in said


def test_a_rank_that_a_cluster_left_behind_silences_nothing(csv, home, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("RANK", "1")
    file = tmp_path / "figures.json"
    arguments = [
        "evaluate",
        "--weights",
        "fer2013",
        "--split",
        "PublicTest",
        "--json",
        str(file),
        "--data",
        str(csv),
    ]
    assert main(arguments) == 0
    assert "n = 14" in capsys.readouterr().out and json.loads(file.read_text())["n"] == 14
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "none")
    assert main(arguments) == 0
    assert capsys.readouterr().out == ""


def test_a_start_that_cannot_teach_is_told_before_data_is_read(capsys):
    assert main(["train", "--data", "no/such/data", "--recipe", "quick", "--set", "distillation=0.5"]) == 2
    said = capsys.readouterr().err
    assert "found weights='puppets'" in said and "no/such/data" not in said


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
        "fer_course.__main__.predict",
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
        "fer_course.__main__.predict", lambda model, faces, views: 9 * np.eye(7)[faces.clean_labels]
    )
    file = tmp_path / "figures.json"
    assert main(["evaluate", "--weights", "fer2013", "--split", "PublicTest", "--json", str(file)]) == 0
    figures = json.loads(file.read_text())
    assert (figures["accuracy"], figures["clean_accuracy"]) == (0, 1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["evaluate", "--weights", "nowhere.safetensors"], "nowhere.safetensors"),
        (["train", "--data", "no/such/folder"], "no/such/folder"),
        (["train", "--set", "image_size"], "NAME=VALUE"),
        (["train", "--set", "image_sise=64"], "image_sise"),
        (["train", "--set", "image_size=large"], "image_size as int"),
        (["train", "--set", "image_size=8"], "32 pixels"),
        (["train", "--set", "augmentation.spin=1"], "spin"),
    ],
)
def test_what_is_wrong_is_told_in_one_sentence(home, arguments, words, capsys):
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert error.startswith("fer_course: ")
    assert words in error
    assert error.count("\n") == 1


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


def test_changes_are_read_as_the_recipe_s_types():
    recipe = changed(
        QUICK,
        [
            "image_size=96",
            "tune_lr=1e-4",
            "weights=none",
            "weight_cap=none",
            "mixed_precision=no",
            "limit=10",
        ],
    )
    assert (recipe.image_size, recipe.tune_lr, recipe.limit) == (96, 1e-4, 10)
    assert recipe.weights is None
    assert recipe.weight_cap is None
    assert recipe.mixed_precision == "no"
    assert changed(recipe, ["augmentation=none"]).augmentation == Augmentation.none()
    assert changed(recipe, ["augmentation.rotation=5"]).augmentation.rotation == 5


def test_it_needs_neither_jupyter_nor_matplotlib():
    absent = ["matplotlib", "IPython", "ipywidgets", "pytorch_grad_cam"]
    blocked = f"import sys; sys.modules.update(dict.fromkeys({absent}))"
    code = (
        f"{blocked}; from fer_course.__main__ import main; sys.exit(main(['train', '--set', 'image_size=8']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, env=os.environ
    )
    assert done.returncode == 2
    assert done.stderr.startswith("fer_course: Expected image_size")


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


def test_the_lines_above_a_run_tell_of_that_run(csv, home, monkeypatch, capsys):
    monkeypatch.setattr("fer_course.__main__.fit", lambda *_, **__: exit())
    with pytest.raises(SystemExit):
        main(["train", "--data", str(csv), "--recipe", "reference-64", "--set", "tune_epochs=7"])
    said = capsys.readouterr().out
    assert "Recipe    64 px, 0 + 7 epochs" in said and "Profile" not in said


def test_an_image_size_that_is_a_slip_is_refused_before_memory_runs_out(capsys):
    assert main(["train", "--data", "no/such/data", "--set", "image_size=200000"]) == 2
    assert "Expected image_size from 32 pixels" in capsys.readouterr().err
