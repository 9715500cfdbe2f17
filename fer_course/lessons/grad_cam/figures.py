"""Figures of notebook 06: heat maps over faces, readable without colour."""

import numpy as np
import pandas as pd

from fer_course.labels import EXPRESSIONS
from fer_course.show import charts
from fer_course.show.heatmaps import KEY, show_overlay, strongest, where_is
from fer_course.show.picture import Picture, show_image
from fer_course.show.style import INK, new_figure


def explanations(images, maps, titles, *, columns: int = 4) -> Picture:
    """Show faces, each with its heat map beside it.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, 48, 48)
    maps : ndarray of float, shape (N, H, W)
        From 0 to 1.
    titles : list of str
        Shown over each face.
    columns : int
        Pairs in a row.

    Returns
    -------
    Picture
    """
    columns = max(1, min(columns, len(images)))
    rows = max(1, -(-len(images) // columns))
    figure, grid = new_figure(2.5 * columns, 1.5 * rows, rows, 2 * columns, squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    for k, (image, heat, title) in enumerate(zip(images, maps, titles, strict=True)):
        left, right = grid[k // columns, 2 * (k % columns) :][:2]
        left.set_axis_on()
        right.set_axis_on()
        show_image(left, image, title)
        show_overlay(right, image, heat)
    named = "; ".join(f"{t}: {where_is(m)}" for t, m in zip(titles, maps, strict=True))
    return Picture(
        figure, f"{len(images)} faces, each with its heat map at its right. {KEY} Strongest at: {named}."
    )


def steps(image, weighted, cells, heat) -> Picture:
    """Show how Grad-CAM comes about: face, strongest feature maps, weighted sum, stretched map.

    Parameters
    ----------
    image : ndarray of uint8, shape (48, 48)
    weighted : ndarray of float, shape (C, h, w)
        Feature maps, each multiplied with its weight.
    cells : ndarray of float, shape (h, w)
        Their sum, negative values cut off.
    heat : ndarray of float, shape (H, W)
        The same, from 0 to 1 and at the size of the network's input.

    Returns
    -------
    Picture
    """
    order = np.argsort(-abs(weighted.sum((1, 2))), kind="stable")[:3]
    figure, grid = new_figure(10, 2.2, 1, 6)
    show_image(grid[0], image, "face")
    top = abs(weighted[order]).max() or 1.0
    for axes, channel in zip(grid[1:4], order, strict=False):
        options = {"cmap": "gray", "vmin": -top, "vmax": top}
        total = weighted[channel].sum()
        show_image(axes, weighted[channel], f"channel {channel}\nadds {total:+.2g}", **options)
    show_image(
        grid[4], cells, f"sum of all {len(weighted)},\nReLU", cmap="cividis", vmin=0, vmax=cells.max() or 1
    )
    show_overlay(grid[5], image, heat, "stretched over\nthe face")
    size = f"{cells.shape[0]} by {cells.shape[1]}"
    return Picture(
        figure,
        f"Six pictures from left to right: the face; the three feature maps of {len(weighted)} that count most, each "
        f"{size} cells; their sum after the ReLU; that sum over the face, {strongest(heat)}.",
    )


def layers(image, maps: dict, *, columns: int | None = None) -> Picture:
    """Compare heat maps of one face, from several layers, methods or input sizes.

    Parameters
    ----------
    image : ndarray of uint8, shape (48, 48)
    maps : dict of str to ndarray of float, shape (H, W)
        Title and map, from 0 to 1.
    columns : int, optional
        Maps in a row, beside the face; all in one row if not given.

    Returns
    -------
    Picture
    """
    columns = columns or len(maps)
    rows = -(-len(maps) // columns)
    figure, grid = new_figure(2 * (columns + 1), 2.5 * rows, rows, columns + 1, squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    show_image(grid[0, 0], image, "face")
    for axes, (title, heat) in zip(grid[:, 1:].flat, maps.items(), strict=False):
        axes.set_axis_on()
        show_overlay(axes, image, heat, title)
    named = "; ".join(f"{' '.join(title.split())}: {where_is(heat)}" for title, heat in maps.items())
    return Picture(figure, f"One face and {len(maps)} heat maps of it. {KEY} Strongest at: {named}.")


def mean_maps(images, maps, labels) -> Picture:
    """Show for each label the mean face and the mean heat map.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, 48, 48)
    maps : ndarray of float, shape (N, H, W)
    labels : array of int, shape (N,)
        What each map speaks for.

    Returns
    -------
    Picture
    """
    labels = np.asarray(labels)
    found = np.unique(labels).tolist()
    figure, grid = new_figure(1.45 * max(2, len(found)), 3.2, 2, max(2, len(found)), squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    words = []
    for column, label in enumerate(found):
        chosen = labels == label
        face = images[chosen].mean(0).round().astype(np.uint8)
        heat = maps[chosen].mean(0)
        heat = heat / (heat.max() or 1)
        for axes in grid[:, column]:
            axes.set_axis_on()
        show_image(grid[0, column], face, f"{EXPRESSIONS[label]}\n{chosen.sum()} faces")
        show_overlay(grid[1, column], face, heat)
        words.append(f"{EXPRESSIONS[label]}: {where_is(heat)}")
    return Picture(
        figure, f"Mean face and mean heat map of {len(found)} labels. {KEY} Strongest at: {'; '.join(words)}."
    )


def two_sides(images, predicted_maps, true_maps, predicted, labels) -> Picture:
    """Show wrong predictions: the map for the predicted label beside the map for the expected one.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, 48, 48)
    predicted_maps, true_maps : ndarray of float, shape (N, H, W)
    predicted, labels : array of int, shape (N,)

    Returns
    -------
    Picture
    """
    figure, grid = new_figure(1.5 * len(images), 4.8, 3, len(images), squeeze=False)
    words = []
    for k, (said, true) in enumerate(zip(predicted, labels, strict=True)):
        said, true = EXPRESSIONS[said], EXPRESSIONS[true]
        show_image(grid[0, k], images[k], "face")
        show_overlay(grid[1, k], images[k], predicted_maps[k], f"predicted:\n{said}")
        show_overlay(grid[2, k], images[k], true_maps[k], f"expected:\n{true}")
        words.append(f"{said}: {where_is(predicted_maps[k])}, {true}: {where_is(true_maps[k])}")
    return Picture(
        figure,
        f"{len(images)} wrong predictions: face, heat map for the predicted label, heat map for the expected one. "
        f"{KEY} Strongest at: {'; '.join(words)}.",
    )


def prediction(
    image, heat, probabilities, title: str = "", *, quick: bool = False, face: bool = True
) -> Picture:
    """Show a face, its heat map and the probability of every label.

    Parameters
    ----------
    image : ndarray of uint8, shape (h, w)
    heat : ndarray of float, shape (H, W)
    probabilities : array of float, shape (7,)
    title : str
        Over the heat map.
    quick : bool
        Fewer points an inch, for a control that draws again at every move.
    face : bool
        Whether to show the face beside its map, or the map alone.

    Returns
    -------
    Picture
    """
    ratios = (1, 1, 1.5) if face else (1, 1.3)
    figure, (*left, middle, right) = new_figure(
        8 if face else 5.4, 2.5, 1, len(ratios), width_ratios=ratios, dpi=70 if quick else 100
    )
    if face:
        show_image(left[0], image, "face")
    show_overlay(middle, image, heat, title)
    percent = pd.Series(100 * np.asarray(probabilities), EXPRESSIONS)
    colours = np.where(percent == percent.max(), INK, "#B3B3B3")
    charts.bars(right, percent, texts=percent.map("{:.0f}".format), colours=colours)
    right.set(xlim=(0, 115), xticks=[], xlabel="probability (%)")
    return Picture(
        figure,
        f"A face, its heat map, {strongest(heat)}, and the probabilities: "
        + ", ".join(f"{name} {value:.0f} %" for name, value in percent.items())
        + ".",
    )


def covers(pictures: dict, probabilities, label: int) -> Picture:
    """Show one face with different parts covered, and what the network says of each picture.

    Parameters
    ----------
    pictures : dict of str to ndarray of uint8, shape (48, 48)
        What is covered, and the picture.
    probabilities : ndarray of float, shape (len(pictures), 7)
    label : int
        The label whose probability is written under each picture.

    Returns
    -------
    Picture
    """
    figure, grid = new_figure(1.65 * len(pictures), 2.5, 1, len(pictures), squeeze=False)
    words, name = [], EXPRESSIONS[label]
    for axes, (covered, picture), values in zip(grid.flat, pictures.items(), probabilities, strict=True):
        top = int(np.argmax(values))
        said = f"{name} {values[label]:.0%}"
        if top != label:
            said += f"\n({EXPRESSIONS[top]} {values[top]:.0%})"
        show_image(axes, picture, covered.replace(" and ", "\nand "))
        axes.set_xlabel(said, fontsize=10, fontweight="normal" if top == label else "bold")
        words.append(f"{covered}: {' '.join(said.split())}")
    return Picture(
        figure,
        f"One face {len(pictures)} times, with a part of it painted grey, and the probability of {name} below (in "
        f"brackets the label that is named instead). {'; '.join(words)}.",
    )


def kept(table: pd.DataFrame, label: int) -> Picture:
    """Draw how many faces keep a label while parts of them are covered.

    Parameters
    ----------
    table : DataFrame
        From ``parts.cover_test``.
    label : int

    Returns
    -------
    Picture
    """
    figure, axes = new_figure(8, 0.42 * len(table) + 1.1)
    percent = 100 * table[["kept", "low", "high"]].set_axis(["value", "low", "high"], axis=1)
    charts.points(axes, percent, texts=table["kept"].map("{:.0%}".format), colours=INK)
    beside = axes.get_yaxis_transform()
    for row, area in enumerate(table["area"]):
        axes.text(1, row, f"{area:.0%}", va="center", ha="right", transform=beside)
    axes.text(1, -0.75, "area", ha="right", va="bottom", transform=beside)
    name = EXPRESSIONS[label]
    axes.set(xlim=(-2, 120), xticks=range(0, 101, 20))
    axes.set(xlabel=f"faces that are still called {name} (%), with 95 % interval")
    words = "; ".join(
        f"{covered} ({row.area:.0%} of the picture): {row.kept:.0%} ({row.low:.0%} to {row.high:.0%})"
        for covered, row in table.iterrows()
    )
    return Picture(
        figure,
        f"Share of {table['faces'].max()} faces that are still called {name} while a part of them is grey. {words}.",
    )
