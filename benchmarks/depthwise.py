"""Depthwise convolutions whose gradients are quick on a CPU that computes in bfloat16."""

from contextlib import contextmanager

import torch
import torch.nn.functional as F
from timm.layers import Conv2dSame, pad_same
from torch import nn

PIECE = 3
"""Side of the largest kernel whose gradient oneDNN finds quickly."""


@contextmanager
def quick_gradients(model: nn.Module):
    """Train a model's depthwise convolutions by a detour around two slow paths of oneDNN, as long as this lasts.

    A processor with AMX multiplies bfloat16 matrices many times faster than float32 ones, and training loses
    by it: of a step of EfficientNet-B2 at 112 px, more than half goes to the gradients of its depthwise convolutions,
    which fall back to plain loops where the kernel is of 5x5 or the stride is 2. So the gradient of a 5x5 kernel is put
    together from those of 3x3 kernels on shifted images, and where the stride is 2, the gradient of the input is found
    in float32, which has no such loop.
    The figures are in ``docs/benchmarks.md``.

    Parameters
    ----------
    model : nn.Module
        Changed in place, and back at the end. Its weights, its results and, but for rounding, its gradients stay the
        same.
    """
    changed = [(module, type(module)) for module in model.modules() if _fits(module)]
    for module, kind in changed:
        module.__class__ = QUICK[kind]
    try:
        yield
    finally:
        for module, kind in changed:
            module.__class__ = kind


def _fits(module: nn.Module) -> bool:
    return (
        type(module) in QUICK
        and module.groups == module.in_channels == module.out_channels
        and module.kernel_size[0] == module.kernel_size[1] >= PIECE
        and module.stride[0] == module.stride[1]
        and module.dilation == (1, 1)
        and module.bias is None
        and module.padding_mode == "zeros"
        and not isinstance(module.padding, str)
        and module.padding[0] == module.padding[1]
    )


class _Depthwise:
    def forward(self, inputs):
        if isinstance(self, Conv2dSame):
            inputs = pad_same(inputs, self.kernel_size, self.stride, self.dilation)
        weight = self.weight
        if torch.is_autocast_enabled("cpu"):  # which does not look into a function of our own
            precision = torch.get_autocast_dtype("cpu")
            inputs, weight = inputs.to(precision), weight.to(precision)
        return _Convolution.apply(inputs, weight, self.stride[0], self.padding[0])


class _DepthwiseConv2d(_Depthwise, nn.Conv2d):
    pass


class _DepthwiseConv2dSame(_Depthwise, Conv2dSame):
    pass


QUICK = {nn.Conv2d: _DepthwiseConv2d, Conv2dSame: _DepthwiseConv2dSame}


class _Convolution(torch.autograd.Function):
    @staticmethod
    def forward(context, inputs, weight, stride, padding):
        context.save_for_backward(inputs, weight)
        context.stride, context.padding = stride, padding
        return F.conv2d(inputs, weight, None, stride, padding, 1, len(weight))

    @staticmethod
    def backward(context, grad):
        inputs, weight = context.saved_tensors
        stride, padding = context.stride, context.padding
        grad = grad.contiguous(memory_format=torch.channels_last)
        of_inputs = of_weight = None
        if context.needs_input_grad[0]:
            if stride == 1:
                of_inputs = _gradients(grad, inputs, weight, stride, padding, True)
            else:
                of_inputs = _gradients(grad.float(), inputs.float(), weight.float(), stride, padding, True)
                of_inputs = of_inputs.to(inputs.dtype)
        if context.needs_input_grad[1]:
            of_weight = _of_weight(grad, inputs, weight, stride, padding)
        return of_inputs, of_weight, None, None


def _of_weight(grad, inputs, weight, stride, padding):
    """Return the gradient of the kernels, put together from pieces of 3x3."""
    side = weight.shape[-1]
    if side == PIECE:
        return _gradients(grad, inputs, weight, stride, padding, False)
    # The last piece may overlap the one before.
    starts = [*range(0, side - PIECE, PIECE), side - PIECE]
    height, width = ((length - 1) * stride + PIECE for length in grad.shape[2:])
    padded = F.pad(inputs, [padding] * 4)
    result = torch.empty_like(weight)
    for top in starts:
        for left in starts:
            seen = padded[:, :, top : top + height, left : left + width]
            seen = seen.contiguous(memory_format=torch.channels_last)
            piece = weight[:, :, top : top + PIECE, left : left + PIECE].contiguous()
            result[:, :, top : top + PIECE, left : left + PIECE] = _gradients(
                grad, seen, piece, stride, 0, False
            )
    return result


def _gradients(grad, inputs, weight, stride, padding, of_inputs: bool):
    """Return torch's own gradient of a depthwise convolution: of its inputs or of its kernels."""
    both = torch.ops.aten.convolution_backward(
        grad,
        inputs,
        weight,
        None,
        [stride] * 2,
        [padding] * 2,
        [1, 1],
        False,
        [0, 0],
        len(weight),
        [of_inputs, not of_inputs, False],
    )
    return both[0 if of_inputs else 1]
