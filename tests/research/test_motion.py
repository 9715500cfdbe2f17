"""The tool that measures labels over time."""

import json

import pytest
from networks import tiny_model, with_random_head

from fer_course.lessons.real_time.smoothing import WAYS, draw_clips
from fer_course.model.weights import save_weights
from fer_course.puppets.motion import draw_motion
from fer_course.training.recipe import Recipe
from research import motion as tool


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
    assert list(found) == ["following", "smoothing", "speed"] and found["smoothing"]["frames"] == 8
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
