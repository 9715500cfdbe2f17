"""Figures of notebook 05: what a model gets right, where it goes wrong, and how sure it is."""

import numpy as np
import pandas as pd
import seaborn as sns

from fer_course.evaluation.calibration import expected_calibration_error, reliability
from fer_course.evaluation.intervals import wilson_interval
from fer_course.evaluation.metrics import evaluate
from fer_course.evaluation.predict import softmax
from fer_course.labels import EXPRESSIONS, check_labels
from fer_course.show.picture import Picture, show_image
from fer_course.show.style import MARKERS, PALETTE, new_figure

INK, SOFT, ORANGE = "#1F4E79", "#6E6E6E", "#B35900"


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
    figure, both = new_figure(12.5, 5.2, 1, 2)
    for axes, values, text in zip(
        both, (confusion, shares * 100), ("faces (shaded by share)", "% of its row"), strict=True
    ):
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        for i, j in np.ndindex(values.shape):
            axes.text(
                j,
                i,
                f"{values[i, j]:,.0f}",
                ha="center",
                va="center",
                color="white" if shares[i, j] > 0.5 else "black",
                fontweight="bold" if i == j else "normal",
            )
        axes.set_xticks(range(len(EXPRESSIONS)), EXPRESSIONS, rotation=40, ha="right")
        axes.set_yticks(range(len(EXPRESSIONS)), EXPRESSIONS)
        axes.set(xlabel=f"{columns}", ylabel=f"{rows}", title=f"Confusion matrix, {text}")
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
    names = list(per_class.index)
    places = np.arange(len(names))[::-1]
    for axes, measure, title in zip(
        panels, ("precision", "recall", "f1"), ("Precision", "Recall", "F1"), strict=True
    ):
        for y, name in zip(places, names, strict=True):
            row = per_class.loc[name]
            if not row.support:
                axes.text(1.05, y, "no faces", va="center")
                continue
            axes.plot([row[f"{measure}_low"], row[f"{measure}_high"]], [y, y], color=PALETTE[name], lw=3)
            axes.plot(row[measure], y, MARKERS[name], color=PALETTE[name], ms=7, mec="white", mew=0.5)
            unknown = row[f"{measure}_low"] == 0 and row[f"{measure}_high"] == 1
            axes.text(1.05, y, "not said" if unknown else f"{row[measure]:.2f}", va="center")
        axes.set(
            xlim=(0, 1.2), xticks=(0, 0.25, 0.5, 0.75, 1), title=title, xlabel="value, with 95 % interval"
        )
        axes.grid(axis="x", alpha=0.3)
    panels[0].set_yticks(places, [f"{name} (n = {per_class.support[name]:,})" for name in names])
    present = per_class[per_class.support > 0]
    best, worst = present.recall.idxmax(), present.recall.idxmin()
    width = (present.recall_high - present.recall_low).idxmax()
    row = present.loc[width]
    return Picture(
        figure,
        f"Precision, recall and F1 of seven classes with 95 % intervals. Highest recall: {best}, "
        f"{present.recall[best]:.2f}; lowest: {worst}, {present.recall[worst]:.2f}. The widest recall interval is that "
        f"of {width}, with {row.support:,.0f} faces: {row.recall_low:.2f} to {row.recall_high:.2f}.",
    )


MANY = 20
"""Epochs of which not each one has its own mark on the axis."""


def phases_of(history: pd.DataFrame) -> list[str]:
    """Name the part of training that each epoch belongs to: its run where there were several, or else its stage.

    Parameters
    ----------
    history : DataFrame
        ``Run.history``; the reference model's has a column ``phase``.
    """
    if "phase" in history:
        return history.phase.tolist()
    return history.stage.map({"head": "stage 1", "tune": "stage 2"}).tolist()


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
    figure, both = new_figure(10, 3.8, 1, 2)
    epochs = np.arange(1, len(history) + 1)
    phases = phases_of(history)
    changes = [k for k in range(1, len(phases)) if phases[k] != phases[k - 1]]
    for axes, name in zip(both, ("loss", "accuracy"), strict=True):
        scale = 100 if name == "accuracy" else 1
        ends = []
        for column, style, colour in ((f"train_{name}", "o--", SOFT), (f"val_{name}", "s-", INK)):
            values = history[column].to_numpy() * scale
            axes.plot(epochs, values, style, color=colour, ms=None if len(history) <= MANY else 3)
            ends.append(values[-1])
        upper = int(ends[1] > ends[0])  # the words stay apart where the lines end in one place
        for i, (text, colour) in enumerate((("training", SOFT), ("validation", INK))):
            offset = (7, 6 if i == upper else -6)
            axes.annotate(
                text, (epochs[-1], ends[i]), offset, textcoords="offset points", color=colour, va="center"
            )
        axes.margins(y=0.1)  # room for a word beside the lowest point
        top = axes.get_ylim()[1]
        for i, k in enumerate(changes):
            axes.axvline(k + 0.5, color="black", lw=1, ls=":")
            # Above the curves, and at two heights: a short phase is narrower than its name.
            style = {"textcoords": "offset points", "va": "bottom", "fontsize": 9}
            if i == 0:  # later ones have been named at the line before
                axes.annotate(f"{phases[0]} ", (k + 0.45, top), (0, 3), ha="right", **style)
            axes.annotate(f" {phases[k]}", (k + 0.55, top), (0, 3 + 11 * (i % 2)), ha="left", **style)
        axes.set(xlabel="epoch", ylabel=f"{name} (%)" if scale == 100 else f"{name} (nats)")
        every = 10 if len(history) <= 100 else 20
        axes.set_xticks(epochs if len(history) <= MANY else np.arange(every, len(history) + 1, every))
        axes.set_xlim(0.7, len(history) + 0.3 + 0.28 * len(history))
        axes.set_title(name.capitalize(), pad=28 if changes else None)
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
        axes.plot([0, 1], [0, 1], ":", color=SOFT)
        axes.text(0.06, 0.13, "as sure as right", rotation=45, rotation_mode="anchor", color=SOFT, fontsize=9)
        axes.text(0.03, 0.97, "underconfident", va="top", color=SOFT, fontsize=9)
        axes.text(0.98, 0.03, "overconfident", ha="right", color=SOFT, fontsize=9)
        told.append(f"{name}: {_draw_bins(axes, table, 'o', INK)}")
        if second is not None and known.any():
            other = reliability(np.asarray(logits)[known], np.asarray(second)[known], bins)
            told.append(f"Against the second opinion: {_draw_bins(axes, other, 's', ORANGE, 'white')}")
            where = other.iloc[other["count"].argmax()]
            axes.annotate(
                "second opinion",
                (where.confidence, where.high),
                (-4, 5),
                textcoords="offset points",
                ha="right",
                color=ORANGE,
                fontsize=9,
            )
        for place, row in enumerate(table.itertuples()):  # at two heights: four digits are wider than a bin
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
    reach = np.maximum([table.accuracy - table.low, table.high - table.accuracy], 0)
    axes.errorbar(
        table.confidence, table.accuracy, reach, fmt=marker, color=colour, mfc=face or colour, capsize=3
    )
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
    curves = [("labels", right, np.ones(len(labels), bool), "-", INK)]
    if second is not None and (np.asarray(second) >= 0).any():
        curves.append(("second opinion", predicted == second, np.asarray(second) >= 0, "--", ORANGE))
    for name, correct, known, style, colour in curves:
        order = np.argsort(-confidence[known], kind="stable")
        counts = np.arange(1, known.sum() + 1)
        shares = np.cumsum(correct[known][order]) / counts
        left.plot(counts / known.sum(), shares, style, color=colour, lw=2)
        left.annotate(
            name, (1, shares[-1]), (4, 0), textcoords="offset points", color=colour, va="center", fontsize=9
        )
        answered = kept & known
        if answered.any():
            share, place = correct[answered].mean(), kept[known].mean()
            low, high = wilson_interval(correct[answered].sum(), answered.sum())
            left.plot([place] * 2, [low, high], color=colour, lw=3)
            left.plot(place, share, "o", ms=9, color=colour, mfc=colour if style == "-" else "white")
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
    text += ". Share kept of each label: "
    for y, name in enumerate(EXPRESSIONS):
        own = labels == y
        share = kept[own].mean() if own.any() else 0.0
        said = f"{share:.0%}" if own.any() else "no faces"
        bars.barh(len(EXPRESSIONS) - 1 - y, share, color=PALETTE[name])
        bars.text(share + 0.01, len(EXPRESSIONS) - 1 - y, said, va="center")
        text += f"{name} {said}{'.' if name == EXPRESSIONS[-1] else ', '}"
    bars.set_yticks(range(len(EXPRESSIONS))[::-1], EXPRESSIONS)
    bars.set(xlim=(0, 1.15), xlabel="share of the label's faces answered", title="Who gets an answer?")
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
    sns.lineplot(x=sizes, y=reach, color=INK, lw=2, ax=axes, errorbar=None)
    for size, name in FACES_OF.items():
        half = np.interp(size, sizes, reach)
        axes.plot(size, half, "D", color=SOFT, ms=5)
        style = {"textcoords": "offset points", "color": SOFT, "fontsize": 9}
        axes.annotate(name, (size, half), (4, 20 if size == 3589 else 6), **style)
    low, high = (float(end) for end in wilson_interval(round(accuracy * n), n))
    axes.plot(n, 50 * (high - low), "o", color="black", ms=9)
    axes.set(xscale="log", ylim=(0, None), xlabel="faces (each step ten times as many)")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.set(ylabel="to each side (points)", title=f"{accuracy:.1%} of {n:,} faces: {low:.1%} to {high:.1%}")
    axes.grid(alpha=0.3)
    return Picture(
        figure,
        f"An accuracy of {accuracy:.1%} measured on {n:,} faces has a 95 % interval from {low:.1%} to {high:.1%}, "
        f"{50 * (high - low):.1f} points to each side. To halve it takes four times as many faces.",
    )


FACES_OF = {55: "disgust in PrivateTest", 3589: "PrivateTest", 7178: "both halves"}
"""Sizes of FER-2013's test sets that the interval's figure names."""


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
    places, names = np.arange(len(results)), list(results)
    shares = np.array([100 * one.accuracy for one in results.values()])
    ends = 100 * np.array([one.accuracy_interval for one in results.values()])
    sns.lineplot(x=places, y=shares, color=SOFT, ls=":", ax=left, errorbar=None)
    left.errorbar(places, shares, np.abs(ends.T - shares), fmt="o", color=INK, ms=8, capsize=4, lw=2)
    for x, share, (_, high) in zip(places, shares, ends, strict=True):
        left.annotate(f"{share:.1f}%", (x, high), (0, 5), textcoords="offset points", ha="center")
    left.set_xticks(places, names, rotation=20, ha="right")
    left.set(
        xlim=(-0.5, len(names) - 0.5),
        ylim=(0, 109),
        yticks=range(0, 101, 20),
        ylabel="accuracy (%), with 95 % interval",
    )
    left.set_title(f"The same {len(labels):,} faces")
    recall = pd.DataFrame({name: 100 * one.per_class.recall for name, one in results.items()})
    faces = next(iter(results.values())).per_class.support
    recall = recall[faces > 0]
    sns.heatmap(
        recall,
        annot=True,
        fmt=".0f",
        cmap="Blues",
        vmin=0,
        vmax=100,
        cbar=False,
        linewidths=1,
        ax=right,
        yticklabels=[f"{name} (n = {faces[name]:,})" for name in recall.index],
    )
    right.set(xlabel="", ylabel="", title="Recall of each label (%)")
    right.set_xticks(places + 0.5, names, rotation=20, ha="right")
    right.tick_params(length=0)
    text = f"Accuracy on the same {len(labels):,} faces, step by step: "
    text += ", ".join(
        f"{name} {one.accuracy:.1%} ({one.accuracy_interval[0]:.1%} to {one.accuracy_interval[1]:.1%})"
        for name, one in results.items()
    )
    told = (f"{label} " + ", ".join(f"{v:.0f}" for v in row) for label, row in recall.iterrows())
    return Picture(figure, f"{text}. Recall in percent, in the same order: {'; '.join(told)}.")


def published() -> pd.DataFrame:
    """Return published accuracies on FER-2013, each with its interval, the faces it was measured on, and its source.

    Returns
    -------
    DataFrame
        Index: systems; columns accuracy, n, protocol, source, low, high. For people the range is as published.
    """
    private = "PrivateTest (3,589)"
    found = pd.DataFrame(
        [
            (
                "EfficientNet-B2, the paper",
                0.6878,
                7178,
                "the test set, most likely all 7,178",
                "arXiv 2601.18228",
            ),
            ("VGGNet, 2021", 0.7328, 3589, private, "arXiv 2105.03588"),
            ("ResNet-18, LetheSec", 0.7370, 3589, private, "README of its repository"),
            ("Challenge winner, 2013", 0.7116, 3589, private, "arXiv 1306.0239; final leaderboard"),
        ],
        columns=["system", "accuracy", "n", "protocol", "source"],
    ).set_index("system")
    found["low"], found["high"] = wilson_interval((found.accuracy * found.n).round(), found.n)
    people = (0.65, np.nan, "a small sample", "arXiv 1307.0414", 0.60, 0.70)
    found.loc["People (range as published)"] = people
    return found


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
    for y, row in zip(range(len(systems))[::-1], systems.itertuples(), strict=True):
        axes.plot([row.low * 100, row.high * 100], [y, y], color=SOFT, lw=3)
        axes.plot(row.accuracy * 100, y, marks[row.protocol], color=INK, ms=9)
        axes.text(
            row.high * 100 + 0.6, y, f"{_percent(row.accuracy)} on {row.protocol}", va="center", fontsize=10
        )
    axes.set_yticks(range(len(systems))[::-1], systems.index)
    edge = systems.high.max() * 100
    axes.set_xlim(systems.low.min() * 100 - 1.5, edge + 0.6 * (edge - systems.low.min() * 100) + 8)
    axes.set(xlabel="accuracy (%), with its interval")
    axes.grid(axis="x", alpha=0.3)
    text = "; ".join(f"{r.Index} {_percent(r.accuracy)} on {r.protocol}" for r in systems.itertuples())
    return Picture(figure, f"Accuracies with their intervals, and the protocol of each: {text}.")


def _percent(share: float) -> str:
    return f"{100 * share:.2f}".removesuffix(".00") + "%"
