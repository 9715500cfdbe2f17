"""A network in int8 names nearly the labels that it named before, says what it is, and leaves the file it came from."""

import json

import numpy as np
import onnx
import pytest
from networks import tiny_model, with_random_head

from fer_course.evaluation.predict import predict
from fer_course.labels import EXPRESSIONS
from fer_course.model.onnx import OnnxNetwork, export_onnx
from fer_course.model.quantise import quantise
from fer_course.puppets.draw import draw_puppets

CALIBRATION, FACES = draw_puppets(16, seed=1), draw_puppets(60, seed=2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a network in float32 and in int8, and the share of labels that quantise returned."""
    folder = tmp_path_factory.mktemp("int8")
    export_onnx(with_random_head(tiny_model()), folder / "net.onnx", size=40, faces=FACES, start="none")
    (folder / "same.txt").write_text(str(quantise(folder / "net.onnx", CALIBRATION, folder / "int8.onnx")))
    return folder


def both(folder, faces):
    return [predict(OnnxNetwork(folder / name), faces) for name in ("net.onnx", "int8.onnx")]


def test_the_labels_of_nearly_all_faces_stay_and_the_logits_are_near(folder):
    before, after = both(folder, FACES)
    assert (before.argmax(1) == after.argmax(1)).mean() >= 0.9
    assert 0 < abs(before - after).max() < 0.25 * np.ptp(before)


def test_the_share_of_calibration_faces_with_the_same_label_is_returned(folder):
    before, after = both(folder, CALIBRATION)
    assert float((folder / "same.txt").read_text()) == (before.argmax(1) == after.argmax(1)).mean()


def test_the_file_says_that_it_is_int8_and_keeps_what_it_said(folder):
    network = OnnxNetwork(folder / "int8.onnx")
    assert network.metadata == {
        "labels": json.dumps(EXPRESSIONS),
        "image_size": "40",
        "start": "none",
        "precision": "int8",
        "weight_bits": "7",
        "calibrated_on": "16 faces",
    }
    assert network.size == 40 and "precision" not in OnnxNetwork(folder / "net.onnx").metadata


def layers(path):
    graph = onnx.load(path).graph
    return graph, {one.name: onnx.numpy_helper.to_array(one) for one in graph.initializer}


def test_every_convolution_and_the_last_layer_have_weights_of_seven_bits_and_a_scale_for_each_channel(folder):
    graph, numbers = layers(folder / "int8.onnx")
    made = {node.output[0]: node for node in graph.node}
    found = [made[node.input[1]] for node in graph.node if node.op_type in ("Conv", "Gemm")]
    assert (
        len(found)
        == sum(node.op_type in ("Conv", "Gemm") for node in layers(folder / "net.onnx")[0].node)
        > 10
    )
    for node in found:
        weights, scales, _ = (numbers[name] for name in node.input)
        assert node.op_type == "DequantizeLinear" and weights.dtype == np.int8
        assert abs(weights.astype(int)).max() <= 64
        assert scales.shape == (weights.shape[0],)


def test_weights_of_eight_bits_are_to_be_had(folder, tmp_path):
    quantise(folder / "net.onnx", CALIBRATION, tmp_path / "eight.onnx", weight_bits=8)
    largest = [
        abs(a.astype(int)).max()
        for a in layers(tmp_path / "eight.onnx")[1].values()
        if a.ndim > 1 and a.dtype == np.int8
    ]
    assert min(largest) == 127 and OnnxNetwork(tmp_path / "eight.onnx").metadata["weight_bits"] == "8"


def test_resizing_and_standardisation_stay_in_float32(folder):
    graph, _ = layers(folder / "int8.onnx")
    first = next(
        at
        for at, node in enumerate(graph.node)
        if node.op_type == "QuantizeLinear" and "div" in node.input[0]
    )
    before = {node.op_type for node in graph.node[:first]}
    assert {"Resize", "ReduceMean", "Sqrt", "Div"} <= before


def test_the_weights_take_a_quarter_of_the_bytes(folder):
    def bytes_of(name):
        return sum(array.nbytes for array in layers(folder / name)[1].values() if array.ndim > 1)

    assert bytes_of("int8.onnx") == pytest.approx(bytes_of("net.onnx") / 4, rel=0.02)
    assert (folder / "int8.onnx").stat().st_size < (folder / "net.onnx").stat().st_size


@pytest.mark.parametrize("n", [1, 3])
def test_it_takes_any_number_of_faces(folder, n):
    assert predict(OnnxNetwork(folder / "int8.onnx"), FACES[:n]).shape == (n, 7)


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        (lambda f: quantise(f / "net.onnx", CALIBRATION.images[:0], f / "new.onnx"), "faces to calibrate on"),
        (
            lambda f: quantise(f / "net.onnx", CALIBRATION.images / 255, f / "new.onnx"),
            r"uint8 of shape \(N, 48, 48\)",
        ),
        (lambda f: quantise(f / "net.onnx", CALIBRATION, f / "new.pt"), "ends in .onnx"),
        (lambda f: quantise(f / "net.onnx", CALIBRATION, f / ".." / f.name / "net.onnx"), "another path"),
        (lambda f: quantise(f / "net.onnx", CALIBRATION, f / "new.onnx", weight_bits=4), "7 or 8 bits"),
        (lambda f: quantise(f / "int8.onnx", CALIBRATION, f / "new.onnx"), "one of int8"),
        (lambda f: quantise(f / "none.onnx", CALIBRATION, f / "new.onnx"), "no such file"),
    ],
)
def test_what_cannot_become_int8_is_refused_in_a_sentence_and_nothing_is_written(folder, how, sentence):
    there = sorted(folder.iterdir())
    with pytest.raises((ValueError, FileNotFoundError), match=sentence):
        how(folder)
    assert sorted(folder.iterdir()) == there


def test_an_error_on_the_way_leaves_the_old_file(folder, tmp_path, monkeypatch):
    out = tmp_path / "int8.onnx"
    out.write_bytes(b"mine")
    monkeypatch.setattr("fer_course.model.quantise._as_int8", lambda *_: b"no network")
    with pytest.raises(ValueError, match="cannot run"):
        quantise(folder / "net.onnx", CALIBRATION, out)
    assert out.read_bytes() == b"mine" and list(tmp_path.iterdir()) == [out]


def test_a_missing_package_is_named_with_the_way_to_get_it(folder, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "onnx", None)
    with pytest.raises(ImportError, match=r"package onnx: .*deploy"):
        quantise(folder / "net.onnx", CALIBRATION, tmp_path / "int8.onnx")
