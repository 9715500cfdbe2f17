"""Controls of notebooks 00 and 01, moved from code."""

import numpy as np
import pytest

from fer_course import widgets
from fer_course.exploration import measure
from fer_course.plots import Picture
from fer_course.puppets import draw_puppets


@pytest.fixture(autouse=True)
def strict(monkeypatch):
    monkeypatch.setenv("FER_STRICT", "1")


def test_a_slider_of_the_puppet_moves_its_action_unit():
    control = widgets.puppet()
    assert "Nothing moves" in control.area.value
    control.inputs["au12"].value = 0.8
    assert "lip corner puller (12) 0.8" in control.area.value


def test_an_expression_of_the_menu_sets_all_sliders_and_neutral_clears_them():
    control = widgets.puppet()
    control.preset.value = "fear"
    assert "Nearest by the book: fear" in control.area.value and control.inputs["au20"].value == 1
    control.preset.value = "neutral"
    assert "Nothing moves" in control.area.value


def test_the_puppet_is_shown_to_the_model_as_it_is_on_the_page():
    shown = []

    def predict(images):
        shown.append(images)
        return np.eye(7)[[5]]

    assert "The model says surprise at 100%" in widgets.puppet(predict).area.value
    assert shown[-1].shape == (1, 48, 48) and shown[-1].dtype == np.uint8


def test_the_dials_change_the_pictures_and_say_by_how_much():
    control = widgets.dials(n=3)
    before = control.area.value
    control.inputs["blur"].value = 1.0
    assert "blur 1.0" in control.area.value and control.area.value != before


def test_browsing_sorts_the_faces_of_a_label():
    faces = draw_puppets(60, seed=1)
    measures = measure(faces.images)
    control = widgets.browse(faces, measures)
    control.inputs["label"].value = 3
    happy = measures.brightness[faces.labels == 3]
    assert f"from {happy.min():.2f}" in control.area.value
    control.inputs["place"].value = 100
    assert f"to {happy.max():.2f}" in control.area.value


def test_a_label_without_faces_is_told():
    faces = draw_puppets(20, seed=1)
    control = widgets.browse(faces[faces.labels != 1])
    control.inputs["label"].value = 1
    assert "No faces carry this label" in control.area.value


def failing():
    raise ValueError("Expected <this>, found that.")


def test_an_error_is_raised_in_tests_and_told_in_the_page_otherwise(monkeypatch):
    with pytest.raises(ValueError, match="found that"):
        widgets._live(failing)()
    monkeypatch.delenv("FER_STRICT")
    assert "Expected &lt;this&gt;, found that." in widgets._live(failing)()


def test_a_viewer_without_widgets_gets_the_first_picture(monkeypatch):
    bundles = []
    monkeypatch.setattr(widgets, "display", lambda bundle, raw: bundles.append(bundle))
    control = widgets.dials(n=2)
    control._ipython_display_()
    assert "<img" in bundles[0]["text/html"] and "low light" in bundles[0]["text/html"]
    assert bundles[0]["application/vnd.jupyter.widget-view+json"]["model_id"] == control.model_id


def test_several_inputs_are_set_with_one_drawing():
    drawn = []
    sliders = {name: widgets.slider(name, 0, 0, 9, 1) for name in "ab"}
    control = widgets.Control(sliders, lambda a, b: drawn.append((a, b)) or "<p>")
    control.set(a=3, b=4)
    assert drawn == [(0, 0), (3, 4)]


def test_a_picture_becomes_html_with_its_description():
    from fer_course.plots import new_figure

    assert 'alt="words"' in widgets._live(lambda: Picture(new_figure()[0], "words"))()
