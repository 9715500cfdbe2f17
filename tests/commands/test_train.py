"""The command ``train``: which recipe, which start, and what it leaves."""

from types import SimpleNamespace

import pytest
from command_line import train_arguments

import fer_course.course
from fer_course.__main__ import main
from fer_course.commands.evaluate import recipe_of
from fer_course.commands.train import changed
from fer_course.model.network import build_model
from fer_course.model.weights import save_weights
from fer_course.training.augmentation import Augmentation
from fer_course.training.recipe import Recipe
from fer_course.training.recipes import PAPER, QUICK, QUICK_PHOTOGRAPHS, RECIPES, REFERENCE, best_of, quick

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

    monkeypatch.setattr("fer_course.commands.train.fit", stop)
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
    monkeypatch.setattr("fer_course.commands.train.course_of", lambda *_: faces)
    monkeypatch.setattr(
        "fer_course.commands.train.fit", lambda recipe, *_, **options: asked.append(recipe) or exit()
    )
    monkeypatch.setenv("FER_DATA", environment)
    with pytest.raises(SystemExit):
        main(["train", "--profile", "quick", *arguments])
    assert asked == [quick(puppets)]


def test_the_full_profile_trains_by_the_paper_s_recipe(csv, home, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "fer_course.commands.train.fit", lambda recipe, *_, **options: asked.append(recipe) or exit()
    )
    for arguments in (["--profile", "full"], []):
        with pytest.raises(SystemExit):
            main(["train", "--data", str(csv), *arguments])
        monkeypatch.setenv("FER_PROFILE", "full")
    assert asked == [PAPER] * 2


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


def test_a_start_that_cannot_teach_is_told_before_data_is_read(capsys):
    assert main(["train", "--data", "no/such/data", "--recipe", "quick", "--set", "distillation=0.5"]) == 2
    said = capsys.readouterr().err
    assert "found weights='puppets'" in said and "no/such/data" not in said


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


def test_the_lines_above_a_run_tell_of_that_run(csv, home, monkeypatch, capsys):
    monkeypatch.setattr("fer_course.commands.train.fit", lambda *_, **__: exit())
    with pytest.raises(SystemExit):
        main(["train", "--data", str(csv), "--recipe", "reference-64", "--set", "tune_epochs=7"])
    said = capsys.readouterr().out
    assert "Recipe    64 px, 0 + 7 epochs" in said and "Profile" not in said


def test_an_image_size_that_is_a_slip_is_refused_before_memory_runs_out(capsys):
    assert main(["train", "--data", "no/such/data", "--set", "image_size=200000"]) == 2
    assert "Expected image_size from 32 pixels" in capsys.readouterr().err
