"""A network written as ONNX computes what it computed before, for any number of faces, and says what it is."""

import json

import numpy as np
import onnx
import pytest
import torch
from networks import tiny_model, with_random_head

from fer_course.evaluation.metrics import evaluate
from fer_course.evaluation.predict import predict
from fer_course.faces import SIZE
from fer_course.labels import EXPRESSIONS
from fer_course.model import onnx as room
from fer_course.model.onnx import OPSET, TOLERANCE, OnnxNetwork, export_onnx
from fer_course.puppets.draw import draw_puppets

FACES = draw_puppets(12, seed=4)


@pytest.fixture(scope="module")
def model():
    return with_random_head(tiny_model())


@pytest.fixture(scope="module")
def path(model, tmp_path_factory):
    path = tmp_path_factory.mktemp("onnx") / "tiny.onnx"
    export_onnx(model, path, size=40, faces=FACES, start="none")
    return path


@pytest.mark.parametrize("n", [1, 2, 12])
def test_the_file_gives_pytorch_s_logits_for_any_number_of_faces(model, path, n):
    found, expected = predict(OnnxNetwork(path), FACES[:n]), predict(model, FACES[:n], 40)
    assert found.dtype == np.float32 and found.shape == (n, 7)
    np.testing.assert_allclose(found, expected, atol=TOLERANCE)
    assert np.ptp(found, axis=1).min() > 0.01, "the logits differ, so that equality says something"


def test_views_and_batches_are_as_with_pytorch(model, path):
    network = OnnxNetwork(path, threads=1)
    for views in (2, 10):
        expected = predict(model, FACES, 40, views=views)
        np.testing.assert_allclose(predict(network, FACES, views=views), expected, atol=TOLERANCE)
    assert np.array_equal(predict(network, FACES, batch_size=5).argmax(1), predict(network, FACES).argmax(1))
    assert predict(network, FACES.images[:0]).shape == (0, 7)
    assert evaluate(predict(network, FACES), FACES.labels).n == 12


def test_a_black_image_gives_finite_logits(path):
    assert np.isfinite(OnnxNetwork(path)(np.zeros((1, SIZE, SIZE), np.uint8))).all()


def test_the_file_says_its_labels_its_size_its_opset_and_what_was_added(path):
    network = OnnxNetwork(path)
    assert network.labels == tuple(EXPRESSIONS) and network.size == 40
    assert network.metadata == {"labels": json.dumps(EXPRESSIONS), "image_size": "40", "start": "none"}
    file = onnx.load(path)
    assert {one.domain: one.version for one in file.opset_import}[""] == OPSET
    assert not any(node.metadata_props or node.doc_string for node in file.graph.node), (
        "paths of this machine"
    )


def test_exporting_returns_the_largest_difference_and_leaves_the_model_as_it_was(model, tmp_path):
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    model.train()
    try:
        difference = export_onnx(model, tmp_path / "again.onnx", size=32)
        assert model.training and all(p.requires_grad for p in model.parameters())
    finally:
        model.eval()
    assert 0 <= difference <= TOLERANCE
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())


def test_a_file_that_computes_something_else_is_not_written(model, tmp_path, monkeypatch):
    path = tmp_path / "net.onnx"
    path.write_bytes(b"mine")
    monkeypatch.setattr(room, "TOLERANCE", -1.0)
    with pytest.raises(ValueError, match="nothing was written"):
        export_onnx(model, path, size=32)
    assert path.read_bytes() == b"mine" and [file.name for file in tmp_path.iterdir()] == ["net.onnx"]


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        (lambda model, folder: export_onnx(model, folder / "net.pt", size=32), "ends in .onnx"),
        (lambda model, folder: export_onnx("fer2013", folder / "net.onnx"), "Expected a network"),
        (lambda model, folder: export_onnx(model, folder / "net.onnx"), "image size"),
        (lambda model, folder: OnnxNetwork(folder / "none.onnx"), "found no such file"),
    ],
)
def test_what_cannot_be_exported_or_opened_is_refused_in_a_sentence(model, tmp_path, how, sentence):
    with pytest.raises((ValueError, FileNotFoundError), match=sentence):
        how(model, tmp_path)


def test_files_that_are_no_onnx_or_not_of_the_course_are_refused(path, tmp_path):
    nonsense = tmp_path / "nonsense.onnx"
    nonsense.write_bytes(b"no network")
    with pytest.raises(ValueError, match="cannot run"):
        OnnxNetwork(nonsense)
    file = onnx.load(path)
    onnx.helper.set_model_props(file, {"labels": json.dumps(EXPRESSIONS[::-1]), "image_size": "40"})
    onnx.save(file, other := tmp_path / "other.onnx")
    with pytest.raises(ValueError, match="found another one"):
        OnnxNetwork(other)


def test_another_size_than_the_file_s_is_refused(path):
    assert len(predict(OnnxNetwork(path), FACES, 40)) == 12
    with pytest.raises(ValueError, match="40 px"):
        predict(OnnxNetwork(path), FACES, 64)


@pytest.mark.parametrize("name", ["onnx", "onnxruntime"])
def test_a_missing_package_is_named_with_the_way_to_get_it(model, path, tmp_path, monkeypatch, name):
    monkeypatch.setitem(__import__("sys").modules, name, None)
    with pytest.raises(ImportError, match=rf"package {name}: .*deploy"):
        export_onnx(model, tmp_path / "net.onnx", size=32) if name == "onnx" else OnnxNetwork(path)
