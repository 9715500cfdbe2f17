"""Figures of notebook 08: times, what a smaller network costs, who is found, and labels over time."""

import numpy as np
import pandas as pd

from fer_course.evaluation.intervals import wilson_interval
from fer_course.labels import EXPRESSIONS
from fer_course.show import charts
from fer_course.show.picture import Picture, show_image
from fer_course.show.style import DASHES, INK, MARKS, SERIES, SOFT, new_figure


def call_times(times: dict[str, np.ndarray]) -> Picture:
    """Draw how long each of several calls took, in the order in which they were made.

    Parameters
    ----------
    times : dict of str to ndarray of float
        Milliseconds by program; as many calls of each.

    Returns
    -------
    Picture
    """
    table = pd.DataFrame(times, index=pd.RangeIndex(1, 1 + len(next(iter(times.values()))), name="call"))
    figure, axes = new_figure(8.5, 3.6)
    charts.curves(axes, table, markersize=3, names=False)
    axes.set_yscale("log")
    ticks = [tick for tick in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if tick <= 1.2 * table.max().max()]
    axes.set_yticks(ticks, [str(tick) for tick in ticks])
    axes.minorticks_off()
    axes.set(xlabel="call, in order", ylabel="milliseconds for one face (log scale)")
    axes.grid(axis="y", alpha=0.3)
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.01, 0.5))
    told = "; ".join(
        f"{name}: the first {each.iloc[0]:.0f}, then a median of {each.iloc[10:].median():.1f}, the slowest "
        f"{each.iloc[10:].max():.1f}"
        for name, each in table.items()
    )
    return Picture(figure, f"Milliseconds of {len(table)} calls for one face, in order, log scale. {told}.")


def per_face(table: pd.DataFrame) -> Picture:
    """Draw the milliseconds for one face, alone and in batches.

    Parameters
    ----------
    table : DataFrame of float
        Index: programs; columns: batches, four at most; values: milliseconds for each face.

    Returns
    -------
    Picture
    """
    figure, axes = new_figure(8.5, 0.9 + 0.9 * len(table))
    charts.grouped_bars(axes, table, texts=table.map("{:.1f} ms".format))
    axes.set(xlabel="milliseconds for each face (median)")
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    told = "; ".join(
        f"{name}: " + ", ".join(f"{value:.1f} with {column}" for column, value in row.items())
        for name, row in table.iterrows()
    )
    return Picture(figure, f"Milliseconds for each face by program and batch. {told}.")


def weighed(rows: dict[str, tuple], truth: np.ndarray) -> pd.DataFrame:
    """Return what each program gets right, how long it takes, and how large it is.

    Parameters
    ----------
    rows : dict of str to (logits, times, megabytes)
        Logits of shape (N, 7); milliseconds of single calls, of which the first ten are warm-up; size of the file.
    truth : ndarray of int64, shape (N,)

    Returns
    -------
    DataFrame
        A row for each program: accuracy, low, high (95 %, from 0 to 1), milliseconds (median), p95, megabytes.
    """
    table = {}
    for name, (logits, times, megabytes) in rows.items():
        right = int((np.asarray(logits).argmax(1) == truth).sum())
        warm = np.asarray(times)[10:]
        table[name] = [right / len(truth), *wilson_interval(right, len(truth))]
        table[name] += [np.median(warm), np.percentile(warm, 95), megabytes]
    columns = ["accuracy", "low", "high", "milliseconds", "p95", "megabytes"]
    return pd.DataFrame.from_dict(table, orient="index", columns=columns)


def tradeoff(table: pd.DataFrame) -> Picture:
    """Draw what each program gets right, how long it takes and how large it is, beside each other.

    Parameters
    ----------
    table : DataFrame
        Of ``weighed``: index programs, columns accuracy, low, high, milliseconds, p95, megabytes. NaN in the last
        three is drawn as *not measured*.

    Returns
    -------
    Picture
        Accuracy begins where the lowest interval does, not at 0: the points are compared, no lengths. Milliseconds and
        megabytes are bars from 0.
    """
    figure, (right, slow, large) = new_figure(10.5, 1.4 + 0.45 * len(table), 1, 3, sharey=True)
    accuracy = 100 * table[["accuracy", "low", "high"]].set_axis(["value", "low", "high"], axis=1)
    charts.points(right, accuracy, texts=[f"{value:.1f} %" for value in accuracy.value])
    low, high = accuracy.min().min(), accuracy.max().max()
    wide = max(high - low, 1.0)
    right.set(xlabel="named right, in %,\nwith 95 % intervals", xlim=(low - 0.1 * wide, high + 0.55 * wide))
    takes = table[["milliseconds", "milliseconds", "p95"]].set_axis(["value", "low", "high"], axis=1)
    charts.bars(slow, takes, colours=SERIES[1], texts=[_known(ms, "ms") for ms in table.milliseconds])
    slow.set(xlabel="milliseconds for one face,\nand a line to the 95th percentile")
    charts.bars(large, table.megabytes, colours=SERIES[2], texts=[_known(mb, "MB") for mb in table.megabytes])
    large.set(xlabel="megabytes of the file")
    for axes in (slow, large):
        axes.margins(x=0.35)
        axes.tick_params(axis="y", length=0)
    told = "; ".join(
        f"{name}: {row.accuracy:.1%} named right ({row.low:.1%} to {row.high:.1%}), {_known(row.milliseconds, 'ms')} "
        f"(95th percentile {_known(row.p95, 'ms')}), {_known(row.megabytes, 'MB')}"
        for name, row in table.iterrows()
    )
    return Picture(figure, f"Accuracy, milliseconds for one face, and megabytes of the file. {told}.")


def _known(value: float, unit: str) -> str:
    """Return a number with its unit in three digits or so, and words if it is NaN."""
    return "not measured" if np.isnan(value) else f"{value:.{2 if value < 1 else 1}f} {unit}"


def framing(table: pd.DataFrame, chosen: float, usual: float | None = None) -> Picture:
    """Draw accuracy against the margin that a found box is cropped with.

    Parameters
    ----------
    table : DataFrame
        Index: margins, as a share of the box; columns value, low, high, from 0 to 1.
    chosen : float
        The margin that the course uses.
    usual : float, optional
        Accuracy of the same faces without finding and cropping, from 0 to 1.

    Returns
    -------
    Picture
    """
    percent = 100 * table[["value", "low", "high"]]
    percent.index = [f"{margin:+.0%}" for margin in table.index]
    figure, axes = new_figure(8.5, 3.6)
    texts = [f"{value:.0f} %" for value in percent.value]
    marks = {
        name: "D" if margin == chosen else "o"
        for name, margin in zip(percent.index, table.index, strict=True)
    }
    charts.points(axes, percent, texts=texts, upright=True, joined=True, markers=marks)
    axes.set(
        xlabel="margin around the box (diamond: the course's)", ylabel="named right, in %", ylim=(0, 105)
    )
    if usual is not None:
        axes.axhline(100 * usual, color=SOFT, linestyle="--", linewidth=1)
        axes.annotate(
            f"as drawn: {usual:.0%}",
            (1, 100 * usual),
            (4, 0),
            xycoords=axes.get_yaxis_transform(),
            textcoords="offset points",
            va="center",
            color=SOFT,
        )
    told = ", ".join(f"{name} {value:.0f} %" for name, value in percent.value.items())
    text = f"Faces named right by the margin of the crop: {told}."
    if usual is not None:
        text += f" The same faces without finding and cropping: {usual:.0%}."
    return Picture(figure, text)


def found_shares(table: pd.DataFrame) -> Picture:
    """Draw which share of faces is found, by what makes them hard.

    Parameters
    ----------
    table : DataFrame
        Index: (what, how), such as ("light", "dim"); columns value, low, high, from 0 to 1, and n.

    Returns
    -------
    Picture
    """
    kinds = list(dict.fromkeys(table.index.get_level_values(0)))
    figure, panels = new_figure(
        3.1 * len(kinds), 0.9 + 0.36 * table.groupby(level=0).size().max(), 1, len(kinds), squeeze=False
    )
    for axes, kind in zip(panels[0], kinds, strict=True):
        part = table.loc[kind]
        charts.bars(axes, 100 * part[["value", "low", "high"]], texts=[f"{v:.0%}" for v in part.value])
        axes.set(title=kind, xlim=(0, 125), xticks=(0, 50, 100), xlabel="found, in %")
    told = "; ".join(
        f"{kind}: "
        + ", ".join(f"{how} {row.value:.0%} of {row.n:.0f}" for how, row in table.loc[kind].iterrows())
        for kind in kinds
    )
    return Picture(figure, f"Share of faces that are found, with 95 % intervals. {told}.")


def film(frames: np.ndarray, titles, boxes=None, *, columns: int = 6) -> Picture:
    """Draw some frames of a video beside each other.

    Parameters
    ----------
    frames : ndarray of uint8, shape (N, H, W)
    titles : list of str
    boxes : sequence of (left, top, width, height), optional
        Of the face in each frame, in pixels.
    columns : int

    Returns
    -------
    Picture
    """
    rows = -(-len(frames) // columns)
    figure, grid = new_figure(1.9 * columns, 1.75 * rows, rows, columns, squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    for k, (axes, frame, title) in enumerate(zip(grid.flat, frames, titles, strict=False)):
        show_image(axes, frame, title)
        if boxes is not None:
            left, top, width, height = boxes[k]
            # White inside black is seen on any grey.
            for colour, line in (("black", 3.5), ("white", 1.5)):
                axes.plot(
                    [left, left + width, left + width, left, left],
                    [top, top, top + height, top + height, top],
                    color=colour,
                    linewidth=line,
                )
    return Picture(figure, f"{len(frames)} frames, with the titles {', '.join(titles)}.")


def over_time(probabilities: dict[str, np.ndarray], label: int, shown: np.ndarray, fps: float) -> Picture:
    """Draw the probability of one label over the frames of a video, as it comes and smoothed.

    Parameters
    ----------
    probabilities : dict of str to ndarray of float, shape (T, 7)
        By name; NaN where no face was found.
    label : int
        The expression that comes and goes.
    shown : ndarray of bool, shape (T,)
        Where the truth is this expression.
    fps : float
        Frames a second.

    Returns
    -------
    Picture
    """
    name = EXPRESSIONS[label]
    figure, axes = new_figure(9.5, 3.6)
    frames = np.arange(len(shown))
    edges = np.flatnonzero(np.diff(np.concatenate([[0], np.asarray(shown, int), [0]])))
    for start, stop in edges.reshape(-1, 2):
        axes.axvspan(start - 0.5, stop - 0.5, color="#DDDDDD", zorder=0)
        axes.text(
            (start + stop - 1) / 2, 1.02, f"{name} is drawn", ha="center", va="bottom", fontsize=9, color=INK
        )
    for (title, values), colour, dash, mark in zip(
        probabilities.items(), SERIES, DASHES, MARKS, strict=False
    ):
        axes.plot(
            frames, values[:, label], color=colour, linestyle=dash, marker=mark, markersize=4, label=title
        )
    axes.set(xlabel=f"frame ({fps:.0f} a second)", ylabel=f"probability of {name}", ylim=(-0.03, 1.03))
    axes.set_title("", pad=18)
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    inside, outside = np.asarray(shown, bool), ~np.asarray(shown, bool)
    told = "; ".join(
        f"{title}: mean {np.nanmean(values[inside, label]):.2f} while it is drawn, "
        f"{np.nanmean(values[outside, label]):.2f} otherwise, and "
        f"{_changes(values)} changes of the label in {len(values)} frames"
        for title, values in probabilities.items()
    )
    return Picture(
        figure, f"Probability of {name} over {len(frames)} frames, of which {inside.sum()} show it. {told}."
    )


def _changes(probabilities: np.ndarray) -> int:
    labels = probabilities[~np.isnan(probabilities).any(axis=1)].argmax(axis=1)
    return int((np.diff(labels) != 0).sum())


def milliseconds_of_a_frame(table: pd.DataFrame) -> Picture:
    """Draw where the milliseconds of a frame go.

    Parameters
    ----------
    table : DataFrame
        Of ``camera.watch.breakdown``: index steps and "all", columns median and p95, in milliseconds.

    Returns
    -------
    Picture
    """
    steps = table.drop(index="all")
    figure, axes = new_figure(8.5, 3.2)
    rows = pd.DataFrame({"value": steps["median"], "low": steps["median"], "high": steps.p95})
    charts.bars(
        axes,
        rows,
        texts=[f"{m:.1f} ms (p95 {p:.1f})" for m, p in zip(steps["median"], steps.p95, strict=True)],
    )
    axes.set(xlabel="milliseconds a frame: median, and a line to the 95th percentile")
    axes.margins(x=0.3)
    told = ", ".join(
        f"{step} {row['median']:.1f} (95th percentile {row.p95:.1f})" for step, row in steps.iterrows()
    )
    whole = table.loc["all", "median"]
    return Picture(
        figure,
        f"Milliseconds of one frame by step: {told}; all together {whole:.1f}, or {1e3 / whole:.0f} frames a second.",
    )


def labelled(picture: np.ndarray, faces: list, missed: int = 0) -> Picture:
    """Show a picture in which the found faces are marked and labelled.

    Parameters
    ----------
    picture : ndarray of uint8, shape (H, W, 3)
        Of ``camera.label.draw_labels``.
    faces : list of Labelled
    missed : int
        How many faces are in it that were not found, for the description.

    Returns
    -------
    Picture
    """
    figure, axes = new_figure(7.2, 7.2 * picture.shape[0] / picture.shape[1])
    show_image(axes, picture)
    told = ", ".join(
        f"{face.label} with {face.probabilities.max():.0%} in a square of {face.box.width} pixels"
        for face in faces
    )
    lost = f" {missed} more in the picture {'is' if missed == 1 else 'are'} not found." if missed else ""
    return Picture(figure, f"A picture in which {len(faces)} faces are found: {told or 'none'}.{lost}")


def same_twice(searches: dict, *, columns: int = 8) -> Picture:
    """Show the same faces drawn twice, each with whether it was found.

    Parameters
    ----------
    searches : dict of str to finding.Search
        Of the same faces, by what was changed about them.
    columns : int
        How many faces are shown.

    Returns
    -------
    Picture
    """
    figure, grid = new_figure(1.3 * columns, 1.65 * len(searches), len(searches), columns, squeeze=False)
    for line, (name, search) in zip(grid, searches.items(), strict=True):
        for axes, image, was in zip(line, search.faces.images, search.found, strict=False):
            show_image(axes, image, "found" if was else "missed")
        line[0].set_ylabel(name)
    told = "; ".join(
        f"{name}: {search.found[:columns].sum()} are found, of all {len(search.found)} {search.found.sum()}"
        for name, search in searches.items()
    )
    return Picture(figure, f"The same {columns} faces, once in each of {len(searches)} rows. {told}.")


def smoothing(table: pd.DataFrame) -> Picture:
    """Draw what smoothing changes, clip by clip: how often the label changes, and how late it is.

    Parameters
    ----------
    table : DataFrame
        Of ``smoothing.compare``: index ways, the first without smoothing; columns flips and delay, and each with
        ``_change``, ``_change_low`` and ``_change_high``.

    Returns
    -------
    Picture
    """
    plain, smoothed = table.iloc[0], table.iloc[1:]
    figure, (gain, cost) = new_figure(10.5, 1.3 + 0.45 * len(smoothed), 1, 2, sharey=True)
    for axes, column, words in (
        (gain, "flips", f"changes of the label a second,\nagainst {plain.flips:.1f} without smoothing"),
        (cost, "delay", "frames until the label is there,\nagainst no smoothing"),
    ):
        part = charts.measured(smoothed, f"{column}_change")
        charts.points(axes, part, texts=[f"{value:+.1f}" for value in part.value])
        axes.axvline(0, color=SOFT, linewidth=1, linestyle="--")
        axes.set(xlabel=words)
        axes.margins(x=0.2)
    told = "; ".join(
        f"{name}: {row.flips_change:+.1f} changes a second ({row.flips_change_low:+.1f} to "
        f"{row.flips_change_high:+.1f}), {row.delay_change:+.1f} frames ({row.delay_change_low:+.1f} to "
        f"{row.delay_change_high:+.1f})"
        for name, row in smoothed.iterrows()
    )
    return Picture(
        figure,
        f"What smoothing changes, with 95 % intervals over the same clips. Without it the label changes "
        f"{plain.flips:.1f} times a second. {told}.",
    )
