"""The control of notebook 03."""

import numpy as np
import pytest

from fer_course.faces import Faces
from fer_course.recipe import Recipe
from fer_course.widgets import augmentation_explorer


@pytest.fixture
def control(monkeypatch):
    monkeypatch.setenv("FER_STRICT", "1")
    n = 8
    images = np.random.default_rng(0).integers(0, 256, (n, 48, 48), dtype=np.uint8)
    faces = Faces(images, np.arange(n) % 7, np.arange(n).astype(str), np.full(n, "Training"), "noise")
    return augmentation_explorer(faces, Recipe.quick().but(image_size=32), draws=3)


def test_it_starts_with_the_recipes_own_changes(control):
    assert "10° of rotation" in control.area.value and "3 draws" in control.area.value


def test_moving_a_dial_draws_anew_and_says_so(control):
    control.inputs["rotation"].value = 90
    assert "90° of rotation" in control.area.value


def test_every_input_changes_the_picture(control):
    changes = {"face": 5, "seed": 7, "flip": 1, "shift": 0.4, "zoom": 0.5, "shear": 30, "brightness": 1.5}
    for name, value in changes.items():
        before = control.area.value
        control.inputs[name].value = value
        assert control.area.value != before, name


def test_the_most_extreme_dials_still_draw(control):
    control.set(**{name: widget.max for name, widget in control.inputs.items()})
    assert "<img" in control.area.value
