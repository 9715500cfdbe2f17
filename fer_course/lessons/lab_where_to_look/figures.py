"""Figures of notebook 12: noise in and outside the core, and masks that are wrong."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib.patches import Rectangle

from fer_course.show import charts
from fer_course.show.picture import Picture, show_image
from fer_course.show.style import MARKS, SERIES, SOFT, new_figure


def shown(ways: dict, count: int = 6, seed: int = 0) -> Picture:
    """Show what a network is shown in training, a row for each way.

    Parameters
    ----------
    ways : dict of str to callable
        From ``core_risk.shown_in_training``.
    count : int
        Faces.
    seed : int
    """
    figure, grid = new_figure(1.45 * count, 1.5 * len(ways), len(ways), count, squeeze=False)
    for row, (name, way) in zip(grid, ways.items(), strict=True):
        for axes, image in zip(row, way(np.random.default_rng(seed))[:count], strict=True):
            show_image(axes, image)
        row[0].set_ylabel(textwrap.fill(name, 15), fontsize=9)
    return Picture(
        figure,
        f"The same {count} puppets as {len(ways)} networks see them in one epoch, a row for each: {', '.join(ways)}. "
        "About every second picture is changed.",
    )


def by_strength(tables: dict[str, pd.DataFrame]) -> Picture:
    """Draw core and spurious accuracy over the strength of the noise, a panel for each.

    Parameters
    ----------
    tables : dict of str to DataFrame
        By arm: from ``core_risk.accuracies``.
    """
    figure, panels = new_figure(12, 4, 1, 2, sharey=True)
    titles = {
        "core": "noise outside the core: core accuracy",
        "spurious": "noise inside it: spurious accuracy",
    }
    said = []
    for axes, (column, title) in zip(panels, titles.items(), strict=True):
        table = pd.DataFrame({name: one[column] for name, one in tables.items()})
        charts.curves(axes, table, names=column == "spurious")
        axes.set(xlabel="strength of the noise (grey levels)", title=title, ylim=(0, 100))
        axes.grid(alpha=0.3)
        said += [f"{name}: {column} {', '.join(f'{value:.0f}' for value in table[name])}" for name in table]
    panels[0].set_ylabel("accuracy (%)")
    return Picture(
        figure,
        f"Accuracy in per cent with noise of {', '.join(map(str, next(iter(tables.values())).index))} grey levels. "
        f"{'; '.join(said)}.",
    )


def masks(rows: dict[str, np.ndarray], images: np.ndarray) -> Picture:
    """Show masks over faces, a row for each kind; above them the faces.

    Parameters
    ----------
    rows : dict of str to ndarray of float, shape (N, H, W)
        From 0 to 1.
    images : ndarray of float, shape (N, H, W)
        From 0 to 1.
    """
    count = len(images)
    figure, grid = new_figure(1.4 * count, 1.42 * (len(rows) + 1), len(rows) + 1, count, squeeze=False)
    for row, (name, some) in zip(grid, ({"the picture": images} | rows).items(), strict=True):
        for axes, one in zip(row, some, strict=True):
            show_image(axes, 255 * np.asarray(one))
            # A mask that is white all over would not be seen on a white page.
            axes.add_patch(Rectangle((0, 0), 1, 1, transform=axes.transAxes, fill=False, edgecolor=SOFT))
        row[0].set_ylabel(textwrap.fill(name, 16), fontsize=9)
    return Picture(
        figure,
        f"{count} puppets and where the parts of their faces are, white on black, according to {', '.join(rows)}.",
    )


def overlaps(table: pd.DataFrame) -> Picture:
    """Draw the overlap with the truth for every arm and kind of damage.

    Parameters
    ----------
    table : DataFrame of float
        Index: arms; columns: kinds of damage; per cent.
    """
    figure, panels = new_figure(11, 0.42 * len(table) + 1.4, 1, table.shape[1], sharey=True, squeeze=False)
    for k, (axes, column) in enumerate(zip(panels.flat, table, strict=True)):
        rows = table[column]
        charts.points(axes, rows, texts=rows.map("{:.0f} %".format), colours=SERIES[k], markers=MARKS[k])
        axes.axvline(rows.iloc[0], color=SOFT, linestyle=":", linewidth=1)
        axes.set(xlabel="overlap with the truth (%)", title=f"{column} errors", xlim=(0, 108))
        axes.grid(axis="x", alpha=0.3)
    said = (
        f"{name}: {', '.join(f'{value:.0f} with {kind} errors' for kind, value in row.items())}"
        for name, row in table.iterrows()
    )
    return Picture(
        figure,
        "Intersection over union with the true masks, in per cent; a dotted line at that of the labels. "
        f"{'; '.join(said)}.",
    )


def answers(image: np.ndarray, told: dict[str, str], title: str) -> Picture:
    """Show one face, and beside it what each network calls it.

    Parameters
    ----------
    image : ndarray of uint8, shape (48, 48)
    told : dict of str to str
        By network, its answer in words.
    title : str
    """
    figure, (left, right) = new_figure(8, 3, 1, 2)
    show_image(left, image, title)
    right.axis("off")
    lines = [f"{name}: {answer}" for name, answer in told.items()]
    right.text(0, 0.5, "\n\n".join(lines), va="center", fontsize=11)
    return Picture(figure, f"A puppet, {title}. {'; '.join(lines)}.")
