"""What many tests are made of: noise as faces, the smallest network, and random weights that tell labels apart."""

import numpy as np
import torch
from torch import nn

from fer_course.faces import Faces
from fer_course.model.inputs import standardise
from fer_course.model.network import build_model

TINY = "test_efficientnet"
"""timm's smallest network."""


def noise(n, seed=0):
    """Return n images of noise, uint8 of shape (n, 48, 48)."""
    return np.random.default_rng(seed).integers(0, 256, (n, 48, 48), dtype=np.uint8)


def noise_faces(n=10, seed=0, *, tested=0, **columns):
    """Return n faces of noise, labelled 0 to 6 in turn, the last ``tested`` of them in PublicTest."""
    given = {
        "images": noise(n, seed),
        "labels": np.arange(n) % 7,
        "names": np.arange(n).astype(str),
        "usage": np.repeat(["Training", "PublicTest"], [n - tested, tested]),
        "source": "noise",
    }
    return Faces(**given | columns)


def tiny_model(weights=None, **options):
    """Build timm's smallest network."""
    return build_model(weights, backbone=TINY, **options)


def inputs(n=4, size=32):
    """Return what a network takes: noise, standardised, of shape (n, 1, size, size)."""
    return standardise(torch.rand(n, 1, size, size, generator=torch.Generator().manual_seed(0)))


def randomise_head(model, seed=0):
    """Give a model, whose head starts at zero, one that tells labels apart. Returns the model."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        nn.init.normal_(model.get_classifier().weight)
    return model
