"""The small network."""

import torch

from fer_course.model.small import SmallNet


def test_the_small_network_has_maps_of_24_12_6_and_6_places():
    x, sizes = torch.zeros(2, 1, 48, 48), []
    model = SmallNet().eval()
    for block in model.blocks:
        x = block(x)
        sizes.append(x.shape[-1])
    assert sizes == [24, 12, 6, 6] and model(torch.zeros(2, 1, 48, 48)).shape == (2, 7)
