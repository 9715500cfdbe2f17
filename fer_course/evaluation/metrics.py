"""From logits to figures per class, each with an interval that says how far to trust it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from sklearn.metrics import precision_recall_fscore_support

from fer_course.faces import Faces
from fer_course.labels import EXPRESSIONS, check_labels
from fer_course.model.network import check_network, evaluation_mode
from fer_course.training.batches import prepare

LEVEL_95 = 1.959964
"""Standard normal quantile of a two-sided 95 % interval."""


VIEW_SHIFT = 2
"""Pixels of 48 that a shifted view is moved by, in each direction."""


def predict(
    model, faces, size: int, *, views: int = 1, batch_size: int | None = None, device=None
) -> np.ndarray:
    """Return the model's logits.

    Parameters
    ----------
    model : nn.Module
        Put into evaluation mode while predicting; after that each layer is in the mode it had.
    faces : Faces or ndarray of uint8, shape (N, 48, 48)
    size : int
        Height and width that the model was trained at, in pixels.
    views : {1, 2, 10}
        1: each image as it is. 2: and its mirror image. 10: both of these, and both shifted by two pixels along each
        diagonal (ten crops, Krizhevsky et al. 2012, section 4.1). Ten views take ten times as long.
    batch_size : int, optional
        64 on a CPU, 256 on a GPU, if not given.
    device : str or torch.device, optional
        Where the model is, if not given.

    Returns
    -------
    ndarray of float32, shape (N, 7)
        Of several views, the logarithm of the mean of their probabilities.

    Raises
    ------
    ValueError
        If the number of views is another one, the model no network, or the images not as ``prepare`` takes them.
    """
    check_network(model)
    images = faces.images if isinstance(faces, Faces) else np.asarray(faces)
    if views != 1:
        each = [
            softmax(predict(model, view, size, batch_size=batch_size, device=device))
            for view in _views(images, views)
        ]
        return np.log(np.mean(each, axis=0)).astype(np.float32)
    device = torch.device(device or next(model.parameters()).device)
    batch_size = batch_size or (256 if device.type == "cuda" else 64)
    with evaluation_mode(model), torch.inference_mode():
        logits = [
            model(prepare(images[start : start + batch_size], size, device)).float()
            for start in range(0, len(images), batch_size)
        ]
    return torch.cat(logits).cpu().numpy() if logits else np.zeros((0, len(EXPRESSIONS)), np.float32)


def _views(images: np.ndarray, views: int):
    """Yield the images as they are and changed: mirrored, and shifted with their border pixels repeated."""
    if views not in (2, 10):
        raise ValueError(f"Expected 1, 2 or 10 views, found {views}.")
    height, width = images.shape[-2:]
    far = 2 * VIEW_SHIFT
    corners = [(VIEW_SHIFT, VIEW_SHIFT)]  # of the middle, which is the image itself
    if views == 10:
        corners += [(0, 0), (0, far), (far, 0), (far, far)]
    wider = np.pad(images, [(0, 0), (VIEW_SHIFT, VIEW_SHIFT), (VIEW_SHIFT, VIEW_SHIFT)], mode="edge")
    for top, left in corners:
        view = wider[:, top : top + height, left : left + width]
        yield view
        yield view[:, :, ::-1]


def check_logits(logits):
    """Refuse what is not seven logits for each face, such as probabilities, with a ``ValueError``."""
    rows = np.asarray(logits)
    if rows.ndim != 2 or rows.shape[1] != len(EXPRESSIONS) or not len(rows):
        raise ValueError(
            f"Expected logits of shape (N, {len(EXPRESSIONS)}), one row at least, found {rows.shape}."
        )
    if (rows >= 0).all() and np.allclose(rows.sum(1), 1, atol=1e-3):
        raise ValueError(
            "Expected logits, found rows that add up to 1, which are probabilities; pass the logits of predict."
        )


def softmax(logits: np.ndarray) -> np.ndarray:
    """Return probabilities, shape (N, 7), each row summing to 1."""
    return torch.from_numpy(np.asarray(logits, dtype=np.float64)).softmax(dim=-1).numpy()


def wilson_interval(successes, n) -> tuple[np.ndarray, np.ndarray]:
    """Return the 95 % interval of a share, from counts.

    Parameters
    ----------
    successes, n : int or array of int

    Returns
    -------
    low, high : float or ndarray of float
        From 0 to 1; where ``n`` is 0, nothing is known: 0 and 1.

    Raises
    ------
    ValueError
        If there are more successes than trials, or a negative number.

    Notes
    -----
    Wilson, *Probable inference, the law of succession, and statistical inference*, JASA 1927. Unlike the textbook's
    ``p ± 1.96 * sqrt(p * (1 - p) / n)`` it stays within 0 and 1 for the 56 images of disgust.
    """
    successes, n = np.asarray(successes, dtype=np.float64), np.asarray(n, dtype=np.float64)
    if (successes < 0).any() or (successes > n).any():
        raise ValueError(f"Expected successes from 0 to the number of trials, found {successes} of {n}.")
    z2 = LEVEL_95**2
    trials = np.maximum(n, 1)
    share = successes / trials
    middle = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = LEVEL_95 * np.sqrt(share * (1 - share) / trials + z2 / (4 * trials**2)) / (1 + z2 / trials)
    # At none and at all the ends are 0 and 1 exactly; rounding would miss them by a hair.
    low = np.where(successes == 0, 0.0, np.clip(middle - half, 0, 1))
    high = np.where(successes == n, 1.0, np.clip(middle + half, 0, 1))
    return np.where(n > 0, low, 0.0)[()], np.where(n > 0, high, 1.0)[()]


def confusion_counts(labels, predictions) -> np.ndarray:
    """Return how often each label (rows) was predicted as each (columns), int64 of shape (7, 7).

    Raises
    ------
    ValueError
        If a label or a prediction is not from 0 to 6.
    """
    check_labels(labels, predictions)
    n = len(EXPRESSIONS)
    cells = n * np.asarray(labels, np.int64) + np.asarray(predictions, np.int64)
    return np.bincount(cells, minlength=n * n).reshape(n, n)


def _f1(confusion: np.ndarray) -> np.ndarray:
    """F1 per class of one or many confusion matrices, shape (..., 7, 7) to (..., 7)."""
    right = np.diagonal(confusion, axis1=-2, axis2=-1)
    return 2 * right / np.maximum(confusion.sum(-1) + confusion.sum(-2), 1)


def f1_interval(right, labelled, predicted) -> tuple[np.ndarray, np.ndarray]:
    """Return the 95 % interval of F1, from counts.

    Parameters
    ----------
    right, labelled, predicted : int or array of int
        Faces with the label that were predicted so, faces with the label, faces predicted so.

    Returns
    -------
    low, high : float or ndarray of float
        From 0 to 1.

    Notes
    -----
    F1 is no share of faces, but J = right / (labelled + predicted - right) is one: of all faces that have the label or
    are said to have it, those that have both. F1 = 2 J / (1 + J) grows with it, so the ends of J's interval become the
    ends of F1's (Lam, Gopal and Qian, *Confidence Intervals for the F1 Score*, 2023, Wilson indirect method).
    """
    right = np.asarray(right)
    low, high = wilson_interval(right, np.asarray(labelled) + np.asarray(predicted) - right)
    return 2 * low / (1 + low), 2 * high / (1 + high)


def bootstrap_interval(labels, predictions, draws: int = 1000, seed: int = 0) -> np.ndarray:
    """Return the 95 % interval of macro-F1, for which there is no simple formula: ndarray of float, low and high.

    Parameters
    ----------
    labels, predictions : array of int, shape (N,)
    draws : int
        Number of data sets of the same size, drawn with replacement.
    seed : int

    Notes
    -----
    Percentile bootstrap (Efron and Tibshirani 1993). To draw images with replacement is to draw the cells of the
    confusion matrix from a multinomial distribution, which takes milliseconds.
    """
    confusion = confusion_counts(labels, predictions)
    n = confusion.sum()
    if n == 0:
        return np.array([0.0, 1.0])
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(n, confusion.ravel() / n, size=draws).reshape(-1, *confusion.shape)
    # A draw without any image of a class says nothing about that class; it must not count as an F1 of 0.
    f1 = np.where(drawn.sum(-1) > 0, _f1(drawn), np.nan)
    present = confusion.sum(1) > 0
    return np.percentile(np.nanmean(f1[:, present], axis=1), [2.5, 97.5])


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Figures of a set of predictions.

    Attributes
    ----------
    n : int
        Images.
    accuracy : float
    accuracy_interval : (float, float)
        95 %, Wilson.
    macro_recall, macro_f1 : float
        Means over the classes that have images, each class counting the same.
    macro_f1_interval : (float, float)
        95 %, bootstrap.
    per_class : DataFrame
        Rows ``EXPRESSIONS``; columns support, precision, recall, f1, each of the last three with ``_low`` and
        ``_high`` (95 %: ``wilson_interval`` for precision and recall, ``f1_interval``).
    confusion : ndarray of int, shape (7, 7)
        Rows are labels, columns predictions.
    """

    n: int
    accuracy: float
    accuracy_interval: tuple[float, float]
    macro_recall: float
    macro_f1: float
    macro_f1_interval: tuple[float, float]
    per_class: pd.DataFrame
    confusion: np.ndarray

    def __str__(self) -> str:
        low, high = self.accuracy_interval
        f1_low, f1_high = self.macro_f1_interval
        return (
            f"accuracy {self.accuracy:.1%} ({low:.1%} to {high:.1%}), macro recall {self.macro_recall:.1%}, "
            f"macro-F1 {self.macro_f1:.3f} ({f1_low:.3f} to {f1_high:.3f}), n = {self.n:,}"
        )


def evaluate(predictions, labels) -> Evaluation:
    """Compare predictions with labels.

    Parameters
    ----------
    predictions : array of float, shape (N, 7), or of int, shape (N,)
        Logits, or the predicted labels themselves.
    labels : array of int, shape (N,)

    Returns
    -------
    Evaluation

    Raises
    ------
    ValueError
        If there are no labels, or not as many predictions, or one that is no number or not from 0 to 6.
    """
    predictions, labels = np.asarray(predictions), np.asarray(labels)
    shape = predictions.shape
    if predictions.ndim == 2 and shape[1] == len(EXPRESSIONS):
        missing = np.isnan(predictions).any(1).sum()
        if missing:
            raise ValueError(
                f"Expected logits, found no number (NaN) for {missing:,} of {len(predictions):,} faces: training has "
                "diverged; begin anew with a lower learning rate."
            )
        predictions = predictions.argmax(1)
    if len(labels) == 0 or predictions.shape != labels.shape:
        raise ValueError(
            f"Expected predictions, then as many labels, one at least; found shapes {shape} and {labels.shape}. "
            "Predictions come first."
        )
    confusion = confusion_counts(labels, predictions)
    right, support, predicted = np.diagonal(confusion), confusion.sum(1), confusion.sum(0)
    precision, recall, f1, _ = precision_recall_fscore_support(
        labels, predictions, labels=range(len(EXPRESSIONS)), zero_division=0
    )
    macro_low, macro_high = bootstrap_interval(labels, predictions).tolist()
    f1_low, f1_high = f1_interval(right, support, predicted)
    precision_low, precision_high = wilson_interval(right, predicted)
    recall_low, recall_high = wilson_interval(right, support)
    per_class = pd.DataFrame(
        {
            "support": support,
            "precision": precision,
            "precision_low": precision_low,
            "precision_high": precision_high,
            "recall": recall,
            "recall_low": recall_low,
            "recall_high": recall_high,
            "f1": f1,
            "f1_low": f1_low,
            "f1_high": f1_high,
        },
        index=pd.Index(EXPRESSIONS, name="label"),
    )
    present = support > 0
    low, high = wilson_interval(right.sum(), support.sum())
    return Evaluation(
        n=len(labels),
        accuracy=float(right.sum() / support.sum()),
        accuracy_interval=(float(low), float(high)),
        macro_recall=float(recall[present].mean()),
        macro_f1=float(f1[present].mean()),
        macro_f1_interval=(macro_low, macro_high),
        per_class=per_class,
        confusion=confusion,
    )


def calibration(logits, labels, bins: int = 10) -> pd.DataFrame:
    """Compare how sure the model says it is with how often it is right.

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

    Notes
    -----
    Confidence is the largest softmax probability (Guo et al., *On Calibration of Modern Neural Networks*, 2017).
    """
    check_logits(logits)
    check_labels(labels)
    probabilities = softmax(logits)
    confidence = probabilities.max(1)
    right = probabilities.argmax(1) == np.asarray(labels)
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    rows = []
    for b in np.unique(bin_of):
        chosen = bin_of == b
        low, high = wilson_interval(right[chosen].sum(), chosen.sum())
        rows.append((confidence[chosen].mean(), right[chosen].mean(), low, high, chosen.sum()))
    return pd.DataFrame(rows, columns=["confidence", "accuracy", "low", "high", "count"])


def expected_calibration_error(logits, labels, bins: int = 10) -> float:
    """Return the mean gap between confidence and accuracy, bins weighted by their images (Guo et al. 2017, eq. 3)."""
    table = calibration(logits, labels, bins)
    return float(
        (table["count"] * (table["confidence"] - table["accuracy"]).abs()).sum() / table["count"].sum()
    )


def calibration_sentence(logits, labels) -> str:
    """Say in words how sure a model is on average, and how often it is right.

    Parameters
    ----------
    logits : array of float, shape (N, 7)
    labels : array of int, shape (N,)

    Returns
    -------
    str
        Too sure is called overconfident, not sure enough underconfident; within half a point, neither.
    """
    table = calibration(logits, labels)
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
