"""The figures of notebook 04: one weight's way down, augmentation, and what training changed."""

import numpy as np
import pandas as pd
import torch

from fer_course.labels import EXPRESSIONS
from fer_course.model.inputs import prepare
from fer_course.show.picture import Picture, show_image
from fer_course.show.style import new_figure
from fer_course.training.augmentation import Augmentation, augment

BEFORE, AFTER = "#0072B2", "#D55E00"
"""Stage 1 and stage 2, told apart by their words and markers too."""

LOWEST = 2.0
"""Where the loss of the one weight is lowest."""


def draws(
    image: np.ndarray,
    augmentation: Augmentation,
    *,
    size: int = 64,
    n: int = 12,
    seed: int = 0,
    columns: int = 7,
) -> Picture:
    """Show one face as it is and as augmentation draws it.

    Parameters
    ----------
    image : ndarray of uint8, shape (48, 48)
    augmentation : Augmentation
    size : int
        Height and width of a training image, in pixels.
    n : int
        Number of draws.
    seed : int
        The same seed gives the same draws.
    columns : int
        Pictures in a row.

    Returns
    -------
    Picture
        Grey from -2.5 (black) to 2.5 (white) standard deviations: what the network takes.
    """
    changes = augmentation.draw(n, np.random.default_rng(seed))
    copies = torch.from_numpy(np.repeat(image[None, None], n, axis=0))
    draws = torch.cat([prepare(image, size), augment(copies, changes, size)])
    columns = min(columns, n + 1)
    rows = -(-(n + 1) // columns)
    figure, grid = new_figure(1.25 * columns, 1.4 * rows, rows, columns, squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    for place, (axes, draw) in enumerate(zip(grid.flat, draws[:, 0].numpy(), strict=False)):
        axes.set_axis_on()
        show_image(axes, draw, "as it is" if place == 0 else f"draw {place}", vmin=-2.5, vmax=2.5)
    mirrored = int((torch.linalg.det(changes.warps[:, :, :2]) < 0).sum())
    return Picture(
        figure,
        f"One face as it is and {n} draws of it at {size} × {size} pixels, {mirrored} of them mirrored; changes up to "
        f"{augmentation.rotation:g}° of rotation, {augmentation.shear:g}° of shear, {augmentation.shift:.0%} of shift, "
        f"{augmentation.zoom:.0%} of zoom, brightness {augmentation.brightness:g}.",
    )


def descend(start: float, rate: float, steps: int) -> np.ndarray:
    """Return where gradient descent takes one weight whose loss is ``(weight - 2)² + 0.5``.

    Parameters
    ----------
    start, rate : float
    steps : int

    Returns
    -------
    ndarray of float64, shape (steps + 1,)
        The weight before the first step and after each.
    """
    path = [float(start)]
    for _ in range(steps):
        path.append(path[-1] - rate * 2 * (path[-1] - LOWEST))
    return np.array(path)


def descent(rate: float, *, start: float = -1.0, steps: int = 8) -> Picture:
    """Draw the steps of one weight on the curve of its loss, and the loss after each step.

    Parameters
    ----------
    rate : float
        The learning rate, above 0.
    start : float
        The weight before the first step.
    steps : int

    Returns
    -------
    Picture
    """
    if not rate > 0:
        raise ValueError(f"Expected a learning rate above 0, found {rate}.")
    path = descend(start, rate, steps)
    losses = (path - LOWEST) ** 2 + 0.5
    left = abs(path[-1] - LOWEST) / abs(start - LOWEST)
    if abs(rate - 1) < 1e-9:
        verdict = "it jumps from side to side for ever"
    elif rate > 1:
        verdict = "every step lands further away: it diverges"
    elif left > 0.2:
        verdict = "still far away" if rate < 0.5 else "it overshoots, and comes closer slowly"
    else:
        verdict = "it arrives" if rate <= 0.5 else "it overshoots, and arrives"
    figure, (curve, after) = new_figure(9, 3.4, 1, 2)
    weights = np.linspace(-6, 10, 200)
    curve.plot(weights, (weights - LOWEST) ** 2 + 0.5, color="#777777")
    curve.plot(path, losses, "o--", color=AFTER, linewidth=1, clip_on=True)
    curve.set(xlabel="weight", ylabel="loss", xlim=(-6, 10), ylim=(-2, 50), title=f"rate {rate:g}: {verdict}")
    curve.title.set_fontsize(10)
    after.plot(np.arange(steps + 1), losses, "s-", color=BEFORE, clip_on=True)
    after.set(xlabel="step", ylabel="loss", ylim=(-0.5, 20), title="loss after each step")
    after.title.set_fontsize(10)
    return Picture(
        figure,
        f"One weight from {start:g}, learning rate {rate:g}: {verdict}. After {steps} steps the weight is "
        f"{path[-1]:.2f} and the loss {losses[-1]:.2f}; the lowest loss is 0.50, at {LOWEST:g}.",
    )


def history(history: pd.DataFrame) -> Picture:
    """Draw the learning curves of both stages: loss at the left, accuracy at the right.

    Parameters
    ----------
    history : DataFrame
        ``Run.history``.

    Returns
    -------
    Picture
    """
    if not isinstance(history, pd.DataFrame):
        raise ValueError(f"Expected a table, found {type(history).__name__}; pass run.history.")
    figure, both = new_figure(10, 3.8, 1, 2)
    epochs = history["epoch"].to_numpy()
    boundary = (history["stage"] == "head").sum() + 0.5
    curves = {
        "loss": (("train_loss", "training"), ("val_loss", "validation")),
        "accuracy": (
            ("train_accuracy", "training"),
            ("val_accuracy", "validation"),
            ("val_macro_recall", "validation, macro recall"),
        ),
    }
    styles = (("o--", BEFORE), ("s-", AFTER), ("^:", "#117733"))
    for axes, (title, columns) in zip(both, curves.items(), strict=True):
        for (column, name), (style, color) in zip(columns, styles, strict=False):
            axes.plot(epochs, history[column], style, color=color, label=name)
        if 0.5 < boundary < len(epochs) + 0.5:
            axes.axvline(boundary, color="#999999", linewidth=1)
            top = axes.get_xaxis_transform()
            axes.text(boundary - 0.06, 1.01, "stage 1", ha="right", va="bottom", transform=top, fontsize=9)
            axes.text(boundary + 0.06, 1.01, "stage 2", ha="left", va="bottom", transform=top, fontsize=9)
        axes.set(xlabel="epoch", ylabel="loss (nats)" if title == "loss" else "accuracy, macro recall")
        axes.set_xticks(epochs)
        axes.margins(x=0.08)
        _label_ends(
            axes, epochs, [(history[c].iloc[-1], n, s[1]) for (c, n), s in zip(columns, styles, strict=False)]
        )
    said = "; ".join(
        f"after epoch {row.epoch} ({'stage 1' if row.stage == 'head' else 'stage 2'}) validation loss "
        f"{row.val_loss:.2f}, validation accuracy {row.val_accuracy:.1%}"
        for row in history.itertuples()
    )
    return Picture(figure, f"Learning curves over {len(history)} epochs: {said}.")


def _label_ends(axes, epochs, ends):
    """Write the curves' names at their right ends, pushed apart where they would overlap."""
    low, high = axes.get_ylim()
    gap = 0.075 * (high - low)
    place = -np.inf
    for value, name, color in sorted(ends):
        place = max(value, place + gap)
        axes.text(epochs[-1] + 0.12, place, name, color=color, va="center", fontsize=9)
    axes.set_xlim(right=epochs[-1] + 0.55 * max(1, len(epochs) - 1) + 0.4)


def recall_change(before: pd.DataFrame, after: pd.DataFrame) -> Picture:
    """Draw the recall per class after stage 1 and after stage 2, joined by a line.

    Parameters
    ----------
    before, after : DataFrame
        ``Evaluation.per_class`` of the two, with 95 % intervals.

    Returns
    -------
    Picture
    """
    figure, axes = new_figure(8, 4.2)
    rows = np.arange(len(EXPRESSIONS))
    for table, shift, color, marker, name in (
        (before, -0.14, BEFORE, "o", "after stage 1"),
        (after, 0.14, AFTER, "s", "after stage 2"),
    ):
        recall = table["recall"].where(table["support"] > 0).to_numpy()  # no faces, no marker
        errors = [recall - table["recall_low"], table["recall_high"] - recall]
        axes.errorbar(recall, rows + shift, xerr=np.maximum(errors, 0), fmt=marker, color=color, capsize=3)
        axes.text(
            np.nan_to_num(recall[0]),
            -0.55 if shift < 0 else 0.5,
            name,
            color=color,
            ha="center",
            va="center",
            fontsize=9,
        )
    ticks = [f"{name} ({n:,})" for name, n in zip(EXPRESSIONS, after["support"], strict=True)]
    axes.set_yticks(rows, ticks)
    axes.set(xlabel="recall on validation faces, with 95 % intervals", xlim=(-0.02, 1.02), ylim=(6.6, -0.8))
    axes.grid(axis="x", alpha=0.3)
    said = ", ".join(
        f"{name} {old:.0%} to {new:.0%}" if n else f"{name} no faces"
        for name, old, new, n in zip(
            EXPRESSIONS, before["recall"], after["recall"], after["support"], strict=True
        )
    )
    return Picture(figure, f"Recall per class after stage 1 and after stage 2: {said}.")


def block_change(moves: dict[str, float]) -> Picture:
    """Draw how far the weights of each part moved: the root-mean-square per weight.

    Parameters
    ----------
    moves : dict of str to float
        By part, from the first layer to the last.

    Returns
    -------
    Picture
    """
    figure, axes = new_figure(8, 0.36 * len(moves) + 1.2)
    values = np.array(list(moves.values()))
    bars = axes.barh(np.arange(len(values)), values, color=BEFORE)
    axes.bar_label(bars, [f"{value:.4f}" for value in values], padding=3, fontsize=9)
    axes.set_yticks(np.arange(len(values)), list(moves))
    axes.invert_yaxis()
    axes.set(
        xlabel="how far a weight moved in stage 2 (root mean square)",
        xlim=(0, 1.15 * max(values.max(), 1e-9)),
    )
    said = ", ".join(f"{name} {value:.4f}" for name, value in zip(moves, values, strict=True))
    return Picture(figure, f"How far a weight moved in stage 2, root mean square by part: {said}.")
