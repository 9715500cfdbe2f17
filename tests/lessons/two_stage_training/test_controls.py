"""The learning rate, and augmentation drawn anew."""

import re

import pytest
from samples import noise_faces

from fer_course.lessons.two_stage_training import controls
from fer_course.training.recipes import QUICK


@pytest.fixture
def explorer():
    return controls.augmentation_explorer(noise_faces(8), QUICK.but(image_size=32), draws=3)


def test_the_learning_rate_starts_too_small_and_can_diverge():
    control = controls.learning_rate()
    assert "still far away" in control.area.value
    control.inputs["rate"].value = 1.2
    assert "diverges" in control.area.value


def test_the_explorer_shows_its_face_beside_the_dials(explorer):
    (row,) = explorer.children
    assert row.children[-1] is explorer.area


def test_the_explorer_starts_with_the_recipes_own_changes(explorer):
    assert "10° of rotation" in explorer.area.value and "3 draws" in explorer.area.value


def test_moving_a_dial_draws_anew_and_says_so(explorer):
    explorer.inputs["rotation"].value = 90
    assert "90° of rotation" in explorer.area.value


def test_every_input_of_the_explorer_changes_the_picture(explorer):
    changes = {"face": 5, "seed": 7, "flip": 1, "shift": 0.4, "zoom": 0.5, "shear": 30, "brightness": 1.5}

    def image():  # without its description, which tells the dials' own numbers
        return re.search(r"data:image/[^\"']+", explorer.area.value)[0]

    for name, value in changes.items():
        before = image()
        explorer.inputs[name].value = value
        assert image() != before, name


def test_the_most_extreme_dials_still_draw(explorer):
    explorer.set(**{name: widget.max for name, widget in explorer.inputs.items()})
    assert "<img" in explorer.area.value
