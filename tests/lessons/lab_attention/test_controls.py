"""An event camera, and one question."""

import numpy as np

from fer_course.lessons.lab_attention import conditional, controls, events
from fer_course.training.small import new_small


def test_a_camera_sees_the_face_move_or_moves_itself_or_sees_nothing():
    control = controls.camera(events.draw_onsets(7, 1))
    assert "the face moves: 4 pictures" in control.area.value
    control.set(moves="the camera", film=3)
    assert "happy; the camera moves: 7 pictures" in control.area.value
    control.set(moves="nothing", count=2, threshold=0.3)
    assert "Events in each: 0, 0;" in control.area.value


def test_every_head_answers_a_question():
    units = conditional.sets_of_units(6, np.random.default_rng(0))
    shown = conditional.draw_classes(units, 1, each=4)
    backbone = new_small(0).eval()
    maps = tuple(conditional.maps_of(backbone, images) for images in (shown.clean, shown.hard))
    control = controls.questions({"a": conditional.Pooled(), "b": conditional.Head().eval()}, shown, maps)
    assert "b, clean face: a face and one example of each of 5 classes" in control.area.value
    before = control.area.value
    control.set(head="a", asked="hard", number=3)
    assert "a, hard face" in control.area.value != before
