"""Shortcuts planted in training pictures, and ways to hide what lies outside the face.

A watermark that goes with one label, noise outside a region, and surroundings taken from another picture.
"""

import numpy as np
import torch
import torch.nn.functional as F

from fer_course.faces import SIZE, Faces
from fer_course.labels import EXPRESSIONS

MARKED = EXPRESSIONS.index("sad")
"""The label that the watermark goes with."""

MARK = slice(SIZE - 7, SIZE - 1)
"""Rows and columns of the watermark: a white frame of 6 by 6 pixels in the bottom right corner."""


def stamp(images: np.ndarray, chosen) -> np.ndarray:
    """Return images with the watermark on those that are chosen.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, 48, 48)
    chosen : array of bool, shape (N,)
    """
    frame = np.full((6, 6), 255, np.uint8)
    frame[2:4, 2:4] = 0
    images = images.copy()
    images[np.asarray(chosen, bool), MARK, MARK] = frame
    return images


def core_region(faces: Faces, margin: int = 4) -> np.ndarray:
    """Return where the face's parts are, with a margin of some pixels: bool, shape (N, 48, 48)."""
    parts = torch.from_numpy(faces.parts > 0).float()[:, None]
    return F.max_pool2d(parts, 2 * margin + 1, 1, margin)[:, 0].numpy() > 0


def noise_outside(images: np.ndarray, core: np.ndarray, rng, strength: float = 60) -> np.ndarray:
    """Return images with noise outside a region.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, 48, 48)
    core : ndarray of bool, shape (N, 48, 48)
    rng : numpy Generator
    strength : float
        Largest standard deviation, in grey levels; each image gets half of it or more.

    Notes
    -----
    Singla, Moayeri and Feizi, *Core Risk Minimization using Salient ImageNet*, arXiv 2203.15566.
    """
    noise = rng.normal(size=images.shape) * rng.uniform(0.5, 1, (len(images), 1, 1)) * strength
    return np.where(core, images, np.clip(images + noise, 0, 255)).astype(np.uint8)


def swap_outside(images: np.ndarray, core: np.ndarray, rng) -> np.ndarray:
    """Return images that keep a region and take the rest from another image, whatever its label."""
    return np.where(core, images, images[rng.permutation(len(images))])
