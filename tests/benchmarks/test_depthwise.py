"""Depthwise convolutions give the gradients that torch gives."""

import pytest
import timm
import torch
from timm.layers import Conv2dSame
from torch import nn

from benchmarks.depthwise import quick_gradients


def gradients(layer, inputs):
    inputs = inputs.clone().requires_grad_()
    result = layer(inputs)
    # Unlike a sum, this gives every place of the result a gradient of its own.
    result.backward(torch.linspace(-1, 1, result.numel()).view_as(result))
    found = result.detach(), inputs.grad, layer.weight.grad
    layer.weight.grad = None
    return found


@pytest.mark.parametrize("kind", [nn.Conv2d, Conv2dSame])
@pytest.mark.parametrize("kernel", [3, 5, 7])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("side", [4, 7])
def test_gradients_are_those_of_torch_for_kernels_strides_and_sides(kind, kernel, stride, side):
    torch.manual_seed(0)
    padding = {} if kind is Conv2dSame else {"padding": kernel // 2}
    layer = kind(6, 6, kernel, stride, groups=6, bias=False, **padding)
    inputs = torch.randn(3, 6, side, side).to(memory_format=torch.channels_last)
    expected = gradients(layer, inputs)
    with quick_gradients(layer):
        assert type(layer) is not kind
        found = gradients(layer, inputs)
    assert type(layer) is kind
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other)


def test_autocast_computes_in_bfloat16_and_gives_gradients_in_float32():
    torch.manual_seed(0)
    layer = nn.Conv2d(8, 8, 5, 2, 2, groups=8, bias=False)
    inputs = torch.randn(4, 8, 9, 9)
    expected = gradients(layer, inputs)
    with quick_gradients(layer), torch.autocast("cpu", torch.bfloat16):
        found = gradients(layer, inputs)
    assert [tensor.dtype for tensor in found] == [torch.bfloat16, torch.float32, torch.float32]
    for one, other in zip(found, expected, strict=True):
        assert (one - other).norm() < 0.01 * other.norm()


def test_only_depthwise_convolutions_are_changed_and_all_of_b2_are():
    model = timm.create_model("tf_efficientnet_b2", in_chans=1)
    before = {name: type(module) for name, module in model.named_modules()}
    with quick_gradients(model):
        changed = {name for name, module in model.named_modules() if type(module) is not before[name]}
    depthwise = {n for n, m in model.named_modules() if isinstance(m, nn.Conv2d) and m.groups > 1}
    assert changed == depthwise and len(changed) == 23
    assert {name: type(module) for name, module in model.named_modules()} == before


@pytest.mark.parametrize(
    "layer",
    [
        nn.Conv2d(4, 4, 5, groups=2, bias=False),
        nn.Conv2d(4, 8, 5, groups=4, bias=False),
        nn.Conv2d(4, 4, 5, groups=4, bias=True),
        nn.Conv2d(4, 4, (3, 5), groups=4, bias=False),
        nn.Conv2d(4, 4, 5, dilation=2, groups=4, bias=False),
        nn.Conv2d(4, 4, 5, padding="same", groups=4, bias=False),
        nn.Conv2d(4, 4, 1, groups=4, bias=False),
    ],
)
def test_what_the_detour_was_not_made_for_is_left_alone(layer):
    with quick_gradients(layer):
        assert type(layer) is nn.Conv2d


def test_layers_come_back_after_an_error():
    layer = nn.Conv2d(4, 4, 5, groups=4, bias=False)
    with pytest.raises(KeyboardInterrupt), quick_gradients(layer):
        raise KeyboardInterrupt
    assert type(layer) is nn.Conv2d
