"""From logits to figures per class, each with an interval that says how far to trust it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.metrics import precision_recall_fscore_support

from fer_course.evaluation.intervals import f1_interval, middle_95, resample, wilson_interval
from fer_course.labels import EXPRESSIONS, check_labels


def confusion_counts(*, labels, predictions) -> np.ndarray:
    """Return how often each label (rows) was predicted as each (columns), int64 of shape (7, 7).

    By name only: swapped, precision and recall would change places.

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


def macro_f1_interval(confusion: np.ndarray, draws: int = 1000, seed: int = 0) -> tuple[float, float]:
    """Return the 95 % interval of macro-F1, for which there is no simple formula: a bootstrap.

    Parameters
    ----------
    confusion : ndarray of int, shape (7, 7)
    draws, seed
        As for ``resample``.
    """
    drawn = resample(confusion.ravel(), draws, np.random.default_rng(seed)).reshape(-1, *confusion.shape)
    # A draw without any image of a class says nothing about that class; it must not count as an F1 of 0.
    f1 = np.where(drawn.sum(-1) > 0, _f1(drawn), np.nan)
    present = confusion.sum(1) > 0
    return middle_95(np.nanmean(f1[:, present], axis=1))


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
        Means over the classes that have images, each class counting the same, as scikit-learn's
        ``balanced_accuracy_score``. (Its ``average="macro"`` also counts a class that is only predicted.)
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
    confusion = confusion_counts(labels=labels, predictions=predictions)
    right, support, predicted = np.diagonal(confusion), confusion.sum(1), confusion.sum(0)
    precision, recall, f1, _ = precision_recall_fscore_support(
        labels, predictions, labels=range(len(EXPRESSIONS)), zero_division=0
    )
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
        macro_f1_interval=macro_f1_interval(confusion),
        per_class=per_class,
        confusion=confusion,
    )
