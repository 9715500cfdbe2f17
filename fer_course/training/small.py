"""Training of the small network, in seconds, for experiments that need several networks."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
import torch.nn.functional as F

from fer_course.faces import SIZE, Faces
from fer_course.model.small import SmallNet
from fer_course.training.augmentation import Augmentation
from fer_course.training.batches import Batches

AUGMENTATION = Augmentation(flip=0.5, rotation=8, shift=0.04, zoom=0.05, shear=3, brightness=0.2)

BATCH = 32


def train_small(
    faces: Faces,
    seed: int = 0,
    *,
    model: torch.nn.Module | None = None,
    size: int = SIZE,
    epochs: int = 8,
    rate: float = 4e-3,
    batch: int = BATCH,
    smoothing: float = 0.0,
    optimizer: torch.optim.Optimizer | None = None,
    augmentation: Augmentation | None = AUGMENTATION,
    shown: Callable | None = None,
) -> torch.nn.Module:
    """Train a small network from nothing.

    Parameters
    ----------
    faces : Faces
        Learned by their labels; at least as many as one batch holds.
    seed : int
    model : nn.Module, optional
        To be trained, from where it is; a new ``SmallNet`` if not given.
    size : int
        Height and width of what the network is given, in pixels.
    epochs : int
    rate : float
        Highest learning rate, of AdamW; it falls to 0 along a cosine.
    batch : int
        Faces in one step.
    smoothing : float
        Of the labels, from 0 to 1.
    optimizer : torch.optim.Optimizer, optional
        Of the model's weights, in the place of AdamW; its rate falls in the same way.
    augmentation : Augmentation or None
    shown : callable, optional
        Takes a random generator and gives the images of one epoch, uint8 of shape (N, 48, 48); the faces' own if not
        given.

    Returns
    -------
    nn.Module
        In evaluation mode, on the CPU. It knows its size, so ``predict`` need not be given one.

    Raises
    ------
    ValueError
        If there are fewer faces than one batch holds.
    """
    rng = np.random.default_rng(seed)
    model = new_small(seed) if model is None else model
    optimizer = optimizer or adamw(model, rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs * (len(faces) // batch))
    model.train()
    for epoch in range(epochs):
        learned = faces if shown is None else replace(faces, images=shown(rng))
        for inputs, labels in Batches(learned, size, batch, augmentation, seed).epoch(epoch):
            F.cross_entropy(model(inputs), labels, label_smoothing=smoothing).backward()
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()
    model.trained_size = size
    return model.eval()


def new_small(seed: int, **options) -> SmallNet:
    """Return a network with random weights, the same for the same seed; options of ``SmallNet``."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        # In this order of the numbers a CPU trains it a third faster.
        return SmallNet(**options).to(memory_format=torch.channels_last)


def adamw(model: torch.nn.Module, rate: float) -> torch.optim.Optimizer:
    """Return the optimizer that small networks are trained with if nothing else is asked for."""
    return torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=1e-2)
