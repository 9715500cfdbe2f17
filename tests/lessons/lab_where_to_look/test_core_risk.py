"""Accuracy of the core and of the surroundings."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import noise_faces

from fer_course.lessons.lab_where_to_look import core_risk
from fer_course.training.small import new_small

CORE = np.zeros((6, 48, 48), bool)
CORE[:, 10:30, 10:30] = True


@pytest.mark.parametrize(
    ("core", "spurious", "value"),
    [(0.7, 0.7, 0), (0.8, 0, 1), (0, 0.4, -1), (0.6, 0.4, 0.2), (1, 0.9, 1), (0, 0, 0), (1, 1, 0)],
)
def test_the_relative_sensitivity_of_some_accuracies(core, spurious, value):
    assert core_risk.relative_core_sensitivity(core, spurious) == pytest.approx(value)


@given(st.floats(0, 1), st.floats(0, 1))
def test_it_lies_between_minus_1_and_1_and_turns_with_its_arguments(core, spurious):
    value = core_risk.relative_core_sensitivity(core, spurious)
    assert -1 - 1e-9 <= value <= 1 + 1e-9
    assert core_risk.relative_core_sensitivity(spurious, core) == pytest.approx(-value)


def test_noise_changes_its_region_and_nothing_else_and_none_changes_nothing():
    images = noise_faces(6).images
    noisy = core_risk.noised(images, CORE, 60)
    np.testing.assert_array_equal(noisy[~CORE], images[~CORE])
    assert (noisy[CORE] != images[CORE]).mean() > 0.9
    np.testing.assert_array_equal(core_risk.noised(images, CORE, 0), images)


def test_every_way_shows_some_pictures_as_they_are_and_keeps_to_its_region():
    images = noise_faces(6).images
    ways = core_risk.shown_in_training(images, CORE)
    rng = np.random.default_rng
    np.testing.assert_array_equal(ways[core_risk.PLAIN](rng(0)), images)
    for name in (core_risk.OUTSIDE, core_risk.SWAPPED):
        shown = ways[name](rng(1))
        np.testing.assert_array_equal(shown[CORE], images[CORE])
        same = (shown == images).all((1, 2))
        assert same.any() and not same.all()
    everywhere = ways[core_risk.EVERYWHERE](rng(1))
    assert (everywhere[CORE] != images[CORE]).any()


def test_an_examination_of_a_network_without_noise_is_its_accuracy_twice():
    model, faces = new_small(0).eval(), noise_faces(6)
    table = core_risk.accuracies(model, faces, CORE, (0,))
    assert table.core[0] == table.spurious[0]


def test_every_arm_is_examined_and_every_claim_can_be_judged():
    found = core_risk.repeat(0, n=64, tests=35, epochs=1)
    assert list(found) == [core_risk.PLAIN, core_risk.OUTSIDE, core_risk.EVERYWHERE, core_risk.SWAPPED]
    for claim in core_risk.CLAIMS:
        assert claim.measure in found[claim.way] and claim.measure in found[claim.baseline]
