"""How faces are divided into training and validation."""

import numpy as np
from sklearn.model_selection import train_test_split

from fer_course.faces import Faces
from fer_course.labels import EXPRESSIONS


def stratified_split(faces: Faces, validation: float = 0.125, seed: int = 0, group_twins: bool = False):
    """Split faces into training and validation, every label with the same share on both sides.

    Parameters
    ----------
    faces : Faces
        Usually the official Training split. With 28,709 images, 12.5 % gives 25,120 and 3,589.
    validation : float
        Share of the images to hold out, above 0 and below 1.
    seed : int
        The same seed gives the same split on any machine.
    group_twins : bool
        Keep pixel-identical images on one side. Otherwise a model is validated on images that it was trained on:
        2,271 of FER-2013's Training images have a twin in Training. The numbers per label stay the same, unless
        a label has too few images without a twin to make them up.

    Returns
    -------
    train, validation : Faces

    Raises
    ------
    ValueError
        If the share is out of range or a label has too few images to stand on both sides.
    """
    if not 0 < validation < 1:
        raise ValueError(
            f"Expected a validation share between 0 and 1, found {validation}; the paper's is 0.125."
        )
    counts, smaller = faces.counts(), min(validation, 1 - validation)
    short = [
        f"{EXPRESSIONS[i]} ({counts[i]})"
        for i in np.flatnonzero((counts > 0) & (counts * smaller < 1 - 1e-9))
    ]
    if short:
        needed = int(np.ceil(1 / smaller - 1e-9))
        raise ValueError(
            f"Expected at least {needed} images of every label for a {validation:.1%} validation set, "
            f"found {', '.join(short)}; use more images or a share nearer to a half."
        )
    positions = np.arange(len(faces))
    if group_twins:
        chosen = choose_groups(faces.labels, faces.twins(), validation, seed)
        train, held_out = positions[~chosen], positions[chosen]
        for side, some in (("training", train), ("validation", held_out)):
            lost = np.flatnonzero((counts > 0) & (faces[some].counts() == 0))
            if len(lost):
                raise ValueError(
                    f"Expected images of every label on both sides, found none labelled {EXPRESSIONS[lost[0]]} in "
                    f"{side}; use more images, another share, or group_twins=False."
                )
    else:
        train, held_out = train_test_split(
            positions, test_size=validation, random_state=seed, stratify=faces.labels
        )
    return faces[np.sort(train)], faces[np.sort(held_out)]


def choose_groups(labels: np.ndarray, groups: np.ndarray, share: float, seed: int) -> np.ndarray:
    """Choose whole groups of images until every label has its share.

    Parameters
    ----------
    labels, groups : ndarray of int64, shape (N,)
        The groups numbered from 0.
    share : float
        Of the images of each label, rounded by largest remainder so that the total is right too.
    seed : int

    Returns
    -------
    ndarray of bool, shape (N,)
        True for the images chosen; a group is chosen as a whole or not at all.
    """
    # RandomState's stream is frozen for good (NEP 19); a Generator's may change with numpy's version.
    random = np.random.RandomState(seed)
    exact = np.bincount(labels, minlength=len(EXPRESSIONS)) * share
    wanted = np.floor(exact).astype(np.int64)
    missing = int(np.ceil(len(labels) * share)) - wanted.sum()
    wanted[np.argsort(wanted - exact, kind="stable")[:missing]] += 1

    members = np.split(np.argsort(groups, kind="stable"), np.cumsum(np.bincount(groups))[:-1])
    order = [members[group] for group in random.permutation(len(members))]
    together = [group for group in order if len(group) > 1]
    single = [group for group in order if len(group) == 1]
    # Groups get their own share first and single images fill up, so twins are as common on both sides.
    enough = round(len(together) * share)
    chosen = np.zeros(len(labels), bool)
    for group in together[:enough] + single + together[enough:]:
        left = wanted - np.bincount(labels[group], minlength=len(EXPRESSIONS))
        if left.min() >= 0:
            wanted, chosen[group] = left, True
    return chosen
