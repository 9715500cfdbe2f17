"""The tool that measures what int8 costs, and another package beside."""

import json
import sys

import numpy as np
import pytest
import torch
from networks import tiny_model, tiny_recipe, with_random_head
from repository import RESULTS
from samples import noise_faces

from fer_course.course import Course
from fer_course.puppets.draw import draw_puppets
from research import deploy as tool


@pytest.fixture(scope="module")
def course():
    return Course(noise_faces(112, tested=14), "quick", "cpu", tiny_recipe())


@pytest.fixture(scope="module")
def model():
    model = with_random_head(tiny_model())
    model.trained_size = 32
    return model


def test_each_is_judged_against_the_first_on_the_same_faces():
    first = np.arange(10) < 6
    second = first.copy()
    second[[0, 1, 9]] = [False, False, True]
    found = tool.judged({"float32": first, "int8": second})
    assert found["float32"]["points"] == [0, 0, 0] and found["float32"]["accuracy"] == 0.6
    one = found["int8"]
    assert (one["lost"], one["won"], one["accuracy"]) == (2, 1, 0.5)
    assert one["points"][0] == -10 and one["points"][1] < -10 < one["points"][2]


def test_scales_are_chosen_on_training_faces_and_the_same_each_time(course):
    seen = tool.calibration(course)
    assert len(seen) == tool.CALIBRATION and set(seen.usage) == {"Training"}
    assert set(seen.names) <= set(course.train.names)
    assert np.array_equal(seen.images, tool.calibration(course).images)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="module")
def found(course, model, files):
    return tool.int8(course, model, files)


def test_int8_is_measured_on_the_test_faces(found):
    assert (found["n"], found["size"], found["calibration"]) == (14, 32, 64)
    assert list(found["files"]) == [tool.FLOAT, tool.INT8, tool.FULL]
    assert found["files"][tool.FLOAT]["same_label"] == 1
    assert found["files"][tool.INT8]["bytes"] < found["files"][tool.FLOAT]["bytes"]
    assert 0 < found["files"][tool.INT8]["mean_change_of_a_logit"] < 1


def test_the_bytes_of_an_installation_count_each_package_once_and_those_for_a_gpu_apart():
    found = tool.asked(sys.executable, tool.WEIGH, ["fer-course", "torch"])
    assert {"torch", "numpy", "timm"} <= set(found) and "jupyterlab" not in found
    assert all(size >= 0 for size in found.values()) and found["torch"] > 10**8
    assert tool.grouped({"torch": 5, "nvidia-cudnn-cu13": 7, "triton": 1}) == {
        "bytes": 13,
        "for_a_gpu": 8,
        "packages": 3,
    }


def test_a_script_that_fails_in_the_other_environment_is_told():
    with pytest.raises(RuntimeError, match="No module named 'nonsense'"):
        tool.asked(sys.executable, "import nonsense", {})


@pytest.mark.usefixtures("found")
def test_every_program_is_timed_on_one_thread_and_on_two(course, model, files, monkeypatch):
    monkeypatch.setattr(tool, "WINDOWS", 2)
    monkeypatch.setattr(tool, "CALLS", 1)
    monkeypatch.setattr(tool, "asked", lambda *_: {"version": "1", "bytes": {"fer": 9}, "fer": [2.0, 4.0]})
    before = torch.get_num_threads()
    found = tool.times(course, model, files, "python")
    assert torch.get_num_threads() == before
    assert list(found) == ["1", "2", "as it comes"] and len(found["1"]) == 3
    assert found["as it comes"] == {"fer": {"median": 3.0, "p95": pytest.approx(3.9)}}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [(["--fer", "python"], "expected photographs"), (["--times"], "expected --fer")],
)
def test_what_cannot_be_measured_is_refused_in_a_sentence(options, sentence, capsys, monkeypatch):
    monkeypatch.setattr(tool, "setup", lambda *_: Course(draw_puppets(4), "quick", "cpu", tiny_recipe()))
    with pytest.raises(SystemExit):
        tool.main(options)
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["puppets", "fer2013"])
def test_weights_of_seven_bits_lose_little_and_less_than_weights_of_eight_where_sums_are_cut_off(kind):
    found = json.loads((RESULTS / f"int8-{kind}.json").read_text(encoding="utf-8"))
    seven, eight = found["files"][tool.INT8], found["files"][tool.FULL]
    assert seven["bytes"] < 0.3 * found["files"][tool.FLOAT]["bytes"]
    assert seven["same_label"] > 0.95 and seven["points"][0] > -1.5
    assert found["machine"]["vnni"] is False and eight["same_label"] < seven["same_label"]
