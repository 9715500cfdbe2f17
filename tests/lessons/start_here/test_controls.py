"""The sliders of a puppet."""

import numpy as np

from fer_course.lessons.start_here import controls


def test_a_slider_of_the_puppet_moves_its_action_unit():
    control = controls.puppet()
    assert "Nothing moves" in control.area.value
    control.inputs["au12"].value = 0.8
    assert "lip corner puller (12) 0.8" in control.area.value


def test_an_expression_of_the_menu_sets_all_sliders_and_neutral_clears_them():
    control = controls.puppet()
    control.preset.value = "fear"
    assert "Nearest by the book: fear" in control.area.value and control.inputs["au20"].value == 1
    control.preset.value = "neutral"
    assert "Nothing moves" in control.area.value


def test_the_menu_never_names_an_expression_that_the_sliders_do_not_show():
    control = controls.puppet()
    control.preset.value = "surprise"
    control.inputs["au26"].value = 0.0
    assert control.preset.value == controls.MOVED and control.inputs["au1"].value == 1
    control.preset.value = "neutral"
    assert "Nothing moves" in control.area.value and control.preset.value == "neutral"
    control.inputs["au6"].value = control.inputs["au12"].value = 1.0
    assert control.preset.value == "happy"
    control.preset.value = controls.MOVED
    assert control.inputs["au12"].value == 1


def test_the_face_stands_beside_the_sliders_whose_labels_have_room():
    control = controls.puppet()
    (row,) = control.children
    assert row.children[1] is control.area
    longest = max(len(w.description) for w in control.inputs.values())
    assert longest == len("lip corner depressor (15)")
    assert control.inputs["au15"].style.description_width == "13em"
    assert control.inputs["au15"].continuous_update
    assert not controls.puppet(lambda images: np.full((1, 7), 1 / 7)).inputs["au15"].continuous_update


def test_the_puppet_can_be_copied_as_code():
    control = controls.puppet()
    control.set(au6=1.0, au12=0.5, identity=2)
    assert "draw_puppet({6: 1.0, 12: 0.5}, identity=2)" in control.area.value


def test_the_puppet_is_shown_to_the_model_as_it_is_on_the_page():
    shown = []

    def predict(images):
        shown.append(images)
        return np.eye(7)[[5]]

    assert "The model says surprise at 100%" in controls.puppet(predict).area.value
    assert shown[-1].shape == (1, 48, 48) and shown[-1].dtype == np.uint8
