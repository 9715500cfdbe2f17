"""Pictures of uneven classes: their shares, their weights, and what heads make of them."""

import numpy as np
import pandas as pd

from fer_course.evaluation.intervals import wilson_interval
from fer_course.evaluation.metrics import confusion_counts
from fer_course.labels import EXPRESSIONS, FER2013_COUNTS
from fer_course.show import charts
from fer_course.show.picture import Picture
from fer_course.show.style import INK, PALETTE, SERIES, SOFT, new_figure


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
    order = np.argsort(-published, kind="stable")
    table = pd.DataFrame({"FER-2013, published": published, name: counts}, index=EXPRESSIONS).iloc[order]
    figure, axes = new_figure(9, 4)
    charts.grouped_bars(axes, 100 * table / np.maximum(table.sum(), 1), texts=table.map("{:,}".format))
    axes.set(xlabel="Share of the images (%); number of images beside the bar")
    axes.legend(loc="lower right", frameon=False)
    spoken = ", ".join(f"{EXPRESSIONS[i]} {published[i]:,} and {counts[i]:,}" for i in order)
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
    order = np.argsort(-counts, kind="stable")
    one = pd.DataFrame(weights, index=EXPRESSIONS).iloc[order]
    together = one.mul(counts[order], axis=0)
    together = 100 * together / together.sum()
    figure, (left, right) = new_figure(10, 5.2, 1, 2, sharey=True)
    charts.grouped_bars(left, one, texts=one.map("{:.2f}".format))
    charts.grouped_bars(right, together, texts=together.map("{:.0f} %".format))
    left.set(title="One face", xlabel="Weight in the loss")
    right.set(title="All faces of a label together", xlabel="Share of the total weight (%)")
    right.axvline(100 / (counts > 0).sum(), color=INK, linewidth=0.8, linestyle=":")
    left.legend(loc="center right", frameon=False)
    common, rare = one.index[0], one.index[-1]
    spoken = [
        f"{name}: a {rare} face weighs {one[name][rare]:.2f}, a {common} face {one[name][common]:.2f}, and {rare} has "
        f"{together[name][rare]:.0f} % of the total weight"
        for name in one
    ]
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
        confusion = confusion_counts(labels=labels, predictions=predicted)
        right, support = np.diagonal(confusion), confusion.sum(1)
        recall = 100 * right / np.maximum(support, 1)
        low, high = (100 * bound for bound in wilson_interval(right, support))
        mix = support if counts is None else np.where(support > 0, counts, 0)
        accuracy, macro = (recall * mix).sum() / mix.sum(), recall[support > 0].mean()
        table = pd.DataFrame({"value": recall, "low": low, "high": high}, index=EXPRESSIONS)
        table.loc[support == 0] = np.nan
        texts = [
            f"{value:.0f}" if faces else "no faces" for value, faces in zip(recall, support, strict=True)
        ]
        charts.bars(axes, table, texts=texts, colours=PALETTE, upright=True)
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
        From ``comparison.compare_heads``; the first method is what the others are compared with.
    measures : sequence of str
        A label stands for its recall.

    Returns
    -------
    Picture
    """
    measures = [measure for measure in measures if measure in table.index.get_level_values("measure")]
    methods = table.loc[measures[0]].index
    figure, panels = new_figure(10.5, 0.42 * len(methods) + 1.3, 1, len(measures), sharey=True, squeeze=False)
    spoken = []
    for axes, measure in zip(panels[0], measures, strict=True):
        rows = 100 * table.loc[measure][["value", "low", "high"]]
        better, worse = table.loc[measure].gain_low > 0, table.loc[measure].gain_high < 0
        colours = [SERIES[0] if apart else "white" for apart in better | worse]
        axes.axvspan(rows.low.iloc[0], rows.high.iloc[0], color="#E8E8E8", linewidth=0)
        axes.axvline(rows.value.iloc[0], color=SOFT, linewidth=0.8, linestyle=":")
        charts.points(axes, rows, texts=rows.value.map("{:.1f}".format), colours=colours)
        title = f"Recall of {measure}" if measure in EXPRESSIONS else measure.capitalize().replace("-f", "-F")
        axes.set(title=title, xlabel="%, with 95 % interval")
        axes.margins(x=0.2)
        values = ", ".join(
            f"{method} {row.value:.1f} ({row.low:.1f} to {row.high:.1f})"
            + (", clearly better" if better[method] else ", clearly worse" if worse[method] else "")
            for method, row in rows.iterrows()
        )
        spoken.append(f"{title} in %: {values}.")
    words = f"Filled: the interval of the gain over {methods[0]} excludes 0; grey band: the interval of {methods[0]}."
    figure.supxlabel(words, fontsize=10)
    return Picture(figure, f"{' '.join(spoken)} {words}")


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
    spoken = []
    for axes, (name, counts) in zip(panels[0], mixes.items(), strict=True):
        faces = pd.Series(counts, EXPRESSIONS).iloc[order]
        charts.bars(axes, faces, texts=faces.map("{:,}".format), colours=PALETTE)
        axes.set(title=name, xlabel="Training faces")
        told = ", ".join(f"{label} {value:,}" for label, value in faces.items())
        spoken.append(f"{name}: {told}.")
    return Picture(figure, f"Bars of training faces per label. {' '.join(spoken)}")


def dial(curve: pd.DataFrame) -> Picture:
    """Draw what the adjustment's strength gains and costs: macro recall by itself, and on the right what it trades.

    Parameters
    ----------
    curve : DataFrame
        From ``dial.along_tau``.

    Returns
    -------
    Picture
    """
    figure, (left, right) = new_figure(11, 3.8, 1, 2)
    percent = 100 * curve
    macro = percent["macro recall"]
    traded = [c for c in ("accuracy", "recall of disgust", "precision of disgust") if c in curve]
    charts.curves(left, macro.to_frame(), names=False)
    charts.curves(right, percent[traded])
    top = macro.idxmax()
    left.annotate(
        f"{macro[top]:.1f} % at {top:g}", (top, macro[top]), (0, 8), textcoords="offset points", ha="center"
    )
    # The hill, and not the abyss behind it: an axis from 0 to 100 would hide it.
    floor = min(macro.iloc[0], macro[top] - 5) - 3
    left.set(title="Macro recall", xlabel="tau", ylabel="%", ylim=(floor, macro[top] + 3))
    right.set(title="What is traded", xlabel="tau", ylabel="%", ylim=(0, 102))
    spoken = "; ".join(f"{name} {_journey(percent[name])}" for name in ("macro recall", *traded))
    return Picture(figure, f"Lines over tau from {curve.index[0]:g} to {curve.index[-1]:g}. {spoken}.")


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
