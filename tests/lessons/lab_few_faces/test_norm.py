"""Choosing by the norm of the weights."""

import numpy as np
import pytest
import torch
from lab_runs import RUNS

from fer_course.evaluation.predict import predict
from fer_course.lessons.lab_few_faces import norm
from fer_course.training.small import new_small


def test_the_norm_is_the_length_of_all_weights_as_one_vector():
    model = torch.nn.Linear(2, 2)
    with torch.no_grad():
        model.weight[:] = torch.tensor([[3.0, 0], [0, 4]])
        model.bias[:] = torch.tensor([0.0, 12])
    assert norm.norm_of(model) == pytest.approx(13)


def test_every_way_to_choose_takes_the_run_that_it_says():
    held = RUNS.assign(held_out=[0.3, 0.5, 0.7, 0.6], accuracy=[0.35, 0.5, 0.45, 0.5])
    assert norm.choose(RUNS, held) == pytest.approx(
        {
            norm.BY_NORM: 60,
            norm.BY_LOSS: 55,
            norm.BY_CHANCE: 55,
            norm.MIDDLE: 60,
            norm.BEST: 60,
            norm.BY_FACES: 45,
            norm.BY_FACES_ALL: 50,
        }
    )


def test_without_a_run_that_fits_the_one_that_comes_nearest_is_taken():
    assert norm.fitted(RUNS.assign(train_accuracy=[0.8, 0.7, 0.9, 0.6])).index.tolist() == [2]


def test_faces_come_with_as_many_of_each_label_in_any_order():
    faces = norm.few_faces(21, 3)
    assert np.bincount(faces.labels).tolist() == [3] * 7
    assert not (np.sort(faces.labels) == faces.labels).all()


def test_training_without_augmentation_is_the_same_twice_and_weight_decay_shrinks_the_norm():
    faces = norm.few_faces(42, 3)
    first, second, heavy = (norm.train_plain(faces, 0.03, decay, 1, epochs=2) for decay in (0, 0, 0.5))
    np.testing.assert_array_equal(predict(first, faces), predict(second, faces))
    assert norm.norm_of(heavy) < norm.norm_of(first)


def test_the_grid_has_a_row_for_every_couple():
    faces, test = norm.few_faces(42, 3), norm.few_faces(14, 4)
    runs = norm.try_all(faces, test, rates=(0.01, 0.1), decays=(0.0,), held_out=test)
    assert runs.rate.tolist() == [0.01, 0.1] and (runs.held_out == runs.accuracy).all()


def test_a_convolution_before_a_batch_norm_may_be_scaled_without_any_effect():
    model = new_small(0, width=16).train()
    inputs = torch.randn(32, 1, 24, 24)
    with torch.no_grad():
        before = model(inputs)
        model.blocks[1][0].weight.mul_(10)
        torch.testing.assert_close(model(inputs), before, rtol=0, atol=1e-4)


def test_claims_name_ways_to_choose():
    ways = {norm.BY_NORM, norm.BY_LOSS, norm.BY_FACES, norm.BY_FACES_ALL, norm.BY_CHANCE}
    assert {name for claim in norm.CLAIMS for name in (claim.way, claim.baseline)} <= ways
