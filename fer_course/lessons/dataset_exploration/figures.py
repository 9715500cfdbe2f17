"""The figures of notebook 01, about the data itself, before any model."""

import numpy as np
import pandas as pd
import seaborn as sns

from fer_course.data.exploration import check_measures
from fer_course.evaluation.intervals import wilson_interval
from fer_course.faces import check_faces
from fer_course.labels import EXPRESSIONS, FER2013_COUNTS
from fer_course.show import charts
from fer_course.show.picture import Picture, named_counts, show_image
from fer_course.show.style import INK, PALETTE, SERIES, SOFT, new_figure


def counts(faces, usage: str = "Training") -> Picture:
    """Draw how many faces each label has, beside FER-2013's published numbers.

    Parameters
    ----------
    faces : Faces
    usage : str
        An official split.

    Returns
    -------
    Picture
    """
    here, published = faces.of(usage).counts(), np.array(FER2013_COUNTS[usage])
    order = np.argsort(-published, kind="stable")
    figure, axes = new_figure(9.5, 3.9, 1, 2, sharey=True)
    for side, counts, title in zip(axes, (published, here), ("FER-2013, published", "here"), strict=True):
        faces = pd.Series(counts, EXPRESSIONS).iloc[order]
        texts = [f"{n:,} · {n / max(counts.sum(), 1):.1%}" for n in faces]
        charts.bars(side, faces, texts=texts, colours=PALETTE)
        side.set(
            xlim=(0, counts.max() * 1.45 + 1), xlabel=f"images in {usage}", title=f"{title}: {counts.sum():,}"
        )
    return Picture(
        figure,
        f"Images per label in {usage}. Published for FER-2013: {named_counts(published)}. "
        f"Here: {named_counts(here)}.",
    )


def difficulties(faces, measures, *, columns: int = 10) -> Picture:
    """Show what makes these faces hard, one row a difficulty, found by what is measured on each picture.

    Parameters
    ----------
    faces : Faces
    measures : DataFrame
        From ``exploration.measure``, a row for each face.
    columns : int
        Faces in a row.

    Returns
    -------
    Picture
    """
    check_measures(faces, measures)
    measures = measures.reset_index(drop=True)
    # From the edges of the distribution, but not its very end, where broken pictures are.
    sane = measures[(measures.contrast > 8)]

    def spread(name, low, high):
        ranked = sane[name].sort_values(kind="stable").index.to_numpy()
        ends = (np.array([low, high]) * (len(ranked) - 1)).round().astype(int)
        return ranked[np.linspace(*ends, columns).round().astype(int)]

    rows = {
        "low resolution\nleast sharp 5 %": spread("sharpness", 0.0, 0.05),
        "light\ndarkest to brightest": spread("brightness", 0.01, 0.99),
        "pose, side light\nleast symmetric 5 %": spread("asymmetry", 0.95, 1.0),
        "background\nbusiest border 5 %": spread("background", 0.95, 1.0),
    }
    figure, grid = new_figure(0.85 * columns + 1.8, 0.9 * len(rows), len(rows), columns)
    for (text, places), row in zip(rows.items(), grid, strict=True):
        for axes, image in zip(row, faces.images[places], strict=True):
            show_image(axes, image)
        row[0].text(-0.15, 0.5, text, ha="right", va="center", transform=row[0].transAxes, fontsize=10)
    tenth, ninetieth = np.percentile(measures.brightness, [10, 90])
    return Picture(
        figure,
        f"Four rows of {columns} faces each ({faces.source}): the least sharp twentieth; from dark to bright; the "
        "least symmetric twentieth, with turned heads and light from one side; the twentieth with most edges near "
        "the border. "
        f"Mean grey values run from {tenth:.0f} (10th percentile) to {ninetieth:.0f} (90th).",
    )


def opinions(faces, opinion, *, columns: int = 9, seed: int = 0, whose: str = "truth") -> Picture:
    """Show faces whose label differs from a second opinion, with both.

    Parameters
    ----------
    faces : Faces
    opinion : ndarray of int, shape (N,)
    columns : int
        How many to show, drawn at random.
    seed : int
    whose : str
        Who says the second, in words.

    Returns
    -------
    Picture
    """
    places = np.random.RandomState(seed).permutation(np.flatnonzero(faces.labels != opinion))[:columns]
    figure, grid = new_figure(1.25 * columns, 1.9, 1, columns, squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    told = []
    for axes, i in zip(grid[0], places, strict=False):
        label, other = EXPRESSIONS[faces.labels[i]], EXPRESSIONS[opinion[i]]
        show_image(axes, faces.images[i], f"label {label}\nbut {other}")
        told.append(f"{label}, but {other}")
    return Picture(figure, f"{len(told)} faces whose label differs from {whose}: {'; '.join(told)}.")


def label_noise(faces, opinion, *, whose: str = "truth") -> Picture:
    """Draw what the labels say for each class of a second opinion, in percent of the row.

    Parameters
    ----------
    faces : Faces
    opinion : ndarray of int, shape (N,)
    whose : str
        Who says what the rows say, in words.

    Returns
    -------
    Picture
    """
    table = np.zeros((len(EXPRESSIONS), len(EXPRESSIONS)))
    np.add.at(table, (opinion, faces.labels), 1)
    totals = table.sum(1)
    table /= np.maximum(totals, 1)[:, None]
    figure, axes = new_figure(7.4, 5)
    names = [f"{name} ({total:,.0f})" for name, total in zip(EXPRESSIONS, totals, strict=True)]
    percent = pd.DataFrame(100 * table, names, EXPRESSIONS)
    charts.number_grid(axes, percent, texts=percent.map("{:.0f}%".format), square=True)
    axes.set(xlabel="label in the data set", ylabel=f"{whose} (faces)")
    axes.set_title(f"The labels of {len(faces):,} faces, and a second opinion")
    kept = ", ".join(f"{name} {table[i, i]:.0%}" for i, name in enumerate(EXPRESSIONS))
    return Picture(
        figure,
        f"A table of {whose} (rows) against the label (columns) of {len(faces):,} faces, in percent of the row. "
        f"By row, they agree on: {kept}.",
    )


def ceiling(true, measured, agreement: float) -> Picture:
    """Draw the accuracy that is measured on noisy labels against the accuracy that a model truly has.

    Parameters
    ----------
    true, measured : sequence of float
        Shares, 0 to 1, of simulated models: the dots.
    agreement : float
        Share of the labels that are right, 0 to 1. The line is ``t * a + (1 - t) * (1 - a) / 6``.

    Returns
    -------
    Picture
    """
    true, measured, ceiling = 100 * np.asarray(true), 100 * np.asarray(measured), 100 * agreement
    figure, axes = new_figure(6.4, 4.2)
    ends = np.array([0, 100])
    by_formula = ends / 100 * ceiling + (1 - ends / 100) * (100 - ceiling) / 6
    sns.lineplot(x=ends, y=ends, ax=axes, errorbar=None, color=SOFT, linestyle="--")
    axes.text(60, 66, "if every label\nwere right", color=SOFT, ha="right")
    sns.lineplot(x=ends, y=by_formula, ax=axes, errorbar=None, color=INK)
    axes.text(45, 33, "by the formula", ha="left")
    sns.scatterplot(x=true, y=measured, ax=axes, color=SERIES[0], s=60, zorder=3)
    axes.annotate(
        "simulated",
        (true[0], measured[0]),
        (8, -12),
        textcoords="offset points",
        color=SERIES[0],
        va="center",
    )
    axes.annotate(
        f"the ceiling: {ceiling:.1f} %",
        (100, ceiling),
        (-6, -95),
        textcoords="offset points",
        ha="right",
        arrowprops={"arrowstyle": "-"},
    )
    axes.set(
        xlabel="true accuracy (%)",
        ylabel="accuracy measured on the labels (%)",
        xlim=(0, 103),
        ylim=(0, 103),
    )
    slope = (by_formula[1] - by_formula[0]) / 100
    points = ", ".join(f"{t:.0f} % is measured as {m:.1f} %" for t, m in zip(true, measured, strict=True))
    return Picture(
        figure,
        f"Accuracy measured on noisy labels against true accuracy. By the formula a straight line from "
        f"{by_formula[0]:.1f} % to {ceiling:.1f} %: one point of true accuracy shows as {slope:.2f} points. Simulated: "
        f"{points}.",
    )


def leaks(leaks: dict[str, tuple[int, int]], what: str = "with a twin in training") -> Picture:
    """Draw of how many validation faces something is true, with 95 % intervals: that they leak, say.

    Parameters
    ----------
    leaks : dict of str to (int, int)
        By a name: validation faces of which it is true, and validation faces.
    what : str
        What is true of them, in words.

    Returns
    -------
    Picture
    """
    figure, axes = new_figure(8, 1 + 0.5 * len(leaks))
    names, numbers = list(leaks), np.array(list(leaks.values())).reshape(-1, 2)
    shares = 100 * numbers[:, 0] / np.maximum(numbers[:, 1], 1)
    low, high = (100 * bound for bound in wilson_interval(numbers[:, 0], numbers[:, 1]))
    texts = [f"{found:,} of {n:,} ({share:.1f} %)" for (found, n), share in zip(numbers, shares, strict=True)]
    charts.bars(
        axes, pd.DataFrame({"value": shares, "low": low, "high": high}, names), texts=texts, width=0.6
    )
    axes.set(xlim=(0, 1.45 * max(*high, 1)), xlabel=f"validation faces {what} (%), with 95 % interval")
    axes.set_xticks([tick for tick in axes.get_xticks() if 0 <= tick <= 100])
    told = "; ".join(
        f"{name}, {text}, interval {a:.1f} to {b:.1f} %"
        for name, text, a, b in zip(names, texts, low, high, strict=True)
    )
    return Picture(figure, f"Validation faces {what}: {told}.")


def classes(faces, *, per_class: int = 12, seed: int = 0) -> Picture:
    """Show a row of faces for each label, with the number of images that it has.

    Parameters
    ----------
    faces : Faces
    per_class : int
        Faces in a row, drawn at random.
    seed : int

    Returns
    -------
    Picture
    """
    check_faces(faces)
    random, sizes = np.random.RandomState(seed), faces.counts()
    figure, grid = new_figure(
        0.8 * per_class + 1, 0.82 * len(EXPRESSIONS), len(EXPRESSIONS), per_class, squeeze=False
    )
    for label, row in enumerate(grid):
        places = random.permutation(np.flatnonzero(faces.labels == label))[:per_class]
        for axes in row:
            axes.set_axis_off()
        for axes, image in zip(row, faces.images[places], strict=False):
            show_image(axes, image)
        row[0].text(
            -0.12,
            0.5,
            f"{EXPRESSIONS[label]}\n{sizes[label]:,}",
            ha="right",
            va="center",
            transform=row[0].transAxes,
        )
    return Picture(
        figure,
        f"Seven rows of up to {per_class} faces, one row a label, in a set of {named_counts(sizes)}.",
    )


def means(faces) -> Picture:
    """Show, for each label, the mean face, its spread, and how it differs from the mean of all faces.

    Parameters
    ----------
    faces : Faces

    Returns
    -------
    Picture
        The last row's scale is in grey values: light pixels are brighter than in the average face, dark ones darker.
    """
    check_faces(faces)
    everyone = faces.images.mean(0)
    figure, grid = new_figure(9.5, 4.4, 3, len(EXPRESSIONS))
    furthest = []
    for label, name in enumerate(EXPRESSIONS):
        own = faces.images[faces.labels == label]
        for axes in grid[:, label]:
            axes.set_axis_off()
        grid[0, label].set_title(f"{name}\n{len(own):,} faces", fontsize=10, loc="center")
        if not len(own):
            continue
        mean, spread = own.mean(0), own.std(0)
        show_image(grid[0, label], mean, f"{name}\n{len(own):,} faces")
        show_image(grid[1, label], spread, vmax=90)
        show_image(grid[2, label], mean - everyone, vmin=-25, vmax=25)
        row, column = np.unravel_index(abs(mean - everyone).argmax(), mean.shape)
        furthest.append(
            f"{name} at row {row}, column {column} ({mean[row, column] - everyone[row, column]:+.0f})"
        )
    for axes, text in zip(grid[:, 0], ("mean", "spread\n(SD, 0–90)", "mean minus\nall (±25)"), strict=True):
        axes.text(-0.12, 0.5, text, ha="right", va="center", transform=axes.transAxes, fontsize=10)
    return Picture(
        figure,
        "For each label: the mean face, the standard deviation of every pixel, and the mean minus the mean of all "
        f"faces. The largest difference in grey values: {'; '.join(furthest)}.",
    )


def pairs(faces, pairs, captions=None) -> Picture:
    """Show pairs of faces, each pair a column of two, with the label of each above or below it.

    Parameters
    ----------
    faces : Faces
    pairs : ndarray of int, shape (P, 2)
        Positions in ``faces``.
    captions : list of str, optional
        Above each pair; "pair 1" and so on if not given.

    Returns
    -------
    Picture
    """
    pairs = np.asarray(pairs).reshape(-1, 2)
    captions = captions or [f"pair {i + 1}" for i in range(len(pairs))]
    figure, grid = new_figure(max(1.55 * len(pairs), 3), 3.7, 1, max(len(pairs), 1), squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    sentences = []
    for axes, pair, caption in zip(grid.flat, pairs, captions, strict=False):
        upper, lower = (EXPRESSIONS[label] for label in faces.labels[pair])
        width = faces.images.shape[2]
        gap = np.full((3, width), 255, np.uint8)
        axes.set_axis_on()
        show_image(axes, np.vstack([faces.images[pair[0]], gap, faces.images[pair[1]]]))
        axes.set_title(f"{caption}\n{upper}", fontsize=10, loc="center")
        axes.set_xlabel(lower, fontsize=10)
        sentences.append(f"{upper} and {lower}")
    return Picture(figure, f"{len(pairs)} pairs of faces, labelled {'; '.join(sentences)}.")


def twins(train, validation, *, columns: int = 6) -> Picture:
    """Show validation faces with their pixel-identical twin in training, those whose labels differ first.

    Parameters
    ----------
    train, validation : Faces
    columns : int
        At most so many pairs.

    Returns
    -------
    Picture
    """
    check_faces(train)
    check_faces(validation)
    known = {image.tobytes(): place for place, image in enumerate(train.images)}
    found = [
        (known[b], place) for place, image in enumerate(validation.images) if (b := image.tobytes()) in known
    ]
    found.sort(key=lambda pair: train.labels[pair[0]] == validation.labels[pair[1]])
    differ = sum(train.labels[a] != validation.labels[b] for a, b in found)
    shown = np.array([(a, len(train) + b) for a, b in found[:columns]], dtype=np.int64).reshape(-1, 2)
    both = type(train).concatenate([train, validation])
    picture = pairs(both, shown)
    for i, (axes, (a, b)) in enumerate(zip(picture.figure.axes, shown, strict=False)):
        axes.set_title(
            f"twins {i + 1}\nin training: {EXPRESSIONS[both.labels[a]]}", fontsize=10, loc="center"
        )
        axes.set_xlabel(f"in validation: {EXPRESSIONS[both.labels[b]]}", fontsize=10)
    return Picture(
        picture.figure,
        f"{len(shown)} of {len(found):,} validation faces with an identical image in training, above each other; "
        f"{differ:,} of them carry another label there. {picture.description}",
    )
