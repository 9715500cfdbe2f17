"""What can be found out about faces before any model: measures of a picture, look-alikes, copies, second opinions."""

from dataclasses import replace

import numpy as np
import pandas as pd

from fer_course.data.votes import majority_labels
from fer_course.faces import Faces
from fer_course.labels import EXPRESSIONS
from fer_course.puppets.draw import draw_puppets

BORDER = 6
"""Width of the frame that counts as background, in pixels."""


def check_measures(faces: Faces, measures: pd.DataFrame):
    """Raise ``ValueError`` unless there is one row of measures for each face."""
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
    """Return the faces and copies of some, as a data set collected from the web would have them.

    Parameters
    ----------
    faces : Faces
    share : float
        Number of copies, as a share of the faces, 0 to 1. Of five faces that are copied three come once more, one
        twice more, and one three times more.
    seed : int

    Returns
    -------
    Faces
        The faces as they were, then the copies, which have names of their own.

    Raises
    ------
    ValueError
        If the share is out of range.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"Expected a share from 0 to 1, found {share}.")
    order = np.random.RandomState(seed).permutation(len(faces))
    times = np.resize([1, 1, 1, 2, 3], len(faces))
    chosen = np.sort(np.repeat(order, times)[: round(share * len(faces))])
    copies = faces[chosen]
    names = [f"copy {i + 1} of {name}" for i, name in enumerate(copies.names)]
    return Faces.concatenate([faces, replace(copies, names=np.array(names, dtype=np.str_))])


def leak_sample(
    train: Faces, validation: Faces, *, examined: int = 300, remembered: int = 900, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Choose faces with which to show what a leak does, when there is no time for all of them.

    Parameters
    ----------
    train, validation : Faces
    examined : int
        At most so many validation faces: those with a twin in training first, but no more than half of them.
    remembered : int
        At most so many training faces: every twin of the examined ones, and others drawn at random.
    seed : int

    Returns
    -------
    known, asked : ndarray of int64
        Positions in ``train`` and in ``validation``.
    """
    random = np.random.RandomState(seed)
    seen = leaked(train, validation)
    with_twin = random.permutation(np.flatnonzero(seen))[: examined // 2]
    without = random.permutation(np.flatnonzero(~seen))[: examined - len(with_twin)]
    asked = np.sort(np.concatenate([with_twin, without]))
    wanted = {image.tobytes() for image in validation.images[with_twin]}
    twins = np.array([image.tobytes() in wanted for image in train.images], dtype=bool)
    others = random.permutation(np.flatnonzero(~twins))[: max(remembered - int(twins.sum()), 0)]
    known = np.sort(np.concatenate([np.flatnonzero(twins)[:remembered], others]))
    return known.astype(np.int64), asked.astype(np.int64)


def leaked(train: Faces, validation: Faces) -> np.ndarray:
    """Return which validation faces have a pixel-identical twin in training, bool of shape (len(validation),)."""
    known = {image.tobytes() for image in train.images}
    return np.array([image.tobytes() in known for image in validation.images], dtype=bool)


def second_opinion(faces: Faces, puppets: int = 2000) -> tuple[Faces, np.ndarray, str]:
    """Return faces and what somebody who knows better says about them.

    For puppets that is the label before label noise; for photographs, the majority of FER+'s ten annotators. If
    photographs have no FER+ votes, puppets are drawn in their place, and a message says so.

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

    If nothing is confused there is no such pair.
    """
    table = np.zeros((len(EXPRESSIONS), len(EXPRESSIONS)), dtype=np.int64)
    np.add.at(table, (truth, labels), 1)
    np.fill_diagonal(table, 0)
    pairs = [
        (EXPRESSIONS[row], EXPRESSIONS[column]) for row, column in np.argwhere(table == max(table.max(), 1))
    ]
    return pairs, int(table.max())
