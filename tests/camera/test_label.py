"""Faces of a picture get labels, and the picture shows them."""

import numpy as np
import pytest
from networks import tiny_model, with_random_head

from fer_course.camera import label as room
from fer_course.camera.find import Box, crop_face
from fer_course.camera.label import Labelled, draw_labels, label_faces
from fer_course.evaluation.predict import predict, softmax
from fer_course.labels import EXPRESSIONS

BOXES = [Box(20, 20, 60, 60), Box(100, 30, 40, 40)]


@pytest.fixture(scope="module")
def model():
    network = with_random_head(tiny_model())
    network.trained_size = 32
    return network


@pytest.fixture
def picture():
    return np.random.default_rng(0).integers(0, 256, (120, 160, 3), dtype=np.uint8)


def test_every_found_face_is_cut_out_and_labelled(model, picture, monkeypatch):
    monkeypatch.setattr(room, "find_faces", lambda picture, smallest: BOXES)
    found = label_faces(model, picture)
    expected = softmax(predict(model, np.stack([crop_face(picture, box) for box in BOXES])))
    assert [face.box for face in found] == BOXES
    np.testing.assert_allclose([face.probabilities for face in found], expected)
    assert [face.label for face in found] == [EXPRESSIONS[k] for k in expected.argmax(1)]


def test_a_picture_without_faces_has_no_labels(model, monkeypatch):
    monkeypatch.setattr(room, "find_faces", lambda picture, smallest: [])
    assert label_faces(model, np.zeros((50, 50), np.uint8)) == []


def test_lines_and_words_are_black_and_white_and_the_face_itself_stays(picture):
    shares = np.full(7, 0.02)
    shares[3] = 0.88
    marked = draw_labels(picture, [Labelled(BOXES[0], shares, "happy")])
    assert marked.shape == picture.shape and marked.dtype == np.uint8
    assert np.array_equal(marked[25:75, 25:75], picture[25:75, 25:75])
    changed = (marked != picture).any(axis=2)
    assert changed.any() and {0, 255} <= set(np.unique(marked[changed]))
    assert not changed[:, 130:].any(), "far from the face nothing changes"


@pytest.mark.parametrize("box", [Box(0, 0, 50, 50), Box(130, 90, 60, 60), Box(-10, -10, 30, 30)])
def test_a_face_at_the_border_is_marked_too(picture, box):
    marked = draw_labels(picture, [Labelled(box, np.eye(7)[5], "surprise")])
    assert marked.shape == picture.shape and not np.array_equal(marked, picture)


def test_a_grey_picture_becomes_one_in_colour(picture):
    marked = draw_labels(picture[:, :, 0], [])
    assert marked.shape == picture.shape
    assert np.array_equal(marked, np.repeat(picture[:, :, :1], 3, axis=2))
