"""Figures of notebook 07 that ask how far to trust a heat map."""

import numpy as np
import pandas as pd

from fer_course.evaluation.intervals import mean_interval
from fer_course.saliency.scores import energy_inside
from fer_course.show import charts
from fer_course.show.heatmaps import show_overlay, strongest, where_is
from fer_course.show.picture import Picture, show_image
from fer_course.show.style import INK, MARKS, SERIES, SOFT, new_figure


def change(images, others, masks, titles) -> Picture:
    """Show faces without and with their expression, and what changed between the two.

    Parameters
    ----------
    images, others : ndarray of uint8, shape (N, 48, 48)
        With the expression, and without it.
    masks : ndarray of bool, shape (N, 48, 48)
        From ``scores.changed_region``: outlined.
    titles : list of str

    Returns
    -------
    Picture
    """
    figure, grid = new_figure(1.6 * len(images) + 0.9, 4.9, 3, len(images), squeeze=False)
    change = abs(images.astype(np.int64) - others)
    for k, title in enumerate(titles):
        show_image(grid[0, k], others[k], title)
        show_image(grid[1, k], images[k])
        show_image(grid[2, k], 255 - np.minimum(3 * change[k], 255))
        outline(grid[2, k], masks[k])
    for axes, name in zip(grid[:, 0], ("neutral", "expression", "what changed"), strict=True):
        axes.set_ylabel(name.replace(" ", "\n"), rotation=0, ha="right", va="center", fontsize=10)
    words = "; ".join(
        f"{title}: {mask.mean():.0%} of the picture" for title, mask in zip(titles, masks, strict=True)
    )
    return Picture(
        figure,
        f"{len(images)} puppets in three rows: with a neutral face; with their expression; the difference of the two "
        f"(darker: larger), with the region outlined that holds most of it. {words}.",
    )


def outline(axes, mask: np.ndarray):
    """Draw the border of a region along the edges of its pixels, dashed, white on black."""
    segments = []
    padded = np.pad(mask, 1)
    for row, column in np.argwhere(padded[1:, 1:-1] != padded[:-1, 1:-1]):
        segments.append(([column - 0.5, column + 0.5], [row - 0.5, row - 0.5]))
    for row, column in np.argwhere(padded[1:-1, 1:] != padded[1:-1, :-1]):
        segments.append(([column - 0.5, column - 0.5], [row - 0.5, row + 0.5]))
    if not segments:
        return
    # One line with gaps is drawn faster than hundreds of lines.
    x, y = (np.concatenate([[*pair[axis], np.nan] for pair in segments]) for axis in (0, 1))
    axes.plot(x, y, color="black", linewidth=2.4)
    axes.plot(x, y, color="white", linewidth=0.9)


def against_truth(image, mask, maps: dict) -> Picture:
    """Show heat maps of one face with the region that they should point at, and each map's highest cell.

    Parameters
    ----------
    image : ndarray of uint8, shape (48, 48)
    mask : ndarray of bool, shape (48, 48)
    maps : dict of str to ndarray of float, shape (H, W)
        Title and map, from 0 to 1.

    Returns
    -------
    Picture
    """
    figure, axes = new_figure(1.9 * (len(maps) + 1), 2.6, 1, len(maps) + 1)
    show_image(axes[0], image, "face")
    outline(axes[0], mask)
    words = []
    for place, (title, heat) in zip(axes[1:], maps.items(), strict=True):
        share = energy_inside(heat[None], mask[None])[0]
        show_image(place, image, title)
        height, width = image.shape
        extent = (-0.5, width - 0.5, height - 0.5, -0.5)
        veil = 0.25 + 0.5 * np.clip(heat, 0, 1)
        place.imshow(heat, cmap="cividis", vmin=0, vmax=1, alpha=veil, extent=extent)
        outline(place, mask)
        inside = f"{share:.0%} inside" if heat.max() > 0 else "nothing anywhere"
        words.append(f"{' '.join(title.split())}: {strongest(heat)}, {inside}")
        place.set_xlabel(inside, fontsize=10)
        if heat.max() > 0:
            row, column = np.unravel_index(np.argmax(heat), heat.shape)
            x, y = (column + 0.5) * width / heat.shape[1] - 0.5, (row + 0.5) * height / heat.shape[0] - 0.5
            place.plot(x, y, "X", color="white", markeredgecolor="black", markersize=11)
    return Picture(
        figure,
        f"One face and {len(maps)} maps of it, with the region outlined that changes with the expression, and a cross "
        f"at each map's highest cell. {'; '.join(words)}.",
    )


def scores(table, *, where: str, reference: str | None = None) -> Picture:
    """Plot energy inside and pointing game with their 95 % intervals, one line a row.

    Parameters
    ----------
    table : DataFrame
        From ``scores.score``.
    where : str
        What is inside: ``"the parts that move"``.
    reference : str, optional
        The row at which to draw a dashed line.

    Returns
    -------
    Picture
    """
    figure, both = new_figure(9, 1 + 0.36 * len(table), 1, 2, sharey=True)
    titles = {"energy": f"energy inside {where}", "pointing": "highest cell inside"}
    for axes, (column, title) in zip(both, titles.items(), strict=True):
        rows = 100 * charts.measured(table, column)
        texts = rows.value.map("{:.0f}".format).mask(rows.value.isna(), "")
        marks = [MARKS[row % len(MARKS)] for row in range(len(rows))]
        charts.points(axes, rows, texts=texts, colours=INK, markers=marks)
        if reference is not None:
            charts.baseline(axes, rows.value[reference], reference)
        axes.set(xlabel=f"{title} (%)", xlim=(0, max(5.0, 1.2 * rows.high.max())))
    words = "; ".join(
        f"{name}: energy {v['energy']:.1%} ({v['energy_low']:.1%} to {v['energy_high']:.1%}), "
        f"pointing {v['pointing']:.1%} ({v['pointing_low']:.1%} to {v['pointing_high']:.1%})"
        for name, v in table.iterrows()
    )
    dashed = "" if reference is None else f" The dashed lines are at {reference}."
    return Picture(figure, f"Energy inside {where} and pointing game, with 95 % intervals. {words}.{dashed}")


def deletion(found: dict) -> Picture:
    """Plot what the network says while parts of the face go, in the order of each map, and the area under each curve.

    Parameters
    ----------
    found : dict of str to Curves
        From ``deletion.curves`` with parts, by the name of the maps.

    Returns
    -------
    Picture
    """
    figure, (left, right) = new_figure(10.5, 3.6, 1, 2, width_ratios=(1.4, 1))
    steps = range(len(next(iter(found.values())).shares))
    charts.curves(
        left,
        pd.DataFrame({name: 100 * curve.probabilities.mean(0) for name, curve in found.items()}),
        names=False,
    )
    left.set(xlabel="parts taken away, highest on the map first", ylabel="probability of the label (%)")
    left.set(ylim=(0, 100), xticks=steps)
    left.legend(frameon=False, fontsize=9)
    areas = {name: mean_interval(curve.areas) for name, curve in found.items()}
    areas = pd.DataFrame.from_dict(areas, "index", columns=["value", "low", "high"])
    look = {"colours": SERIES[: len(areas)], "markers": MARKS[: len(areas)]}
    charts.points(right, areas, texts=areas.value.map("{:.2f}".format), **look)
    right.set(xlabel="area under the curve, with 95 % interval\n(small is good)")
    right.margins(x=0.15)
    right.locator_params(axis="x", nbins=5)
    words = "; ".join(
        f"{name}: {', '.join(f'{p:.0%}' for p in curve.probabilities.mean(0))}, area {curve.areas.mean():.2f}"
        for name, curve in found.items()
    )
    return Picture(
        figure,
        "Left: mean probability of the explained label while parts of the face are blurred away one by one, in the "
        f"order of each map. Right: area under each curve, with its 95 % interval. {words}.",
    )


def randomised(image, maps: dict, face: int) -> Picture:
    """Show how one face's heat map changes while the network forgets, from the head down.

    Parameters
    ----------
    image : ndarray of uint8, shape (48, 48)
    maps : dict of str to ndarray of float, shape (B, H, W)
        From ``sanity.Sanity``.
    face : int
        Which of the maps.

    Returns
    -------
    Picture
    """
    columns = -(-(len(maps) + 1) // 2)
    figure, grid = new_figure(1.5 * columns, 3.8, 2, columns, squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    cells = list(grid.flat)
    cells[0].set_axis_on()
    show_image(cells[0], image, "face")
    for axes, (name, heat) in zip(cells[1:], maps.items(), strict=False):
        axes.set_axis_on()
        title = name if name == "trained" else f"random:\n{name}"
        show_overlay(axes, image, heat[face], title)
    return Picture(
        figure,
        f"One face and its heat map from the trained network, then from networks in which {', '.join(list(maps)[1:])} "
        "have forgotten what they learned, one after the other. Strongest at: "
        + "; ".join(f"{name}: {where_is(heat[face])}" for name, heat in maps.items())
        + ".",
    )


def sanity(tables: dict, *, floor: float | None = None) -> Picture:
    """Plot how like the trained network's maps the maps stay while it forgets, from the head down.

    Parameters
    ----------
    tables : dict of str to DataFrame
        By method; from ``sanity.Sanity``: rows are stages, with a column ``rank``.
    floor : float, optional
        The rank correlation of the maps of two different faces.

    Returns
    -------
    Picture
    """
    figure, axes = new_figure(8, 3.8)
    stages = ["trained", *next(iter(tables.values())).index]
    curves = pd.DataFrame({name: [1.0, *table["rank"]] for name, table in tables.items()})
    charts.curves(axes, curves, names=False)
    if floor is not None:
        axes.axhline(floor, color=SOFT, linestyle=":", linewidth=1.5, label="another face's map")
    axes.set_xticks(range(len(stages)), stages)
    charts.slant(axes)
    axes.set(
        ylabel="rank correlation with\nthe trained network's map", xlabel="weights shuffled down to here"
    )
    axes.set_ylim(min(-0.1, np.nanmin(curves.to_numpy()) - 0.05), 1.08)
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    words = "; ".join(
        f"{name}: " + ", ".join(f"{stage} {v:.2f}" for stage, v in table["rank"].items())
        for name, table in tables.items()
    )
    dotted = "" if floor is None else f" Maps of two different faces: {floor:.2f}."
    return Picture(
        figure,
        "How like the trained network's maps the maps stay while the network forgets, from its head down (rank "
        f"correlation, 1 is the same). {words}.{dotted}",
    )


def marked(images, maps: dict, columns: int = 5) -> Picture:
    """Show faces with a watermark, and where each network's heat map lies.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, 48, 48)
    maps : dict of str to ndarray of float, shape (N, H, W)
        By how the network was trained.
    columns : int

    Returns
    -------
    Picture
    """
    columns = min(columns, len(images))
    figure, grid = new_figure(1.5 * columns + 1, 1.6 * (len(maps) + 1), len(maps) + 1, columns, squeeze=False)
    for k in range(columns):
        show_image(grid[0, k], images[k])
        for row, heat in enumerate(maps.values(), 1):
            show_overlay(grid[row, k], images[k], heat[k])
    for axes, name in zip(grid[:, 0], ["face", *maps], strict=True):
        axes.set_ylabel(name.replace(" ", "\n", 1), rotation=0, ha="right", va="center", fontsize=10)
    means = {name: heat.mean(0) for name, heat in maps.items()}
    shares = {
        n: m[3 * m.shape[0] // 4 :, 3 * m.shape[1] // 4 :].sum() / (m.sum() or 1) for n, m in means.items()
    }
    words = "; ".join(f"{name}: {share:.0%}" for name, share in shares.items())
    return Picture(
        figure,
        f"{columns} faces with a mark in the bottom right corner, and the heat maps of networks by how they were "
        f"trained. Share of the mean map's energy in that corner: {words}.",
    )


def clever_hans(table) -> Picture:
    """Plot what networks do with and without a watermark, one group of bars for each network.

    Parameters
    ----------
    table : DataFrame
        Rows are networks, by how they were trained; columns are shares from 0 to 1.

    Returns
    -------
    Picture
    """
    figure, grid = new_figure(
        2.3 * len(table.columns) + 1.5, 0.9 + 0.42 * len(table), 1, len(table.columns), sharey=True
    )
    for axes, column in zip(np.atleast_1d(grid), table.columns, strict=True):
        percent = 100 * table[column]
        charts.bars(axes, percent, texts=percent.map("{:.0f}".format))
        axes.set(xlim=(0, 135), xticks=[0, 50, 100], xlabel="%")
        axes.set_title(column, fontsize=10)
    words = "; ".join(
        f"{name}: " + ", ".join(f"{column} {value:.0%}" for column, value in row.items())
        for name, row in table.iterrows()
    )
    return Picture(figure, f"Bars of {', '.join(table.columns)} by how a network was trained. {words}.")
