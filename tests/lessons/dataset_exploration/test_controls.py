"""Dials of difficulty, and faces to leaf through."""

import re

import pytest

from fer_course.data.exploration import measure
from fer_course.lessons.dataset_exploration import controls
from fer_course.puppets.draw import draw_puppets


def test_the_dials_do_not_give_the_labels_away():
    control = controls.dials(n=7)
    assert not any(f"labelled {name}" in control.area.value for name in ("happy", "neutral"))
    assert "A grid of" not in control.area.value


def test_the_dials_change_the_pictures_and_say_by_how_much():
    control = controls.dials(n=3)
    before = control.area.value
    control.inputs["blur"].value = 1.0
    assert "blur 1.0" in control.area.value

    def sharpness(text):
        return float(re.search(r"sharpness (\d+\.\d+)", text)[1])

    assert sharpness(control.area.value) < 0.9 * sharpness(before)


def test_browsing_sorts_the_faces_of_a_label():
    faces = draw_puppets(60, seed=1)
    measures = measure(faces.images)
    control = controls.browse(faces, measures)
    control.inputs["label"].value = 3
    happy = measures.brightness[faces.labels == 3]
    assert f"from {happy.min():.2f}" in control.area.value
    control.inputs["place"].value = 100
    assert f"to {happy.max():.2f}" in control.area.value
    control.set(by="contrast", place=0)
    contrast = measures.contrast[faces.labels == 3]
    assert f"Sorted by contrast, from {contrast.min():.2f}" in control.area.value


def test_a_label_without_faces_is_told():
    faces = draw_puppets(20, seed=1)
    control = controls.browse(faces[faces.labels != 1])
    control.inputs["label"].value = 1
    assert "No faces carry this label" in control.area.value


def test_measures_of_other_faces_are_refused():
    faces = draw_puppets(30, seed=3)
    with pytest.raises(ValueError, match="Expected one row of measures for each of 10 faces, found 30"):
        controls.browse(faces[:10], measure(faces.images))
