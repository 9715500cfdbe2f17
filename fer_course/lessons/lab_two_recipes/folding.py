"""RepVGG, folded by hand: three branches in training, one convolution in use (Ding et al., CVPR 2021)."""

import torch
import torch.nn.functional as F
from torch import nn


def fold_norm(kernel: torch.Tensor, norm: nn.BatchNorm2d) -> tuple[torch.Tensor, torch.Tensor]:
    """Return kernel and bias of a convolution that does what a convolution and its batch norm do.

    ``W' = W · γ/σ`` and ``b' = β − μ · γ/σ``, for each channel of the output.

    Parameters
    ----------
    kernel : tensor of float, shape (out, in, H, W)
    norm : nn.BatchNorm2d
        In evaluation mode, it uses its running mean μ and variance σ².
    """
    scale = norm.weight / (norm.running_var + norm.eps).sqrt()
    return kernel * scale[:, None, None, None], norm.bias - norm.running_mean * scale


def fold_block(block: nn.Module) -> tuple[torch.Tensor, torch.Tensor]:
    """Return kernel (out, in, 3, 3) and bias (out,) of one convolution that does what a block of three branches does.

    ``W' = W₃ + pad(W₁) + pad(I)``, each with its batch norm folded in; I is the identity as a 1×1 kernel.

    Parameters
    ----------
    block : timm.models.byobnet.RepVggBlock
    """
    kernel, bias = fold_norm(block.conv_kxk.conv.weight, block.conv_kxk.bn)
    one, its_bias = fold_norm(block.conv_1x1.conv.weight, block.conv_1x1.bn)
    kernel, bias = kernel + F.pad(one, (1, 1, 1, 1)), bias + its_bias
    if block.identity is not None:
        channels = len(bias)
        identity = torch.eye(channels)[:, :, None, None]
        one, its_bias = fold_norm(identity, block.identity)
        kernel, bias = kernel + F.pad(one, (1, 1, 1, 1)), bias + its_bias
    return kernel.detach(), bias.detach()


def seasoned(model: nn.Module, seed: int = 0) -> nn.Module:
    """Give every batch norm the statistics and scales of a network that has learned something: random ones."""
    draw = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for norm in model.modules():
            if isinstance(norm, nn.BatchNorm2d):
                norm.running_mean.copy_(0.1 * torch.randn(norm.running_mean.shape, generator=draw))
                norm.running_var.copy_(0.5 + torch.rand(norm.running_var.shape, generator=draw))
                norm.weight.copy_(0.5 + torch.rand(norm.weight.shape, generator=draw))
                norm.bias.copy_(0.1 * torch.randn(norm.bias.shape, generator=draw))
    return model
