"""Heat maps held against the truth: do they point at what makes the expression?

Only puppets come with that truth: each can be drawn once more without its expression. A score means little by itself,
so every table has baselines that never saw the network.
"""

import re

import numpy as np
import pandas as pd
import torch
from torch.nn.functional import adaptive_avg_pool2d, interpolate, max_pool2d

from fer_course.data.load import PUPPET_SEEDS
from fer_course.evaluation.intervals import mean_interval
from fer_course.faces import Faces, check_faces
from fer_course.labels import EXPRESSIONS, USAGES
from fer_course.puppets.draw import draw_puppets
from fer_course.puppets.features import draw
from fer_course.puppets.people import Identity, sample_scene
from fer_course.puppets.units import ACTION_UNITS, sample_units

BLOB_WIDTH = 0.2
"""Standard deviation of the centre blob, in widths of the picture."""

SHARE = 0.8
"""Of all the change between two pictures: what the region of ``changed_region`` holds, before it is widened."""

MARGIN = 1
"""Pixels by which that region is widened. Zhang et al. 2018 forgive 15 pixels in photographs of about 500: 3 %, which
is a little more than one pixel of 48."""

DIALS = ("low_light", "blur", "occlusion", "pose")


def without_expression(faces: Faces, **dials) -> np.ndarray:
    """Draw puppets once more, with every action unit at 0: same person, pose, light and noise, a neutral face.

    Parameters
    ----------
    faces : Faces
        Puppets of ``load_faces`` or ``draw_puppets``; their names say which seed and number they were drawn from.
    **dials
        ``low_light``, ``blur``, ``occlusion`` and ``pose`` of ``draw_puppets``, if they were not its defaults.

    Returns
    -------
    ndarray of uint8, shape (N, 48, 48)

    Raises
    ------
    ValueError
        If the faces are photographs, or puppets that cannot be drawn again to the last bit.
    """
    check_faces(faces)
    if not faces.is_puppets:
        raise ValueError(f"Expected puppets, found {faces.source}: only puppets can be drawn once more.")
    unknown = sorted(set(dials) - set(DIALS))
    if unknown:
        raise ValueError(f"Expected dials among {', '.join(DIALS)}, found {unknown[0]!r}.")
    dials = {name: draw_puppets.__kwdefaults__[name] for name in DIALS} | dials
    neutral = dict.fromkeys(ACTION_UNITS, 0.0)
    images = np.empty_like(faces.images)
    for k, (image, name, label) in enumerate(zip(faces.images, faces.names, faces.clean_labels, strict=True)):
        # In the order of draw_puppets, from the same random numbers: three of them choose the labels.
        rng = np.random.default_rng(_seed_and_number(str(name)))
        rng.random(3)
        left, right = sample_units(EXPRESSIONS[label], rng)
        scene, who = sample_scene(rng, **dials), Identity.sample(rng)
        if not np.array_equal(draw(left, right, who, scene)[0], image):
            raise ValueError(
                f"Expected {name} to be drawn again as it was, found another picture; if it was drawn with other dials "
                f"({', '.join(DIALS)}), pass them."
            )
        images[k] = draw(neutral, neutral, who, scene)[0]
    return images


def _seed_and_number(name: str) -> list[int]:
    """Return what a puppet was drawn from, which its name says."""
    loaded = re.fullmatch(rf"({'|'.join(USAGES)}) puppet (\d+)", name)
    drawn = re.fullmatch(r"puppet_(\d+)_(\d+)\.png", name)
    if loaded:
        return [PUPPET_SEEDS[USAGES.index(loaded[1])], int(loaded[2])]
    if drawn:
        return [int(drawn[1]), int(drawn[2])]
    raise ValueError(f"Expected a puppet's name with its seed and number, found {name!r}.")


def changed_region(
    images: np.ndarray, others: np.ndarray, share: float = SHARE, margin: int = MARGIN
) -> np.ndarray:
    """Return where two pictures of each pair differ most.

    Parameters
    ----------
    images, others : ndarray of uint8, shape (N, h, w)
        Such as puppets, and the same puppets from ``without_expression``.
    share : float
        From 0 to 1: the region is the smallest that holds so much of the sum of all absolute differences.
    margin : int
        Pixels by which it is then widened to each side.

    Returns
    -------
    ndarray of bool, shape (N, h, w)
        False everywhere for two equal pictures.

    Raises
    ------
    ValueError
        If the pictures do not pair up, or the share or margin is out of range.
    """
    if images.shape != others.shape:
        raise ValueError(f"Expected pairs of pictures, found shapes {images.shape} and {others.shape}.")
    if not 0 < share <= 1 or margin < 0:
        raise ValueError(
            f"Expected a share above 0 up to 1 and a margin of 0 or more, found {share} and {margin}."
        )
    change = abs(images.astype(np.int64) - others).reshape(len(images), -1)
    order = np.argsort(-change, axis=1, kind="stable")
    largest = np.take_along_axis(change, order, axis=1)
    before = largest.cumsum(1) - largest
    total = change.sum(1, keepdims=True)
    region = np.empty(change.shape, bool)
    np.put_along_axis(region, order, (before < share * total) & (largest > 0), axis=1)
    region = torch.from_numpy(region.reshape(images.shape)).float()[:, None]
    return max_pool2d(region, 2 * margin + 1, 1, margin)[:, 0].numpy() > 0


def _nearest(cells: int, pixels: int) -> np.ndarray:
    """Return for each of some cells in a row the pixel that its middle lies in."""
    return (2 * np.arange(cells) + 1) * pixels // (2 * cells)


def energy_inside(maps: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Return which share of each map lies inside a mask.

    Parameters
    ----------
    maps : ndarray of float, shape (B, H, W)
    masks : ndarray of bool, shape (B, h, w)
        Of any size; each map's cells are looked up in it.

    Returns
    -------
    ndarray of float, shape (B,)
        From 0 to 1; not a number for a map that is 0 everywhere.

    Raises
    ------
    ValueError
        If there is not one mask a map.

    Notes
    -----
    Wang et al., *Score-CAM*, 2020, section 4.3 ("energy-based pointing game").
    """
    if len(maps) != len(masks):
        raise ValueError(f"Expected a mask for each of {len(maps)} maps, found {len(masks)}.")
    rows, columns = (_nearest(maps.shape[axis], masks.shape[axis]) for axis in (1, 2))
    inside = (maps * masks[:, rows][:, :, columns]).sum((1, 2))
    total = maps.sum((1, 2))
    return np.divide(inside, total, out=np.full(len(maps), np.nan), where=total > 0)


def pointing_game(maps: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Return whether each map's highest cell lies inside a mask.

    Parameters
    ----------
    maps : ndarray of float, shape (B, H, W)
    masks : ndarray of bool, shape (B, h, w)
        Of any size; each map's cells are looked up in it.

    Returns
    -------
    ndarray of float, shape (B,)
        1 for a hit, 0 for a miss; where several cells are equally high, the share of them that hits. Not a number
        for a map that is 0 everywhere.

    Raises
    ------
    ValueError
        If there is not one mask a map.

    Notes
    -----
    Zhang et al., *Top-down neural attention by excitation backprop*, IJCV 2018, section 4.2, without its tolerance of
    15 pixels, which would be a third of a face here.
    """
    top = maps.max((1, 2), keepdims=True)
    return energy_inside((maps == top) & (top > 0), masks)


def baselines(images: np.ndarray, cells: tuple[int, int], size: int, seed: int = 0) -> dict[str, np.ndarray]:
    """Return maps that never saw a network, which a heat map has to beat.

    Parameters
    ----------
    images : ndarray of uint8, shape (B, 48, 48)
    cells : (int, int)
        Height and width of the layer whose maps are judged; the random map has as many.
    size : int
        Height and width of the maps to return.
    seed : int

    Returns
    -------
    dict of str to ndarray of float, shape (B, size, size)
        From 0 to 1. ``"random map"``; ``"centre blob"``, a bell in the middle; ``"edges of the image"``, how steeply
        its brightness changes (Sobel), the baseline of Adebayo et al. 2018.
    """
    n = len(images)
    noise = np.random.default_rng(seed).random((n, *cells))
    across = (np.arange(size) + 0.5) / size - 0.5
    bell = np.exp(-(across[:, None] ** 2 + across**2) / (2 * BLOB_WIDTH**2))
    steps = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    pixels = torch.nn.functional.pad(torch.from_numpy(images).float()[:, None], [1] * 4, mode="replicate")
    slopes = torch.nn.functional.conv2d(pixels, torch.stack([steps, steps.T])[:, None]).square().sum(1).sqrt()
    slopes = slopes / slopes.amax((1, 2), keepdim=True).clamp(min=1e-6)
    return {
        "centre blob": np.repeat(bell[None], n, 0),
        "edges of the image": _stretch(slopes, size),
        "random map": _stretch(torch.from_numpy(noise), size),
    }


def oracle_map(masks: np.ndarray, cells: tuple[int, int], size: int, *, one: bool = False) -> np.ndarray:
    """Return the map of a network that knows the truth, but has only so many cells to say it.

    What it says is spread over whole cells and then smoothed, so some of it falls outside the masks.

    Parameters
    ----------
    masks : ndarray of bool, shape (B, 48, 48)
    cells : (int, int)
        Height and width of the layer's maps.
    size : int
        Height and width of the maps to return.
    one : bool
        Put everything into the cell that has most of a mask in it, instead of shading each cell by its share.

    Returns
    -------
    ndarray of float, shape (B, size, size)
    """
    inside = adaptive_avg_pool2d(torch.from_numpy(masks).float()[:, None], cells)[:, 0]
    if one:
        best = inside.flatten(1).argmax(1)
        inside = torch.nn.functional.one_hot(best, inside[0].numel()).float().view(inside.shape)
    return _stretch(inside, size)


def _stretch(maps: torch.Tensor, size: int) -> np.ndarray:
    """Resize as the maps of a layer are resized."""
    return interpolate(maps[:, None], size=(size, size), mode="bilinear")[:, 0].numpy()


def score(maps: dict[str, np.ndarray], masks: np.ndarray, seed: int = 0) -> pd.DataFrame:
    """Judge several sets of maps of the same faces.

    Parameters
    ----------
    maps : dict of str to ndarray of float, shape (B, H, W)
    masks : ndarray of bool, shape (B, h, w)
    seed : int
        Of the intervals.

    Returns
    -------
    DataFrame
        A row for each set: energy, energy_low, energy_high, pointing, pointing_low, pointing_high, from 0 to 1 with
        95 % intervals; and flat, the share of maps that are 0 everywhere and left out.
    """
    rows = {}
    for name, heat in maps.items():
        energy, hits = energy_inside(heat, masks), pointing_game(heat, masks)
        columns = ("energy", "energy_low", "energy_high", "pointing", "pointing_low", "pointing_high")
        values = (*mean_interval(energy, seed=seed), *mean_interval(hits, seed=seed))
        rows[name] = dict(zip(columns, values, strict=True)) | {"flat": np.isnan(energy).mean()}
    return pd.DataFrame.from_dict(rows, orient="index")
