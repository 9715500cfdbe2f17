"""Faces are handed out in batches."""

import numpy as np
import pytest
import torch
from samples import noise_faces

from fer_course.training.augmentation import Augmentation
from fer_course.training.batches import Batches


def test_the_same_seed_gives_the_same_batches():
    first, again = (list(Batches(noise_faces(), 32, 4, Augmentation(), seed=5).epoch(2)) for _ in range(2))
    for (inputs, labels), (other_inputs, other_labels) in zip(first, again, strict=True):
        assert torch.equal(inputs, other_inputs) and torch.equal(labels, other_labels)


@pytest.mark.parametrize(("seed", "epoch"), [(5, 3), (6, 2)])
def test_another_seed_or_epoch_gives_other_batches(seed, epoch):
    first = torch.cat([labels for _, labels in Batches(noise_faces(70), 32, 10, seed=5).epoch(2)])
    other = torch.cat([labels for _, labels in Batches(noise_faces(70), 32, 10, seed=seed).epoch(epoch)])
    assert not torch.equal(first, other)


def test_an_epoch_shows_every_face_once_and_leaves_out_what_does_not_fill_a_batch():
    some = noise_faces(10)
    batches = Batches(some, 48, 3)
    shown = torch.cat([inputs for inputs, _ in batches.epoch(0)])
    assert len(batches) == 3 and len(shown) == 9
    assert len({tuple(image.flatten()[:50].tolist()) for image in shown}) == 9


def test_labels_stay_with_their_images():
    some = noise_faces(14)
    some.images[:] = 0
    some.images[np.arange(14), 10, some.labels] = 255  # the bright pixel's column tells the label
    batches = Batches(some, 48, 7)
    for inputs, labels in batches.epoch(0):
        assert torch.equal(inputs[:, 0, 10].argmax(1), labels)


def test_labels_given_as_shares_are_handed_out_with_their_images():
    some = noise_faces(14)
    some.images[:] = 0
    some.images[np.arange(14), 10, np.arange(14)] = 255
    shares = torch.rand(14, 7, generator=torch.Generator().manual_seed(0))
    for inputs, labels in Batches(some, 48, 7, labels=shares).epoch(0):
        assert torch.equal(labels, shares[inputs[:, 0, 10].argmax(1)])


def test_processes_share_a_batch_without_overlap():
    whole = next(iter(Batches(noise_faces(), 32, 4).epoch(0)))[1]
    shares = [next(iter(Batches(noise_faces(), 32, 4, process=p, processes=2).epoch(0)))[1] for p in range(2)]
    assert torch.equal(torch.stack(shares, dim=1).flatten(), whole)


def test_fewer_faces_than_a_batch_are_refused():
    with pytest.raises(ValueError, match="at least one batch of 32 faces, found 10; lower batch_size"):
        Batches(noise_faces(10), 32, 32)


def test_a_batch_that_cannot_be_shared_is_refused():
    with pytest.raises(ValueError, match="that 3 processes can share, found 4"):
        Batches(noise_faces(10), 32, 4, processes=3)


def test_mixed_batches_have_labels_in_shares():
    batches = Batches(noise_faces(70), 32, 10, Augmentation(mixup=0.4), seed=5)
    for inputs, targets in batches.epoch(0):
        assert inputs.shape == (10, 1, 32, 32) and targets.shape == (10, 7)
        assert torch.allclose(targets.sum(1), torch.ones(10))
