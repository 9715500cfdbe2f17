"""The player: every frame in a picture and in words, and what plays it."""

import re

import ipywidgets
import numpy as np
import pytest
from networks import tiny_model, with_random_head

from fer_course.camera.find import Box, crop_face
from fer_course.evaluation.predict import predict
from fer_course.labels import EXPRESSIONS
from fer_course.lessons.real_time import controls
from fer_course.puppets.motion import FPS, Motion, draw_motion
from fer_course.puppets.scene import draw_room


@pytest.fixture(scope="module")
def model():
    network = with_random_head(tiny_model())
    network.trained_size = 32
    return network


@pytest.fixture(scope="module")
def motion():
    return draw_motion("happy", 8, seed=1, pose=0)


@pytest.fixture(scope="module")
def player(motion, model):
    return controls.player(motion, model)


def test_it_begins_with_a_frame_in_which_the_expression_is_there(player, motion):
    assert motion.intensity[player.inputs["frame"].value] == 1
    assert "Drawn: happy, intensity 100%" in player.area.value


def test_every_frame_tells_label_probabilities_and_map_in_words(player, motion):
    for t in range(len(motion)):
        player.inputs["frame"].value = t
        page = player.area.value
        assert f"Frame {t} of 8" in page and f"Drawn: {EXPRESSIONS[motion.labels[t]]}" in page
        told = re.search(r"Smoothed probabilities: (.*?%)\.", page)[1]
        shares = [float(part.split()[1].rstrip("%")) for part in told.split(", ")]
        assert [part.split()[0] for part in told.split(", ")] == list(EXPRESSIONS)
        assert abs(sum(shares) - 100) <= 4
        assert re.search(r"Label: (\w+)", page)[1] == EXPRESSIONS[int(np.argmax(shares))] or max(shares) < 100
        assert "The heat map for" in page and page.count("<img") == 3 and page.count("alt=") == 3


def test_the_player_plays_every_frame_at_the_video_s_pace_in_the_browser(player, motion):
    play, frame = player.play, player.inputs["frame"]
    assert (play.min, play.max, frame.min, frame.max) == (0, 7, 0, 7)
    assert play.interval == round(1000 / FPS)
    assert isinstance(player.link, ipywidgets.widgets.widget_link.Link)
    assert player.link.source == (play, "value") and player.link.target == (frame, "value")


def test_a_frame_without_a_face_says_so(model):
    room = np.stack([draw_room(3)] * 2)
    nobody = Motion(
        room, np.array([6, 6]), np.zeros(2, np.float32), np.zeros((2, 4), int), ("neutral",), np.array([0])
    )
    page = controls.player(nobody, model).area.value
    assert "No face is found" in page and page.count("<img") == 1


def test_a_network_without_gradients_plays_without_maps_or_with_those_of_another(motion, model, monkeypatch):
    class Stored:
        """As an ONNX network: called with faces, it returns logits."""

        def __call__(self, images):
            return np.eye(7, dtype=np.float32)[[3] * len(images)]

    monkeypatch.setattr(controls, "OnnxNetwork", Stored)
    monkeypatch.setattr("fer_course.evaluation.predict.OnnxNetwork", Stored)
    Stored.size = 32
    plain = controls.player(motion, Stored()).area.value
    assert "heat map" not in plain and plain.count("<img") == 2 and "Label: happy" in plain
    other = controls.player(motion, Stored(), model).area.value
    assert "The heat map for happy" in other and other.count("<img") == 3


def test_a_map_is_drawn_bright_where_the_evidence_is_with_a_line_around_it():
    face = np.full((48, 48), 100, np.uint8)
    heat = np.zeros((16, 16), np.float32)
    heat[:, 8:] = 1
    drawn = controls.overlay(face, heat, 96)
    assert drawn.shape == (96, 96, 3) and drawn.dtype == np.uint8
    assert drawn[:, 70:].mean() > drawn[:, :26].mean() + 60
    # A white line, with black at its sides, between the two halves and nowhere else.
    assert (drawn == 255).all(2).any(0).nonzero()[0].min() > 40 and (drawn == 255).all(2).any(0).nonzero()[
        0
    ].max() < 56
    assert (drawn == 0).all(2).any()


def test_a_flat_map_has_no_line():
    drawn = controls.overlay(np.full((48, 48), 100, np.uint8), np.zeros((8, 8)))
    assert (drawn == drawn[0, 0]).all()


def test_what_is_no_motion_is_refused(model):
    with pytest.raises(ValueError, match="Expected a motion, as draw_motion returns it, found ndarray"):
        controls.player(np.zeros((2, 480, 640), np.uint8), model)


def test_the_margin_s_slider_shows_the_crop_and_its_label(motion, model):
    left, top, width, height = motion.boxes[0].tolist()
    control = controls.margin(model, motion.frames[0], Box(left, top, width, height))
    pages = set()
    for value in (0.0, 0.3):
        control.inputs["margin"].value = value
        crop = crop_face(motion.frames[0], Box(left, top, width, height), value)
        best = EXPRESSIONS[int(predict(model, crop).argmax())]
        assert f"with a margin of {value:.0%}, the face is called {best}" in control.area.value
        pages.add(control.area.value)
    assert len(pages) == 2
