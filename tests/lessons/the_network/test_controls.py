"""Kernels on a face."""

import torch
from torch import nn

from fer_course.lessons.the_network import controls, figures
from fer_course.puppets.draw import draw_puppets


def test_the_control_offers_kernels_made_by_hand_and_the_largest_that_a_network_learned():
    model = nn.Module()
    model.conv_stem = nn.Conv2d(1, 4, 3, bias=False)
    with torch.no_grad():
        model.conv_stem.weight.copy_(torch.arange(1.0, 5.0).reshape(4, 1, 1, 1).expand(4, 1, 3, 3) / 10)
    control = controls.kernels(draw_puppets(3, seed=7), model, learned=2)
    assert control.inputs["kernel"].options == (*figures.KERNELS, "learned, channel 2", "learned, channel 3")
    control.inputs["kernel"].value = "learned, channel 3"
    assert "The kernel learned, channel 3 has the weights +0.4 +0.4 +0.4" in control.area.value
    before = control.area.value
    control.inputs["face"].value = 2
    assert control.area.value != before
