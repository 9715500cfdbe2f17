"""Adapting a network without labels."""

import copy

import numpy as np
import pytest
import torch
from networks import tiny_model, with_random_head
from samples import noise_faces
from torch import nn

from fer_course.evaluation.predict import predict
from fer_course.model.small import SmallNet
from fer_course.training import adaptation
from fer_course.training.adaptation import LOSSES, WAYS, adapt, batch_norms, renew_statistics


@pytest.fixture
def network():
    torch.manual_seed(0)
    model = SmallNet().eval()
    model.trained_size = 24
    return model


@pytest.fixture
def logits():
    return 3 * torch.randn((50, 7), generator=torch.Generator().manual_seed(0))


def test_for_q_near_0_it_is_the_cross_entropy_of_the_predicted_label_and_for_q_1_the_doubt(logits):
    near_0 = adaptation.generalised_cross_entropy(logits, 1e-4)
    assert abs(near_0 - adaptation.hard_labels(logits)) < 1e-3
    doubt = (1 - logits.softmax(1).amax(1)).mean()
    torch.testing.assert_close(adaptation.generalised_cross_entropy(logits, 1.0), doubt)


def test_entropy_is_that_of_the_definition_and_has_no_gradient_where_all_labels_are_as_likely(logits):
    p = logits.softmax(1)
    torch.testing.assert_close(adaptation.entropy(logits), -(p * p.log()).sum(1).mean())
    even = torch.zeros(1, 7, requires_grad=True)
    adaptation.entropy(even).backward()
    torch.testing.assert_close(even.grad, torch.zeros(1, 7))


@pytest.mark.parametrize("how", WAYS)
def test_only_batch_norms_change_and_the_network_itself_stays(network, how):
    before = copy.deepcopy(network.state_dict())
    adapted = adapt(network, noise_faces(130), how, epochs=1)
    norms = {
        name
        for name, module in network.named_modules()
        for name in [name + "."]
        if isinstance(module, nn.BatchNorm2d)
    }
    changed = {name for name, value in adapted.state_dict().items() if not torch.equal(value, before[name])}
    assert changed and all(any(name.startswith(norm) for norm in norms) for name in changed)
    learned = {name for name in changed if name.endswith((".weight", ".bias"))}
    assert bool(learned) == (how in LOSSES)
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert not adapted.training and adapted.trained_size == 24 and next(adapted.parameters()).requires_grad


def test_new_statistics_are_the_mean_of_those_of_the_batches(network):
    images = noise_faces(128).images
    renew_statistics(network, images, 24)
    norm = batch_norms(network)[0]
    seen = []
    network.blocks[0][1].register_forward_hook(lambda module, inputs, output: seen.append(inputs[0]))
    predict(network, images[:64])
    predict(network, images[64:])
    means = torch.stack([one.mean((0, 2, 3)) for one in seen]).mean(0)
    torch.testing.assert_close(norm.running_mean, means, rtol=1e-4, atol=1e-5)
    assert norm.momentum == 0.1 and not norm.training


def test_statistics_alone_undo_a_scale_and_a_shift_of_what_a_norm_sees(network):
    images = noise_faces(64).images
    settled = adapt(network, images, "statistics")
    moved = copy.deepcopy(settled)
    with torch.no_grad():
        moved.blocks[1][0].weight *= 3
    again = adapt(moved, images, "statistics")
    assert not np.allclose(predict(moved, images), predict(settled, images), atol=1e-3)
    np.testing.assert_allclose(predict(again, images), predict(settled, images), atol=1e-3)


def test_learning_lowers_what_it_minimises_on_the_same_faces(network):
    images = noise_faces(192).images
    for how, loss in LOSSES.items():
        before, after = (
            float(loss(torch.from_numpy(predict(one, images))))
            for one in (adapt(network, images, "statistics"), adapt(network, images, how, rate=0.1, epochs=4))
        )
        assert after < before, how


def test_the_same_seed_adapts_alike_and_another_one_otherwise(network):
    images = noise_faces(140).images
    first, second, other = (
        predict(adapt(network, images, epochs=1, rate=0.1, seed=s), images) for s in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, other)


def test_a_network_of_the_course_is_adapted_too_and_its_dropout_sleeps():
    model = with_random_head(tiny_model())
    model.trained_size = 32
    images = noise_faces(70).images
    first, second = (predict(adapt(model, images, epochs=1), images) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, predict(model, images))


@pytest.mark.parametrize(
    ("how", "n", "words"), [("by magic", 9, "by magic"), ("entropy", 1, "two faces or more.*found 1")]
)
def test_what_cannot_be_done_is_said_in_a_sentence(network, how, n, words):
    with pytest.raises(ValueError, match=words):
        adapt(network, noise_faces(n), how)


def test_a_network_without_batch_norms_is_refused():
    class Plain(nn.Module):
        def __init__(self):
            super().__init__()
            self.head = nn.Linear(24 * 24, 7)
            self.trained_size = 24

        def forward(self, inputs):
            return self.head(inputs.flatten(1))

    with pytest.raises(ValueError, match="batch norms"):
        adapt(Plain(), noise_faces(9))
