"""The figures of notebook 04: one weight's way down, augmentation, and what training changed."""

import numpy as np
import pandas as pd
import seaborn as sns
import torch

from fer_course.labels import EXPRESSIONS
from fer_course.model.inputs import prepare
from fer_course.show import charts
from fer_course.show.learning_curves import learning_curves
from fer_course.show.picture import Picture, show_image
from fer_course.show.style import SERIES, SOFT, new_figure
from fer_course.training.augmentation import Augmentation, augment

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
    sns.lineplot(x=weights, y=(weights - LOWEST) ** 2 + 0.5, color=SOFT, ax=curve)
    look = {"color": SERIES[1], "marker": "o", "linestyle": "--", "linewidth": 1}
    sns.lineplot(x=path, y=losses, sort=False, estimator=None, ax=curve, **look)
    curve.set(xlabel="weight", ylabel="loss", xlim=(-6, 10), ylim=(-2, 50), title=f"rate {rate:g}: {verdict}")
    curve.title.set_fontsize(10)
    sns.lineplot(x=np.arange(steps + 1), y=losses, color=SERIES[0], marker="s", ax=after)
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
    validation = {"val_accuracy": "validation", "val_macro_recall": "validation, macro recall"}
    measures = {
        "loss (nats)": {"train_loss": "training", "val_loss": "validation"},
        "accuracy, macro recall (%)": {"train_accuracy": "training"} | validation,
    }
    figure = learning_curves(history, measures)
    said = "; ".join(
        f"after epoch {row.epoch} ({'stage 1' if row.stage == 'head' else 'stage 2'}) validation loss "
        f"{row.val_loss:.2f}, validation accuracy {row.val_accuracy:.1%}"
        for row in history.itertuples()
    )
    return Picture(figure, f"Learning curves over {len(history)} epochs: {said}.")


def recall_change(before: pd.DataFrame, after: pd.DataFrame) -> Picture:
    """Draw the recall per class after stage 1 and after stage 2, with 95 % intervals.

    Parameters
    ----------
    before, after : DataFrame
        ``Evaluation.per_class`` of the two, with 95 % intervals.

    Returns
    -------
    Picture
    """
    figure, axes = new_figure(8, 4.2)
    for k, (table, name) in enumerate(((before, "after stage 1"), (after, "after stage 2"))):
        # No faces, no marker.
        recall = charts.measured(table[table["support"] > 0], "recall")
        recall, side = recall.reindex(table.index), 2 * k - 1
        charts.points(axes, recall, shift=0.14 * side, colours=SERIES[k], markers="os"[k])
        at = (np.nan_to_num(recall["value"].iloc[0]), 0.5 * side)
        axes.text(*at, name, color=SERIES[k], ha="center", va="center")
    ticks = [f"{name} ({n:,})" for name, n in zip(EXPRESSIONS, after["support"], strict=True)]
    axes.set(xlabel="recall on validation faces, with 95 % intervals", xlim=(-0.02, 1.02), ylim=(6.6, -0.8))
    axes.set_yticklabels(ticks)
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
    charts.bars(axes, pd.Series(moves), texts=[f"{value:.4f}" for value in moves.values()])
    axes.set(xlabel="how far a weight moved in stage 2 (root mean square)")
    said = ", ".join(f"{name} {value:.4f}" for name, value in moves.items())
    return Picture(figure, f"How far a weight moved in stage 2, root mean square by part: {said}.")
