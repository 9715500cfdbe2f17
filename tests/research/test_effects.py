"""The tool that measures, for several seeds, what each lesson must show."""

import json

import numpy as np
import pytest
import torch
from networks import tiny_model, tiny_recipe, with_random_head
from repository import RESULTS
from samples import noise_faces

from fer_course.course import Course
from fer_course.effects import EFFECTS
from fer_course.model.weights import save_weights
from fer_course.training.recipe import Recipe
from fer_course.training.recipes import QUICK
from research import effects as tool

STAGES = "stage 2 over stage 1"


def test_a_gain_is_the_mean_over_the_same_faces():
    before, after = np.zeros(10, bool), np.arange(10) < 4
    # Four faces of ten differ: mean 40 points, standard deviation 51.64, over the root of 10, times 1.96: 32.
    assert tool.paired(after, before) == [40.0, 7.99, 72.01]
    assert tool.paired(before, before) == [0.0, 0.0, 0.0]


def test_stage_2_reaches_its_least_effect_in_each_of_three_seeds_and_random_weights_do_not_come_near():
    files = [RESULTS / f"effects-puppets-{seed}.json" for seed in range(3)]
    runs = [json.loads(path.read_text(encoding="utf-8")) for path in files]
    for run in runs:
        assert Recipe.from_json(json.dumps(run["recipe"])) == QUICK.but(seed=run["seed"])
        value, low, _ = run["gains"][STAGES]
        assert value >= EFFECTS[STAGES] and low > 0
    value, low, _ = runs[0]["gains"]["both stages over random weights"]
    assert value >= EFFECTS["both stages over random weights"] and low > 0
    assert runs[0]["seconds"]["random weights"] >= runs[0]["seconds"]["both stages"]
    lessons = runs[0]["lessons"]
    assert all(lessons[name][0] >= least for name, least in EFFECTS.items() if name in lessons)
    assert len(lessons) == len(EFFECTS) - 1  # the other is of the whole way, above


def test_only_a_start_that_brings_a_head_can_be_asked_untouched():
    model = tiny_model()
    assert not tool.has_head(model)
    torch.nn.init.ones_(model.get_classifier().weight)
    assert tool.has_head(model)


RECIPE = tiny_recipe(batch_size=16, head_epochs=1, tune_epochs=1)


def test_the_way_is_measured_from_the_linear_layer_to_both_stages(tmp_path):
    found = tool.measured(Course(noise_faces(112), "quick", "cpu", RECIPE), tmp_path)
    assert list(found["accuracy"]) == ["linear layer", "stage 1", "both stages", "random weights"]
    assert list(found["gains"]) == [STAGES, "both stages over random weights"] == list(EFFECTS)[:2]
    gain = found["accuracy"]["both stages"] - found["accuracy"]["stage 1"]
    assert found["gains"][STAGES][0] == pytest.approx(100 * gain, abs=0.01)


def test_a_start_with_a_head_is_asked_untouched_and_the_random_run_can_be_left_out(tmp_path):
    model = with_random_head(tiny_model())
    torch.nn.init.ones_(model.get_classifier().bias)
    save_weights(model, tmp_path / "start.safetensors")
    recipe = RECIPE.but(weights=str(tmp_path / "start.safetensors"), new_head=True)
    found = tool.measured(Course(noise_faces(112), "quick", "cpu", recipe), tmp_path, random=False)
    assert list(found["accuracy"]) == ["linear layer", "stage 1", "both stages", "untouched"]
    assert list(found["gains"]) == [STAGES]
