"""Several predictions of the same faces compared, with intervals of their differences."""

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F

from fer_course.evaluation.intervals import middle_95, resample, wilson_interval
from fer_course.labels import EXPRESSIONS, check_labels


def compare_heads(
    predictions: dict[str, np.ndarray],
    labels: np.ndarray,
    counts: np.ndarray | None = None,
    *,
    draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Compare several predictions of the same faces, with intervals of each and of its gain on the first.

    Parameters
    ----------
    predictions : dict of str to ndarray of int64, shape (N,)
        The first is what the others are compared with.
    labels : ndarray of int64, shape (N,)
    counts : array of int, shape (7,), optional
        The mix of classes that accuracy and F1 are for: examined faces of a class count as much together as its
        share; precision too. Recall does not depend on the mix. None leaves the mix as it is.
    draws : int
        Exam sets that are drawn.
    seed : int

    Returns
    -------
    DataFrame
        Index (measure, method). Measures: ``accuracy``, ``macro recall``, ``macro-F1``, the labels, which stand for
        their recall, and ``precision of angry`` and so on: NaN where a method never gives that label. Columns: value,
        low, high (95 %), gain (on the first), gain_low, gain_high.

    Raises
    ------
    ValueError
        If the predictions are not as many as the labels, or one is not from 0 to 6.

    Notes
    -----
    Percentile bootstrap (Efron and Tibshirani 1993), faces drawn with replacement within each class, and the same
    draws for all methods: a face that is hard for all of them says nothing about their difference. The intervals
    answer what other faces in the *exam* would change, not what other training faces would. The interval of a recall
    is Wilson's: a bootstrap of 0 right answers in 55 would be of width zero.
    """
    labels = np.asarray(labels)
    for name, predicted in predictions.items():
        if np.shape(predicted) != labels.shape or not len(labels):
            raise ValueError(
                f"Expected one prediction for each of {len(labels):,} labels, found {np.shape(predicted)} in {name!r}."
            )
        check_labels(labels, predicted)
    k = len(EXPRESSIONS)
    support = np.bincount(labels, minlength=k)
    mix = support if counts is None else np.where(support > 0, counts, 0)
    mix = mix / mix.sum()
    drawn = _draw_within_classes(labels, draws, seed)
    measured = {}
    for name, predicted in predictions.items():
        cells = F.one_hot(torch.from_numpy(labels * k + np.asarray(predicted)), k * k).float()
        # Row 0: the faces as they are.
        confusion = (drawn @ cells).numpy().astype(np.float64).reshape(-1, k, k)
        measured[name] = _measures(confusion, mix, support > 0)
    first = next(iter(measured.values()))
    rows = {}
    for measure in first:
        for name, values in measured.items():
            gain = values[measure] - first[measure]
            if measure in EXPRESSIONS:
                faces = support[EXPRESSIONS.index(measure)]
                interval = wilson_interval(round(values[measure][0] * faces), faces)
            else:
                interval = middle_95(values[measure][1:])
            rows[measure, name] = [values[measure][0], *interval, gain[0], *middle_95(gain[1:])]
    table = pd.DataFrame.from_dict(
        rows, orient="index", columns=["value", "low", "high", "gain", "gain_low", "gain_high"]
    )
    table.index = pd.MultiIndex.from_tuples(table.index, names=["measure", "method"])
    return table


def _draw_within_classes(labels, draws, seed) -> torch.Tensor:
    """How often each face is drawn, shape (1 + draws, N); in the first row each once."""
    rng = np.random.default_rng(seed)
    times = np.ones((1 + draws, len(labels)), np.float32)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        times[1:, members] = resample(np.ones(len(members), np.int64), draws, rng)
    return torch.from_numpy(times)


def _measures(confusion, mix, present) -> dict[str, np.ndarray]:
    """Measures of many confusion matrices, shape (B, 7, 7) to a dict of (B,)."""
    rates = confusion / np.maximum(confusion.sum(-1, keepdims=True), 1)
    recall = np.diagonal(rates, axis1=1, axis2=2)  # (B, 7)
    predicted = np.einsum("r,brc->bc", mix, rates)  # share of each prediction under the mix
    f1 = 2 * mix * recall / np.maximum(mix + predicted, 1e-12)
    measures = {
        "accuracy": recall @ mix,
        "macro recall": recall[:, present].mean(1),
        "macro-F1": f1[:, present].mean(1),
    }
    measures |= {name: recall[:, i] for i, name in enumerate(EXPRESSIONS) if present[i]}
    precision = np.where(predicted > 0, mix * recall / np.maximum(predicted, 1e-12), np.nan)
    return measures | {
        f"precision of {name}": precision[:, i] for i, name in enumerate(EXPRESSIONS) if present[i]
    }
