"""Puppets as in a studio."""

import numpy as np

from fer_course.puppets.studio import draw_studio


def test_in_a_studio_every_label_is_right_and_nothing_is_hidden_or_dark():
    faces = draw_studio(60, seed=3)
    assert (faces.labels == faces.clean_labels).all()
    assert set(faces.scenes["occlusion"]) == {"none"} and not faces.scenes["blur"].any()
    assert len(set(faces.labels)) == 7


def test_one_thing_can_be_changed_about_the_same_puppets():
    plain, glasses = draw_studio(6, seed=3), draw_studio(6, seed=3, who={"glasses": True})
    np.testing.assert_array_equal(plain.labels, glasses.labels)
    assert glasses.people["glasses"].all() and (plain.images != glasses.images).any()
