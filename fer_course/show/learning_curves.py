"""How training went: loss and accuracy, epoch by epoch."""

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from fer_course.show.charts import curves
from fer_course.show.style import INK, new_figure

MANY = 20
"""Epochs of which the markers are small."""


def phases_of(history: pd.DataFrame) -> list[str]:
    """Name the part of training that each epoch belongs to: its run where there were several, or else its stage.

    Parameters
    ----------
    history : DataFrame
        ``Run.history``; the reference model's has a column ``phase``.
    """
    if "phase" in history:
        return history.phase.tolist()
    return history.stage.map({"head": "stage 1", "tune": "stage 2"}).tolist()


def learning_curves(history: pd.DataFrame, measures: dict[str, dict[str, str]]):
    """Draw how measures change from epoch to epoch, a panel each, and a dotted line where a phase begins.

    Parameters
    ----------
    history : DataFrame
        ``Run.history``.
    measures : dict of str to dict of str to str
        By the words at a panel's axis: columns of ``history``, and what their curves are called. Shares from 0 to 1 are
        drawn in percent where the words end in "(%)".

    Returns
    -------
    matplotlib Figure
    """
    figure, panels = new_figure(5 * len(measures), 3.8, 1, len(measures), squeeze=False)
    phases, epochs = phases_of(history), np.arange(1, len(history) + 1)
    begins = [k for k in range(1, len(phases)) if phases[k] != phases[k - 1]]
    for axes, (words, columns) in zip(panels[0], measures.items(), strict=True):
        table = history[list(columns)].set_axis(epochs).rename(columns=columns)
        curves(
            axes, table * (100 if words.endswith("(%)") else 1), markersize=6 if len(epochs) <= MANY else 3
        )
        above = {"xycoords": axes.get_xaxis_transform(), "textcoords": "offset points", "fontsize": 9}
        for i, k in enumerate(begins):
            axes.axvline(k + 0.5, color=INK, linewidth=1, linestyle=":")
            if i == 0:
                axes.annotate(phases[0], (k + 0.5, 1), (-3, 3), ha="right", **above)
            # At two heights: a short phase is narrower than its name.
            axes.annotate(phases[k], (k + 0.5, 1), (3, 3 + 11 * (i % 2)), ha="left", **above)
        axes.set(xlabel="epoch", ylabel=words, xlim=(0.5, len(epochs) + 0.5))
        axes.xaxis.set_major_locator(MaxNLocator(10, integer=True, steps=(1, 2, 5, 10), min_n_ticks=1))
    return figure
