"""Puppets that move: what happens in which frame, and that the truth is what is drawn."""

import numpy as np
import pytest

from fer_course.labels import EXPRESSIONS
from fer_course.puppets.motion import APEX, SHORTEST, Motion, draw_motion

NEUTRAL = EXPRESSIONS.index("neutral")


@pytest.fixture(scope="module")
def smile():
    return draw_motion("happy", 20, seed=1)


def test_an_expression_comes_and_goes(smile):
    assert smile.frames.shape == (20, 480, 640) and smile.frames.dtype == np.uint8 and len(smile) == 20
    assert smile.intensity[[0, -1]].tolist() == [0, 0] and smile.intensity.max() == 1
    steps = np.sign(np.diff(smile.intensity))
    # Up, then level, then down: it comes once.
    assert (np.diff(steps[steps != 0]) != 0).sum() == 1
    assert set(smile.labels[smile.apex]) == {EXPRESSIONS.index("happy")}
    assert smile.labels[[0, -1]].tolist() == [NEUTRAL, NEUTRAL]
    assert smile.apex.tolist() == (smile.intensity >= APEX).tolist() and 5 <= smile.apex.sum() <= 12


def test_the_label_is_the_expression_from_half_of_its_intensity_on(smile):
    assert (smile.labels != NEUTRAL).tolist() == (smile.intensity >= 0.5).tolist()


@pytest.mark.parametrize("expression", EXPRESSIONS)
@pytest.mark.parametrize("frames", [SHORTEST, 20])
def test_every_expression_of_every_length_has_rest_and_apex(expression, frames):
    motion = draw_motion(expression, frames, seed=frames)
    assert motion.intensity[0] == motion.intensity[-1] == 0
    assert motion.apex.any() == (expression != "neutral")
    assert set(motion.labels) <= {NEUTRAL, EXPRESSIONS.index(expression)}


def test_the_same_seed_moves_the_same_puppet_in_the_same_way(smile):
    again, other = draw_motion("happy", 20, seed=1), draw_motion("happy", 20, seed=2)
    assert np.array_equal(again.frames, smile.frames) and np.array_equal(again.boxes, smile.boxes)
    assert not np.array_equal(other.frames, smile.frames)


def test_several_expressions_follow_each_other_on_one_face_that_rests_in_between():
    motion = draw_motion(["happy", "surprise"], 12, seed=3)
    assert motion.expressions == ("happy", "surprise") and motion.starts.tolist() == [0, 12]
    assert motion.labels[motion.apex & (np.arange(24) < 12)].tolist().count(EXPRESSIONS.index("happy")) > 2
    assert set(motion.labels[12:]) == {EXPRESSIONS.index("surprise"), NEUTRAL}
    assert motion.intensity[11] == motion.intensity[12] == 0


def test_without_sway_blinks_and_expression_nothing_moves_but_the_noise():
    still = draw_motion("neutral", 8, seed=4, sway=0, blinks=False, pose=0)
    assert (still.boxes == still.boxes[0]).all()
    change = abs(still.frames[1:].astype(int) - still.frames[:-1])
    left, top, width, height = still.boxes[0]
    assert 0 < change[:, top : top + height, left : left + width].mean() < 8
    # Outside the puppet's square the room is as it was.
    outside = np.ones((480, 640), bool)
    outside[max(0, top - 100) : top + height + 100, max(0, left - 100) : left + width + 100] = False
    assert change[:, outside].max() == 0


def test_the_box_moves_with_the_face_and_stays_in_the_picture():
    for seed in range(3):
        boxes = draw_motion("sad", 30, seed=seed).boxes
        assert (boxes[:, :2] >= 0).all() and (boxes[:, 0] + boxes[:, 2] <= 640).all()
        assert (boxes[:, 1] + boxes[:, 3] <= 480).all()
        assert np.ptp(boxes[:, 0]) >= 5 and abs(np.diff(boxes[:, :2], axis=0)).max() < 20
        assert (boxes[:, 2:] > 90).all() and (boxes[:, 2:] < 200).all()


def test_the_expression_changes_the_face_and_not_the_room(smile):
    calm = draw_motion("neutral", 20, seed=1)
    t = int(np.argmax(smile.intensity))
    rows, columns = np.nonzero(abs(smile.frames[t].astype(int) - calm.frames[t]) > 40)
    left, top, width, height = smile.boxes[t]
    assert len(rows) > 50
    inside = (rows > top) & (rows < top + height) & (columns > left) & (columns < left + width)
    assert inside.mean() > 0.95


def test_eyes_blink():
    open_eyes = draw_motion("neutral", 30, seed=5, blinks=False, sway=0)
    blinking = draw_motion("neutral", 30, seed=5, sway=0)
    differ = (open_eyes.frames != blinking.frames).any(axis=(1, 2))
    assert 1 <= differ.sum() <= 6


def test_who_it_is_can_be_set():
    dark, light = (draw_motion("happy", 8, seed=6, who={"skin": tone}) for tone in (80, 220))
    left, top, width, height = dark.boxes[0]
    assert np.array_equal(dark.boxes, light.boxes)
    cheek = (0, slice(top + height // 2, top + height), slice(left, left + width))
    assert dark.frames[cheek].mean() < light.frames[cheek].mean() - 20


def test_a_motion_says_what_it_shows(smile):
    assert isinstance(smile, Motion) and repr(smile) == "Motion: happy in 20 frames"


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: draw_motion("glad"), "Expected expressions among angry.*found 'glad'"),
        (lambda: draw_motion([]), "Expected expressions among angry.*found 'none'"),
        (lambda: draw_motion("happy", 7), "Expected 8 frames or more for an expression, found 7"),
        (lambda: draw_motion("happy", seed=-1), "Expected a seed of 0 or more, found -1"),
        (lambda: draw_motion("happy", sway=2), "Expected sway from 0 to 1, found 2"),
        (lambda: draw_motion("happy", blur=-1), "Expected blur from 0 to 1, found -1"),
        (lambda: draw_motion("happy", who={"mood": 1}), "Expected attributes among.*found 'mood'"),
    ],
)
def test_what_cannot_be_drawn_is_told_in_one_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
