"""What each lesson must show, and how it is measured for several seeds."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch

from fer_course.course import Course
from fer_course.effects import EFFECTS, check_effect, effect_sentence
from fer_course.faces import Faces
from fer_course.model.network import build_model
from fer_course.model.weights import save_weights
from fer_course.training.recipe import Recipe
from fer_course.training.recipes import PAPER, QUICK, QUICK_PHOTOGRAPHS
from research import effects as tool

ROOT = Path(__file__).resolve().parents[1]
STAGES = "stage 2 over stage 1"


def noise(source="puppets", labels=None):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (112, 48, 48), dtype=np.uint8)
    labels = np.arange(112) % 7 if labels is None else labels
    return Faces(images, labels, np.arange(112).astype(str), np.array(["Training"] * 112), source)


def test_an_effect_is_told_with_its_interval():
    assert effect_sentence(STAGES, 21.04, 17.5, 24.66) == f"Effect · {STAGES}: +21.0 (+17.5 to +24.7)"
    assert effect_sentence("methods with a clear gain in macro recall", 4).endswith(": +4.0")


def test_an_effect_that_no_lesson_has_is_refused():
    with pytest.raises(ValueError, match=r"Expected one of stage 2 over stage 1, .*found 'luck'"):
        effect_sentence("luck", 1)


@pytest.mark.parametrize(("value", "low"), [(14.9, 10.0), (20.0, -0.1), (20.0, 0.0)])
def test_the_tests_stop_at_an_effect_that_is_too_small_or_not_clear(monkeypatch, value, low):
    monkeypatch.setenv("FER_STRICT", "1")
    with pytest.raises(AssertionError, match="Expected stage 2 over stage 1 of at least 15"):
        check_effect(STAGES, value, low)


def test_a_learner_with_a_small_effect_goes_on(monkeypatch):
    monkeypatch.delenv("FER_STRICT", raising=False)
    check_effect(STAGES, 0.0, -1.0)


def test_photographs_and_the_full_profile_are_not_held_to_the_effects_of_puppets(monkeypatch, capsys):
    monkeypatch.setenv("FER_STRICT", "1")
    drawn = Faces(**vars(noise()) | {"clean_labels": np.arange(112) % 7, "action_units": np.zeros((112, 13))})
    assert drawn.is_puppets
    Course(noise("photographs"), "quick", "cpu", QUICK_PHOTOGRAPHS).effect(STAGES, 1.0, -1.0, 3.0)
    Course(drawn, "full", "cpu", PAPER).effect(STAGES, 1.0)
    with pytest.raises(AssertionError):
        Course(drawn, "quick", "cpu", QUICK).effect(STAGES, 1.0)
    assert capsys.readouterr().out.count("Effect ·") == 3


def test_a_gain_is_the_mean_over_the_same_faces():
    before, after = np.zeros(10, bool), np.arange(10) < 4
    # Four faces of ten differ: mean 40 points, standard deviation 51.64, over the root of 10, times 1.96: 32.
    assert tool.paired(after, before) == [40.0, 7.99, 72.01]
    assert tool.paired(before, before) == [0.0, 0.0, 0.0]


def test_stage_2_reaches_its_least_effect_in_each_of_three_seeds_and_random_weights_do_not_come_near():
    files = [ROOT / "research" / "results" / f"effects-puppets-{seed}.json" for seed in range(3)]
    runs = [json.loads(path.read_text(encoding="utf-8")) for path in files]
    for run in runs:
        assert run["recipe"] == asdict(QUICK.but(seed=run["seed"]))
        value, low, _ = run["gains"][STAGES]
        assert value >= EFFECTS[STAGES] and low > 0
    value, low, _ = runs[0]["gains"]["both stages over random weights"]
    assert value >= EFFECTS["both stages over random weights"] and low > 0
    assert runs[0]["seconds"]["random weights"] >= runs[0]["seconds"]["both stages"]
    lessons = runs[0]["lessons"]
    assert all(lessons[name][0] >= least for name, least in EFFECTS.items() if name in lessons)
    assert len(lessons) == 5


def test_only_a_start_that_brings_a_head_can_be_asked_untouched():
    model = build_model(None, backbone="test_efficientnet")
    assert not tool.has_head(model)
    torch.nn.init.ones_(model.get_classifier().weight)
    assert tool.has_head(model)


RECIPE = Recipe(
    backbone="test_efficientnet", weights=None, image_size=32, batch_size=16, head_epochs=1, tune_epochs=1
)


def test_the_way_is_measured_from_the_linear_layer_to_both_stages(tmp_path):
    found = tool.measured(Course(noise("photographs"), "quick", "cpu", RECIPE), tmp_path)
    assert list(found["accuracy"]) == ["linear layer", "stage 1", "both stages", "random weights"]
    assert list(found["gains"]) == [STAGES, "both stages over random weights"] == list(EFFECTS)[:2]
    gain = found["accuracy"]["both stages"] - found["accuracy"]["stage 1"]
    assert found["gains"][STAGES][0] == pytest.approx(100 * gain, abs=0.01)


def test_a_start_with_a_head_is_asked_untouched_and_the_random_run_can_be_left_out(tmp_path):
    model = build_model(None, backbone="test_efficientnet")
    torch.nn.init.ones_(model.get_classifier().bias)
    torch.nn.init.normal_(model.get_classifier().weight)
    save_weights(model, tmp_path / "start.safetensors")
    recipe = RECIPE.but(weights=str(tmp_path / "start.safetensors"), new_head=True)
    found = tool.measured(Course(noise("photographs"), "quick", "cpu", recipe), tmp_path, random=False)
    assert list(found["accuracy"]) == ["linear layer", "stage 1", "both stages", "untouched"]
    assert list(found["gains"]) == [STAGES]
