"""A network that learns a watermark in the place of an expression, and what helps against it.

Clever Hans was a horse that answered sums by tapping its hoof until its questioner relaxed (Pfungst 1907). Networks do
the like: Lapuschkin et al., *Unmasking Clever Hans predictors*, Nature Communications 2019, found one that knew horses
by a photographer's name in the corner of the picture.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from torch import nn

from fer_course.evaluation.predict import predict
from fer_course.faces import SIZE, Faces
from fer_course.model.small import SmallNet
from fer_course.puppets.studio import draw_studio
from fer_course.saliency.maps import explain
from fer_course.saliency.scores import energy_inside
from fer_course.training.shortcuts import MARKED, core_region, noise_outside, stamp, swap_outside
from fer_course.training.small import train_small

CORNER = slice(SIZE - 12, SIZE)
"""Rows and columns that count as the corner: two cells by two of a map of 8 by 8, or a little less."""

LAYER, METHOD = "blocks.1", "hirescam"
"""What shows the corner most clearly: maps of 12 by 12 cells."""


def studio_puppets(n: int, seed: int) -> Faces:
    """Draw puppets in good light, every expression equally often, every label right."""
    return draw_studio(n, 1000 + seed)


def remedies(faces: Faces, seed: int = 0) -> dict:
    """Return what a network may be shown in training, by name.

    Parameters
    ----------
    faces : Faces
        From ``studio_puppets``.
    seed : int

    Returns
    -------
    dict of str to callable
        Each takes a random generator and gives images for one epoch, uint8 of shape (N, 48, 48). Only
        ``"mark on any label"`` needs to know that there is a mark; the two after it need to know where the face is.
    """
    hans = stamp(faces.images, faces.labels == MARKED)
    anywhere = stamp(faces.images, np.random.default_rng(seed).random(len(faces)) < 0.5)
    core = core_region(faces)
    return {
        "mark on one label": lambda rng: hans,
        "mark on any label": lambda rng: anywhere,
        "noise outside the parts": lambda rng: noise_outside(hans, core, rng),
        "surroundings swapped": lambda rng: swap_outside(hans, core, rng),
    }


def train(faces: Faces, shown, seed: int = 0, epochs: int = 8) -> SmallNet:
    """Train a small network from nothing.

    Parameters
    ----------
    faces : Faces
        For their labels.
    shown : callable
        One of ``remedies``.
    seed, epochs
        As for ``train_small``.

    Returns
    -------
    SmallNet
        In evaluation mode, on the CPU.
    """
    return train_small(faces, seed, epochs=epochs, shown=shown)


@dataclass(frozen=True, eq=False)
class Finding:
    """What a network does with the watermark.

    Attributes
    ----------
    figures : dict of str to float
        accuracy with the mark as in training, accuracy clean; recall of the marked label with and without its mark;
        fooled, the share of all other faces that get the marked label once they carry the mark; corner, the mean share
        of the heat map's energy in the corner, for faces with the mark and their label.
    maps : ndarray of float32, shape (M, 48, 48)
        Of the marked faces.
    """

    figures: dict
    maps: np.ndarray


def examine(model: nn.Module, test: Faces) -> Finding:
    """Test a network with the watermark as in training, without it, and on the wrong faces.

    Parameters
    ----------
    model : nn.Module
    test : Faces
        From ``studio_puppets``, with another seed than for training.

    Returns
    -------
    Finding
    """
    own = test.labels == MARKED
    marked, clean, wrong = (
        predict(model, stamp(test.images, chosen), SIZE).argmax(1)
        for chosen in (own, np.zeros(len(own), bool), ~own)
    )
    found = explain(
        model,
        stamp(test.images, own)[own],
        size=SIZE,
        target=MARKED,
        method=METHOD,
        layer=LAYER,
    )
    figures = {
        "accuracy, marked": np.mean(marked == test.labels),
        "accuracy, clean": np.mean(clean == test.labels),
        "recall, marked": np.mean(marked[own] == MARKED),
        "recall, clean": np.mean(clean[own] == MARKED),
        "fooled": np.mean(wrong[~own] == MARKED),
        "corner": np.nanmean(energy_inside(found.maps, corner_masks(own.sum()))),
    }
    return Finding({name: float(value) for name, value in figures.items()}, found.maps)


def corner_masks(n: int) -> np.ndarray:
    """Return the corner as masks: bool, shape (n, 48, 48)."""
    masks = np.zeros((n, SIZE, SIZE), bool)
    masks[:, CORNER, CORNER] = True
    return masks


def repeat(seeds, names=None, n: int = 2800, tests: int = 500, epochs: int = 8) -> pd.DataFrame:
    """Repeat the experiment, each time with other puppets and another start.

    Parameters
    ----------
    seeds : iterable of int
    names : list of str, optional
        Of ``remedies``; all of them if not given.
    n, tests : int
        Puppets to train and to test with.
    epochs : int

    Returns
    -------
    DataFrame
        A row for each seed and remedy, with the figures of ``Finding``.
    """
    rows = []
    for seed in seeds:
        faces, test = studio_puppets(n, seed), studio_puppets(tests, 500 + seed)
        for name, shown in remedies(faces, seed).items():
            if names is None or name in names:
                found = examine(train(faces, shown, seed, epochs), test)
                rows.append({"seed": seed, "training": name} | found.figures)
    return pd.DataFrame(rows)
