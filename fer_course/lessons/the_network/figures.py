"""The figures of notebook 03: the features, the shapes and the size of a network."""

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F
from matplotlib.patches import Polygon, Rectangle

from fer_course.evaluation.metrics import evaluate
from fer_course.show import charts
from fer_course.show.picture import Picture, show_image
from fer_course.show.style import new_figure

EDGE, FILL, MARK = "#0072B2", "#CFE3F1", "#D55E00"
"""Outlines of what is drawn; what they hold; what is read or meant, which is framed or labelled too."""

KERNELS = {
    "bright below dark": ((-1, -1, -1), (0, 0, 0), (1, 1, 1)),
    "bright right of dark": ((-1, 0, 1), (-1, 0, 1), (-1, 0, 1)),
    "brighter than around": ((-1, -1, -1), (-1, 8, -1), (-1, -1, -1)),
    "mean of nine": ((1 / 9,) * 3,) * 3,
}
"""Kernels that somebody thought of, by what answers to them most."""


def starts(predictions: dict[str, np.ndarray], labels: np.ndarray, baseline: float) -> Picture:
    """Draw the accuracy of several predictions of the same faces, each with its 95 % interval.

    Parameters
    ----------
    predictions : dict of str to array
        Predicted labels of shape (N,), by the name of what predicted them; in order.
    labels : ndarray of int64, shape (N,)
    baseline : float
        Accuracy of naming the largest class always, from 0 to 1.

    Returns
    -------
    Picture
    """
    if not predictions:
        raise ValueError("Expected the predictions of one network at least, found none.")
    found = {name: evaluate(predicted, labels) for name, predicted in predictions.items()}
    table = pd.DataFrame(
        [(one.accuracy, *one.accuracy_interval) for one in found.values()],
        list(found),
        ["value", "low", "high"],
    )
    figure, axes = new_figure(8.5, 0.55 * len(found) + 1.5)
    charts.bars(axes, 100 * table, texts=table.value.map("{:.1%}".format))
    charts.baseline(axes, 100 * baseline, f"largest class always: {baseline:.1%}")
    axes.set(xlim=(0, 109), xticks=range(0, 101, 20))
    axes.set(xlabel=f"right of the same {len(labels):,} faces (%), with 95 % interval")
    told = ", ".join(
        f"{name} {one.accuracy:.1%} ({one.accuracy_interval[0]:.1%} to {one.accuracy_interval[1]:.1%})"
        for name, one in found.items()
    )
    return Picture(
        figure,
        f"Accuracy on the same {len(labels):,} faces: {told}; the largest class always {baseline:.1%}.",
    )


def convolve(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Return what a kernel makes of a picture, of the picture's own size: beyond its edges all is 0.

    Parameters
    ----------
    image : ndarray, shape (H, W)
    kernel : ndarray of float, shape (K, K)
        With K odd.

    Returns
    -------
    ndarray of float32, shape (H, W)

    Raises
    ------
    ValueError
        If the kernel is not square or has no middle.
    """
    image, kernel = np.asarray(image, np.float32), np.asarray(kernel, np.float32)
    if image.ndim != 2 or kernel.ndim != 2 or kernel.shape[0] != kernel.shape[1] or not kernel.shape[0] % 2:
        raise ValueError(
            f"Expected one picture and a square kernel with a middle, such as 3 × 3, found {image.shape} and "
            f"{kernel.shape}."
        )
    inputs, weights = torch.from_numpy(image)[None, None], torch.from_numpy(kernel)[None, None]
    return F.conv2d(inputs, weights, padding=len(kernel) // 2)[0, 0].numpy()


def convolution(image, kernel, name: str = "", at=None) -> Picture:
    """Show one window of a picture under a kernel, the one value that it gives, and all values together.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W)
    kernel : array of float, shape (K, K)
        With K odd.
    name : str
        What the kernel is called.
    at : (int, int), optional
        Row and column of the window's middle; where the result is farthest from its mean, if not given.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If the kernel is not square or has no middle, or the window is not inside the picture.
    """
    image, kernel = np.asarray(image), np.asarray(kernel, np.float64)
    channel = convolve(image, kernel)
    reach = len(kernel) // 2
    # Beyond the edges all is 0, which looks like an edge of its own.
    inside = channel[reach:-reach, reach:-reach]
    if at is None:
        far = np.abs(inside - inside.mean()).argmax()
        at = [int(place) + reach for place in np.unravel_index(far, inside.shape)]
    row, column = at
    if not all(reach <= place < length - reach for place, length in zip(at, image.shape, strict=True)):
        raise ValueError(f"Expected a window inside the picture, found its middle at {row}, {column}.")
    window = image[row - reach : row + reach + 1, column - reach : column + reach + 1].astype(np.float64)
    value = float((window * kernel).sum())
    figure, (face, values, weights, result) = new_figure(11, 3.2, 1, 4, width_ratios=(1.25, 0.8, 0.8, 1.25))
    show_image(face, image, "a face, one window marked")
    face.add_patch(_frame(column - reach, row - reach, len(kernel)))
    _numbers(values, window, "the window's grey values", "{:.0f}", cmap="gray", vmin=0, vmax=255)
    most = 1.8 * max(float(np.abs(kernel).max()), 1e-9)
    form = "{:+.0f}" if np.array_equal(kernel, kernel.round()) else "{:+.2f}"
    _numbers(weights, kernel, "× the kernel's weights", form, cmap="RdBu_r", vmin=-most, vmax=most)
    weights.set_xlabel(f"{kernel.size} products, added up: {value:+,.0f}", fontsize=10)
    low, high = float(inside.min()), float(inside.max())
    show_image(result, channel, f"the channel: {name or 'such a sum at every position'}", vmin=low, vmax=high)
    result.add_patch(_frame(column, row, 1))
    result.set_xlabel(f"black is {low:+,.0f}, white {high:+,.0f}", fontsize=10)
    grey = "; ".join(" ".join(f"{v:.0f}" for v in line) for line in window)
    weight = "; ".join(" ".join(f"{v:+.3g}" for v in line) for line in kernel)
    return Picture(
        figure,
        f"A face, and its window around row {row}, column {column}, with the grey values {grey}. The kernel {name} "
        f"has the weights {weight}. Multiplied and added up: {value:+,.0f}, one value of the channel beside it, whose "
        f"values go from {low:+,.0f} to {high:+,.0f}.",
    )


def _frame(x, y, side):
    return Rectangle((x - 0.5, y - 0.5), side, side, fill=False, edgecolor=MARK, linewidth=2)


def _numbers(axes, values, title, form, **colours):
    show_image(axes, values, title, **colours)
    middle = (colours["vmin"] + colours["vmax"]) / 2
    for (row, column), value in np.ndenumerate(values):
        dark = colours["cmap"] == "gray" and value < middle
        axes.text(
            column, row, form.format(value), ha="center", va="center", color="white" if dark else "black"
        )


def shapes(shapes) -> Picture:
    """Draw tensors as blocks: the front as large as their images, and the deeper the more channels they have.

    Parameters
    ----------
    shapes : sequence of (str, int, int)
        Name, channels and height of each tensor, in the order in which they are computed.

    Returns
    -------
    Picture
    """
    tallest = max(height for _, _, height in shapes)
    most = max(channels for _, channels, _ in shapes)
    figure, axes = new_figure(min(12, 1.25 * len(shapes) + 1), 3.4)
    left = top = 0.0
    for name, channels, height in shapes:
        # Square roots: between 1 and 1,408 channels a linear depth would leave sheets and one wall.
        side, depth = 0.12 + 1.3 * np.sqrt(height / tallest), 0.04 + 1.1 * np.sqrt(channels / most)
        _block(axes, left, side, depth)
        top = max(top, side + 0.4 * depth)
        middle = left + (side + 0.6 * depth) / 2
        axes.text(middle, -0.12, name, ha="center", va="top", fontsize=9.5, weight="bold")
        word = "channel" if channels == 1 else "channels"
        axes.text(
            middle, -0.32, f"{channels:,} {word}\nof {height} × {height}", ha="center", va="top", fontsize=9
        )
        left += max(side + 0.6 * depth, 0.95) + 0.22
    axes.set(xlim=(-0.15, left), ylim=(-0.85, top + 0.1), aspect="equal")
    axes.set_axis_off()
    axes.set_title(
        "front: height × width of one channel; depth: how many channels (square roots)", fontsize=10
    )
    steps = ", ".join(
        f"{name} {channels:,} channel{'s' * (channels != 1)} of {height} × {height}"
        for name, channels, height in shapes
    )
    return Picture(figure, f"Blocks for the tensors from left to right: {steps}.")


def _block(axes, left, side, depth):
    """Draw a block in oblique view, its front's lower left corner at (left, 0)."""
    x, y = 0.6 * depth, 0.4 * depth
    front = [(left, 0), (left + side, 0), (left + side, side), (left, side)]
    top = [(left, side), (left + side, side), (left + side + x, side + y), (left + x, side + y)]
    right = [(left + side, 0), (left + side + x, y), (left + side + x, side + y), (left + side, side)]
    for corners, colour in ((front, FILL), (top, "#E9F3FA"), (right, "#9CC3DF")):
        axes.add_patch(Polygon(corners, facecolor=colour, edgecolor=EDGE, linewidth=1.1, joinstyle="round"))


def reading(kernel: int, channels_in: int, channels_out: int) -> Picture:
    """Draw which input values one output value is computed from: plain, depthwise and pointwise convolution.

    Parameters
    ----------
    kernel : int
        Height and width of the window of the plain and the depthwise convolution.
    channels_in, channels_out : int

    Returns
    -------
    Picture
    """
    kinds = {
        f"plain {kernel} × {kernel}": (kernel, True, channels_out),
        f"depthwise {kernel} × {kernel}": (kernel, False, channels_in),
        "pointwise 1 × 1": (1, True, channels_out),
    }
    figure, three = new_figure(11, 3.9, 1, 3)
    told = []
    for axes, (name, (side, across, out)) in zip(three, kinds.items(), strict=True):
        read = side**2 * (channels_in if across else 1)
        _sheets(axes, side, across)
        axes.text(3.5, -0.7, f"{channels_in:,} channels in", ha="center", va="top", fontsize=9.5)
        axes.text(19, -0.7, f"{out:,} channels out", ha="center", va="top", fontsize=9.5)
        window = f"{side} × {side}" + (f" × {channels_in:,}" if across else "")
        sum_of = f"{window} = {read:,}" if side > 1 or across else f"{read:,}"
        axes.set_title(f"{name}\none value out reads {sum_of}", fontsize=10.5, loc="center")
        axes.set(xlim=(-0.5, 28.7), ylim=(-2, 13.2), aspect="equal")
        axes.set_axis_off()
        where = f"all {channels_in:,} channels" if across else "its own channel alone"
        told.append(f"{name}: a window of {side} × {side} in {where}, {read:,} values")
    return Picture(
        figure, f"Three ways to compute one value of a channel. What it is read from: {'; '.join(told)}."
    )


def _sheets(axes, side, across):
    """Draw channels as sheets of 7 × 7 cells, four in and four out; mark what one value of the first is read from."""
    width, step, out = 7, 1.9, 15.5
    first = (width - side) / 2
    # The first sheet is in front, and those behind shine through.
    for sheet in reversed(range(4)):
        x = y = step * sheet
        for left in (x, x + out):
            paper = {"facecolor": (1, 1, 1, 0.55), "edgecolor": EDGE, "linewidth": 1, "zorder": 10 - sheet}
            axes.add_patch(Rectangle((left, y), width, width, **paper))
        if across or sheet == 0:
            for row in range(side):
                for column in range(side):
                    at = (x + first + column, y + first + row)
                    cell = {"facecolor": "#F6B26B", "edgecolor": MARK, "linewidth": 0.8}
                    axes.add_patch(Rectangle(at, 1, 1, zorder=10.5 - sheet, **cell))
    corner = (out + (width - 1) / 2, (width - 1) / 2)
    axes.add_patch(Rectangle(corner, 1, 1, facecolor=MARK, edgecolor="black", linewidth=1, zorder=12))
    arrow = {"arrowstyle": "->", "color": "black", "lw": 1.3}
    start, end = (first + side + 0.15, width / 2), (corner[0] - 0.1, width / 2)
    axes.annotate("", end, start, arrowprops=arrow, zorder=12)


def sizes(table: pd.DataFrame) -> Picture:
    """Draw parameters and multiply-adds of several networks as bars.

    Parameters
    ----------
    table : DataFrame
        One row per network; columns ``parameters`` and ``multiply_adds``, as plain numbers.

    Returns
    -------
    Picture
    """
    figure, both = new_figure(9, 0.55 * len(table) + 1.4, 1, 2, sharey=True)
    units = {
        "parameters": (1e6, "million parameters"),
        "multiply_adds": (1e9, "billion multiply-adds per image"),
    }
    for axes, (column, (unit, label)) in zip(both, units.items(), strict=True):
        values = table[column] / unit
        charts.bars(axes, values, texts=values.map("{:,.3g}".format))
        axes.set(xlabel=label)
    said = "; ".join(
        f"{name} {row.parameters / 1e6:.1f} million parameters and {row.multiply_adds / 1e9:.2f} billion multiply-adds"
        for name, row in table.iterrows()
    )
    return Picture(figure, f"Two bar charts. {said}.")


def input_sizes(image: np.ndarray, table: pd.DataFrame, here: int) -> Picture:
    """Draw a face cut into the cells that a network ends in, and what its features are worth, size by size.

    Parameters
    ----------
    image : ndarray of uint8, shape (48, 48)
    table : DataFrame
        Index: sizes in pixels. Columns ``side`` (cells in a row), ``multiply_adds``, and the accuracy with its
        interval from 0 to 1: ``accuracy``, ``low``, ``high``.
    here : int
        The size to mark.

    Returns
    -------
    Picture
    """
    figure, panels = new_figure(
        2.2 * len(table) + 1.2, 5.2, 2, len(table), height_ratios=(1.1, 1), squeeze=False
    )
    for axes, (size, row) in zip(panels[0], table.iterrows(), strict=True):
        side = int(row.side)
        show_image(axes, image, f"{size} px: {side} × {side} cells")
        for cut in np.arange(1, side) * len(image) / side - 0.5:
            axes.axhline(cut, color=MARK, lw=1.6)
            axes.axvline(cut, color=MARK, lw=1.6)
    grid = panels[1, 0].get_gridspec()
    for axes in panels[1]:
        axes.remove()
    axes = figure.add_subplot(grid[1, :])
    names = [
        f"{size} px{' (the recipe)' * (size == here)}\n{row.multiply_adds / 1e6:,.0f} million multiply-adds"
        for size, row in table.iterrows()
    ]
    right = 100 * table[["accuracy", "low", "high"]].set_axis(["value", "low", "high"], axis=1).set_axis(
        names
    )
    charts.points(axes, right, texts=table.accuracy.map("{:.1%}".format), upright=True, joined=True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set(
        ylim=(max(0, right.low.min() - 10), min(104, right.high.max() + 12)),
        ylabel="right (%), with 95 % interval",
    )
    told = "; ".join(
        f"{size} pixels: {int(row.side)} × {int(row.side)} cells, {row.multiply_adds / 1e6:,.0f} million "
        f"multiply-adds, {row.accuracy:.1%} right ({row.low:.1%} to {row.high:.1%})"
        for size, row in table.iterrows()
    )
    return Picture(figure, f"One face at several sizes, cut into cells, and what is right there. {told}.")
