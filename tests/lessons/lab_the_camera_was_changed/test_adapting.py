"""The experiment on new cameras."""

import numpy as np
import pytest
from samples import noise_faces

from fer_course.lessons.lab_the_camera_was_changed import adapting
from fer_course.training.small import new_small


@pytest.fixture(scope="module")
def found():
    return adapting.repeat(0, n=64, target=35)


def test_every_arm_is_measured_with_every_camera_and_on_new_faces(found):
    arms = [adapting.AS_IT_IS, *adapting.ARMS, "entropy, 10 times the rate"]
    assert list(found) == arms
    for row in found.values():
        for camera in adapting.CAMERAS:
            assert 0 <= row[camera] <= 100 and 0 <= row[f"{camera}, new faces"] <= 100
        assert {adapting.SKEWED, adapting.MIXED, "old camera"} <= set(row)


def test_every_claim_names_arms_and_measures_that_are_there(found):
    for claim in adapting.CLAIMS:
        assert claim.measure in found[claim.way] and claim.measure in found[claim.baseline]


def test_the_same_seed_measures_the_same(found):
    assert adapting.repeat(0, n=64, target=35) == found


def test_mixed_cameras_show_every_second_face_noisy_and_the_others_blurred():
    faces = noise_faces(6)
    mixed = adapting.seen_by(adapting.MIXED, faces)
    np.testing.assert_array_equal(mixed[::2], adapting.seen_by("noise", faces)[::2])
    np.testing.assert_array_equal(mixed[1::2], adapting.seen_by("blur", faces)[1::2])


def test_a_network_that_is_only_examined_stays_as_it_is():
    model, faces = new_small(0).eval(), noise_faces(40)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    adapting.measured(model, faces.images, faces.labels)
    assert all((value == before[name]).all() for name, value in model.state_dict().items())
