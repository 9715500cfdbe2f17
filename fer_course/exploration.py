"""What can be found out about faces before any model: measures of a picture, look-alikes, copies, second opinions."""

from dataclasses import replace

import numpy as np
import pandas as pd

from .faces import Faces
from .labels import EXPRESSIONS
from .puppets import draw_puppets
from .votes import majority_labels

BORDER = 6
"""Width of the frame that counts as background, in pixels."""


def check_measures(faces: Faces, measures: pd.DataFrame):
    """Refuse measures of other faces, with a ``ValueError``."""
    if len(measures) != len(faces):
        raise ValueError(
            f"Expected one row of measures for each of {len(faces):,} faces, found {len(measures):,}; "
            "measure(faces.images) makes them."
        )


def measure(images: np.ndarray) -> pd.DataFrame:
    """Measure what makes a picture hard to read.

    Parameters
    ----------
    images : Faces, or ndarray of uint8 of shape (N, 48, 48)

    Returns
    -------
    DataFrame
        One row an image. ``brightness``: mean grey value, 0 to 255. ``contrast``: standard deviation of the grey
        values. ``sharpness``: variance of the Laplacian, in standardised grey values (Pech-Pacheco et al. 2000);
        noise counts as sharp. ``asymmetry``: mean difference to the mirror image, in standard deviations: large
        for turned heads and for light from one side. ``background``: share of the edges that lie in the outer
        6 pixels.
    """
    if isinstance(images, Faces):
        images = images.images
    pixels = np.asarray(images, dtype=np.float32)
    brightness, contrast = pixels.mean((1, 2)), pixels.std((1, 2))
    pixels = (pixels - brightness[:, None, None]) / np.maximum(contrast, 1)[:, None, None]
    inner = pixels[:, 1:-1, 1:-1]
    around = pixels[:, :-2, 1:-1] + pixels[:, 2:, 1:-1] + pixels[:, 1:-1, :-2] + pixels[:, 1:-1, 2:]
    laplacian = around - 4 * inner
    strength = abs(laplacian)
    inset = BORDER - 1  # the Laplacian has no value in the outermost row
    middle = strength[:, inset:-inset, inset:-inset].sum((1, 2))
    total = strength.sum((1, 2))
    return pd.DataFrame(
        {
            "brightness": brightness,
            "contrast": contrast,
            "sharpness": laplacian.var((1, 2)),
            "asymmetry": abs(pixels - pixels[:, :, ::-1]).mean((1, 2)),
            "background": (total - middle) / np.maximum(total, 1e-6),
        }
    )


def look_alikes(faces: Faces, pairs: int = 4, limit: int = 2000) -> np.ndarray:
    """Find pairs of faces whose pixels are close and whose labels differ.

    Parameters
    ----------
    faces : Faces
    pairs : int
        How many to find; no face is in two of them.
    limit : int
        Only the first faces are compared, each with each.

    Returns
    -------
    ndarray of int64, shape (up to pairs, 2)
        Positions in ``faces``, the closest pair first. Identical images are left out.
    """
    pixels = faces.images[:limit].reshape(-1, faces.images[0].size).astype(np.float32)
    labels = faces.labels[:limit]
    contrast = pixels.std(1, keepdims=True)
    pixels = (pixels - pixels.mean(1, keepdims=True)) / np.maximum(contrast, 1) / np.sqrt(pixels.shape[1])
    likeness = pixels @ pixels.T
    flat = contrast[:, 0] < 20  # a nearly empty picture is like any other
    likeness[(labels[:, None] == labels) | (likeness > 0.999) | flat | flat[:, None]] = -1
    found, used = [], set()
    best = likeness.argmax(1)
    for i in np.argsort(-likeness.max(1), kind="stable").tolist():
        j = int(best[i])
        if likeness[i, j] > -1 and not used & {i, j}:
            found.append((i, j))
            used |= {i, j}
        if len(found) == pairs:
            break
    return np.array(found, dtype=np.int64).reshape(-1, 2)


def with_copies(faces: Faces, share: float = 0.10, seed: int = 0) -> Faces:
    """Return the faces and a second copy of some, as a data set collected from the web would have them.

    Parameters
    ----------
    faces : Faces
    share : float
        Of the faces to copy, 0 to 1. The copies have names of their own.
    seed : int

    Returns
    -------
    Faces
        The faces as they were, then the copies.

    Raises
    ------
    ValueError
        If the share is out of range.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"Expected a share from 0 to 1, found {share}.")
    chosen = np.random.RandomState(seed).permutation(len(faces))[: round(share * len(faces))]
    copies = faces[np.sort(chosen)]
    copies = replace(copies, names=np.array([f"copy of {name}" for name in copies.names], dtype=np.str_))
    return Faces.concatenate([faces, copies])


def leaked(train: Faces, validation: Faces) -> np.ndarray:
    """Return which validation faces have a pixel-identical twin in training, bool of shape (len(validation),)."""
    known = {image.tobytes() for image in train.images}
    return np.array([image.tobytes() in known for image in validation.images], dtype=bool)


def second_opinion(faces: Faces, puppets: int = 2000) -> tuple[Faces, np.ndarray, str]:
    """Return faces and what somebody who knows better says about them.

    For puppets that is the label before label noise; for photographs, the majority of FER+'s ten annotators. Where
    photographs have no FER+ votes, puppets are drawn in their place, and that is printed.

    Parameters
    ----------
    faces : Faces
    puppets : int
        How many to draw if they have to stand in.

    Returns
    -------
    faces : Faces
        Those that there is an opinion about.
    opinion : ndarray of int64, shape (N,)
    whose : str
        In words.
    """
    stand_in = faces.votes is None and not faces.is_puppets
    if stand_in:
        print(
            f"There are no FER+ votes beside these faces, so {puppets:,} puppets stand in for this section."
        )
        faces = draw_puppets(puppets, seed=0)
    if faces.is_puppets:
        whose = "puppets that stand in for missing FER+ votes" if stand_in else "the puppets"
        return faces, faces.clean_labels, f"the true label of {whose}"
    majority = majority_labels(faces.votes)
    return faces[majority >= 0], majority[majority >= 0], "the majority of FER+'s ten annotators"


def most_common_mistakes(labels: np.ndarray, truth: np.ndarray) -> tuple[list[tuple[str, str]], int]:
    """Return the pairs (truth, label) that are confused most often, one unless several tie, and how often.

    Where nothing is confused there is no such pair.
    """
    table = np.zeros((len(EXPRESSIONS), len(EXPRESSIONS)), dtype=np.int64)
    np.add.at(table, (truth, labels), 1)
    np.fill_diagonal(table, 0)
    pairs = [
        (EXPRESSIONS[row], EXPRESSIONS[column]) for row, column in np.argwhere(table == max(table.max(), 1))
    ]
    return pairs, int(table.max())
