"""Logit adjustment step by step: what is gained, and what is paid for it."""

import numpy as np
import pandas as pd

from fer_course.evaluation.comparison import compare_heads
from fer_course.labels import EXPRESSIONS
from fer_course.model.weights import WEIGHTS
from fer_course.training.heads import adjust_logits

PHOTOGRAPHS = WEIGHTS / "fer2013_tau.csv"
"""What ``along_tau`` gives for the reference model on FER-2013's validation photographs, in per cent: measured by
``research/imbalance.py``, so that those without photographs see it too."""


def along_tau(
    logits: np.ndarray, labels: np.ndarray, counts: np.ndarray, *, steps=None, draws: int = 1000
) -> pd.DataFrame:
    """Adjust logits step by step, and measure what is gained and what is paid.

    Parameters
    ----------
    logits : ndarray of float, shape (N, 7)
    labels : ndarray of int64, shape (N,)
    counts : array of int, shape (7,)
        Training images per label: what is adjusted for, and the mix that accuracy, F1 and precision are for.
    steps : sequence of float, optional
        Values of tau, the first of which the others are compared with; 0 to 2 in steps of 0.2 if not given.
    draws : int
        As for ``compare_heads``.

    Returns
    -------
    DataFrame
        A row for each tau. Columns: ``accuracy``, ``macro recall``, ``macro-F1``, ``recall of disgust``,
        ``precision of disgust``, ``gain``, ``gain_low``, ``gain_high`` (of macro recall on the first step), ``worst``
        (the lowest recall) and ``worst label``. Without faces of disgust in the exam, its two columns are missing.
    """
    steps = np.linspace(0, 2, 11).round(1) if steps is None else np.asarray(steps)
    adjusted = {f"{tau:g}": adjust_logits(logits, counts, tau).argmax(1) for tau in steps}
    table = compare_heads(adjusted, labels, counts, draws=draws)
    names = {name: name for name in ("accuracy", "macro recall", "macro-F1")}
    names |= {"recall of disgust": "disgust", "precision of disgust": "precision of disgust"}
    curve = pd.DataFrame(
        {
            column: table.loc[measure].value.to_numpy()
            for column, measure in names.items()
            if measure in table.index
        },
        index=pd.Index(steps, name="tau"),
    )
    for column in ("gain", "gain_low", "gain_high"):
        curve[column] = table.loc["macro recall"][column].to_numpy()
    present = [name for name in EXPRESSIONS if name in table.index]
    recalls = np.stack([table.loc[name].value.to_numpy() for name in present], 1)
    curve["worst"], curve["worst label"] = recalls.min(1), [present[i] for i in recalls.argmin(1)]
    return curve


def bargain(table: pd.DataFrame, method: str) -> str:
    """Return in words what a method gains in macro recall, what it pays in accuracy, and its false alarms of disgust.

    Parameters
    ----------
    table : DataFrame
        From ``compare_heads``.
    method : str
    """
    macro, accuracy = (100 * table.gain[measure, method] for measure in ("macro recall", "accuracy"))
    words = f"{method}: macro recall {macro:+.1f} points, accuracy {accuracy:+.1f}"
    precision = 100 * table.value.get(("precision of disgust", method), np.nan)
    alarms = (
        "it never says disgust"
        if np.isnan(precision)
        else f"of 100 faces called disgust, {precision:.0f} are"
    )
    return f"{words}; {alarms}"
