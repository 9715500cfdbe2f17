"""Figures of notebook 05: what a model gets right, where it goes wrong, and how sure it is."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns

from fer_course.evaluation.calibration import expected_calibration_error, reliability
from fer_course.evaluation.intervals import wilson_interval
from fer_course.evaluation.metrics import evaluate
from fer_course.evaluation.predict import softmax
from fer_course.labels import EXPRESSIONS, check_labels
from fer_course.show import charts
from fer_course.show.learning_curves import learning_curves, phases_of
from fer_course.show.picture import Picture, show_image
from fer_course.show.style import INK, MARKERS, PALETTE, SERIES, SOFT, new_figure

FACES_OF = {55: "disgust in PrivateTest", 3589: "PrivateTest", 7178: "both halves"}
"""Sizes of FER-2013's test sets that the interval's figure names."""


def confusion(confusion: np.ndarray, *, rows: str = "label", columns: str = "prediction") -> Picture:
    """Draw a confusion matrix twice: as counts, and as shares of each row.

    Parameters
    ----------
    confusion : ndarray of int, shape (7, 7)
        Rows are labels, columns predictions.
    rows, columns : str
        What the rows and the columns are, for the axes.

    Returns
    -------
    Picture
    """
    if np.shape(confusion) != (len(EXPRESSIONS), len(EXPRESSIONS)):
        raise ValueError(
            f"Expected a confusion matrix of shape (7, 7), found {type(confusion).__name__} of shape "
            f"{np.shape(confusion)}; evaluate(logits, labels).confusion is one."
        )
    shares = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    percent = pd.DataFrame(100 * shares, EXPRESSIONS, EXPRESSIONS)
    figure, both = new_figure(12.5, 5.2, 1, 2)
    titles = {"faces (shaded by share)": "{:,}", "% of its row": "{:.0f}"}
    for axes, (title, form), values in zip(
        both, titles.items(), (confusion, percent.to_numpy()), strict=True
    ):
        charts.number_grid(axes, percent, texts=np.vectorize(form.format)(values), square=True)
        plt.setp(axes.texts[:: len(EXPRESSIONS) + 1], fontweight="bold")
        axes.set(xlabel=columns, ylabel=rows, title=f"Confusion matrix, {title}")
        charts.slant(axes)
    wrong = np.where(np.eye(len(EXPRESSIONS), dtype=bool), 0, confusion)
    i, j = np.unravel_index(wrong.argmax(), wrong.shape)
    text = (
        f"Confusion matrix of {confusion.sum():,} faces, rows {rows}, columns {columns}, as counts and as percent of "
        f"each row; {np.trace(confusion):,} lie on the diagonal. "
    )
    if wrong.any():
        text += (
            f"The most frequent mistake: {EXPRESSIONS[i]} taken for {EXPRESSIONS[j]}, {wrong[i, j]:,} times "
            f"({shares[i, j]:.0%} of {EXPRESSIONS[i]}). "
        )
    told = (
        f"{name}: " + ", ".join(f"{count:,} {EXPRESSIONS[k]}" for k, count in enumerate(row) if count)
        for name, row in zip(EXPRESSIONS, confusion, strict=True)
        if row.any()
    )
    text += f"Row by row: {'; '.join(told)}."
    return Picture(figure, text)


def per_class(per_class: pd.DataFrame) -> Picture:
    """Draw precision, recall and F1 of each class with their 95 % intervals.

    Parameters
    ----------
    per_class : DataFrame
        ``Evaluation.per_class``.

    Returns
    -------
    Picture
    """
    if not isinstance(per_class, pd.DataFrame):
        raise ValueError(
            f"Expected a table, found {type(per_class).__name__}; evaluate(logits, labels).per_class is one."
        )
    figure, panels = new_figure(11, 4, 1, 3, sharey=True)
    present = per_class[per_class.support > 0]
    for axes, measure in zip(panels, ("precision", "recall", "f1"), strict=True):
        table = charts.measured(present, measure)
        unknown = (table.low == 0) & (table.high == 1)
        texts = table.value.map("{:.2f}".format).mask(unknown, "not said")
        texts = texts.reindex(per_class.index, fill_value="no faces")
        charts.points(axes, table.reindex(per_class.index), texts=texts, colours=PALETTE, markers=MARKERS)
        axes.set(xlim=(-0.04, 1.3), xticks=(0, 0.25, 0.5, 0.75, 1), title=measure.capitalize())
        axes.set(xlabel="value, with 95 % interval")
        axes.grid(axis="x", alpha=0.3)
    panels[0].set_yticklabels([f"{name} (n = {n:,})" for name, n in per_class.support.items()])
    best, worst = present.recall.idxmax(), present.recall.idxmin()
    width = (present.recall_high - present.recall_low).idxmax()
    row = present.loc[width]
    return Picture(
        figure,
        f"Precision, recall and F1 of seven classes with 95 % intervals. Highest recall: {best}, "
        f"{present.recall[best]:.2f}; lowest: {worst}, {present.recall[worst]:.2f}. The widest recall interval is that "
        f"of {width}, with {row.support:,.0f} faces: {row.recall_low:.2f} to {row.recall_high:.2f}.",
    )


def learning_dynamics(history: pd.DataFrame) -> Picture:
    """Draw loss and accuracy of every epoch, in training and on validation faces.

    Parameters
    ----------
    history : DataFrame
        ``Run.history``; where its phases change, a dotted line is drawn.

    Returns
    -------
    Picture
    """
    measures = {
        f"{name} ({unit})": {f"train_{name}": "training", f"val_{name}": "validation"}
        for name, unit in {"loss": "nats", "accuracy": "%"}.items()
    }
    figure = learning_curves(history, measures)
    phases = phases_of(history)
    changes = [k for k in range(1, len(phases)) if phases[k] != phases[k - 1]]
    last, best = history.iloc[-1], history.val_accuracy.to_numpy().argmax()
    values = history.val_accuracy.to_numpy()
    steps = "".join(f", from epoch {k + 1} on {phases[k]}" for k in changes)
    crossed = "".join(
        f" From epoch {k} to {k + 1}, where {phases[k]} begins, validation accuracy goes from {values[k - 1]:.1%} to "
        f"{values[k]:.1%}."
        for k in changes
    )
    return Picture(
        figure,
        f"Loss and accuracy in training and on validation faces over {len(history)} epochs ({phases[0]}{steps}). "
        f"After the last: training accuracy {last.train_accuracy:.1%}, validation accuracy {last.val_accuracy:.1%}. "
        f"The best epoch on validation faces is number {best + 1}, with {history.val_accuracy.iloc[best]:.1%}."
        f"{crossed}",
    )


def calibration(
    logits_by_name: dict, labels: np.ndarray, bins: int = 10, *, second: np.ndarray | None = None
) -> Picture:
    """Draw how often a model is right against how sure it is, one panel for each set of logits.

    Parameters
    ----------
    logits_by_name : dict of str to ndarray of float, shape (N, 7)
    labels : ndarray of int, shape (N,)
    bins : int
    second : ndarray of int64, shape (N,), optional
        Labels from elsewhere (the puppets' truth, FER+'s majority), drawn as hollow squares; -1 where there is none.

    Returns
    -------
    Picture
    """
    labels = np.asarray(labels)
    figure, panels = new_figure(5.2 * len(logits_by_name), 4.6, 1, len(logits_by_name), squeeze=False)
    known = None if second is None else np.asarray(second) >= 0
    told = []
    for axes, (name, logits) in zip(panels.flat, logits_by_name.items(), strict=True):
        table = reliability(logits, labels, bins)
        sns.lineplot(x=[0, 1], y=[0, 1], color=SOFT, linestyle=":", ax=axes)
        axes.text(0.06, 0.13, "as sure as right", rotation=45, rotation_mode="anchor", color=SOFT, fontsize=9)
        axes.text(0.03, 0.97, "underconfident", va="top", color=SOFT, fontsize=9)
        axes.text(0.98, 0.03, "overconfident", ha="right", color=SOFT, fontsize=9)
        told.append(f"{name}: {_draw_bins(axes, table, 'o', SERIES[0])}")
        if second is not None and known.any():
            other = reliability(np.asarray(logits)[known], np.asarray(second)[known], bins)
            told.append(f"Against the second opinion: {_draw_bins(axes, other, 's', SERIES[1], 'white')}")
            where = other.iloc[other["count"].argmax()]
            axes.annotate(
                "second opinion",
                (where.confidence, where.high),
                (-4, 5),
                textcoords="offset points",
                ha="right",
                color=SERIES[1],
                fontsize=9,
            )
        # At two heights: four digits are wider than a bin.
        for place, row in enumerate(table.itertuples()):
            height = (-0.07, -0.115)[place % 2]
            axes.text(row.confidence, height, f"{row.count:,}", ha="center", fontsize=8, color=SOFT)
        axes.text(-0.02, -0.09, "faces", ha="right", fontsize=8, color=SOFT)
        axes.set(
            xlim=(0, 1.02), ylim=(-0.15, 1.04), xlabel="confidence", ylabel="accuracy, with 95 % interval"
        )
        axes.set_title(f"{name}: ECE {expected_calibration_error(logits, labels, bins):.3f}")
    return Picture(figure, f"Reliability of {len(labels):,} predictions. {' '.join(told)}")


def _draw_bins(axes, table: pd.DataFrame, marker: str, colour: str, face: str | None = None) -> str:
    """Draw one reliability curve and return what it shows in words."""
    charts.intervals(axes, table.confidence, table.low, table.high, upright=True, colors=colour)
    look = {
        "marker": marker,
        "color": face or colour,
        "edgecolor": colour,
        "linewidth": 1.2,
        "s": 45,
        "zorder": 3,
    }
    sns.scatterplot(x=table.confidence, y=table.accuracy, ax=axes, **look)
    gap = np.average(table.confidence - table.accuracy, weights=table["count"])
    error = np.average((table.confidence - table.accuracy).abs(), weights=table["count"])
    bins = "; ".join(
        f"{row.confidence:.0%} sure and {row.accuracy:.0%} right ({row.count:,} faces)"
        for row in table.itertuples()
    )
    return (
        f"expected calibration error {error:.3f}, on average the model is {abs(gap):.1%} "
        f"{'more' if gap > 0 else 'less'} sure than right ({'over' if gap > 0 else 'under'}confident). "
        f"Bin by bin: {bins}."
    )


def most_confident_mistakes(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the positions of wrong predictions, the surest first.

    Parameters
    ----------
    logits : ndarray of float, shape (N, 7)
    labels : ndarray of int, shape (N,)

    Returns
    -------
    ndarray of int64
    """
    check_labels(labels)
    wrong = np.flatnonzero(np.asarray(logits).argmax(axis=1) != np.asarray(labels))
    return wrong[np.argsort(-softmax(logits).max(axis=1)[wrong], kind="stable")]


def mistakes(faces, logits: np.ndarray, *, second=None, columns: int = 6, limit: int = 12) -> Picture:
    """Show the most confident mistakes: label, prediction, confidence, and a second opinion where there is one.

    Parameters
    ----------
    faces : Faces
    logits : ndarray of float, shape (N, 7)
    second : ndarray of int64, shape (N,), optional
        Labels from elsewhere (the puppets' truth, FER+'s majority); -1 where there is none.
    columns, limit : int

    Returns
    -------
    Picture
    """
    chosen = most_confident_mistakes(logits, faces.labels)[:limit]
    probabilities = softmax(logits)
    rows = max(1, -(-len(chosen) // columns))
    figure, grid = new_figure(1.9 * columns, 2.55 * rows, rows, columns, squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    whose = "truth" if faces.is_puppets else "FER+"
    agree, told = 0, []
    for axes, i in zip(grid.flat, chosen, strict=False):
        guess = int(logits[i].argmax())
        title = (
            f"label {EXPRESSIONS[faces.labels[i]]}\nmodel {EXPRESSIONS[guess]}, {probabilities[i, guess]:.0%}"
        )
        if second is not None:
            title += f"\n{whose} {EXPRESSIONS[second[i]] if second[i] >= 0 else 'not known'}"
            agree += int(second[i] == guess)
        axes.set_axis_on()
        show_image(axes, faces.images[i], title)
        told.append(title.replace("\n", ", "))
    text = (
        f"The {len(chosen)} most confident of {np.sum(logits.argmax(1) != faces.labels):,} wrong predictions"
    )
    if len(chosen):
        surest = probabilities[chosen[0]].max()
        text += f", the surest at {surest:.0%}: {EXPRESSIONS[faces.labels[chosen[0]]]} taken for "
        text += f"{EXPRESSIONS[int(logits[chosen[0]].argmax())]}"
    text += "."
    if second is not None:
        text += f" In {agree} of them the second opinion sides with the model against the label."
    if told:
        text += f" Face by face: {'; '.join(told)}."
    return Picture(figure, text)


def coverage(
    logits: np.ndarray, labels: np.ndarray, threshold: float = 0.85, *, second: np.ndarray | None = None
) -> Picture:
    """Draw how right a model is if it may decline to answer when it is not sure.

    Parameters
    ----------
    logits : ndarray of float, shape (N, 7)
    labels : ndarray of int, shape (N,)
    threshold : float
        Smallest confidence, from 0 to 1, with which a prediction is kept.
    second : ndarray of int64, shape (N,), optional
        Labels from elsewhere (the puppets' truth, FER+'s majority), drawn as a dashed curve; -1 where there is none.

    Returns
    -------
    Picture
        Left accuracy against coverage, with the threshold marked; right the share of each label that is kept.
    """
    labels = np.asarray(labels)
    confidence = softmax(logits).max(axis=1)
    check_labels(labels)
    predicted = np.asarray(logits).argmax(axis=1)
    right = predicted == labels
    figure, (left, bars) = new_figure(10.5, 4, 1, 2)
    kept = confidence >= threshold
    text = f"At confidence {threshold:.2f} or more, {kept.sum():,} of {len(labels):,} predictions are kept "
    text += f"({kept.mean():.1%})"
    curves = [("labels", right, np.ones(len(labels), bool), "-", SERIES[0])]
    if second is not None and (np.asarray(second) >= 0).any():
        curves.append(("second opinion", predicted == second, np.asarray(second) >= 0, "--", SERIES[1]))
    for name, correct, known, style, colour in curves:
        order = np.argsort(-confidence[known], kind="stable")
        counts = np.arange(1, known.sum() + 1)
        shares = np.cumsum(correct[known][order]) / counts
        line = {"linestyle": style, "color": colour, "linewidth": 2}
        sns.lineplot(x=counts / known.sum(), y=shares, estimator=None, ax=left, **line)
        left.annotate(
            name, (1, shares[-1]), (4, 0), textcoords="offset points", color=colour, va="center", fontsize=9
        )
        answered = kept & known
        if answered.any():
            share, place = correct[answered].mean(), kept[known].mean()
            low, high = wilson_interval(correct[answered].sum(), answered.sum())
            charts.intervals(left, [place], [low], [high], upright=True, colors=colour)
            dot = {"color": colour if style == "-" else "white", "edgecolor": colour, "s": 80, "zorder": 3}
            sns.scatterplot(x=[place], y=[share], ax=left, **dot)
            left.annotate(
                f"{share:.1%} of {place:.0%}",
                (place, share),
                (0, -24 if style == "-" else 12),
                textcoords="offset points",
                ha="center",
                va="center",
                color=colour,
            )
            text += f"; {share:.1%} of them are right by the {name} ({low:.1%} to {high:.1%})"
    lowest = min(correct[known].mean() for _, correct, known, _, _ in curves)
    left.set(xlim=(0, 1.3 if len(curves) > 1 else 1.12), xticks=(0, 0.25, 0.5, 0.75, 1))
    left.set(ylim=(max(0, lowest - 0.25), 1.07), xlabel="coverage: share of faces answered")
    left.set(ylabel="accuracy of what is kept", title=f"Confidence of {threshold:.2f} or more")
    given = pd.Series(kept).groupby(labels).mean().reindex(range(len(EXPRESSIONS))).set_axis(EXPRESSIONS)
    texts = given.map("{:.0%}".format).mask(given.isna(), "no faces")
    charts.bars(bars, given, texts=texts, colours=PALETTE)
    text += f". Share kept of each label: {', '.join(f'{name} {said}' for name, said in texts.items())}."
    bars.set(
        xlim=(0, 1.2),
        xticks=np.arange(0, 1.1, 0.2),
        xlabel="share of the label's faces answered",
        title="Who gets an answer?",
    )
    return Picture(figure, text)


def interval(accuracy: float, n: int) -> Picture:
    """Draw how far the 95 % interval of an accuracy reaches to each side, against the number of faces.

    Parameters
    ----------
    accuracy : float
        From 0 to 1.
    n : int
        Faces, from 10 to 100,000; marked on the curve.

    Returns
    -------
    Picture
    """
    if not (0 <= accuracy <= 1 and n >= 1):
        raise ValueError(f"Expected an accuracy from 0 to 1 and one face at least, found {accuracy} and {n}.")
    sizes = np.unique(np.geomspace(10, 100_000, 200).astype(int))
    low, high = wilson_interval(np.round(accuracy * sizes), sizes)
    reach = 50 * (high - low)
    figure, axes = new_figure(7.5, 3.2)
    sns.lineplot(x=sizes, y=reach, color=SERIES[0], linewidth=2, errorbar=None, ax=axes)
    for size, name in FACES_OF.items():
        half = np.interp(size, sizes, reach)
        sns.scatterplot(x=[size], y=[half], marker="D", color=SOFT, ax=axes)
        style = {"textcoords": "offset points", "color": SOFT, "fontsize": 9}
        axes.annotate(name, (size, half), (4, 20 if size == 3589 else 6), **style)
    low, high = (float(end) for end in wilson_interval(round(accuracy * n), n))
    sns.scatterplot(x=[n], y=[50 * (high - low)], color=INK, s=80, zorder=3, ax=axes)
    axes.set(xscale="log", ylim=(0, None), xlabel="faces (each step ten times as many)")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.set(ylabel="to each side (points)", title=f"{accuracy:.1%} of {n:,} faces: {low:.1%} to {high:.1%}")
    axes.grid(alpha=0.3)
    return Picture(
        figure,
        f"An accuracy of {accuracy:.1%} measured on {n:,} faces has a 95 % interval from {low:.1%} to {high:.1%}, "
        f"{50 * (high - low):.1f} points to each side. To halve it takes four times as many faces.",
    )


def way(steps: dict, labels: np.ndarray) -> Picture:
    """Draw what several models, one after the other, are right about on the same faces.

    Parameters
    ----------
    steps : dict of str to array
        Logits of shape (N, 7), or predicted labels of shape (N,), by the name of the step; in order.
    labels : ndarray of int64, shape (N,)

    Returns
    -------
    Picture
        Left the accuracy of each step with its 95 % interval, right the recall of each label at each step.
    """
    if not steps:
        raise ValueError("Expected one step at least, found none.")
    results = {name: evaluate(predictions, labels) for name, predictions in steps.items()}
    figure, (left, right) = new_figure(11.5, 3.9, 1, 2, width_ratios=(1, 1.15))
    table = pd.DataFrame(
        [(one.accuracy, *one.accuracy_interval) for one in results.values()],
        list(results),
        ["value", "low", "high"],
    )
    charts.points(left, 100 * table, texts=table.value.map("{:.1%}".format), upright=True, joined=True)
    left.set(ylim=(0, 109), yticks=range(0, 101, 20), ylabel="accuracy (%), with 95 % interval")
    left.set_title(f"The same {len(labels):,} faces")
    recall = pd.DataFrame({name: 100 * one.per_class.recall for name, one in results.items()})
    faces = next(iter(results.values())).per_class.support
    recall = recall[faces > 0]
    charts.number_grid(right, recall.rename(lambda name: f"{name} (n = {faces[name]:,})"))
    right.set(title="Recall of each label (%)")
    charts.slant(left)
    charts.slant(right)
    text = f"Accuracy on the same {len(labels):,} faces, step by step: "
    text += ", ".join(
        f"{name} {one.accuracy:.1%} ({one.accuracy_interval[0]:.1%} to {one.accuracy_interval[1]:.1%})"
        for name, one in results.items()
    )
    told = (f"{label} " + ", ".join(f"{v:.0f}" for v in row) for label, row in recall.iterrows())
    return Picture(figure, f"{text}. Recall in percent, in the same order: {'; '.join(told)}.")


def systems(systems: pd.DataFrame) -> Picture:
    """Draw accuracies with their 95 % intervals, a marker for each protocol.

    Parameters
    ----------
    systems : DataFrame
        Index: names; columns ``accuracy`` (share), ``low``, ``high`` and ``protocol``.

    Returns
    -------
    Picture
    """
    figure, axes = new_figure(10.5, 0.55 * len(systems) + 1.3)
    marks = dict(zip(systems.protocol.unique(), "os^DvPX", strict=False))
    texts = [f"{_percent(row.accuracy)} on {row.protocol}" for row in systems.itertuples()]
    table = 100 * systems[["accuracy", "low", "high"]].rename(columns={"accuracy": "value"}).astype(float)
    charts.points(axes, table, texts=texts, markers=list(systems.protocol.map(marks)))
    # Room for the words beside the points.
    start, end = table.low.min(), table.high.max()
    axes.set(xlabel="accuracy (%), with its interval", xlim=(start - 1.5, end + 0.6 * (end - start) + 8))
    axes.grid(axis="x", alpha=0.3)
    text = "; ".join(f"{r.Index} {_percent(r.accuracy)} on {r.protocol}" for r in systems.itertuples())
    return Picture(figure, f"Accuracies with their intervals, and the protocol of each: {text}.")


def _percent(share: float) -> str:
    return f"{100 * share:.2f}".removesuffix(".00") + "%"
