"""Deletion and insertion: change the picture where a heat map says, and see what the network says then.

This needs no truth about the face, so it works on photographs as well.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch.nn.functional import interpolate
from torchvision.transforms.functional import gaussian_blur

from fer_course.evaluation.predict import predict, softmax

FILLS = ("blur", "grey")
"""What a deleted pixel shows: the picture blurred beyond recognition, or its mean grey."""


@dataclass(frozen=True, eq=False)
class Curves:
    """Probability of the explained label at each deletion or insertion step.

    Attributes
    ----------
    shares : ndarray of float, shape (S + 1,)
        Of the pixels or parts that have been deleted or inserted, 0 to 1.
    probabilities : ndarray of float, shape (B, S + 1)
        Of the explained label.
    areas : ndarray of float, shape (B,)
        Under each curve, 0 to 1. A faithful map makes it small in deletion and large in insertion.
    """

    shares: np.ndarray
    probabilities: np.ndarray

    @property
    def areas(self) -> np.ndarray:
        """Area under each curve, by trapezoids."""
        middles = (self.probabilities[:, 1:] + self.probabilities[:, :-1]) / 2
        return (middles * np.diff(self.shares)).sum(1)


def curves(
    model,
    images: np.ndarray,
    maps: np.ndarray,
    labels,
    size: int,
    *,
    direction: str = "deletion",
    parts: np.ndarray | None = None,
    steps: int = 12,
    fill: str = "blur",
    seed: int = 0,
) -> Curves:
    """Delete from each picture, or insert into it, what its map ranks highest, step by step.

    Parameters
    ----------
    model : nn.Module
    images : ndarray of uint8, shape (B, 48, 48)
    maps : ndarray of float, shape (B, H, W)
    labels : array of int, shape (B,)
        What each map explains.
    size : int
        Height and width that the model was trained at, in pixels.
    direction : {"deletion", "insertion"}
    parts : ndarray of bool, shape (B, R, 48, 48), optional
        Whole parts instead of pixels, from ``part_masks``, in the order of the map's mean in each; what belongs to no
        part stays as it is.
    steps : int
        For pixels.
    fill : one of ``FILLS``
    seed : int
        Decides between pixels of the same height.

    Returns
    -------
    Curves

    Raises
    ------
    ValueError
        If the direction or the fill is unknown.

    Notes
    -----
    Petsiuk et al., *RISE*, BMVC 2018, section 4.2: deleted pixels are grey there, and insertion starts from a blurred
    picture. Here both have the same fill, so that the two curves end where the other starts.
    """
    if direction not in ("deletion", "insertion"):
        raise ValueError(f"Expected deletion or insertion, found {direction!r}.")
    if fill not in FILLS:
        raise ValueError(f"Expected a fill from {', '.join(FILLS)}, found {fill!r}.")
    heat = torch.from_numpy(np.ascontiguousarray(maps)).float()[:, None]
    heat = interpolate(heat, size=images.shape[1:], mode="bilinear")[:, 0].numpy()
    if parts is None:
        turns = _ranks(heat.reshape(len(images), -1), seed).reshape(heat.shape) / heat[0].size
    else:
        means = (heat[:, None] * parts).sum((2, 3)) / np.maximum(parts.sum((2, 3)), 1)
        steps = parts.shape[1]
        order = _ranks(means, seed) / steps
        turns = np.where(parts.any(1), (parts * order[:, :, None, None]).sum(1), np.inf)
    blank = _blank(images, fill)
    shares, seen = np.arange(steps + 1) / steps, []
    for share in shares:
        gone = turns < share - 1e-9
        if direction == "insertion":
            gone = ~gone & np.isfinite(turns)
        seen.append(np.where(gone, blank, images))
    logits = predict(model, np.concatenate(seen), size)
    chosen = softmax(logits).reshape(steps + 1, len(images), -1)[
        :, np.arange(len(images)), np.asarray(labels)
    ]
    return Curves(shares, chosen.T)


def _ranks(values: np.ndarray, seed: int) -> np.ndarray:
    """Return each value's place from the highest, 0, to the lowest; equal ones in a random order."""
    ties = np.random.default_rng(seed).random(values.shape)
    order = np.lexsort((ties, -values), axis=1)
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(values.shape[1])[None], 1)
    return ranks


def _blank(images: np.ndarray, fill: str) -> np.ndarray:
    if fill == "grey":
        return np.broadcast_to(images.mean((1, 2), keepdims=True).round().astype(np.uint8), images.shape)
    return gaussian_blur(torch.from_numpy(images)[:, None], 31, 6.0)[:, 0].numpy()
