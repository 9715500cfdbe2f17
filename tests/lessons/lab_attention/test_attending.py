"""A small VGG, with and without attention."""

import numpy as np
import pytest
import torch

from fer_course.lessons.lab_attention import attending
from fer_course.model.network import count_parameters


@pytest.mark.parametrize("kind", [attending.PLAIN, attending.GATE, attending.CBAM])
def test_every_network_gives_seven_logits_and_is_the_same_twice(kind):
    inputs = torch.rand(3, 8, 24, 24)
    first, second = (attending.EventNet(8, attention=kind, seed=2).eval() for _ in range(2))
    assert first(inputs).shape == (3, 7) and torch.equal(first(inputs), second(inputs))


def test_the_control_has_at_least_as_many_weights_as_attention_and_few_more():
    sizes = {
        kind: count_parameters(attending.network_of(kind, 8, 0))
        for kind in (attending.PLAIN, attending.WIDE, attending.GATE, attending.CBAM)
    }
    assert sizes[attending.PLAIN] < sizes[attending.GATE] < sizes[attending.CBAM]
    assert sizes[attending.CBAM] <= sizes[attending.WIDE] < 1.02 * sizes[attending.CBAM]


def test_cbam_has_two_layers_for_channels_and_one_convolution_for_places():
    (module,) = attending.attend(attending.CBAM, 48)
    assert count_parameters(module) == 2 * 48 * 12 + 2 * 49 + 2


def test_an_attention_only_scales_what_is_there():
    (module,) = attending.attend(attending.CBAM, 12)
    x = torch.rand(2, 12, 6, 6)
    share = module.eval()(x) / x
    assert (share > 0).all() and (share < 1).all()


def test_an_unknown_attention_is_refused():
    with pytest.raises(ValueError, match="no attention, channels only, CBAM"):
        attending.attend("self", 12)


def test_training_is_the_same_twice_and_learns_what_lies_in_the_inputs():
    labels = np.arange(96) % 7
    inputs = 0.1 * torch.rand(96, 2, 24, 24)
    for k, label in enumerate(labels):
        inputs[k, 0, 3 * label : 3 * label + 3] += 1
    models = [
        attending.train_on(inputs, labels, attending.EventNet(2, (4, 8, 8)), 0, epochs=20) for _ in range(2)
    ]
    with torch.no_grad():
        assert torch.equal(*(model(inputs) for model in models))
    assert attending.examine(models[0], inputs, labels)["accuracy"] > 70


class Says(torch.nn.Module):
    """Gives the logits that it is handed as inputs."""

    def forward(self, inputs):
        """Return them."""
        return inputs


def test_fear_is_told_from_surprise_by_these_two_logits_alone():
    logits = torch.tensor([[9.0, 0, 2, 0, 0, 1, 0], [9.0, 0, 2, 0, 0, 1, 0], [0, 0, 0, 9, 0, 0, 0]])
    found = attending.examine(Says(), logits, np.array([2, 5, 3]))
    assert found["accuracy"] == pytest.approx(100 / 3) and found[attending.PAIR] == 50


def test_every_arm_is_examined():
    found = attending.repeat(0, n=35, tests=14, epochs=1)
    assert list(found) == list(attending.ARMS)
    assert all(claim.way in found and claim.baseline in found for claim in attending.CLAIMS)
    assert found[attending.PHOTO]["parameters"] < found[attending.CBAM]["parameters"]
