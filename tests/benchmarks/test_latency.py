"""The rows on running a trained network: every program is called with stored faces and gives logits."""

import numpy as np
import pytest
import torch

from benchmarks import bench
from benchmarks import latency as room
from benchmarks.rows import ROWS
from fer_course.model.onnx import OnnxNetwork
from fer_course.puppets.draw import draw_puppets

PLAN = bench.plan("cpu", rehearse=True)
FACES = draw_puppets(3).images


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    folder = tmp_path_factory.mktemp("latency")
    return room._Network("test_efficientnet", 32, folder)


def test_every_call_but_the_first_is_timed():
    shapes = []
    taken = room.milliseconds(lambda faces: shapes.append(faces.shape) or np.zeros((3, 7)), FACES, 4)
    assert len(taken) == 4 and min(taken) >= 0 and shapes == [(3, 48, 48)] * 5


def test_what_gives_no_logits_is_not_timed():
    with pytest.raises(ValueError, match="Expected seven logits for each of 3 faces"):
        room.milliseconds(lambda faces: np.zeros((1, 7)), FACES, 1)


def test_percentiles_are_over_the_calls_of_all_windows():
    assert room.percentiles([[1.0, 2.0], [3.0, 101.0]]) == {"median": 2.5, "p95": pytest.approx(86.3)}


@pytest.mark.parametrize("way", [room.PLAIN, room.INFERENCE, room.LAST, room.ONNX, room.INT8])
def test_every_program_gives_logits_for_stored_faces(network, way):
    logits = network.caller(way, threads=1)(FACES)
    assert logits.shape == (3, 7) and logits.dtype == np.float32


def test_only_the_plain_call_records_gradients_and_only_the_last_way_is_channels_last(network, monkeypatch):
    seen = []

    def look(model, inputs):
        # A kernel of one pixel or one channel is laid out both ways at once.
        other = any(not weight.is_contiguous() for weight in model.parameters())
        seen.append((torch.is_grad_enabled(), other))
        return torch.zeros(len(inputs), 7)

    monkeypatch.setattr(type(network.model), "__call__", look)
    for way in (room.PLAIN, room.INFERENCE, room.LAST):
        network.caller(way, threads=1)(FACES)
    assert seen == [(True, False), (False, False), (False, True)]


def test_files_that_are_there_are_not_written_again(network):
    paths = list(network.files.values())
    before = [path.stat().st_mtime_ns for path in paths]
    room._Network("test_efficientnet", 32, paths[0].parent)
    assert [path.stat().st_mtime_ns for path in paths] == before
    assert OnnxNetwork(network.files[room.INT8]).metadata["precision"] == "int8"
    assert network.bytes[room.INT8] == paths[1].stat().st_size


def test_the_rows_run(network, monkeypatch):
    monkeypatch.setattr(room, "_Network", lambda *_: network)
    rows = ROWS["latency"](PLAN)["rows"]
    assert [row["way"] for row in rows[:5]] == [room.PLAIN, room.INFERENCE, room.LAST, room.ONNX, room.INT8]
    assert [row["threads"] for row in rows] == [1] * 5 + [2] * 5
    assert all(0 < row["median"] <= row["p95"] for row in rows)
    rows = ROWS["batches"](PLAN)["rows"]
    assert [row["batch"] for row in rows[:6]] == [8, 8, 8, 32, 32, 32]
    assert all(0 < row["milliseconds"]["low"] for row in rows)
    found = ROWS["deployment"](PLAN)
    assert {row["way"]: row["bytes"] for row in found["rows"]} == network.bytes


def test_on_a_gpu_nothing_is_measured():
    gpu = bench.plan("cuda", rehearse=False)
    assert [ROWS[name](gpu) for name in ("latency", "batches", "deployment")] == [None] * 3
