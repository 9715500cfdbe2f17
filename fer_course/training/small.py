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


def train_small(
    faces: Faces, seed: int = 0, *, epochs: int = 8, rate: float = 4e-3, shown: Callable | None = None
) -> SmallNet:
    """Train a small network from nothing.

    Parameters
    ----------
    faces : Faces
        Learned by their labels, 32 at a time; at least as many.
    seed : int
    epochs : int
    rate : float
        Highest learning rate, of AdamW; it falls to 0 along a cosine.
    shown : callable, optional
        Takes a random generator and gives the images of one epoch, uint8 of shape (N, 48, 48); the faces' own if not
        given.

    Returns
    -------
    SmallNet
        In evaluation mode, on the CPU. ``predict`` is to be given the size, 48.

    Raises
    ------
    ValueError
        If there are fewer faces than one batch holds.
    """
    rng = np.random.default_rng(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = SmallNet().train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs * (len(faces) // 32))
    for epoch in range(epochs):
        learned = faces if shown is None else replace(faces, images=shown(rng))
        for inputs, labels in Batches(learned, SIZE, 32, AUGMENTATION, seed).epoch(epoch):
            F.cross_entropy(model(inputs), labels).backward()
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()
    return model.eval()
