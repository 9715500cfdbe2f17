"""Figures of notebook 12."""

import numpy as np
import pandas as pd
from samples import noise_faces

from fer_course.lessons.lab_where_to_look import core_risk, figures


def test_a_row_of_faces_for_every_way_to_train():
    faces = noise_faces(6)
    ways = core_risk.shown_in_training(faces.images, np.zeros((6, 48, 48), bool))
    picture = figures.shown(ways, count=4)
    assert len(picture.figure.axes) == 16 and "the same noise everywhere" in picture.description


def test_both_accuracies_are_drawn_over_the_strength():
    table = pd.DataFrame({"core": [80.0, 60], "spurious": [80.0, 30]}, index=[0, 60])
    picture = figures.by_strength({"as they are": table})
    assert "as they are: core 80, 60" in picture.description and "spurious 80, 30" in picture.description


def test_masks_stand_below_their_pictures():
    some = np.zeros((3, 24, 24))
    picture = figures.masks({"the truth": some, "random errors": some}, some)
    assert len(picture.figure.axes) == 9 and "the truth, random errors" in picture.description


def test_overlaps_have_a_panel_for_each_kind_of_error():
    table = pd.DataFrame({"random": [40.0, 80], "systematic": [45.0, 44]}, index=["the labels", "alone"])
    picture = figures.overlaps(table)
    assert len(picture.figure.axes) == 2
    assert "alone: 80 with random errors, 44 with systematic errors" in picture.description


def test_a_face_is_shown_with_what_every_network_calls_it():
    picture = figures.answers(noise_faces(1).images[0], {"a": "happy, 90%", "b": "sad, 40%"}, "happy")
    assert "a: happy, 90%; b: sad, 40%" in picture.description
