"""Networks that are built in a moment, what they take, and recipes that train them in seconds."""

import torch
from torch import nn

from fer_course.model.inputs import standardise
from fer_course.model.network import build_model
from fer_course.training.recipe import Recipe

TINY = "test_efficientnet"
"""timm's smallest network."""


def tiny_model(weights=None, **options):
    """Build timm's smallest network."""
    return build_model(weights, backbone=TINY, **options)


def tiny_recipe(**options):
    """Return a recipe for timm's smallest network, from random weights at 32 pixels."""
    return Recipe(backbone=TINY, weights=None, image_size=32, **options)


def short_recipe():
    """Return a tiny recipe of two epochs in each stage."""
    rates = {"head_lr": 1e-2, "tune_lr": 1e-3}
    return tiny_recipe(batch_size=32, head_epochs=2, tune_epochs=2, **rates)


def inputs(n=4, size=32):
    """Return noise as a network takes it, of shape (n, 1, size, size)."""
    return standardise(torch.rand(n, 1, size, size, generator=torch.Generator().manual_seed(0)))


def with_random_head(model):
    """Return the model with a head that tells labels apart; built without weights, it starts at zero."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        nn.init.normal_(model.get_classifier().weight)
    return model


def same(model, other):
    """Say whether two models have the same weights and statistics, bit by bit."""
    return all(
        torch.equal(a, b)
        for a, b in zip(model.state_dict().values(), other.state_dict().values(), strict=True)
    )
