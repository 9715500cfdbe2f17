"""Adapting with any camera, way and rate."""

from samples import noise_faces

from fer_course.lessons.lab_the_camera_was_changed import controls
from fer_course.training.small import new_small


def test_any_camera_and_way_is_shown_with_what_the_network_says_before_and_after():
    control = controls.adaptation(new_small(0).eval(), noise_faces(40))
    assert "noise: entropy, learning rate" in control.area.value
    control.set(camera="blur", how="statistics")
    assert "blur: statistics." in control.area.value
