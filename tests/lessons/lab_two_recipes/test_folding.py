"""RepVGG folded by hand."""

import copy

import torch
import torch.nn.functional as F
from torch import nn

from fer_course.lessons.lab_two_recipes import folding
from fer_course.model.network import build_model


def test_a_folded_convolution_does_what_convolution_and_norm_do():
    torch.manual_seed(0)
    convolution, norm = nn.Conv2d(3, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4)
    folding.seasoned(norm)
    norm.eval()
    inputs = torch.randn(2, 3, 8, 8)
    kernel, bias = folding.fold_norm(convolution.weight, norm)
    torch.testing.assert_close(F.conv2d(inputs, kernel, bias, padding=1), norm(convolution(inputs)))


def test_every_kind_of_block_folds_to_one_convolution_as_timm_folds_it():
    model = folding.seasoned(build_model(None, backbone="repvgg_a0")).eval()
    for block in (model.stages[0][0], model.stages[0][1]):  # with a stride and no identity, and with one
        kernel, bias = folding.fold_block(block)
        inputs = torch.randn(1, kernel.shape[1], 16, 16)
        stride = block.conv_kxk.conv.stride
        folded = block.act(F.conv2d(inputs, kernel, bias, stride=stride, padding=1))
        torch.testing.assert_close(folded, block(inputs), atol=1e-4, rtol=1e-4)
        theirs = copy.deepcopy(block)
        theirs.reparameterize()
        torch.testing.assert_close(kernel, theirs.reparam_conv.weight, atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(bias, theirs.reparam_conv.bias, atol=1e-4, rtol=1e-4)
