"""Parts of a face, the cheeks among them, and what a network says while some of them are painted grey."""

import re

import numpy as np
import pandas as pd

from fer_course.evaluation.intervals import wilson_interval
from fer_course.evaluation.predict import predict
from fer_course.faces import PARTS, SIZE, Faces, check_faces

COVERS = (*PARTS, "cheeks")
"""Parts that can be covered."""


def part_mask(faces: Faces, name: str) -> np.ndarray:
    """Return where a part of each face is.

    Parameters
    ----------
    faces : Faces
    name : str
        One of ``COVERS``, or several of them: ``"mouth and cheeks"``, ``"brows, eyes and nose"``.

    Returns
    -------
    ndarray of bool, shape (N, 48, 48)
        As in ``part_masks``: of a puppet its own parts, in photographs the same boxes. The cheeks lie
        below the eyes, as wide as both eyes together, and reach down to the end of the mouth. No pixel is in two parts.

    Raises
    ------
    ValueError
        If there is no such part.
    """
    check_faces(faces)
    wanted = re.split(", | and ", name)
    unknown = [part for part in wanted if part not in COVERS]
    if unknown:
        raise ValueError(f"Expected parts among {', '.join(COVERS)}, found {unknown[0]!r}.")
    known = dict(zip(PARTS, part_masks(faces).swapaxes(0, 1), strict=True))
    if "cheeks" in wanted:
        three = zip(known["eyes"], known["nose"], known["mouth"], strict=True)
        known["cheeks"] = np.stack([_cheeks(*masks) for masks in three])
    return np.any([known[part] for part in wanted], axis=0)


def _cheeks(eyes: np.ndarray, nose: np.ndarray, mouth: np.ndarray) -> np.ndarray:
    if not eyes.any() or not mouth.any():
        return np.zeros(eyes.shape, bool)
    # However the head is tilted, the line through both eyes is level in the face.
    pixels = np.argwhere(eyes) - np.argwhere(eyes).mean(0)
    down, across = np.linalg.eigh(pixels.T @ pixels)[1].T
    places = np.indices(eyes.shape).transpose(1, 2, 0)
    depth, width = places @ (down * np.sign(down[0])), places @ across
    below = (depth > depth[eyes].max()) & (depth <= depth[mouth].max())
    between = (width >= width[eyes].min()) & (width <= width[eyes].max())
    return below & between & ~nose & ~mouth


def cover_parts(faces: Faces, name: str) -> np.ndarray:
    """Return the pictures with parts of each face painted in the picture's mean grey.

    Parameters
    ----------
    faces : Faces
    name : str
        As for ``part_mask``.

    Returns
    -------
    ndarray of uint8, shape (N, 48, 48)

    Raises
    ------
    ValueError
        If there is no such part.
    """
    grey = faces.images.mean((1, 2), keepdims=True).round().astype(np.uint8)
    return np.where(part_mask(faces, name), grey, faces.images)


def cover_test(model, faces: Faces, label: int, size: int, names) -> pd.DataFrame:
    """Count how many faces keep a label while parts of them are grey.

    Parameters
    ----------
    model : nn.Module
    faces : Faces
        Such as those that the model gives this label when nothing is covered.
    label : int
    size : int
        Height and width that the model was trained at, in pixels.
    names : sequence of str
        What to cover, one after the other; each as for ``part_mask``.

    Returns
    -------
    DataFrame
        A row for each name: ``area``, the share of the picture that is covered; ``kept``, the share of faces that keep
        the label, with its 95 % interval ``low`` to ``high`` (Wilson); ``faces``, how many were asked.

    Raises
    ------
    ValueError
        If there is no such part, or no face.
    """
    rows = {}
    for name in names:
        kept = predict(model, cover_parts(faces, name), size).argmax(1) == label
        low, high = wilson_interval(kept.sum(), len(faces))
        rows[name] = {
            "area": part_mask(faces, name).mean(),
            "kept": kept.mean(),
            "low": float(low),
            "high": float(high),
            "faces": len(faces),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def inside_the_frame(faces: Faces, pixels: int = 8) -> np.ndarray:
    """Return which faces have all their parts well inside the picture.

    Parameters
    ----------
    faces : Faces
    pixels : int
        At least so far from each edge.

    Returns
    -------
    ndarray of bool, shape (N,)
        True for every photograph, whose parts nobody marked.
    """
    if faces.parts is None:
        return np.ones(len(faces), bool)
    edge = np.ones((SIZE, SIZE), bool)
    edge[pixels:-pixels, pixels:-pixels] = False
    return ~((faces.parts > 0) & edge).any((1, 2))


LAYOUT = {
    "brows": (slice(12, 19), slice(9, 39)),
    "eyes": (slice(19, 26), slice(9, 39)),
    "nose": (slice(26, 33), slice(18, 30)),
    "mouth": (slice(33, 43), slice(13, 35)),
}
"""Rows and columns where a face of FER-2013, upright and cut to the face, has its parts, roughly."""


def part_masks(faces: Faces) -> np.ndarray:
    """Return the parts of each face: the puppet's own, or where a face of FER-2013 has them, roughly.

    Parameters
    ----------
    faces : Faces

    Returns
    -------
    ndarray of bool, shape (N, 4, 48, 48)
        In the order of ``faces.PARTS``. No pixel is in two parts.
    """
    if faces.is_puppets:
        masks = np.stack([faces.part(name) for name in PARTS], 1)
    else:
        masks = np.zeros((len(faces), len(PARTS), SIZE, SIZE), bool)
        for k, name in enumerate(PARTS):
            masks[:, k, *LAYOUT[name]] = True
    taken = np.cumsum(masks, 1) - masks
    return masks & (taken == 0)
