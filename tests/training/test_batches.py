"""Preparing images and handing out batches."""

import numpy as np
import pytest
import torch

from fer_course.faces import Faces
from fer_course.model.inputs import prepare
from fer_course.training.augmentation import Augmentation
from fer_course.training.batches import Batches


def noise(n, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (n, 48, 48), dtype=np.uint8)


def faces(n=10, seed=0):
    return Faces(noise(n, seed), np.arange(n) % 7, np.arange(n).astype(str), np.full(n, "Training"), "noise")


def test_a_prepared_image_has_mean_0_and_deviation_1():
    prepared = prepare(noise(3), 64)
    assert prepared.shape == (3, 1, 64, 64) and prepared.dtype == torch.float32
    assert torch.allclose(prepared.mean((1, 2, 3)), torch.zeros(3), atol=1e-5)
    assert torch.allclose(prepared.std((1, 2, 3), correction=0), torch.ones(3), atol=1e-5)


def test_one_image_without_a_batch_is_prepared_as_a_batch_of_one():
    assert torch.equal(prepare(noise(1)[0], 48), prepare(noise(1), 48))


def test_a_black_image_becomes_zeros():
    assert torch.equal(prepare(np.zeros((1, 48, 48), np.uint8), 32), torch.zeros(1, 1, 32, 32))


def test_at_48_pixels_nothing_is_resampled():
    image = np.zeros((1, 48, 48), np.uint8)
    image[:, 10, 20] = 255
    assert (prepare(image, 48)[0, 0] > 0).nonzero().tolist() == [[10, 20]]


def test_a_darker_copy_is_prepared_alike():
    image = noise(1) // 2 * 2
    assert torch.allclose(prepare(image, 48), prepare(image // 2, 48), atol=1e-4)


@pytest.mark.parametrize("images", [noise(2).astype(np.float32), np.zeros((1, 1, 48, 48), np.uint8), [0.5]])
def test_images_of_another_kind_are_refused_with_what_was_found(images):
    with pytest.raises(ValueError, match=r"Expected images as uint8 .* found .*faces\.images"):
        prepare(images, 48)


def test_the_same_seed_gives_the_same_batches():
    first, again = (list(Batches(faces(), 32, 4, Augmentation(), seed=5).epoch(2)) for _ in range(2))
    for (inputs, labels), (other_inputs, other_labels) in zip(first, again, strict=True):
        assert torch.equal(inputs, other_inputs) and torch.equal(labels, other_labels)


@pytest.mark.parametrize(("seed", "epoch"), [(5, 3), (6, 2)])
def test_another_seed_or_epoch_gives_other_batches(seed, epoch):
    first = torch.cat([labels for _, labels in Batches(faces(70), 32, 10, seed=5).epoch(2)])
    other = torch.cat([labels for _, labels in Batches(faces(70), 32, 10, seed=seed).epoch(epoch)])
    assert not torch.equal(first, other)


def test_an_epoch_shows_every_face_once_and_leaves_out_what_does_not_fill_a_batch():
    some = faces(10)
    batches = Batches(some, 48, 3)
    shown = torch.cat([inputs for inputs, _ in batches.epoch(0)])
    assert len(batches) == 3 and len(shown) == 9
    assert len({tuple(image.flatten()[:50].tolist()) for image in shown}) == 9


def test_labels_stay_with_their_images():
    some = faces(14)
    some.images[:] = 0
    some.images[np.arange(14), 10, some.labels] = 255  # the bright pixel's column tells the label
    batches = Batches(some, 48, 7)
    for inputs, labels in batches.epoch(0):
        assert torch.equal(inputs[:, 0, 10].argmax(1), labels)


def test_labels_given_as_shares_are_handed_out_with_their_images():
    some = faces(14)
    some.images[:] = 0
    some.images[np.arange(14), 10, np.arange(14)] = 255
    shares = torch.rand(14, 7, generator=torch.Generator().manual_seed(0))
    for inputs, labels in Batches(some, 48, 7, labels=shares).epoch(0):
        assert torch.equal(labels, shares[inputs[:, 0, 10].argmax(1)])


def test_processes_share_a_batch_without_overlap():
    whole = next(iter(Batches(faces(), 32, 4).epoch(0)))[1]
    shares = [next(iter(Batches(faces(), 32, 4, process=p, processes=2).epoch(0)))[1] for p in range(2)]
    assert torch.equal(torch.stack(shares, dim=1).flatten(), whole)


def test_fewer_faces_than_a_batch_are_refused():
    with pytest.raises(ValueError, match="at least one batch of 32 faces, found 10; lower batch_size"):
        Batches(faces(10), 32, 32)


def test_a_batch_that_cannot_be_shared_is_refused():
    with pytest.raises(ValueError, match="that 3 processes can share, found 4"):
        Batches(faces(10), 32, 4, processes=3)


def test_mixed_batches_have_labels_in_shares():
    batches = Batches(faces(70), 32, 10, Augmentation(mixup=0.4), seed=5)
    for inputs, targets in batches.epoch(0):
        assert inputs.shape == (10, 1, 32, 32) and targets.shape == (10, 7)
        assert torch.allclose(targets.sum(1), torch.ones(10))


@pytest.mark.parametrize("shape", [(48, 48, 3), (2, 100, 80), (48,), (1, 1, 48, 48)])
def test_pictures_of_another_shape_are_refused_and_not_stretched(shape):
    with pytest.raises(
        ValueError, match=r"of shape \(N, 48, 48\), found uint8 of shape .* in grey and of that size"
    ):
        prepare(np.zeros(shape, np.uint8), 64)


def test_a_size_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="Expected the size as a number of pixels, found '64'"):
        prepare(np.zeros((48, 48), np.uint8), "64")
