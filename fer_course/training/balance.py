"""How uneven the classes are, and weights that answer it."""

import numpy as np
import pandas as pd

from fer_course.labels import EXPRESSIONS

CLASSES = len(EXPRESSIONS)


def _counts(counts) -> np.ndarray:
    if isinstance(counts, pd.Series) and list(counts.index) not in ([*range(CLASSES)], [*EXPRESSIONS]):
        raise ValueError(
            f"Expected counts in the order of the labels, found the order {list(counts.index)[:CLASSES]}; "
            "faces.counts() gives them."
        )
    if isinstance(counts, dict | str):
        raise ValueError(
            f"Expected counts in the order of the labels, found {type(counts).__name__}; faces.counts() gives them."
        )
    counts = np.asarray(counts, dtype=np.float64)
    if counts.ndim != 1 or len(counts) > CLASSES or not (counts >= 0).all() or not counts.any():
        raise ValueError(
            f"Expected one count per class, none negative and not all zero, found {counts}; faces.counts() gives them."
        )
    return counts


def imbalance_ratio(counts) -> float:
    """Return images of the largest class for each image of the smallest: 16.5 for FER-2013's Training split.

    Classes without any image are left out.

    Raises
    ------
    ValueError
        If a count is negative or all are zero.
    """
    counts = _counts(counts)
    return float(counts.max() / counts[counts > 0].min())


def class_weights(counts, cap: float | None = None) -> np.ndarray:
    """Return a weight per class, inversely proportional to its count, then capped.

    Parameters
    ----------
    counts : array of int, shape (C,)
        Training images per class.
    cap : float, optional
        No weight above this. FER-2013's balanced weight for disgust is 9.4: each of its images would move the
        network as far as 16.5 happy ones, wrong labels included.

    Returns
    -------
    ndarray of float32, shape (C,)
        ``min(N / (C * count), cap)``; 0 for a class without images, which no batch can contain.

    Raises
    ------
    ValueError
        If a count is negative, all are zero, or the cap is not positive.

    Notes
    -----
    Uncapped, this is ``class_weight="balanced"`` of scikit-learn (King and Zeng 2001), which divides by the classes
    that have images and not by all seven. The paper caps its weights; its abstract does not say where.
    """
    counts = _counts(counts)
    if cap is not None and not cap > 0:
        raise ValueError(f"Expected a cap above 0, or None for no cap, found {cap}.")
    weights = np.divide(counts.sum(), len(counts) * counts, out=np.zeros_like(counts), where=counts > 0)
    if cap is not None:
        weights = np.minimum(weights, cap)
    return weights.astype(np.float32)


def effective_number_weights(counts, beta: float = 0.999) -> np.ndarray:
    """Return a weight per class from its effective number of images, with mean 1 over the classes that have any.

    Parameters
    ----------
    counts : array of int, shape (C,)
        Training images per class.
    beta : float
        From 0 (all classes weigh the same) towards 1 (inversely proportional to the count).

    Returns
    -------
    ndarray of float32, shape (C,)

    Raises
    ------
    ValueError
        If a count is negative, all are zero, or ``beta`` is not in [0, 1).

    Notes
    -----
    Cui et al., *Class-Balanced Loss Based on Effective Number of Samples*, CVPR 2019, equation 2: the n-th image of
    a class adds ``beta ** (n - 1)`` of a new one, so n images count as ``(1 - beta ** n) / (1 - beta)``.
    """
    counts = _counts(counts)
    if not 0 <= beta < 1:
        raise ValueError(f"Expected beta from 0 up to, but not including, 1, found {beta}.")
    present = counts > 0
    effective = (1 - beta ** counts[present]) / (1 - beta)
    weights = np.zeros_like(counts)
    weights[present] = (1 / effective) / (1 / effective).mean()
    return weights.astype(np.float32)


def long_tail(labels, ratio: float, seed: int = 0) -> np.ndarray:
    """Return positions of faces that make up a long tail: from class to class fewer by the same factor.

    Parameters
    ----------
    labels : ndarray of int64, shape (N,)
    ratio : float
        Faces of the commonest class for each face of the rarest; the classes keep their order by size.
    seed : int
        Which faces stay.

    Returns
    -------
    ndarray of int64
        Ascending. A class that has too few faces keeps them all.

    Raises
    ------
    ValueError
        If there are no labels or the ratio is below 1.

    Notes
    -----
    As CIFAR is made long-tailed: Cui et al. 2019, section 5.1; Cao et al., *Learning Imbalanced Datasets with
    Label-Distribution-Aware Margin Loss*, NeurIPS 2019.
    """
    labels = np.asarray(labels)
    if not len(labels) or not ratio >= 1:
        raise ValueError(f"Expected labels and a ratio of 1 or more, found {len(labels)} labels and {ratio}.")
    counts = np.bincount(labels)
    order = np.argsort(-counts, kind="stable")
    order = order[counts[order] > 0]
    wanted = counts.max() / ratio ** (np.arange(len(order)) / max(len(order) - 1, 1))
    random = np.random.RandomState(seed)
    kept = [
        random.permutation(np.flatnonzero(labels == label))[: max(round(number), 1)]
        for label, number in zip(order, wanted, strict=True)
    ]
    return np.sort(np.concatenate(kept))
