"""What is drawn, and what it does to an image."""

import math
from dataclasses import fields

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from samples import noise
from torch.nn.functional import affine_grid

from fer_course.model.inputs import prepare, standardise
from fer_course.training.augmentation import CHUNK, Augmentation, Changes, _grid, augment, mix

SAME = torch.tensor([[[1.0, 0, 0], [0, 1, 0]]])


def changed(images, augmentation, size=48, seed=0):
    drawn = augmentation.draw(len(images), np.random.default_rng(seed))
    return augment(torch.from_numpy(images)[:, None], drawn, size)


def boxes(*sides):
    return torch.tensor([sides], dtype=torch.float32)


@given(size=st.integers(32, 80), seed=st.integers(0, 100))
def test_augmentation_none_equals_prepare(size, seed):
    images = noise(2, seed)
    assert torch.allclose(changed(images, Augmentation.none(), size), prepare(images, size), atol=2e-4)


@pytest.mark.parametrize("size", [48, 64])
def test_a_flip_is_an_exact_mirror(size):
    images = noise(2)
    mirrored = changed(images, Augmentation.none().but(flip=1.0), size)
    assert torch.allclose(mirrored, changed(images, Augmentation.none(), size).flip(-1), atol=2e-4)


def test_a_flip_probability_of_a_half_mirrors_about_half():
    warps = Augmentation.none().but(flip=0.5).draw(2000, np.random.default_rng(0)).warps
    assert 900 < (warps[:, 0, 0] < 0).sum() < 1100


@given(
    rotation=st.floats(0, 90),
    shear=st.floats(0, 40),
    shift=st.floats(0, 0.5),
    zoom=st.floats(0, 0.8),
    brightness=st.floats(0, 2),
)
def test_drawn_changes_stay_within_their_ranges(rotation, shear, shift, zoom, brightness):
    limits = Augmentation(0, rotation, shift, zoom, shear, brightness)
    drawn = limits.draw(50, np.random.default_rng(1))
    warps, gammas = drawn.warps, drawn.brightness
    assert warps.shape == (50, 2, 3) and warps.dtype == gammas.dtype == torch.float32
    assert warps[:, :, 2].abs().max() <= 2 * shift + 1e-6  # the image is 2 wide
    assert gammas.log().abs().max() <= brightness + 1e-5
    scales = 1 / torch.linalg.det(warps[:, :, :2].double()).sqrt()
    assert (scales - 1).abs().max() <= zoom + 1e-5


def test_drawn_changes_reach_their_ranges():
    def drawn(**change):
        return Augmentation.none().but(**change).draw(2000, np.random.default_rng(0))

    turned, sheared = drawn(rotation=10.0).warps, drawn(shear=5.0).warps
    degrees = torch.rad2deg(torch.atan2(turned[:, 1, 0], turned[:, 0, 0]))
    assert -10.001 < degrees.min() < -9.9 and 9.9 < degrees.max() < 10.001
    slants = torch.rad2deg(torch.atan(sheared[:, 0, 1]))
    assert -5.001 < slants.min() < -4.9 and 4.9 < slants.max() < 5.001
    for axis in (0, 1):
        shifts = drawn(shift=0.1).warps[:, axis, 2]  # the image is 2 wide
        assert -0.2001 < shifts.min() < -0.195 and 0.195 < shifts.max() < 0.2001
    scales = 1 / drawn(zoom=0.1).warps[:, 0, 0]
    assert 0.8999 < scales.min() < 0.905 and 1.095 < scales.max() < 1.1001
    powers = drawn(brightness=0.3).brightness.log()
    assert -0.3001 < powers.min() < -0.295 and 0.295 < powers.max() < 0.3001


def test_a_quarter_turn_is_a_quarter_turn():
    images = noise(1)
    warps = torch.tensor([[[0.0, -1.0, 0.0], [1.0, 0.0, 0.0]]])
    turned = augment(torch.from_numpy(images)[:, None], Changes(warps, torch.ones(1)), 48)
    assert torch.allclose(turned, prepare(np.rot90(images, 1, (1, 2)), 48), atol=2e-4)


def test_brightness_survives_standardisation():
    images = noise(1) // 2 + 64  # a root is too steep near black to compare
    brighter = augment(torch.from_numpy(images)[:, None], Changes(SAME, torch.tensor([0.5])), 48)
    expected = standardise((torch.from_numpy(images)[:, None] / 255) ** 0.5)
    assert torch.allclose(brighter, expected, atol=2e-4)
    assert not torch.allclose(brighter, prepare(images, 48), atol=0.05)


def test_an_erased_rectangle_becomes_the_mean_and_the_rest_stays():
    images = noise(1)
    plain = prepare(images, 48)
    erased = augment(
        torch.from_numpy(images)[:, None], Changes(SAME, torch.ones(1), erased=boxes(-1, -1, 0, 0)), 48
    )
    assert (erased[0, 0, :24, :24] == 0).all()
    assert torch.allclose(erased[0, 0, 24:], plain[0, 0, 24:], atol=2e-4)
    assert torch.allclose(erased[0, 0, :, 24:], plain[0, 0, :, 24:], atol=2e-4)


def test_erasing_takes_2_to_20_percent_of_as_many_images_as_asked():
    drawn = Augmentation.none().but(erasing=0.25).draw(4000, np.random.default_rng(0)).erased
    areas = ((drawn[:, 2] - drawn[:, 0]) * (drawn[:, 3] - drawn[:, 1]) / 4).numpy()
    some = areas[areas > 1e-6]
    assert 900 < len(some) < 1100
    assert some.min() > 0.019 and some.max() < 0.201
    assert drawn.min() >= -1 and drawn.max() <= 1.0001


def test_mixup_blends_an_image_and_its_label_with_its_neighbour():
    inputs = torch.stack([torch.zeros(1, 4, 4), torch.ones(1, 4, 4)])
    changes = Changes(SAME, torch.ones(1), blends=torch.tensor([0.25, 0.5]))
    mixed, targets = mix(inputs, torch.tensor([3, 0]), changes)
    assert torch.allclose(mixed[0], torch.full((1, 4, 4), 0.25))
    assert torch.allclose(mixed[1], torch.full((1, 4, 4), 0.5))
    assert torch.allclose(targets[0], torch.tensor([0.25, 0, 0, 0.75, 0, 0, 0]))
    assert torch.allclose(targets[1], torch.tensor([0.5, 0, 0, 0.5, 0, 0, 0]))


def test_labels_that_are_shares_are_blended_as_they_are():
    shares = torch.tensor([[0.5, 0.5, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 1.0]])
    changes = Changes(SAME, torch.ones(1), blends=torch.tensor([0.5, 0.0]))
    _, targets = mix(torch.zeros(2, 1, 4, 4), shares, changes)
    assert torch.allclose(targets[0], torch.tensor([0.25, 0.25, 0, 0, 0, 0, 0.5]))
    assert torch.equal(targets[1], shares[1])


def test_what_is_switched_off_does_not_change_what_else_is_drawn():
    plain = Augmentation().draw(20, np.random.default_rng(0))
    more = Augmentation(erasing=0.5, mixup=0.2).draw(20, np.random.default_rng(0))
    assert torch.equal(plain.warps, more.warps) and torch.equal(plain.brightness, more.brightness)
    assert plain.erased is None and plain.blends is None


def test_a_large_batch_on_a_cpu_equals_its_images_one_by_one():
    images = torch.from_numpy(noise(2 * CHUNK + 3))[:, None]
    drawn = Augmentation(erasing=0.5).draw(len(images), np.random.default_rng(0))
    alone = torch.cat([augment(images[[i]], drawn[[i]], 40) for i in range(len(images))])
    assert torch.allclose(augment(images, drawn, 40), alone, atol=1e-5)


@pytest.mark.parametrize("changes", [{"flip": 1.5}, {"erasing": -0.1}, {"mixup": -1.0}, {"rotation": -5.0}])
def test_an_augmentation_out_of_range_is_refused(changes):
    (name,) = changes
    with pytest.raises(ValueError, match=f"Expected {name} (from 0 to 1|of 0 or more)"):
        Augmentation(**changes)


@pytest.mark.parametrize("value", [math.nan, math.inf, None, "0.1"])
@pytest.mark.parametrize("field", fields(Augmentation), ids=lambda field: field.name)
def test_nothing_but_finite_numbers_is_taken_so_that_no_run_trains_on_blank_images(field, value):
    with pytest.raises(ValueError, match=f"Expected {field.name}"):
        Augmentation(**{field.name: value})


def test_the_grid_is_torchs_own():
    warps = Augmentation().draw(5, np.random.default_rng(3)).warps
    assert torch.allclose(
        _grid(warps, 33), affine_grid(warps, (5, 1, 33, 33), align_corners=False), atol=1e-6
    )


def test_the_blends_of_a_seed_are_those_that_the_shipped_weights_were_trained_with():
    drawn = Augmentation(rotation=15.0, shift=0.1, erasing=0.25, mixup=0.2).draw(
        4, np.random.default_rng([0, 3])
    )
    assert drawn.blends.tolist() == pytest.approx([0.0247054, 0.0000016, 0.9948981, 0.9416292], abs=1e-6)
