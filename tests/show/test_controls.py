"""What all controls have in common."""

import pytest

from fer_course.show import controls
from fer_course.show.picture import Picture
from fer_course.show.style import new_figure


def failing():
    raise ValueError("Expected <this>, found that.")


def test_an_error_is_raised_in_tests_and_told_in_the_page_otherwise(monkeypatch):
    with pytest.raises(ValueError, match="found that"):
        controls.live(failing)()
    monkeypatch.delenv("FER_STRICT")
    assert "Expected &lt;this&gt;, found that." in controls.live(failing)()


def test_a_viewer_without_widgets_gets_the_first_picture(monkeypatch):
    bundles = []
    monkeypatch.setattr(controls, "display", lambda bundle, raw: bundles.append(bundle))
    inputs = {"light": controls.slider("low light", 0, 0, 1, 1)}
    control = controls.Control(inputs, lambda light: Picture(new_figure()[0], "words"))
    control._ipython_display_()
    assert "<img" in bundles[0]["text/html"] and "low light" in bundles[0]["text/html"]
    assert bundles[0]["application/vnd.jupyter.widget-view+json"]["model_id"] == control.model_id


def test_several_inputs_are_set_with_one_drawing():
    drawn = []
    sliders = {name: controls.slider(name, 0, 0, 9, 1) for name in "ab"}
    control = controls.Control(sliders, lambda a, b: drawn.append((a, b)) or "<p>")
    control.set(a=3, b=4)
    assert drawn == [(0, 0), (3, 4)]


def test_a_picture_becomes_html_with_its_description():
    assert 'alt="words"' in controls.live(lambda: Picture(new_figure()[0], "words"))()


def test_a_picture_can_stand_beside_its_inputs():
    sliders = {name: controls.slider(name, 0, 0, 9, 1) for name in "ab"}
    control = controls.Control(sliders, lambda a, b: "<p>", beside=True)
    (row,) = control.children
    assert row.children[1] is control.area
