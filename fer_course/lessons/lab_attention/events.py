"""A camera that sees only change. After event-driven recognition with attention (arXiv 2504.00370).

Every pixel of an event camera works by itself: when the logarithm of its light has changed by a threshold since its
last event, it fires, +1 for brighter and -1 for darker. A still face before a still camera fires nothing.
"""

from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F
from scipy import ndimage

from fer_course.faces import SIZE
from fer_course.labels import EXPRESSIONS
from fer_course.model.inputs import standardise
from fer_course.puppets.features import draw
from fer_course.puppets.people import Identity, Scene, sample_scene
from fer_course.puppets.units import sample_units

FRAMES = 4
"""Pictures of a film: the face at rest first, its expression complete in the last."""

SWAY = 0.5
"""How far the head moves meanwhile; 1 is 0.1 radian."""

THRESHOLD = 0.15
"""Change of the logarithm of light at which a pixel fires."""

DARK = 20.0
"""Grey levels that are added before the logarithm: black would be minus infinity."""

SLICES = 4

GRID = 24
"""Cells a side in which events are counted."""


@dataclass(frozen=True, eq=False)
class Films:
    """Short films of faces.

    Attributes
    ----------
    frames : ndarray of uint8, shape (N, T, 48, 48)
    labels : ndarray of int64, shape (N,)
    """

    frames: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, eq=False)
class Events:
    """What an event camera tells of one film, in the order of time.

    Attributes
    ----------
    when : ndarray of float64, shape (M,)
        In frames.
    y, x : ndarray of int64, shape (M,)
        Pixel.
    sign : ndarray of int64, shape (M,)
        1 for brighter, -1 for darker.
    """

    when: np.ndarray
    y: np.ndarray
    x: np.ndarray
    sign: np.ndarray

    def __len__(self) -> int:
        return len(self.when)


def draw_onsets(n: int, seed: int = 0, *, frames: int = FRAMES, sway: float = SWAY) -> Films:
    """Draw puppets whose expressions begin: from rest to complete, while the head moves a little.

    Parameters
    ----------
    n : int
        As many of every label, in turn.
    seed : int
    frames : int
    sway : float
        0 for a head that is still.
    """
    pictures = np.empty((n, frames, SIZE, SIZE), np.uint8)
    labels = np.arange(n) % len(EXPRESSIONS)
    share = np.linspace(0, 1, frames)
    for k in range(n):
        rng = np.random.default_rng([2014, seed, k])
        rest, full = sample_units("neutral", rng), sample_units(EXPRESSIONS[labels[k]], rng)
        scene = sample_scene(rng, low_light=0, blur=0, occlusion=0, pose=0.2)
        who, turn = Identity.sample(rng), rng.uniform(-0.1, 0.1, 2)
        for t in range(frames):
            left, right = (
                {unit: (1 - share[t]) * calm[unit] + share[t] * there[unit] for unit in calm}
                for calm, there in zip(rest, full, strict=True)
            )
            pictures[k, t], _ = draw(left, right, who, _turned(scene, sway * share[t] * turn, t))
    return Films(pictures, labels)


def _turned(scene: Scene, turn, t: int) -> Scene:
    """Return a scene with the head turned, and noise of its own."""
    return replace(scene, yaw=scene.yaw + turn[0], pitch=scene.pitch + turn[1], grain=scene.grain + t)


def saccades(images: np.ndarray, labels, frames: int = 7, reach: float = 3.0) -> Films:
    """Return films of still pictures before a camera that moves along a triangle.

    In this way photographs were made into events for N-Caltech101 (Orchard et al. 2015).

    Parameters
    ----------
    images : ndarray of uint8, shape (N, 48, 48)
    labels : ndarray of int64, shape (N,)
    frames : int
    reach : float
        Side of the triangle, in pixels.
    """
    corners = reach * np.array([[0, 0], [1, 0.5], [0, 1], [0, 0]])
    path = np.stack([np.interp(np.linspace(0, 3, frames), range(4), corners[:, axis]) for axis in (0, 1)], 1)
    moved = [ndimage.shift(images, (0, *place), order=1, mode="nearest") for place in path]
    return Films(np.stack(moved, 1), np.asarray(labels))


def sensor(film: np.ndarray, threshold: float = THRESHOLD) -> Events:
    """Return the events of a film.

    Parameters
    ----------
    film : ndarray of uint8, shape (T, H, W)
        Between two pictures light changes evenly.
    threshold : float
    """
    light = np.log(film + DARK)
    known, found = light[0].copy(), []
    for k in range(1, len(light)):
        count = np.trunc((light[k] - known) / threshold).astype(int)
        y, x = np.nonzero(count)
        times = np.abs(count[y, x])
        # 1 to m at every pixel that fires m times.
        which = np.arange(1, times.sum() + 1) - np.repeat(times.cumsum() - times, times)
        y, x = np.repeat(y, times), np.repeat(x, times)
        sign = np.sign(count[y, x])
        level, before = known[y, x] + sign * which * threshold, light[k - 1][y, x]
        way = light[k][y, x] - before
        # Rounding may hold an event back until nothing changes any more.
        share = np.divide(level - before, way, out=np.zeros(len(way)), where=way != 0)
        found.append((k - 1 + share.clip(0, 1), y, x, sign))
        known += count * threshold
    parts = [np.concatenate(column) for column in zip(*found, strict=True)]
    order = np.argsort(parts[0], kind="stable")
    return Events(*(part[order] for part in parts))


def slices(events: Events, count: int = SLICES, size: int = SIZE, grid: int = GRID) -> np.ndarray:
    """Count events by slice, sign and cell: int64, shape (count, 2, grid, grid).

    Each slice holds the same number of events, ``len(events) // count``; those left over at the end are dropped.
    """
    each = len(events) // count
    shape, part = (count, 2, grid, grid), slice(0, each * count)
    y, x = (axis[part] * grid // size for axis in (events.y, events.x))
    places = np.repeat(np.arange(count), each), (events.sign[part] < 0).astype(int), y, x
    return np.bincount(np.ravel_multi_index(places, shape), minlength=np.prod(shape)).reshape(shape)


def as_inputs(films: Films, count: int = SLICES) -> torch.Tensor:
    """Return what a network is given of the events of films: float32, shape (N, 2 · count, 24, 24).

    Logarithms of one more than the counts: a few cells have very many.
    """
    found = np.stack([slices(sensor(film), count) for film in films.frames])
    return torch.from_numpy(np.log1p(found).astype(np.float32)).flatten(1, 2)


def shuffled(inputs: torch.Tensor, seed: int = 0) -> torch.Tensor:
    """Return the slices of every film in an order of chance, another one for each; shape (N, 2 · T, H, W)."""
    n, channels, *_ = inputs.shape
    rng = np.random.default_rng([2015, seed])
    order = torch.from_numpy(np.stack([rng.permutation(channels // 2) for _ in range(n)]))
    pairs = inputs.unflatten(1, (channels // 2, 2))
    return pairs[torch.arange(n)[:, None], order].flatten(1, 2)


def photograph(films: Films) -> torch.Tensor:
    """Return the last picture of every film, standardised as the course's networks see it; shape (N, 1, 24, 24)."""
    return standardise(
        F.avg_pool2d(torch.from_numpy(films.frames[:, -1]).float()[:, None] / 255, SIZE // GRID)
    )


def brightened(films: Films) -> torch.Tensor:
    """Return the logarithm of the last picture's light minus that of the first: float32, shape (N, 1, 24, 24).

    This is what all events of a film add up to, but for their threshold; two photographs give it as well.
    """
    first, last = (torch.from_numpy(np.log(films.frames[:, k] + DARK)).float()[:, None] for k in (0, -1))
    return F.avg_pool2d(last - first, SIZE // GRID)
