"""Masks that are wrong, and a network that learns from them."""

import numpy as np
import pytest
import torch

from fer_course.lessons.lab_where_to_look import critical


@pytest.fixture(scope="module")
def some():
    return critical.pictures(12, 3)


def test_pictures_come_with_where_their_parts_are(some):
    images, truth = some
    assert images.shape == truth.shape == (12, 1, 24, 24)
    assert set(truth.unique().tolist()) == {0.0, 1.0} and 0.05 < float(truth.mean()) < 0.6


def test_random_errors_flip_whole_blocks_and_about_their_share(some):
    _, truth = some
    wrong = critical.damaged(truth, "random", 1)
    flipped = (wrong - truth).abs().view(12, 8, 3, 8, 3)
    blocks = flipped.mean((2, 4))
    assert set(blocks.unique().tolist()) <= {0.0, 1.0}
    assert 0.25 < float(blocks.mean()) < 0.35


def test_systematic_errors_are_a_pixel_wider_and_two_lower():
    truth = torch.zeros(1, 1, 24, 24)
    truth[0, 0, 10, 10] = 1
    wrong = critical.damaged(truth, "systematic")
    assert np.argwhere(wrong[0, 0].numpy()).tolist() == [[y, x] for y in (11, 12, 13) for x in (9, 10, 11)]


def test_an_unknown_damage_is_refused(some):
    with pytest.raises(ValueError, match="random, systematic"):
        critical.damaged(some[1], "none")


def test_refining_keeps_a_mask_of_one_value_and_lets_pixels_of_one_grey_agree():
    images = torch.zeros(1, 1, 24, 24)
    images[..., 12:] = 1
    torch.testing.assert_close(
        critical.refine(torch.full_like(images, 0.3), images), torch.full_like(images, 0.3)
    )
    masks = images.clone()
    masks[0, 0, 5, 18] = 0  # a hole in the right half
    refined = critical.refine(masks, images)
    assert refined[0, 0, 5, 18] > 0.8 and refined[0, 0, 5, 3] < 0.05


@pytest.mark.parametrize("way", critical.REFINEMENTS)
def test_calibrated_labels_are_0_or_1_and_have_no_gradient(way):
    logits = torch.randn(2, 1, 24, 24, requires_grad=True)
    labels = critical.calibrated_labels(logits, torch.rand(2, 1, 24, 24), way)
    assert set(labels.unique().tolist()) <= {0.0, 1.0} and not labels.requires_grad


def test_unrefined_labels_are_cut_at_one_half_and_those_as_released_at_a_share_of_the_largest():
    images = torch.zeros(1, 1, 24, 24)
    doubtful = torch.full_like(images, -1.0, requires_grad=True)  # a probability of 0.27 everywhere
    assert critical.calibrated_labels(doubtful, images, critical.UNREFINED).sum() == 0
    assert critical.calibrated_labels(doubtful, images, critical.AT_HALF).sum() == 0
    # The largest is 0.27 as well, and so all of it is a part: this is what becomes of random errors.
    assert critical.calibrated_labels(doubtful, images, critical.CALIBRATED).mean() == 1


def test_the_own_predictions_get_a_larger_say_up_to_a_cap():
    assert critical.trust(0, 20) == 0
    assert critical.trust(4, 20) == pytest.approx(0.4472, abs=1e-4)
    assert critical.trust(9, 20) == critical.trust(19, 20) == 0.6


def test_overlap_is_intersection_over_union():
    truth, found = torch.zeros(2, 1, 24, 24), torch.zeros(2, 1, 24, 24)
    truth[0, 0, :2] = found[0, 0, 1:3] = 1
    truth[1, 0, 0] = found[1, 0, 0] = 1
    assert critical.overlap(found, truth) == pytest.approx(100 * (1 / 3 + 1) / 2)


def test_a_network_learns_masks_and_the_same_twice(some):
    images, truth = some
    first, second = (
        critical.train_parts(images, truth, 1, epochs=2, calibrate=critical.CALIBRATED) for _ in range(2)
    )
    assert torch.equal(critical.mark(first, images), critical.mark(second, images))
    longer = critical.train_parts(images, truth, 1, epochs=40)

    def right(model):
        return critical.overlap((critical.mark(model, images) > 0.5).float(), truth)

    assert right(longer) > max(45, right(first))


def test_every_arm_is_measured_with_both_kinds_of_errors():
    found = critical.repeat(0, n=32, tests=8)
    assert list(found) == ["the labels", *critical.ARMS]
    assert all(set(row) == set(critical.DAMAGES) for row in found.values())
    assert all(claim.way in found and claim.baseline in found for claim in critical.CLAIMS)
