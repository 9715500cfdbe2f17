"""The tool that measures labels over time."""

import json

import pytest
from networks import tiny_model, with_random_head
from repository import RESULTS

from fer_course.camera.smooth import WEIGHT
from fer_course.lessons.real_time.smoothing import WAYS, draw_clips
from fer_course.model.weights import save_weights
from fer_course.puppets.motion import draw_motion
from fer_course.training.recipe import Recipe
from research import motion as tool

RESULT = json.loads((RESULTS / "motion.json").read_text(encoding="utf-8"))


@pytest.fixture
def weights(tmp_path):
    file = tmp_path / "best.safetensors"
    recipe = Recipe(backbone="test_efficientnet", image_size=32)
    save_weights(with_random_head(tiny_model()), file, recipe=recipe.to_json())
    return str(file)


@pytest.fixture
def short(monkeypatch):
    def clips(n, seed=0, **dials):
        return draw_clips(n, expressions=1, frames=8, seed=seed, **dials)

    monkeypatch.setattr(tool, "draw_clips", clips)
    monkeypatch.setattr(tool, "draw_motion", lambda *_, seed: draw_motion("happy", 12, seed=1, pose=0))


def test_each_part_is_written_and_one_that_is_not_measured_again_stays(weights, short, tmp_path):
    out = tmp_path / "motion.json"
    given = ["--weights", weights, "--clips", "1", "--out", str(out)]
    assert tool.main(given) == 0
    found = json.loads(out.read_text())
    assert list(found) == ["row", "following", "smoothing", "speed"] and found["smoothing"]["frames"] == 8
    for name in tool.CONDITIONS:
        assert list(found["smoothing"][name]) == list(WAYS)
        assert 0 <= found["following"][name]["found"][tool.FOLLOWED]["mean"] <= 1
    steps = found["speed"][f"ONNX Runtime, {tool.FOLLOWED}"]["milliseconds"]
    assert steps["all"]["median"] > steps["predict"]["median"] > 0

    found["speed"]["mark"] = 1
    out.write_text(json.dumps(found))
    assert tool.main([*given, "--part", "labels"]) == 0
    again = json.loads(out.read_text())
    assert again["speed"] == found["speed"]
    assert again["following"]["good light"] == found["following"]["good light"]


def test_a_followed_puppet_is_found_in_95_of_100_frames():
    assert RESULT["following"]["good light"]["found"][tool.FOLLOWED]["low"] > 0.95
    assert RESULT["following"]["as in training"]["found"][tool.FOLLOWED]["mean"] > 0.95


@pytest.mark.parametrize("network", ["PyTorch", "ONNX Runtime"])
def test_two_cores_label_15_frames_a_second_if_faces_are_followed_and_not_if_every_frame_is_searched(network):
    followed, whole = (RESULT["speed"][f"{network}, {way}"] for way in (tool.FOLLOWED, tool.WHOLE))
    assert followed["frames_a_second"] >= 15 > whole["frames_a_second"]
    assert followed["milliseconds"]["find"]["median"] < whole["milliseconds"]["find"]["median"] / 10


@pytest.mark.parametrize("condition", tool.CONDITIONS)
def test_smoothing_calms_the_label_and_is_late_and_gains_no_accuracy(condition):
    rows = RESULT["smoothing"][condition]
    for names in (list(WAYS)[1:6], list(WAYS)[6:]):
        flips, late = ([rows[name][f"{column}_change"] for name in names] for column in ("flips", "delay"))
        assert flips == sorted(flips, reverse=True) and late == sorted(late) and late[0] > 0
        assert all(rows[name]["flips_change_high"] < 0 for name in names)
        assert all(rows[name]["accuracy_change_low"] < 0 for name in names)
    # The weight that is used: late by less than a frame, and as right as without.
    used = rows[f"exponential {WEIGHT:g}"]
    assert used["delay_change_high"] < 1 and used["accuracy_change_high"] > 0
    assert rows["exponential 0.25"]["accuracy_change_high"] < 0
