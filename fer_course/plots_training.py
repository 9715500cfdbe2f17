"""The figures of notebook 04: augmentation, label smoothing, weight decay, and what training changed."""

import numpy as np
import pandas as pd
import torch

from .augmentation import Augmentation, augment
from .batches import prepare
from .labels import EXPRESSIONS
from .plots import Picture, new_figure, show_image

BEFORE, AFTER = "#0072B2", "#D55E00"
"""Stage 1 and stage 2, told apart by their words and markers too."""


def show_draws(
    image: np.ndarray, augmentation: Augmentation, *, size: int = 64, n: int = 12, seed: int = 0
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

    Returns
    -------
    Picture
        Grey from -2.5 (black) to 2.5 (white) standard deviations: what the network takes.
    """
    changes = augmentation.draw(n, np.random.default_rng(seed))
    copies = torch.from_numpy(np.repeat(image[None, None], n, axis=0))
    draws = torch.cat([prepare(image, size), augment(copies, changes, size)])
    columns = min(7, n + 1)
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


def plot_smoothing(margins, losses: dict[float, np.ndarray]) -> Picture:
    """Draw the loss against how far the right logit is ahead, one curve for each label smoothing.

    Parameters
    ----------
    margins : array of float, shape (M,)
        The right class's logit; all others are 0.
    losses : dict of float to array of shape (M,)
        By smoothing, in nats.

    Returns
    -------
    Picture
        With each curve's lowest place marked, unless it is at the edge.
    """
    margins = np.asarray(margins)
    figure, axes = new_figure(8, 4)
    said = []
    for (smoothing, loss), style in zip(losses.items(), ("-", "--", "-.", ":"), strict=False):
        loss = np.asarray(loss)
        (line,) = axes.plot(margins, loss, style, linewidth=2)
        lowest = int(loss.argmin())
        axes.text(
            margins[-1] + 0.1, loss[-1], f"smoothing {smoothing:g}", color=line.get_color(), va="center"
        )
        if lowest < len(margins) - 1:
            axes.plot(margins[lowest], loss[lowest], "o", color=line.get_color())
            text = f"lowest at {margins[lowest]:.1f}"
            axes.annotate(
                text,
                (margins[lowest], loss[lowest]),
                (0, 9),
                textcoords="offset points",
                ha="center",
                fontsize=9,
            )
            said.append(
                f"smoothing {smoothing:g}: lowest, {loss[lowest]:.2f}, at a margin of {margins[lowest]:.1f}"
            )
        else:
            said.append(
                f"smoothing {smoothing:g}: still falling at the right edge, where it is {loss[-1]:.3f}"
            )
    axes.set(xlabel="how far the right logit is ahead of the other six", ylabel="loss (nats)")
    axes.set_xticks(np.linspace(margins[0], margins[-1], 6))
    axes.set_xlim(margins[0], margins[-1] + 0.22 * (margins[-1] - margins[0]))
    return Picture(figure, f"Loss against the margin of the right logit. {'. '.join(said)}.")


def plot_decay(paths: dict[str, np.ndarray], names=("large gradients", "small gradients")) -> Picture:
    """Draw how two weights shrink under each optimizer, side by side.

    Parameters
    ----------
    paths : dict of str to array of float, shape (steps, 2)
        The two weights after each step, by optimizer.
    names : sequence of two str

    Returns
    -------
    Picture
    """
    figure, both = new_figure(9, 3.5, 1, len(paths), sharey=True, squeeze=False)
    said = []
    for axes, (title, path) in zip(both[0], paths.items(), strict=True):
        path, steps = np.asarray(path), len(path)
        rise = 40 if abs(path[-1, 0] - path[-1, 1]) < 0.15 else 6
        for weight, (name, style, color) in enumerate(zip(names, ("-", "--"), (BEFORE, AFTER), strict=True)):
            axes.plot(np.arange(1, steps + 1), path[:, weight], style, color=color, linewidth=2)
            # Where both end at one place, one name stands above the line and the other below it.
            axes.annotate(
                f"{name}: {path[-1, weight]:.2f}",
                (steps, path[-1, weight]),
                (-4, rise if weight == 0 else -9),
                textcoords="offset points",
                ha="right",
                va="bottom" if weight == 0 else "top",
                color=color,
                fontsize=9,
            )
        axes.set(title=title, xlabel="step", ylim=(0, 1.12))
        said.append(f"{title}: {names[0]} end at {path[-1, 0]:.2f}, {names[1]} at {path[-1, 1]:.2f}")
    both[0, 0].set_ylabel("weight (both began at 1)")
    return Picture(figure, f"Two weights over {steps:,} steps. {'; '.join(said)}.")


def plot_history(history: pd.DataFrame) -> Picture:
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


def plot_recall_change(before: pd.DataFrame, after: pd.DataFrame) -> Picture:
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


def plot_block_change(changes: dict[str, float]) -> Picture:
    """Draw how far the weights of each part moved, as a share of their length.

    Parameters
    ----------
    changes : dict of str to float
        Relative change of each part, from the first layer to the last.

    Returns
    -------
    Picture
    """
    figure, axes = new_figure(8, 0.36 * len(changes) + 1.2)
    values = 100 * np.array(list(changes.values()))
    bars = axes.barh(np.arange(len(values)), values, color=BEFORE)
    axes.bar_label(bars, [f"{value:.2g} %" for value in values], padding=3, fontsize=9)
    axes.set_yticks(np.arange(len(values)), list(changes))
    axes.invert_yaxis()
    axes.set(
        xlabel="distance moved in stage 2, in % of the weights' length",
        xlim=(0, 1.15 * max(values.max(), 1e-9)),
    )
    said = ", ".join(f"{name} {value:.2g} %" for name, value in zip(changes, values, strict=True))
    return Picture(figure, f"How far the weights moved in stage 2, relative to their length: {said}.")
