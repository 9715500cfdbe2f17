"""The figures of notebook 03: the shapes, the size and the features of a network."""

import numpy as np
import pandas as pd
from matplotlib.patches import Rectangle

from .labels import PALETTE
from .plots import Picture, new_figure

BEFORE, AFTER = "#0072B2", "#D55E00"
"""Stage 1 and stage 2, told apart by their words and markers too."""


def show_shapes(shapes) -> Picture:
    """Draw tensors as boxes: as high as their images, and wider the more channels they have.

    Parameters
    ----------
    shapes : sequence of (str, int, int)
        Name, channels and height of each tensor, in the order in which they are computed.

    Returns
    -------
    Picture
    """
    tallest = max(height for _, _, height in shapes)
    widest = max(channels for _, channels, _ in shapes)
    figure, axes = new_figure(min(12, 1.35 * len(shapes) + 1), 3.2)
    place = 0.0
    for name, channels, height in shapes:
        # Square roots: between 1 and 1,408 channels a linear width would leave lines and one wall.
        width, tall = 0.15 + 1.0 * np.sqrt(channels / widest), 0.15 + 1.85 * np.sqrt(height / tallest)
        axes.add_patch(_box(place, -tall / 2, width, tall))
        axes.text(place + width / 2, -1.15, name, ha="center", va="top", fontsize=9)
        axes.text(place + width / 2, 1.08, f"{channels:,} × {height}²", ha="center", va="bottom", fontsize=9)
        place += max(width, 0.85) + 0.25
    axes.set(xlim=(-0.3, place), ylim=(-1.6, 1.45))
    axes.set_axis_off()
    axes.set_title("channels × height², width drawn by channels (square roots)", fontsize=10)
    steps = ", ".join(f"{name} {channels:,} × {height} × {height}" for name, channels, height in shapes)
    return Picture(figure, f"Boxes for the tensors from left to right: {steps}.")


def _box(x, y, width, height):
    return Rectangle((x, y), width, height, facecolor="#CFE3F1", edgecolor=BEFORE, linewidth=1.2)


def plot_sizes(table: pd.DataFrame) -> Picture:
    """Draw parameters and multiply-adds of several networks as bars.

    Parameters
    ----------
    table : DataFrame
        One row a network; columns ``parameters`` and ``multiply_adds``, as plain numbers.

    Returns
    -------
    Picture
    """
    figure, both = new_figure(9, 0.55 * len(table) + 1.4, 1, 2, sharey=True)
    units = {
        "parameters": (1e6, "million parameters"),
        "multiply_adds": (1e9, "billion multiply-adds an image"),
    }
    for axes, (column, (unit, label)) in zip(both, units.items(), strict=True):
        values = table[column].to_numpy() / unit
        bars = axes.barh(np.arange(len(table)), values, color=BEFORE)
        axes.bar_label(bars, [f"{value:,.3g}" for value in values], padding=3)
        axes.set(xlabel=label, xlim=(0, 1.2 * values.max()))
        axes.set_yticks(np.arange(len(table)), table.index)
    both[0].invert_yaxis()
    said = "; ".join(
        f"{name} {row.parameters / 1e6:.1f} million parameters and {row.multiply_adds / 1e9:.2f} billion multiply-adds"
        for name, row in table.iterrows()
    )
    return Picture(figure, f"Two bar charts. {said}.")


def plot_feature_shares(shares: dict[str, float], baseline: float) -> Picture:
    """Draw the accuracy of one linear layer on the features of several starts.

    Parameters
    ----------
    shares : dict of str to float
        Accuracy by the name of the start.
    baseline : float
        Accuracy of naming the largest class always.

    Returns
    -------
    Picture
    """
    figure, axes = new_figure(8, 0.5 * len(shares) + 1.3)
    values = np.array(list(shares.values()))
    bars = axes.barh(np.arange(len(values)), values, color=BEFORE)
    axes.bar_label(bars, [f"{value:.1%}" for value in values], padding=3)
    axes.axvline(baseline, color=PALETTE["neutral"], linestyle="--")
    axes.text(baseline, -0.62, f" largest class always: {baseline:.1%}", fontsize=9, color="#444444")
    axes.set_yticks(np.arange(len(values)), list(shares))
    axes.invert_yaxis()
    axes.set(xlabel="validation accuracy of one linear layer", xlim=(0, 1.2 * max(values.max(), baseline)))
    said = ", ".join(f"{name} {value:.1%}" for name, value in shares.items())
    return Picture(
        figure, f"Validation accuracy of a linear layer on {said}; the largest class alone {baseline:.1%}."
    )
