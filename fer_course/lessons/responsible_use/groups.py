"""The groups of an audit: who puppets are and how they are seen, in words."""

import numpy as np
import pandas as pd

from fer_course.evaluation.groups import by_group, gap, paired_gap
from fer_course.faces import Faces
from fer_course.puppets.people import OCCLUSIONS

ORDER = {
    "skin": ("dark skin", "medium skin", "light skin"),
    "light and skin": tuple(
        f"{light} light, {skin} skin" for light in ("good", "dim") for skin in ("dark", "medium", "light")
    ),
    "glasses": ("glasses", "no glasses"),
    "beard": ("full beard", "moustache", "goatee", "stubble", "no beard"),
    "age": ("child", "adult", "old"),
    "headscarf": ("headscarf", "no headscarf"),
    "occlusion": (*OCCLUSIONS, "nothing hidden"),
}
"""What an audit asks, and the groups of each question in their order."""

SMALL = 100
"""Faces below which this lesson ranks no group: at 80 % the interval is 16 points wide."""


def groups_of(faces: Faces) -> dict[str, np.ndarray]:
    """Return to which group each puppet belongs, by what is asked.

    Parameters
    ----------
    faces : Faces
        Puppets, with ``people`` and ``scenes``.

    Returns
    -------
    dict of str to ndarray of str, shape (N,)
        The questions and groups of ``ORDER``; skin is divided into thirds of the tones that puppets have.

    Raises
    ------
    ValueError
        If nobody kept who these faces are.
    """
    people, scenes = faces.people, faces.scenes
    if people is None or scenes is None:
        raise ValueError(
            f"Expected puppets, found {faces.source}: nobody recorded the skin, age or glasses of these faces; "
            "audit draw_puppets(...)."
        )
    skin = np.select([people["skin"] < 125, people["skin"] < 170], ["dark skin", "medium skin"], "light skin")
    light = np.where(scenes["dark"] > 0, "dim light, ", "good light, ")
    beard = np.where(people["beard"] == "none", "no beard", people["beard"])
    return {
        "skin": skin,
        "light and skin": np.char.add(light, skin),
        "glasses": np.where(people["glasses"], "glasses", "no glasses"),
        "beard": np.where(beard == "full", "full beard", beard),
        "age": np.select([people["age"] < -0.6, people["age"] > 0.6], ["child", "old"], "adult"),
        "headscarf": np.where(people["hair"] == "headscarf", "headscarf", "no headscarf"),
        "occlusion": np.where(scenes["occlusion"] == "none", "nothing hidden", scenes["occlusion"]),
    }


def audit(predictions, labels, groups: dict[str, np.ndarray]) -> pd.DataFrame:
    """Return ``by_group`` for everything that is asked, in one table.

    Parameters
    ----------
    predictions, labels
        As for ``by_group``.
    groups : dict of str to array, shape (N,)
        From ``groups_of``.

    Returns
    -------
    DataFrame
        Index: (asked, group), without empty groups. Columns as ``by_group`` has them.
    """
    tables = {
        asked: by_group(predictions, labels, values, order=ORDER.get(asked))
        for asked, values in groups.items()
    }
    table = pd.concat(tables, names=["asked", "group"])
    return table[table.n > 0]


def small_groups(table: pd.DataFrame) -> str:
    """Return a sentence that warns of groups with fewer than ``SMALL`` faces, and how wide an interval gets."""
    small = table[table.n < SMALL]
    if small.empty:
        return f"Every group has at least {SMALL} faces."
    widths = 100 * (small.accuracy_high - small.accuracy_low)
    widest = widths.idxmax()
    named = ", ".join(f"{group} ({n})" for (_, group), n in small.n.items())
    return (
        f"Too few faces to rank: {named}. The interval of {widest[-1]} is {widths[widest]:.0f} points wide."
    )


def changes(answers: dict[str, tuple]) -> pd.DataFrame:
    """Return how accuracy changes with one thing about the same faces, in pairs and as if they were two groups.

    Parameters
    ----------
    answers : dict of str to (array of bool, array of bool)
        By what is changed: whether each face is named right before and after.

    Returns
    -------
    DataFrame
        Index: changes. Columns in points, with ``_low`` and ``_high`` (95 %): ``pairs`` from ``paired_gap``, and
        ``groups`` from ``gap``, as if the faces before and after were different ones.
    """
    rows = {}
    for name, (before, after) in answers.items():
        both, first = np.concatenate([after, before]), np.arange(2 * len(before)) < len(before)
        found = (*paired_gap(before, after), *gap(both, np.ones(len(both), int), first, ~first))
        rows[name] = [100 * value for value in found]
    columns = [column + end for column in ("pairs", "groups") for end in ("", "_low", "_high")]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def gaps_by_chance(right, groups, draws: int = 1000, seed: int = 0) -> np.ndarray:
    """Return how far the best group is ahead of the worst when faces are dealt to groups at random.

    Parameters
    ----------
    right : array of bool, shape (N,)
    groups : array, shape (N,)
    draws : int
    seed : int

    Returns
    -------
    ndarray of float, shape (draws,)
        From 0 to 1. Groups keep their sizes.

    Notes
    -----
    A permutation test (Fisher 1935): if the groups did not matter, dealing them out anew would change nothing.
    """
    right = np.asarray(right, float)
    _, places, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    rng, found = np.random.default_rng(seed), np.empty(draws)
    for k in range(draws):
        shares = np.bincount(places, rng.permutation(right)) / sizes
        found[k] = np.ptp(shares)
    return found
