"""Figures of notebook 07 that ask how far to trust a heat map."""

import numpy as np

from .plots import Picture, new_figure, show_image
from .plots_saliency import MARKS, show_overlay, where_is

LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 3)))
GREYS = ("0", "0.25", "0.4", "0.5", "0.3", "0.45")


def plot_scores(table, *, where: str, reference: str | None = None) -> Picture:
    """Plot energy inside and pointing game with their 95 % intervals, one line a row.

    Parameters
    ----------
    table : DataFrame
        From ``saliency_scores.score``.
    where : str
        What is inside: ``"the parts that move"``.
    reference : str, optional
        The row at which to draw a dashed line.

    Returns
    -------
    Picture
    """
    figure, both = new_figure(9, 1 + 0.36 * len(table), 1, 2, sharey=True)
    titles = {"energy": f"energy inside {where}", "pointing": "highest place inside"}
    for axes, (column, title) in zip(both, titles.items(), strict=True):
        for row, (_, values) in enumerate(table.iterrows()):
            mean, low, high = (100 * values[column + end] for end in ("", "_low", "_high"))
            axes.plot([low, high], [row, row], color="black", linewidth=2)
            axes.plot(mean, row, MARKS[row % len(MARKS)], color="black", markersize=7)
            if np.isfinite(mean):
                # On white, so that a dashed line does not run through the number.
                place = {"textcoords": "offset points", "va": "center"}
                white = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
                axes.annotate(f"{mean:.0f}", (high, row), (6, 0), bbox=white, **place)
        if reference is not None:
            x = 100 * table.loc[reference, column]
            axes.axvline(x, color="0.45", linestyle="--", linewidth=1, zorder=0)
            axes.text(x, -0.7, reference, ha="center", va="bottom", fontsize=9, color="0.35")
        axes.set_xlim(0, max(5.0, 115 * np.nanmax(table[f"{column}_high"].to_numpy())))
        axes.set_xlabel(f"{title} (%)", fontsize=10)
    both[0].set_yticks(range(len(table)), table.index)
    both[0].set_ylim(len(table) - 0.4, -0.6)
    words = "; ".join(
        f"{name}: energy {v['energy']:.1%} ({v['energy_low']:.1%} to {v['energy_high']:.1%}), "
        f"pointing {v['pointing']:.1%} ({v['pointing_low']:.1%} to {v['pointing_high']:.1%})"
        for name, v in table.iterrows()
    )
    dashed = "" if reference is None else f" The dashed lines are at {reference}."
    return Picture(figure, f"Energy inside {where} and pointing game, with 95 % intervals. {words}.{dashed}")


def plot_curves(deletion: dict, insertion: dict, *, unit: str = "pixels") -> Picture:
    """Plot what the network says while pixels or parts go and while they come back.

    Parameters
    ----------
    deletion, insertion : dict of str to Curves
        From ``faithfulness.curves``, by the name of the maps.
    unit : {"pixels", "parts"}

    Returns
    -------
    Picture
    """
    figure, both = new_figure(10, 3.8, 1, 2, sharey=True)
    words = []
    for axes, found, title in zip(both, (deletion, insertion), ("deleted", "inserted"), strict=True):
        ends = []
        for k, (name, curve) in enumerate(found.items()):
            mean, x = 100 * curve.probabilities.mean(0), 100 * curve.shares
            area = curve.areas.mean()
            style = {"color": GREYS[k % len(GREYS)], "linestyle": LINES[k % len(LINES)]}
            mark = {"marker": MARKS[k % len(MARKS)], "markevery": 2, "markersize": 6}
            axes.plot(x, mean, linewidth=1.8, label=f"{name} ({area:.2f})", **style, **mark)
            ends.append(f"{name} {area:.2f}")
        axes.legend(
            frameon=False, fontsize=9, title=f"area, {'low' if title == 'deleted' else 'high'} is good"
        )
        axes.set_xlabel(f"{unit} {title}, highest on the map first (%)")
        axes.set_ylim(0, 100)
        words.append(f"{title}: {', '.join(ends)}")
    both[0].set_ylabel("probability of the label (%)")
    return Picture(
        figure,
        f"Two plots of the mean probability of the explained label against the share of {unit} deleted or inserted, "
        f"in the order of each map. Areas under the curves, {'; '.join(words)}.",
    )


def show_randomised(image, maps: dict, face: int) -> Picture:
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


def plot_sanity(tables: dict, *, floor: dict | None = None) -> Picture:
    """Plot how like the trained network's maps the maps stay while it forgets.

    Parameters
    ----------
    tables : dict of str to DataFrame
        From ``sanity.Sanity``: rows are stages, columns ssim and rank.
    floor : dict of str to float, optional
        How alike the maps of two different faces are, by column.

    Returns
    -------
    Picture
    """
    figure, both = new_figure(10, 3.6, 1, 2)
    names, words = {"rank": "rank correlation", "ssim": "structural similarity (SSIM)"}, []
    lowest = 0.0
    for axes, (column, title) in zip(both, names.items(), strict=True):
        for k, (kind, table) in enumerate(tables.items()):
            x = np.arange(len(table) + 1)
            y = np.concatenate([[1.0], table[column].to_numpy()])
            lowest = np.nanmin([lowest, *y])
            axes.plot(x, y, LINES[k], color=GREYS[k], marker=MARKS[k], label=kind)
            words.append(f"{title}, {kind}: " + ", ".join(f"{n} {v:.2f}" for n, v in table[column].items()))
        if floor:
            axes.axhline(
                floor[column], color="0.55", linestyle=":", linewidth=1.5, label="another face's map"
            )
            words.append(f"{title} of the maps of two different faces: {floor[column]:.2f}")
        axes.set_xticks(x, ["trained", *table.index], rotation=60, ha="right", fontsize=9)
        axes.set_ylabel(title)
        axes.set_ylim(lowest - 0.08, 1.05)
        axes.legend(frameon=False, fontsize=9)
    return Picture(
        figure,
        "Two plots of how like the trained network's maps the maps stay when stages are random. "
        + "; ".join(words)
        + ".",
    )


def show_marked(images, maps: dict, columns: int = 5) -> Picture:
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


def plot_figures(table) -> Picture:
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
        values = 100 * table[column].to_numpy()
        axes.barh(range(len(table)), values, color="0.7", edgecolor="black")
        for row, value in enumerate(values):
            axes.annotate(f"{value:.0f}", (value, row), (4, 0), textcoords="offset points", va="center")
        axes.set(xlim=(0, 125), xticks=[0, 50, 100])
        axes.set_title(column, fontsize=10)
        axes.set_xlabel("%")
    axes.set_yticks(range(len(table)), table.index)
    axes.set_ylim(len(table) - 0.4, -0.6)
    words = "; ".join(
        f"{name}: " + ", ".join(f"{column} {value:.0%}" for column, value in row.items())
        for name, row in table.iterrows()
    )
    return Picture(figure, f"Bars of {', '.join(table.columns)} by how a network was trained. {words}.")
