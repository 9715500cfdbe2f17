"""Whether a model is as often right as it is confident."""

import numpy as np
import pandas as pd

from fer_course.evaluation.intervals import wilson_interval
from fer_course.evaluation.predict import check_logits, softmax
from fer_course.labels import check_labels


def reliability(logits, labels, bins: int = 10) -> pd.DataFrame:
    """Compare a model's confidence with its accuracy, bin by bin: the numbers of a reliability diagram.

    Parameters
    ----------
    logits : array of float, shape (N, 7)
    labels : array of int, shape (N,)
    bins : int
        Equal steps of confidence from 0 to 1.

    Returns
    -------
    DataFrame
        One row for each bin that has images: mean confidence, accuracy with its 95 % interval (low, high), count.

    Raises
    ------
    ValueError
        If logits or labels are none, or not as many, or ``bins`` is not 1 or more.

    Notes
    -----
    Confidence is the largest softmax probability (Guo et al., *On Calibration of Modern Neural Networks*, 2017).
    """
    check_logits(logits)
    check_labels(labels)
    if not isinstance(bins, int) or bins < 1:
        raise ValueError(f"Expected bins as a whole number of 1 or more, found {bins!r}.")
    if len(np.asarray(labels)) != len(logits):
        raise ValueError(
            f"Expected a label for each of {len(logits):,} rows of logits, found {len(labels):,}."
        )
    probabilities = softmax(logits)
    confidence = probabilities.max(1)
    right = probabilities.argmax(1) == np.asarray(labels)
    # A confidence of 1 belongs to the last bin.
    faces = pd.DataFrame({"confidence": confidence, "right": right})
    table = faces.groupby(np.minimum((confidence * bins).astype(int), bins - 1)).agg(
        confidence=("confidence", "mean"),
        accuracy=("right", "mean"),
        right=("right", "sum"),
        count=("right", "size"),
    )
    table["low"], table["high"] = wilson_interval(table.pop("right"), table["count"])
    return table.reset_index(drop=True)[["confidence", "accuracy", "low", "high", "count"]]


def expected_calibration_error(logits, labels, bins: int = 10) -> float:
    """Return the mean gap between confidence and accuracy, bins weighted by their images (Guo et al. 2017, eq. 3)."""
    table = reliability(logits, labels, bins)
    return float(
        (table["count"] * (table["confidence"] - table["accuracy"]).abs()).sum() / table["count"].sum()
    )


def calibration_sentence(logits, labels) -> str:
    """Return in words how confident a model is on average, and how often it is right.

    Parameters
    ----------
    logits : array of float, shape (N, 7)
    labels : array of int, shape (N,)

    Returns
    -------
    str
        Too sure is called overconfident, not sure enough underconfident; within half a point, neither.
    """
    table = reliability(logits, labels)
    says, right = (np.average(table[name], weights=table["count"]) for name in ("confidence", "accuracy"))
    points = 100 * (says - right)
    verdict = f"{'over' if points > 0 else 'under'}confident by {abs(points):.1f} points"
    if abs(points) < 0.5:
        verdict = "as sure as right on average"
    error = expected_calibration_error(logits, labels)
    return f"{says:.1%} sure, right about {right:.1%}: {verdict}, ECE {error:.3f}"


def asked_confidence(weights, smoothing: float) -> np.ndarray:
    """Return for each label the confidence at which a weighted and smoothed cross-entropy is smallest.

    Parameters
    ----------
    weights : array of float, shape (C,)
        Of the classes, as PyTorch's ``cross_entropy`` takes them.
    smoothing : float
        Of the labels.

    Returns
    -------
    ndarray of float64, shape (C,)

    Raises
    ------
    ValueError
        If a weight is negative, or all are zero.

    Notes
    -----
    PyTorch weighs the smoothing's share of every label by that label's own weight, so the loss of a face labelled y is
    smallest where p is proportional to ``weights * ((1 - smoothing) * (one at y) + smoothing / C)``.
    """
    weights = np.asarray(weights, np.float64)
    if weights.ndim != 1 or (weights < 0).any() or not weights.any():
        raise ValueError(
            f"Expected one weight for each class, none negative and not all zero, found {weights}."
        )
    own, spread = (1 - smoothing) * weights, smoothing / len(weights)
    return (own + spread * weights) / np.maximum(own + spread * weights.sum(), 1e-12)
