"""A video watched: what is found, labelled, smoothed, drawn and timed."""

import numpy as np
import pytest
from networks import tiny_model, with_random_head

from fer_course.camera.smooth import Exponential
from fer_course.camera.watch import STEPS, Watcher, breakdown, watch
from fer_course.labels import EXPRESSIONS
from fer_course.puppets.motion import draw_motion
from fer_course.puppets.scene import draw_room


@pytest.fixture(scope="module")
def model():
    network = with_random_head(tiny_model())
    network.trained_size = 32
    return network


@pytest.fixture(scope="module")
def motion():
    return draw_motion("surprise", 16, seed=1, pose=0)


@pytest.fixture(scope="module")
def seen(model, motion):
    return list(watch(motion.frames, model))


def test_a_moving_puppet_is_found_in_nearly_every_frame(seen, motion):
    hits = 0
    for one, (left, top, width, height) in zip(seen, motion.boxes, strict=True):
        centres = [(f.box.left + f.box.width / 2, f.box.top + f.box.height / 2) for f in one.faces]
        hits += any(left < x < left + width and top < y < top + height for x, y in centres)
    assert hits >= 15


def test_each_face_has_seven_probabilities_and_the_label_of_the_highest(seen):
    for face in (face for one in seen for face in one.faces):
        assert face.probabilities.shape == (7,) and face.probabilities.sum() == pytest.approx(1)
        assert face.label == EXPRESSIONS[face.probabilities.argmax()]


def test_the_frame_is_drawn_on_in_a_copy(seen, motion):
    one = seen[0]
    assert one.picture.shape == (480, 640, 3) and one.picture.dtype == np.uint8
    assert (one.picture != motion.frames[0][..., None]).any()
    # The border of the picture is far from the face, and as it was.
    assert np.array_equal(one.picture[-20:], np.repeat(motion.frames[0, -20:, :, None], 3, axis=2))


def test_probabilities_are_smoothed_for_each_face_by_itself(model, motion):
    plain = [one.faces for one in watch(motion.frames[:6], model, smoother=lambda: Exponential(1))]
    smooth = [one.faces for one in watch(motion.frames[:6], model, smoother=lambda: Exponential(0.5))]
    expected = None
    for raw, one in zip(plain, smooth, strict=True):
        new = raw[0].probabilities
        expected = new if expected is None else 0.5 * new + 0.5 * expected
        assert one[0].box == raw[0].box and np.allclose(one[0].probabilities, expected)


def test_a_room_without_anybody_has_no_face_and_stays_as_it_is(model):
    (one,) = watch([draw_room(3)], model)
    assert one.faces == [] and one.milliseconds["predict"] < 1 and one.searched == "whole"
    assert np.array_equal(one.picture, np.repeat(draw_room(3)[..., None], 3, axis=2))


def test_without_drawing_the_frame_is_handed_on(model, motion):
    frame = motion.frames[0]
    assert Watcher(model, draw=False).look(frame).picture is frame


def test_every_step_is_timed_and_none_takes_less_than_nothing(seen):
    assert all(list(one.milliseconds) == list(STEPS) for one in seen)
    assert all(value >= 0 for one in seen for value in one.milliseconds.values())
    assert all(one.milliseconds["predict"] > 0 for one in seen if one.faces)


def test_frames_in_colour_and_grey_are_found_alike(model, motion):
    coloured = np.repeat(motion.frames[:2, ..., None], 3, axis=3)
    grey, colour = list(watch(motion.frames[:2], model)), list(watch(coloured, model))
    assert [[f.box for f in one.faces] for one in grey] == [[f.box for f in one.faces] for one in colour]


def test_the_time_to_get_a_frame_is_part_of_it(model):
    assert Watcher(model).look(draw_room(3), read=12.5).milliseconds["read"] == 12.5


def test_a_breakdown_adds_up():
    class One:
        def __init__(self, read, find):
            self.milliseconds = dict.fromkeys(STEPS, 0.0) | {"read": read, "find": find}

    table = breakdown([One(1, 9), One(1, 29), One(1, 19)])
    assert list(table.index) == [*STEPS, "all"]
    assert table.loc["find", "median"] == 19 and table.loc["all", "median"] == 20
    assert table.loc["find", "p95"] == pytest.approx(28) and table.loc["find", "share"] == pytest.approx(0.95)
    assert table.loc["all", "share"] == 1


def test_a_breakdown_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one frame"):
        breakdown([])
