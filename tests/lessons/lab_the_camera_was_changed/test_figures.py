"""Figures of notebook 13."""

import numpy as np
import pandas as pd
from samples import noise_faces

from fer_course.lessons.lab_the_camera_was_changed import figures


def test_faces_are_shown_by_every_camera():
    picture = figures.cameras(noise_faces(8))
    assert len(picture.figure.axes) == 30
    assert "old camera, noise, blur, pixels, fog" in picture.description


def test_every_arm_has_a_point_for_faces_adapted_to_and_for_new_ones():
    picture = figures.adapted({"as it is": (30.0, 31.5), "entropy": (45.0, 44.0)}, "noise")
    texts = [text.get_text() for text in picture.figure.axes[0].texts]
    assert texts == ["30.0 %", "45.0 %", "31.5 %", "44.0 %"]
    assert "entropy 45.0 and 44.0" in picture.description


def test_labels_before_and_after_are_counted_in_per_cent():
    picture = figures.named(np.array([0, 0, 3, 3]), np.array([3, 3, 3, 3]), (25.0, 50.0), "noise: entropy")
    assert "before: 25 % right, after: 50 % right" in picture.description
    assert "happy 50 and 100 %" in picture.description and "angry 50 and 0 %" in picture.description


def test_a_face_is_shown_with_as_many_pixels_as_asked():
    picture = figures.sizes(noise_faces(1).images[0], (48, 20))
    assert [axes.images[0].get_array().shape for axes in picture.figure.axes] == [(48, 48), (20, 20)]


def test_accuracy_by_size_is_drawn_over_pixels():
    table = pd.DataFrame({"a": [60.0, 20.0], "b": [55.0, 50.0]}, index=["48 px", "20 px"])
    picture = figures.by_size(table)
    assert "a: 60 at 48 px, 20 at 20 px; b: 55 at 48 px, 50 at 20 px" in picture.description
    assert picture.figure.axes[0].get_xticks().tolist() == [48, 20]
