"""Training of the small network."""

import numpy as np
import pytest
import torch
from samples import noise_faces

from fer_course.training.small import train_small


def parameters(model):
    return list(model.parameters())


def test_training_is_the_same_twice_and_leaves_the_global_seed_alone():
    faces, state = noise_faces(64), torch.get_rng_state()
    first, second = (train_small(faces, 3, epochs=1) for _ in range(2))
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(a, b) for a, b in zip(parameters(first), parameters(second), strict=True))
    assert not first.training
    other = train_small(faces, 4, epochs=1)
    assert not torch.equal(parameters(first)[0], parameters(other)[0])


def test_faces_may_be_shown_otherwise_in_every_epoch():
    faces, draws = noise_faces(64), []

    def shown(rng):
        draws.append(rng.random())
        return faces.images

    as_they_are, shown_so = train_small(faces, epochs=2), train_small(faces, epochs=2, shown=shown)
    assert len(set(draws)) == 2
    assert all(torch.equal(a, b) for a, b in zip(parameters(as_they_are), parameters(shown_so), strict=True))
    grey = train_small(faces, epochs=2, shown=lambda rng: np.full_like(faces.images, 128))
    assert not torch.equal(as_they_are.head.weight, grey.head.weight)


def test_fewer_faces_than_a_batch_are_refused():
    with pytest.raises(ValueError, match="32"):
        train_small(noise_faces(20), epochs=1)


def test_the_size_of_a_batch_and_smoothing_change_what_is_learned_and_a_batch_must_be_filled():
    faces = noise_faces(64)
    weights = [
        train_small(faces, epochs=1, **options).head.weight
        for options in ({}, {"batch": 32, "smoothing": 0.0}, {"batch": 16}, {"smoothing": 0.2})
    ]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2]) and not torch.equal(weights[0], weights[3])
    with pytest.raises(ValueError, match="128"):
        train_small(faces, epochs=1, batch=128)
