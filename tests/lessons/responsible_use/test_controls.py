"""A face under another condition."""

from networks import with_random_head

from fer_course.evaluation.corruptions import CORRUPTIONS
from fer_course.lessons.responsible_use import controls
from fer_course.model.network import build_model
from fer_course.puppets.draw import draw_puppets


def test_any_face_is_shown_under_any_condition_with_both_answers():
    model = with_random_head(build_model(None))
    model.trained_size = 64
    control = controls.condition(model, draw_puppets(3, seed=5))
    assert "motion blur, strength 3" in control.area.value
    control.set(name="fog", strength=0, face=2)
    assert "with fog, strength 0" in control.area.value
    assert [option for option in control.inputs["name"].options] == list(CORRUPTIONS)
