"""A data set that is biased on purpose, and what helps: everything but the training is a choice of pictures."""

from dataclasses import replace

import numpy as np
import pandas as pd

from fer_course.evaluation.groups import paired_gap
from fer_course.evaluation.predict import predict
from fer_course.faces import SIZE, Faces
from fer_course.labels import EXPRESSIONS
from fer_course.puppets.studio import draw_studio
from fer_course.training.small import train_small

ANGRY, HAPPY = EXPRESSIONS.index("angry"), EXPRESSIONS.index("happy")

DARK, LIGHT = 95, 200
"""Tones of skin that the same puppets are drawn with, to be compared."""

REMEDIES = ("biased", "balanced sampling", "missing pictures added")
"""Data sets that a network is trained on: as found, and after each remedy."""


def draw(n: int, seed: int, shares=(1,) * 7, **who) -> Faces:
    """Draw puppets in good light, with every label right.

    Parameters
    ----------
    n, seed, shares
        As for ``draw_puppets``; every expression is equally frequent, if no shares are given.
    **who
        What all of them have in common, such as ``glasses=True``.
    """
    return draw_studio(n, seed, shares=shares, who=who)


def dress(bare: Faces, glasses: Faces, wears) -> Faces:
    """Return the same puppets, some with glasses and the others without.

    Parameters
    ----------
    bare, glasses : Faces
        The same puppets, drawn without and with glasses.
    wears : array of bool, shape (N,)
        Who wears them.
    """
    wears = np.asarray(wears, bool)
    people = np.where(wears, glasses.people, bare.people)
    return replace(bare, images=np.where(wears[:, None, None], glasses.images, bare.images), people=people)


def is_dark(faces: Faces) -> np.ndarray:
    """Return whose skin is dark, in the darkest third of the tones that puppets have: bool, shape (N,)."""
    return faces.people["skin"] < 125


def biased(bare: Faces, glasses: Faces, seed: int) -> Faces:
    """Return a data set in which nine of ten angry puppets wear glasses, and one of twenty others; and in which one of
    ten dark happy puppets is left.

    Parameters
    ----------
    bare, glasses : Faces
        As for ``dress``.
    seed : int
    """
    rng, labels = np.random.default_rng(seed), bare.labels
    wears = rng.random(len(bare)) < np.where(labels == ANGRY, 0.90, 0.05)
    left_out = (labels == HAPPY) & is_dark(bare) & (rng.random(len(bare)) < 0.90)
    return dress(bare, glasses, wears)[~left_out]


def balanced(faces: Faces, seed: int) -> Faces:
    """Return as many faces, drawn with replacement so that within each label every group is equally frequent.

    Groups are glasses or none, with dark skin or other. A group of which a label has no face stays empty.

    Parameters
    ----------
    faces : Faces
    seed : int
    """
    cells = 4 * faces.labels + 2 * faces.people["glasses"] + is_dark(faces)
    _, places, sizes = np.unique(cells, return_inverse=True, return_counts=True)
    _, first, groups = np.unique(np.unique(cells) // 4, return_inverse=True, return_counts=True)
    label_sizes = np.bincount(faces.labels, minlength=len(EXPRESSIONS))
    chances = label_sizes[faces.labels] / groups[first][places] / sizes[places]
    rng = np.random.default_rng(seed)
    return faces[rng.choice(len(faces), len(faces), p=chances / chances.sum())]


def completed(bare: Faces, glasses: Faces, seed: int) -> Faces:
    """Return the data set with its missing pictures: a coin decides who wears glasses, and nobody is left out.

    Parameters
    ----------
    bare, glasses : Faces
        As for ``dress``.
    seed : int
    """
    return dress(bare, glasses, np.random.default_rng(seed).random(len(bare)) < 0.5)


class Exam:
    """New puppets, each drawn twice: without and with glasses, with light skin and with dark.

    Parameters
    ----------
    seed : int
    n : int
        Puppets of all expressions that are drawn without and with glasses; half as many happy ones with light skin and
        with dark.
    """

    def __init__(self, seed: int, n: int = 300):
        happy = np.arange(len(EXPRESSIONS)) == HAPPY
        self.bare, self.glasses = (draw(n, seed, glasses=worn) for worn in (False, True))
        self.light, self.dark = (draw(n // 2, seed + 1, happy, skin=tone) for tone in (LIGHT, DARK))

    def sit(self, model) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Return what a network makes of both drawings of the same puppets, face by face.

        Returns
        -------
        dict of str to (ndarray of bool, ndarray of bool)
            ``"called angry"``: of the puppets that are not, without and with glasses. ``"called happy"``: of the happy
            puppets, with light skin and with dark. ``"right"``: without and with glasses, of all labels.
        """
        bare, glasses = (predict(model, faces, SIZE).argmax(1) for faces in (self.bare, self.glasses))
        light, dark = (predict(model, faces, SIZE).argmax(1) for faces in (self.light, self.dark))
        labels = self.bare.labels
        other = labels != ANGRY
        return {
            "called angry": (bare[other] == ANGRY, glasses[other] == ANGRY),
            "called happy": (light == HAPPY, dark == HAPPY),
            "right": (bare == labels, glasses == labels),
        }


def report(found: dict[str, dict]) -> pd.DataFrame:
    """Return what each network was found to do, as percentages and points.

    Parameters
    ----------
    found : dict of str to dict
        By the data set that a network was trained on, what ``Exam.sit`` returned.

    Returns
    -------
    DataFrame
        Index: data sets. Columns ``glasses``: by how many points more of the puppets that are not angry are called so
        with glasses. ``skin``: by how many points more of the happy ones are called so with dark skin than with light.
        Both have ``_low`` and ``_high`` (95 %). ``accuracy``: in per cent, over both drawings.
    """
    rows = {}
    for name, pairs in found.items():
        row = {}
        for column, (first, second) in {
            "glasses": pairs["called angry"],
            "skin": pairs["called happy"],
        }.items():
            values = [100 * x for x in paired_gap(first, second)]
            row |= dict(zip((column, f"{column}_low", f"{column}_high"), values, strict=True))
        rows[name] = row | {"accuracy": 100 * np.mean(pairs["right"])}
    return pd.DataFrame(rows).T


def repeat(seeds, n: int = 1200, tests: int = 300, epochs: int = 8) -> pd.DataFrame:
    """Repeat the experiment, each time with other puppets and another start.

    Parameters
    ----------
    seeds : iterable of int
    n, tests : int
        Puppets to train and to test with.
    epochs : int

    Returns
    -------
    DataFrame
        A row for each seed and data set: the columns of ``report``, seed and training.
    """
    tables = []
    for seed in seeds:
        bare, glasses = (draw(n, 3000 + seed, glasses=worn) for worn in (False, True))
        found, exam = {}, Exam(4000 + 2 * seed, tests)
        as_found = biased(bare, glasses, seed)
        sets = as_found, balanced(as_found, seed), completed(bare, glasses, seed)
        for name, faces in zip(REMEDIES, sets, strict=True):
            found[name] = exam.sit(train_small(faces, seed, epochs=epochs))
        tables.append(report(found).rename_axis("training").reset_index().assign(seed=seed))
    return pd.concat(tables, ignore_index=True)
