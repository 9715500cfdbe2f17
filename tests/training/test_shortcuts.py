"""Shortcuts in training pictures, and what hides them."""

import numpy as np
from samples import noise_faces

from fer_course.puppets.studio import draw_studio
from fer_course.training import shortcuts

CORE = np.zeros((6, 48, 48), bool)
CORE[:, 10:30, 10:30] = True


def test_the_watermark_lies_on_those_that_are_chosen_and_nowhere_else():
    images = noise_faces(6).images
    chosen = np.arange(6) % 2 == 0
    stamped = shortcuts.stamp(images, chosen)
    changed = stamped != images
    assert not changed[~chosen].any() and changed[chosen].any((1, 2)).all()
    outside = np.ones((48, 48), bool)
    outside[shortcuts.MARK, shortcuts.MARK] = False
    assert not changed[:, outside].any()


def test_the_core_holds_the_parts_with_a_margin():
    faces = draw_studio(4, seed=1)
    core, tight = shortcuts.core_region(faces), shortcuts.core_region(faces, 0)
    np.testing.assert_array_equal(tight, faces.parts > 0)
    assert (core & tight).sum() == tight.sum() < core.sum() < core.size


def test_noise_and_swapping_leave_the_core_alone():
    images, rng = noise_faces(6).images, np.random.default_rng(0)
    for changed in (shortcuts.noise_outside(images, CORE, rng), shortcuts.swap_outside(images, CORE, rng)):
        np.testing.assert_array_equal(changed[CORE], images[CORE])
        assert (changed[~CORE] != images[~CORE]).any()
