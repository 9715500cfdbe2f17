"""Figures of notebook 13: what new cameras show, what adapting gives back, and accuracy by size."""

import numpy as np
import pandas as pd
from PIL import Image

from fer_course.labels import EXPRESSIONS
from fer_course.lessons.lab_the_camera_was_changed.adapting import CAMERAS, seen_by
from fer_course.show import charts
from fer_course.show.picture import Picture, show_image
from fer_course.show.style import MARKS, SERIES, SOFT, new_figure


def cameras(faces) -> Picture:
    """Show some faces as every camera shows them.

    Parameters
    ----------
    faces : Faces
        Six of them are shown.
    """
    some = faces[:6]
    rows = {"old camera": some.images} | {name: seen_by(name, some) for name in CAMERAS}
    figure, grid = new_figure(8, 1.35 * len(rows), len(rows), len(some), squeeze=False)
    for row, (name, images) in zip(grid, rows.items(), strict=True):
        for axes, image in zip(row, images, strict=True):
            show_image(axes, image)
        row[0].set_ylabel(name, fontsize=10)
    return Picture(
        figure,
        f"The same {len(some)} faces in {len(rows)} rows: {', '.join(rows)}. A person still recognises the "
        "expressions in every row.",
    )


def adapted(found: dict[str, tuple], camera: str) -> Picture:
    """Draw the accuracy of every arm, on the faces that it adapted to and on new ones.

    Parameters
    ----------
    found : dict of str to (float, float)
        From ``adapting.measured``.
    camera : str
    """
    table = pd.DataFrame(found, index=["faces adapted to", "new faces, same camera"]).T.astype(float)
    figure, axes = new_figure(8, 0.62 * len(table) + 1.2)
    for k, column in enumerate(table):
        look = {"colours": SERIES[k], "markers": MARKS[k], "shift": 0.24 * k - 0.12, "name": column}
        charts.points(axes, table[column], texts=table[column].map("{:.1f} %".format), **look)
    axes.set(xlabel=f"accuracy (%) on {camera}", xlim=(0, 100))
    axes.grid(axis="x", alpha=0.3)
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)
    said = (f"{name} {row.iloc[0]:.1f} and {row.iloc[1]:.1f}" for name, row in table.iterrows())
    return Picture(
        figure, f"Accuracy in per cent on {camera}, on faces adapted to and on new ones. {'; '.join(said)}."
    )


def named(before: np.ndarray, after: np.ndarray, accuracies: tuple[float, float], title: str) -> Picture:
    """Draw how often each label is predicted before and after adapting.

    Parameters
    ----------
    before, after : ndarray of int, shape (N,)
        Predicted labels.
    accuracies : (float, float)
        In per cent, before and after.
    title : str
    """
    n = len(EXPRESSIONS)
    columns = [f"before: {accuracies[0]:.0f} % right", f"after: {accuracies[1]:.0f} % right"]
    counts = [100 * np.bincount(labels, minlength=n) / len(labels) for labels in (before, after)]
    table = pd.DataFrame(dict(zip(columns, counts, strict=True)), index=EXPRESSIONS)
    figure, axes = new_figure(8, 4.4)
    charts.grouped_bars(axes, table, texts=table.map("{:.0f} %".format))
    axes.set(xlabel="share of the faces that get this label (%)", title=title, xlim=(0, 108))
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)
    said = (f"{name} {row.iloc[0]:.0f} and {row.iloc[1]:.0f} %" for name, row in table.iterrows())
    return Picture(
        figure, f"{title}. {columns[0]}, {columns[1]}. Share of the faces by label: {'; '.join(said)}."
    )


def sizes(image: np.ndarray, some) -> Picture:
    """Show one face at several sizes, each pixel as a square.

    Parameters
    ----------
    image : ndarray of uint8, shape (48, 48)
    some : sequence of int
        Pixels.
    """
    figure, grid = new_figure(2.2 * len(some), 2.6, 1, len(some))
    for axes, size in zip(grid, some, strict=True):
        small = np.asarray(Image.fromarray(image).resize((size, size), Image.Resampling.BILINEAR))
        show_image(axes, small, f"{size} px")
    return Picture(figure, f"One face at {', '.join(map(str, some))} pixels, coarser from left to right.")


def by_size(table: pd.DataFrame) -> Picture:
    """Draw accuracy at every size, a line for each network.

    Parameters
    ----------
    table : DataFrame
        Index: sizes such as "48 px"; a column for each network; per cent.
    """
    pixels = [int(str(name).split()[0]) for name in table.index]
    figure, axes = new_figure(9, 4.2)
    charts.curves(axes, table.set_axis(pixels, axis=0))
    axes.axhline(100 / len(EXPRESSIONS), color=SOFT, linestyle=":", linewidth=1)
    axes.text(max(pixels), 100 / len(EXPRESSIONS) + 1, "chance", fontsize=9, color=SOFT)
    axes.set(xlabel="height and width of the picture (pixels)", ylabel="accuracy (%)", ylim=(0, 100))
    axes.set_xticks(pixels)
    # The smaller the farther to the right, where the curves differ and have their names.
    axes.invert_xaxis()
    said = (
        f"{name}: {', '.join(f'{value:.0f} at {size} px' for size, value in zip(pixels, table[name], strict=True))}"
        for name in table
    )
    return Picture(figure, f"Accuracy in per cent by size; chance is 14. {'; '.join(said)}.")
