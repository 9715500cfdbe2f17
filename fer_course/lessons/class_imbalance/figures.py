"""Pictures of uneven classes: their shares, their weights, and what heads make of them."""

from itertools import pairwise

import numpy as np
import pandas as pd
import seaborn as sns

from fer_course.evaluation.intervals import wilson_interval
from fer_course.evaluation.metrics import confusion_counts
from fer_course.labels import EXPRESSIONS, FER2013_COUNTS
from fer_course.show.picture import Picture
from fer_course.show.style import PALETTE, new_figure

HATCHES = ("", "////", "....", "xx")
"""Of the bars beside each other, so that they are told apart without colour."""

SHADES = ("#333333", "#8FB8DE", "#F2C14E", "#B7B7B7")


def class_shares(counts: np.ndarray, name: str) -> Picture:
    """Draw the share of each label at hand beside the published one of FER-2013's Training split.

    Parameters
    ----------
    counts : ndarray of int, shape (7,)
        Images per label, in the order of ``EXPRESSIONS``.
    name : str
        What is counted, for the label.

    Returns
    -------
    Picture
    """
    published = np.array(FER2013_COUNTS["Training"])
    order = np.argsort(published)
    figure, axes = new_figure(9, 4)
    places = np.arange(len(order))
    rows = {"FER-2013, published": (published, 0.2, SHADES[0]), name: (np.asarray(counts), -0.2, SHADES[1])}
    for k, (title, (values, offset, color)) in enumerate(rows.items()):
        shares = 100 * values[order] / max(values.sum(), 1)
        axes.barh(
            places + offset, shares, 0.38, color=color, hatch=HATCHES[k], edgecolor="white", label=title
        )
        for place, share, i in zip(places, shares, order, strict=True):
            axes.text(share + 0.2, place + offset, f"{values[i]:,}", va="center", fontsize=9)
    axes.set_yticks(places, [EXPRESSIONS[i] for i in order])
    axes.set(xlabel="Share of the images (%); number of images beside the bar")
    axes.legend(loc="lower right", frameon=False)
    spoken = ", ".join(f"{EXPRESSIONS[i]} {published[i]:,} and {counts[i]:,}" for i in order[::-1])
    return Picture(
        figure, f"Bars of images per label, FER-2013's published Training split and {name}: {spoken}."
    )


def weights(counts: np.ndarray, weights: dict[str, np.ndarray]) -> Picture:
    """Draw the weight of one face of each label, and the share of the total weight that each label has.

    Parameters
    ----------
    counts : ndarray of int, shape (7,)
        Training images per label.
    weights : dict of str to ndarray of float, shape (7,)
        At most four sets of weights.

    Returns
    -------
    Picture
    """
    counts = np.asarray(counts, np.float64)
    order = np.argsort(counts)
    figure, (left, right) = new_figure(10, 5.2, 1, 2, sharey=True)
    height = 0.84 / len(weights)
    places = np.arange(len(order))
    spoken = []
    for k, (name, values) in enumerate(weights.items()):
        values = np.asarray(values, np.float64)
        shares = 100 * values * counts / (values * counts).sum()
        at = places + 0.42 - height * (k + 0.5)
        for axes, numbers, form in ((left, values, "{:.2f}"), (right, shares, "{:.0f} %")):
            style = {"color": SHADES[k], "hatch": HATCHES[k], "edgecolor": "white"}
            axes.barh(at, numbers[order], height * 0.95, label=name, **style)
            for y, number in zip(at, numbers[order], strict=True):
                axes.text(number, y, " " + form.format(number), va="center", fontsize=8)
        first = order[0]
        spoken.append(
            f"{name}: a {EXPRESSIONS[first]} face weighs {values[first]:.2f}, a {EXPRESSIONS[order[-1]]} face "
            f"{values[order[-1]]:.2f}, and {EXPRESSIONS[first]} has {shares[first]:.0f} % of the total weight"
        )
    left.set_yticks(places, [EXPRESSIONS[i] for i in order])
    left.set(title="One face", xlabel="Weight in the loss")
    right.set(title="All faces of a label together", xlabel="Share of the total weight (%)")
    right.axvline(100 / (counts > 0).sum(), color="#333333", linewidth=0.8, linestyle=":")
    left.legend(loc="center right", frameon=False)
    for axes in (left, right):
        axes.set_xlim(0, axes.get_xlim()[1] * 1.1)
    return Picture(
        figure, f"Bars of class weights, and of each label's share of the total weight. {'; '.join(spoken)}."
    )


def recall(
    predictions: dict[str, np.ndarray],
    labels: np.ndarray,
    counts: np.ndarray | None = None,
    *,
    alarm: str | None = None,
) -> Picture:
    """Draw the recall of each label with its 95 % interval, a row of bars for each set of predictions.

    Parameters
    ----------
    predictions : dict of str to ndarray of int64, shape (N,)
    labels : ndarray of int64, shape (N,)
    counts : array of int, shape (7,), optional
        The mix of labels that accuracy and precision are for; the mix of ``labels`` if not given.
    alarm : str, optional
        A label of which the precision is told as well: of 100 faces called so, how many are.

    Returns
    -------
    Picture
    """
    figure, rows = new_figure(
        8, 2.3 * len(predictions) + 0.3, len(predictions), 1, squeeze=False, sharex=True
    )
    spoken = []
    for axes, (name, predicted) in zip(rows[:, 0], predictions.items(), strict=True):
        confusion = confusion_counts(labels, predicted)
        right, support = np.diagonal(confusion), confusion.sum(1)
        recall = 100 * right / np.maximum(support, 1)
        low, high = (100 * bound for bound in wilson_interval(right, support))
        mix = support if counts is None else np.where(support > 0, counts, 0)
        accuracy, macro = (recall * mix).sum() / mix.sum(), recall[support > 0].mean()
        axes.bar(EXPRESSIONS, recall, color=[PALETTE[e] for e in EXPRESSIONS], width=0.7)
        axes.vlines(
            EXPRESSIONS, np.where(support > 0, low, 0), np.where(support > 0, high, 0), color="#222222"
        )
        for i, value in enumerate(recall):
            text = f"{value:.0f}" if support[i] else "no faces"
            axes.text(i, max(high[i] if support[i] else 0, 3) + 2, text, ha="center", fontsize=9)
        axes.set(ylim=(0, 115), yticks=(0, 50, 100), ylabel="Recall (%)")
        words = f"{name}: accuracy {accuracy:.1f} %, macro recall {macro:.1f} %"
        if alarm:
            called = mix / mix.sum() * confusion[:, EXPRESSIONS.index(alarm)] / np.maximum(support, 1)
            words += f"; {precision_in_words(alarm, called)}"
        axes.set_title(words)
        values = ", ".join(
            f"{EXPRESSIONS[i]} {recall[i]:.0f} ({low[i]:.0f} to {high[i]:.0f})"
            for i in np.flatnonzero(support)
        )
        spoken.append(f"{words}; recall in % {values}.")
    return Picture(figure, "Bars of recall per label with 95 % intervals. " + " ".join(spoken))


def precision_in_words(label: str, called: np.ndarray) -> str:
    """Return the precision of a label in words.

    Parameters
    ----------
    label : str
    called : ndarray of float, shape (7,)
        How many faces of each class a model calls so.
    """
    if not called.sum():
        return f"it never says {label}"
    right = 100 * called[EXPRESSIONS.index(label)] / called.sum()
    return f"of 100 faces called {label}, {right:.0f} are"


def heads(table: pd.DataFrame, measures=("accuracy", "macro-F1", "disgust")) -> Picture:
    """Draw several methods under each other, a panel for each measure, with 95 % intervals.

    Parameters
    ----------
    table : DataFrame
        From ``frozen.compare_heads``; the first method is what the others are compared with.
    measures : sequence of str
        A label stands for its recall.

    Returns
    -------
    Picture
    """
    measures = [measure for measure in measures if measure in table.index.get_level_values("measure")]
    methods = table.loc[measures[0]].index
    figure, panels = new_figure(10.5, 0.42 * len(methods) + 1.3, 1, len(measures), sharey=True, squeeze=False)
    places = np.arange(len(methods))[::-1]
    spoken = []
    for axes, measure in zip(panels[0], measures, strict=True):
        rows = 100 * table.loc[measure][["value", "low", "high"]]
        better, worse = table.loc[measure].gain_low > 0, table.loc[measure].gain_high < 0
        apart = better | worse
        axes.axvspan(rows.low.iloc[0], rows.high.iloc[0], color="#E8E8E8", linewidth=0)
        axes.axvline(rows.value.iloc[0], color="#777777", linewidth=0.8, linestyle=":")
        axes.hlines(places, rows.low, rows.high, color="#333333")
        for place, value, filled in zip(places, rows.value, apart, strict=True):
            axes.plot(value, place, "o", color="#0072B2" if filled else "white", markeredgecolor="#333333")
            axes.text(value, place + 0.18, f"{value:.1f}", ha="center", va="bottom", fontsize=8)
        title = f"Recall of {measure}" if measure in EXPRESSIONS else measure.capitalize().replace("-f", "-F")
        axes.set(title=title, xlabel="%, with 95 % interval", ylim=(-0.5, len(methods) - 0.3))
        axes.margins(x=0.1)
        values = ", ".join(
            f"{method} {row.value:.1f} ({row.low:.1f} to {row.high:.1f})"
            + (", clearly better" if better[method] else ", clearly worse" if worse[method] else "")
            for method, row in rows.iterrows()
        )
        spoken.append(f"{title} in %: {values}.")
    panels[0, 0].set_yticks(places, methods)
    words = f"Filled: the interval of the gain over {methods[0]} excludes 0; grey band: the interval of {methods[0]}."
    figure.supxlabel(words, fontsize=10)
    return Picture(figure, f"{' '.join(spoken)} {words}")


def recall_grid(table: pd.DataFrame) -> Picture:
    """Draw the recall of each label (columns) under each method (rows), with the numbers.

    Parameters
    ----------
    table : DataFrame
        From ``frozen.compare_heads``.

    Returns
    -------
    Picture
    """
    present = [label for label in EXPRESSIONS if label in table.index.get_level_values("measure")]
    grid = pd.DataFrame({label: 100 * table.loc[label].value for label in present}).loc[
        table.loc["accuracy"].index
    ]
    figure, axes = new_figure(9, 0.42 * len(grid) + 1.2)
    axes.imshow(grid, cmap="Blues", vmin=0, vmax=115, aspect="auto")
    for (row, column), value in np.ndenumerate(grid.to_numpy()):
        axes.text(
            column, row, f"{value:.0f}", ha="center", va="center", color="white" if value > 70 else "black"
        )
    axes.set_xticks(range(len(present)), present)
    axes.set_yticks(range(len(grid)), grid.index)
    axes.set_title("Recall (%)")
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    spoken = " ".join(
        f"{method}: {', '.join(f'{label} {value:.0f}' for label, value in row.items())}."
        for method, row in grid.iterrows()
    )
    return Picture(figure, f"Recall in % per method and label. {spoken}")


def mixes(mixes: dict[str, np.ndarray]) -> Picture:
    """Draw the faces per label of several mixes, one panel each, on one scale.

    Parameters
    ----------
    mixes : dict of str to ndarray of int, shape (7,)

    Returns
    -------
    Picture
    """
    first = next(iter(mixes.values()))
    order = np.argsort(-np.asarray(first), kind="stable")
    figure, panels = new_figure(5 * len(mixes), 3, 1, len(mixes), sharex=True, squeeze=False)
    names = [EXPRESSIONS[i] for i in order]
    spoken = []
    for axes, (name, counts) in zip(panels[0], mixes.items(), strict=True):
        values = np.asarray(counts)[order]
        sns.barplot(x=values, y=names, hue=names, palette=PALETTE, legend=False, ax=axes)
        for place, value in enumerate(values):
            axes.text(value, place, f" {value:,}", va="center", fontsize=9)
        axes.set(title=name, xlabel="Training faces", ylabel="")
        axes.margins(x=0.15)
        told = ", ".join(f"{label} {value:,}" for label, value in zip(names, values, strict=True))
        spoken.append(f"{name}: {told}.")
    return Picture(figure, f"Bars of training faces per label. {' '.join(spoken)}")


def dial(curve: pd.DataFrame) -> Picture:
    """Draw what the adjustment's strength gains and costs: macro recall by itself, and on the right what it trades.

    Parameters
    ----------
    curve : DataFrame
        From ``frozen.along_tau``.

    Returns
    -------
    Picture
    """
    figure, (left, right) = new_figure(11, 3.8, 1, 2)
    macro = 100 * curve["macro recall"]
    sns.lineplot(x=macro.index, y=macro, marker="o", color="#222222", ax=left)
    top = macro.idxmax()
    left.annotate(
        f"{macro[top]:.1f} % at {top:g}", (top, macro[top]), (0, 8), textcoords="offset points", ha="center"
    )
    # The hill, and not the abyss behind it: an axis from 0 to 100 would hide it.
    floor = min(macro.iloc[0], macro[top] - 5) - 3
    left.set(title="Macro recall", xlabel="tau", ylabel="%", ylim=(floor, macro[top] + 3))
    traded = [c for c in ("accuracy", "recall of disgust", "precision of disgust") if c in curve]
    ends = _spread(
        [100 * curve[name].dropna().iloc[-1] if curve[name].notna().any() else 0 for name in traded], 7
    )
    spoken = [f"macro recall {_journey(macro)}"]
    for k, (name, end) in enumerate(zip(traded, ends, strict=True)):
        values = 100 * curve[name]
        color = "#333333" if name == "accuracy" else PALETTE["disgust"]
        style = {"linestyle": ("-", "--", ":")[k], "marker": ("o", "s", "^")[k], "color": color}
        sns.lineplot(x=values.index, y=values, markersize=5, ax=right, **style)
        right.annotate(
            name, (1, values.iloc[-1]), (1.02, end), color=color, va="center",
            textcoords=("axes fraction", "data"), annotation_clip=False,
        )  # fmt: skip
        spoken.append(f"{name} {_journey(values)}")
    right.set(title="What is traded", xlabel="tau", ylabel="%", ylim=(0, 102))
    return Picture(
        figure, f"Lines over tau from {curve.index[0]:g} to {curve.index[-1]:g}. {'; '.join(spoken)}."
    )


def _journey(values: pd.Series) -> str:
    """From where to where some percentages go, and where they are highest."""
    there = values.dropna()
    if not len(there):
        return "does not exist, since disgust is never said"
    top = there.idxmax()
    start = f" (at tau {there.index[0]:g}: never said before)" if len(there) < len(values) else ""
    return (
        f"goes from {there.iloc[0]:.1f}{start} to {there.iloc[-1]:.1f} %, and is highest at {top:g} with "
        f"{there[top]:.1f} %"
    )


def _spread(values, gap) -> np.ndarray:
    """Move values apart until neighbours are at least ``gap`` from each other."""
    order, spread = np.argsort(values), np.array(values, np.float64)
    for before, after in pairwise(order):
        spread[after] = max(spread[after], spread[before] + gap)
    return spread
