"""Bars, points, curves and grids of numbers, drawn with seaborn: the statistical figures of every lesson.

Bars and points take a table with a row for each name: its ``value`` and, if it is uncertain, ``low`` and ``high``, the
ends of its interval; or a Series of values. They draw the first row at the top, or at the left if they are ``upright``.
A value of NaN draws nothing but its text, an empty table nothing at all. The axes come from ``style.new_figure``;
titles, units and limits are the caller's.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.patheffects import withStroke

from fer_course.show.style import DASHES, HATCHES, INK, MARKS, SERIES, SHADES, SOFT

HALO = [withStroke(linewidth=4, foreground="white")]
"""Around an interval, so that it is seen on a dark bar."""


def measured(table: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return a measure and its interval, such as recall, recall_low and recall_high, as value, low and high."""
    return table[[measure, f"{measure}_low", f"{measure}_high"]].set_axis(["value", "low", "high"], axis=1)


def bars(axes, table, *, texts=None, colours=SERIES[0], upright: bool = False, width: float = 0.75) -> list:
    """Draw a bar for each row, its interval, and a text beyond its end.

    Parameters
    ----------
    axes : matplotlib Axes
    table : DataFrame or Series
        Index: names, each once; columns ``value`` and perhaps ``low`` and ``high``.
    texts : sequence of str, optional
    colours : str, dict of str to str, or sequence of str
        One for all bars, one by name, or one a row.
    upright : bool
        Whether the bars stand side by side, and not under each other.
    width : float
        Of a bar; 1 leaves no gap.

    Returns
    -------
    list of matplotlib Annotation
        The texts.
    """
    rows = _rows(table)
    if not len(rows):
        return []
    names, values, places = [str(name) for name in rows.index], rows.value.fillna(0), np.arange(len(rows))
    (x, y), orient = ((names, values), "v") if upright else ((values, names), "h")
    sns.barplot(x=x, y=y, orient=orient, width=width, saturation=1, errorbar=None, ax=axes)
    # A hue for each name would do the same, and take a slider three times as long to follow.
    for bar, colour in zip(axes.containers[-1], _each(colours, rows.index), strict=True):
        bar.set_facecolor(colour)
    intervals(axes, places, rows.low, rows.high, upright=upright, path_effects=HALO)
    axes.set(xlabel="", ylabel="")
    axes.margins(**{"y" if upright else "x": 0.15})
    return _write(axes, texts, places, rows, upright)


def grouped_bars(axes, table: pd.DataFrame, *, texts: pd.DataFrame | None = None):
    """Draw several bars for each row, one a column, told apart by hatching too; ``axes.legend()`` names the columns.

    Parameters
    ----------
    axes : matplotlib Axes
    table : DataFrame of float
        Index: names, each once; columns: what is compared, four at most.
    texts : DataFrame of str, optional
        Of the same shape: what is written beyond the end of each bar.
    """
    if table.shape[1] > len(SHADES):
        raise ValueError(f"Expected at most {len(SHADES)} columns, found {table.shape[1]}; draw two figures.")
    if not table.size:
        return
    names, sets = np.repeat(table.index, table.shape[1]), np.tile(table.columns, len(table))
    look = {"palette": SHADES[: table.shape[1]], "saturation": 1, "edgecolor": "white", "legend": False}
    sns.barplot(x=table.to_numpy().ravel(), y=names, hue=sets, width=0.84, errorbar=None, ax=axes, **look)
    axes.set(xlabel="", ylabel="")
    axes.margins(x=0.1)
    for name, drawn, hatch in zip(table, axes.containers, HATCHES, strict=False):
        drawn.set_label(name)
        plt.setp(drawn.patches, hatch=hatch)
        if texts is not None:
            places = [bar.get_y() + bar.get_height() / 2 for bar in drawn]
            _write(axes, texts[name], places, _rows(table[name]), fontsize=9)


def points(
    axes, table, *, texts=None, colours=SERIES[0], markers="o", shift: float = 0.0, upright: bool = False,
    joined: bool = False, name: str | None = None,
):  # fmt: skip
    """Draw a point for each row, its interval, and a text beyond the interval's end.

    Parameters
    ----------
    axes : matplotlib Axes
    table, texts, upright
        As for ``bars``.
    colours, markers : str, dict of str to str, or sequence of str
        One for all points, one by name, or one a row; the colour "white" makes a point hollow.
    shift : float
        How far from the middle of the row, where several points share it.
    joined : bool
        Whether a dotted line joins the points.
    name : str, optional
        Of these points, for ``axes.legend()``.
    """
    rows = _rows(table)
    if not len(rows):
        return
    each, places = np.arange(len(rows)), np.arange(len(rows)) + shift
    colours, markers = _each(colours, rows.index), _each(markers, rows.index)
    x, y = (places, rows.value.to_numpy()) if upright else (rows.value.to_numpy(), places)
    if joined:
        sns.lineplot(x=x, y=y, color=SOFT, linestyle=":", errorbar=None, ax=axes)
    lines = [INK if colour == "white" else colour for colour in colours]
    intervals(axes, places, rows.low, rows.high, upright=upright, colors=lines)
    look = {"hue": each, "palette": colours, "style": each, "markers": markers, "s": 50, "zorder": 3}
    edge = INK if "white" in colours else "face"
    sns.scatterplot(x=x, y=y, label=name, legend=False, edgecolor=edge, ax=axes, **look)
    ends = (-0.5, len(rows) - 0.5)
    if upright:
        axes.set(xticks=each, xticklabels=rows.index, xlim=ends, xlabel="", ylabel="")
    else:
        axes.set(yticks=each, yticklabels=rows.index, ylim=ends[::-1], xlabel="", ylabel="")
    _write(axes, texts, places, rows, upright)


def intervals(axes, places, low, high, *, upright: bool = False, colors=INK, **options):
    """Draw a line from ``low`` to ``high`` at each place, and nothing where they are NaN."""
    draw = axes.vlines if upright else axes.hlines
    draw(places, low, high, colors=colors, linewidth=2, zorder=2.5, **options)


def baseline(axes, value: float, words: str):
    """Draw a dashed line through all rows at a value that needs no model, say, with words above it."""
    axes.axvline(value, color=INK, linewidth=1, linestyle="--", path_effects=HALO)
    style = {"ha": "center", "va": "bottom", "fontsize": 9, "color": SOFT}
    axes.text(value, 1.01, words, transform=axes.get_xaxis_transform(), **style)


def curves(axes, table: pd.DataFrame, *, names: bool = True, markersize: float = 6):
    """Draw a curve for each column, with a colour, a marker and dashes of its own, and its name at its end.

    Parameters
    ----------
    axes : matplotlib Axes
    table : DataFrame of float
        Index: numbers from left to right; columns: names of the curves, six at most.
    names : bool
        False where ``axes.legend()`` names the curves, since they end in one place.
    markersize : float
        In points.
    """
    if table.shape[1] > len(SERIES):
        raise ValueError(f"Expected at most {len(SERIES)} columns, found {table.shape[1]}; draw two figures.")
    for name, colour, dash, mark in zip(table, SERIES, DASHES, MARKS, strict=False):
        look = {
            "color": colour,
            "linestyle": dash,
            "marker": mark,
            "markersize": markersize,
            "markeredgewidth": 0,
        }
        sns.lineplot(x=table.index, y=table[name], label=name, legend=False, errorbar=None, ax=axes, **look)
    axes.set(xlabel="", ylabel="")
    if names and len(table):
        ends, place, gap = table.ffill().iloc[-1].fillna(0), -np.inf, 0.075 * np.ptp(axes.get_ylim())
        colours = dict(zip(table, SERIES, strict=False))
        style = {"textcoords": "offset points", "va": "center", "annotation_clip": False}
        for name, end in ends.sort_values(kind="stable").items():
            # Moved up where it would be written over the name below it.
            place = max(end, place + gap)
            axes.annotate(name, (table.index[-1], place), (8, 0), color=colours[name], **style)


def number_grid(axes, table: pd.DataFrame, *, texts=None, square: bool = False):
    """Draw percentages as a grid of numbers, the darker the larger.

    Parameters
    ----------
    axes : matplotlib Axes
    table : DataFrame of float
        From 0 to 100; NaN leaves a cell empty.
    texts : array of str, of the table's shape, optional
        What is written in the cells; the percentages if not given.
    square : bool
        Whether a cell is as high as it is wide.
    """
    if not table.size:
        return
    numbers = table.map("{:.0f}".format) if texts is None else np.asarray(texts)
    # Black is read easily on all but the darkest blues, which are left out: seaborn would change to white half-way.
    look = {"cmap": "Blues", "vmin": 0, "vmax": 160, "annot_kws": {"color": "black"}}
    sns.heatmap(table, annot=numbers, fmt="", cbar=False, linewidths=1, square=square, ax=axes, **look)
    axes.set(xlabel="", ylabel="")
    axes.tick_params(length=0)
    axes.tick_params(axis="y", rotation=0)


def slant(axes):
    """Turn the names below the axes, which are too long to stand side by side."""
    plt.setp(axes.get_xticklabels(), rotation=30, ha="right", rotation_mode="anchor")


def _rows(table) -> pd.DataFrame:
    """Return a table with value, low and high, from one that may have no intervals."""
    table = table.to_frame("value") if isinstance(table, pd.Series) else table
    if "value" not in table:
        raise ValueError(f"Expected a column named value, found {', '.join(map(str, table))}; rename one.")
    if not table.index.is_unique:
        raise ValueError("Expected each name once, found one twice; seaborn would draw a mean.")
    return table.reindex(columns=["value", "low", "high"]).astype(float)


def _each(choice, names) -> list:
    """Return a choice for each name, of one for all, some by name, or one each."""
    if isinstance(choice, str):
        return [choice] * len(names)
    return [choice[name] for name in names] if isinstance(choice, dict) else list(choice)


def _write(axes, texts, places, rows, upright=False, fontsize=10) -> list:
    """Write texts beyond the ends of bars, points and intervals."""
    ends = np.fmax(rows.value, rows.high).fillna(0)
    beyond, align = ((0, 4), {"ha": "center"}) if upright else ((5, 0), {"va": "center"})
    # On white, so that no line runs through a number.
    white = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
    style = {"textcoords": "offset points", "fontsize": fontsize, "bbox": white, **align}
    every = [] if texts is None else zip(texts, places, ends, strict=True)
    return [
        axes.annotate(text, (at, end) if upright else (end, at), beyond, **style) for text, at, end in every
    ]
