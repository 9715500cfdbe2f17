"""For whom is it right? Accuracy and recall of groups of faces, with intervals, and the same faces seen twice."""

import numpy as np
import pandas as pd

from fer_course.evaluation.intervals import LEVEL_95, mean_interval, wilson_interval
from fer_course.labels import EXPRESSIONS, check_labels

SMALL = 30
"""Faces below which a group's accuracy is hardly known: at 80 % its interval is 27 points wide."""


def by_group(predictions, labels, groups, *, order=None) -> pd.DataFrame:
    """Return accuracy, macro recall and every label's recall for each group of faces.

    Parameters
    ----------
    predictions : array of float, shape (N, 7), or of int, shape (N,)
        Logits, or the predicted labels themselves.
    labels : array of int, shape (N,)
    groups : array, shape (N,)
        To which group each face belongs: words, numbers or booleans.
    order : sequence, optional
        Of the groups; as sorted, if not given. One without faces has ``n`` 0 and NaN.

    Returns
    -------
    DataFrame
        Index: groups. Columns: n, accuracy, accuracy_low, accuracy_high (95 %, Wilson), macro_recall (over labels that
        the group has), then for each label its recall with ``_low`` and ``_high``, NaN if the group has no such face.

    Raises
    ------
    ValueError
        If the three do not have one entry for each face, one face at least, or a group is missing from ``order``.
    """
    predicted, labels, groups = _aligned(predictions, labels, groups)
    names = list(order) if order is not None else sorted(set(groups.tolist()))
    lost = sorted({str(name) for name in set(groups.tolist()) - set(names)})
    if lost:
        raise ValueError(f"Expected an order with every group, found none for {', '.join(lost)}; add them.")
    rows = {}
    for name in names:
        members = groups == name
        right, n = predicted[members] == labels[members], int(members.sum())
        row = {"n": n} | _share("accuracy", right)
        recalls = {}
        for k, label in enumerate(EXPRESSIONS):
            recalls |= _share(label, right[labels[members] == k])
        known = [recalls[label] for label in EXPRESSIONS if not np.isnan(recalls[label])]
        rows[name] = row | {"macro_recall": np.mean(known) if known else np.nan} | recalls
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("group")


def gap(predictions, labels, members, others) -> tuple[float, float, float]:
    """Return by how much accuracy differs between two groups of different faces, with its 95 % interval.

    Parameters
    ----------
    predictions, labels
        As for ``by_group``.
    members, others : array of bool, shape (N,)
        The two groups; no face is in both.

    Returns
    -------
    difference, low, high : float
        Accuracy of ``members`` minus that of ``others``, from -1 to 1.

    Raises
    ------
    ValueError
        If a group is empty, or the two share faces.

    Notes
    -----
    Newcombe, *Interval estimation for the difference between independent proportions*, Statistics in Medicine 1998,
    method 10: made of the two Wilson intervals, so that it stays honest for small groups.
    """
    predicted, labels, members = _aligned(predictions, labels, np.asarray(members, bool))
    others = np.asarray(others, bool)
    if not members.any() or not others.any() or (members & others).any():
        raise ValueError(
            f"Expected two groups with faces of their own, found {members.sum():,} and {others.sum():,}, of which "
            f"{(members & others).sum():,} are in both."
        )
    right = predicted == labels
    one, two = right[members], right[others]
    (low1, high1), (low2, high2) = (wilson_interval(each.sum(), len(each)) for each in (one, two))
    p1, p2 = one.mean(), two.mean()
    difference = p1 - p2
    below = np.hypot(p1 - low1, high2 - p2)
    above = np.hypot(high1 - p1, p2 - low2)
    return float(difference), float(difference - below), float(difference + above)


def paired_gap(first, second) -> tuple[float, float, float]:
    """Return by how much the same faces differ when one thing about them is changed, with its 95 % interval.

    Parameters
    ----------
    first, second : array of bool or float, shape (N,)
        What is measured of each face, such as whether it is named right, before and after the change.

    Returns
    -------
    difference, low, high : float
        Mean of ``second`` minus mean of ``first``.

    Raises
    ------
    ValueError
        If the two are not of the same faces, or there are none.

    Notes
    -----
    Percentile bootstrap over faces, of the differences. What makes a face hard is in both and cancels: so the interval
    is narrower than that of two groups of as many faces.
    """
    first, second = np.asarray(first, float), np.asarray(second, float)
    if first.shape != second.shape or first.ndim != 1 or not len(first):
        raise ValueError(
            f"Expected the same faces twice, one value each, found shapes {first.shape} and {second.shape}."
        )
    return mean_interval(second - first)


def smallest_visible_gap(n: int, others: int, accuracy: float) -> float:
    """Return how large a difference of accuracy must be to show between two groups of some size.

    Parameters
    ----------
    n, others : int
        Faces in the groups.
    accuracy : float
        About that of both, from 0 to 1.

    Returns
    -------
    float
        Half the width of the difference's 95 % interval, from 0 to 1, by the normal approximation.

    Raises
    ------
    ValueError
        If a group is empty or the accuracy is no share.
    """
    if min(n, others) < 1 or not 0 <= accuracy <= 1:
        raise ValueError(f"Expected two groups with faces and a share, found {n}, {others} and {accuracy}.")
    return float(LEVEL_95 * np.sqrt(accuracy * (1 - accuracy) * (1 / n + 1 / others)))


def _share(name: str, right: np.ndarray) -> dict[str, float]:
    if not len(right):
        return {name: np.nan, f"{name}_low": np.nan, f"{name}_high": np.nan}
    low, high = wilson_interval(right.sum(), len(right))
    return {name: float(right.mean()), f"{name}_low": float(low), f"{name}_high": float(high)}


def _aligned(predictions, labels, groups):
    predicted, labels, groups = np.asarray(predictions), np.asarray(labels), np.asarray(groups)
    if predicted.ndim == 2 and predicted.shape[1] == len(EXPRESSIONS):
        predicted = predicted.argmax(axis=1)
    if labels.ndim != 1 or not len(labels) or predicted.shape != labels.shape or groups.shape != labels.shape:
        raise ValueError(
            f"Expected predictions, labels and groups with one entry for each face, found shapes {predicted.shape}, "
            f"{labels.shape} and {groups.shape}."
        )
    check_labels(labels, predicted)
    return predicted, labels, groups
