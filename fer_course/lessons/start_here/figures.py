"""The figures of notebook 00: faces, what models say about them, and one puppet with its action units."""

import numpy as np
import pandas as pd
from matplotlib.patches import Rectangle

from fer_course.evaluation.metrics import evaluate
from fer_course.faces import check_faces
from fer_course.labels import EXPRESSIONS
from fer_course.puppets.units import AU_NAMES, AU_PARTS, PROTOTYPES
from fer_course.show import charts
from fer_course.show.picture import Picture, named_counts, show_image
from fer_course.show.style import MARKS, PALETTE, SERIES, new_figure

NOBODY = "#999999"
"""The colour of an answer that needs no model."""


def wall(faces, *, rows: int = 6, columns: int = 16, seed: int = 0) -> Picture:
    """Show many faces edge to edge, drawn at random, as the data set has them.

    Parameters
    ----------
    faces : Faces
    rows, columns : int
    seed : int

    Returns
    -------
    Picture
    """
    check_faces(faces)
    chosen = np.sort(np.random.RandomState(seed).permutation(len(faces))[: rows * columns])
    some = faces[chosen]
    height, width = some.images.shape[1:]
    wall = np.full((rows * columns, height, width), 255, np.uint8)
    wall[: len(some)] = some.images
    wall = wall.reshape(rows, columns, height, width).swapaxes(1, 2).reshape(rows * height, columns * width)
    figure, axes = new_figure(0.62 * columns, 0.62 * rows)
    show_image(axes, wall)
    return Picture(
        figure,
        f"A wall of {len(some)} faces ({faces.source}), drawn at random: {named_counts(some.counts())}.",
    )


def check_probabilities(probabilities):
    """Raise ``ValueError`` unless each row is from 0 to 1 and adds up to 1, as logits do not."""
    rows = np.asarray(probabilities, dtype=float)
    if (rows < 0).any() or not np.allclose(rows.sum(-1), 1, atol=0.01):
        raise ValueError(
            "Expected probabilities, from 0 to 1 and with a sum of 1 for each face, found other numbers; logits become "
            "probabilities by fer_course.evaluation.predict.softmax."
        )


def predictions(images, probabilities, labels=None) -> Picture:
    """Show each face beside its seven probabilities, as bars with their values.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, H, W)
    probabilities : ndarray of float, shape (N, 7)
        From 0 to 1.
    labels : ndarray of int, shape (N,), optional
        What the data set says.

    Returns
    -------
    Picture
    """
    check_probabilities(probabilities)
    columns = max(1, min(3, len(images)))
    rows = max(1, -(-len(images) // columns))
    figure, grid = new_figure(
        3.9 * columns, 2.1 * rows, rows, 2 * columns, squeeze=False, width_ratios=[2, 3] * columns
    )
    for axes in grid.flat:
        axes.set_axis_off()
    sentences = []
    for i, (image, row) in enumerate(zip(images, probabilities, strict=True)):
        face, bars = grid[i // columns, 2 * (i % columns)], grid[i // columns, 2 * (i % columns) + 1]
        best = int(np.argmax(row))
        says = f"label: {EXPRESSIONS[labels[i]]}" if labels is not None else ""
        face.set_axis_on()
        show_image(face, image, says)
        bars.set_axis_on()
        _bars_of(bars, row)
        right = "" if labels is None else (", as labelled" if best == labels[i] else ", not as labelled")
        bars.set_title(f"says {EXPRESSIONS[best]}{right}", fontsize=10, loc="left")
        known = f"labelled {EXPRESSIONS[labels[i]]} " if labels is not None else ""
        sentences.append(f"Face {i + 1}, {known}is given {EXPRESSIONS[best]} at {row[best]:.0%}")
    return Picture(figure, f"Faces beside bars of seven probabilities each. {'; '.join(sentences)}.")


def _bars_of(axes, probabilities):
    """Draw a bar for each label, with its percentage, that of the likeliest in bold."""
    shares = pd.Series(probabilities, EXPRESSIONS)
    texts = charts.bars(axes, shares, texts=shares.map("{:.0%}".format), colours=PALETTE)
    texts[shares.argmax()].set_fontweight("bold")
    axes.set(xlim=(0, 1.25), xticks=[])
    axes.tick_params(axis="y", length=0, labelsize=10)
    axes.spines[:].set_visible(False)


def nearest_expression(units: dict[int, float]) -> str:
    """Return the expression whose action units are most like these (cosine of the intensities; neutral for none)."""
    strong = {unit for unit, value in units.items() if value >= 0.2}
    if not strong:
        return "neutral"
    length = sum(value**2 for value in units.values()) ** 0.5
    likeness = {
        name: sum(units.get(unit, 0) for unit in core) / (length * len(core) ** 0.5)
        for name, core in PROTOTYPES.items()
        if core
    }
    return max(likeness, key=likeness.get)


def puppet(image, units: dict[int, float], probabilities=None) -> Picture:
    """Show one puppet, with a model's probabilities below it if given; the units that move are in the description.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W)
    units : dict of int to float
        Intensities above 0, by FACS number.
    probabilities : ndarray of float, shape (7,), optional

    Returns
    -------
    Picture
        As narrow as the face, so that it fits beside what moves it.
    """
    lines = [
        f"{AU_NAMES[unit]} ({unit}) {value:.1f}: moves {' and '.join(AU_PARTS[unit])}"
        for unit, value in sorted(units.items())
    ]
    moves = "Nothing moves." if not lines else "; ".join(lines) + "."
    says = ""
    if probabilities is None:
        figure, face = new_figure(3.6, 3.6)
    else:
        check_probabilities(probabilities)
        figure, (face, bars) = new_figure(4, 4.9, 2, 1, height_ratios=[3, 2])
        best = int(np.argmax(probabilities))
        _bars_of(bars, probabilities)
        bars.set_title(f"the model says {EXPRESSIONS[best]}", loc="left")
        says = f" The model says {EXPRESSIONS[best]} at {probabilities[best]:.0%}."
    show_image(face, image)
    return Picture(figure, f"A puppet. {moves} Nearest by the book: {nearest_expression(units)}.{says}")


def pixels(image, row: int = 15, column: int = 12, size: int = 12) -> Picture:
    """Show a face, and a square of its pixels magnified with their values.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W)
    row, column : int
        Upper left corner of the square.
    size : int
        Its height and width, in pixels.

    Returns
    -------
    Picture
    """
    image = np.asarray(image)
    part = image[row : row + size, column : column + size]
    figure, (whole, near) = new_figure(9, 4.3, 1, 2, width_ratios=[2, 3])
    show_image(whole, image, f"{image.shape[0]} × {image.shape[1]} pixels")
    whole.add_patch(
        Rectangle((column - 0.5, row - 0.5), part.shape[1], part.shape[0], fill=False, color="white", lw=2)
    )
    show_image(near, part, f"{part.shape[0]} × {part.shape[1]} of them, 0 black to 255 white")
    for (i, j), value in np.ndenumerate(part):
        near.text(
            j, i, value, ha="center", va="center", fontsize=8, color="black" if value > 110 else "white"
        )
    return Picture(
        figure,
        f"A face of {image.shape[0]} by {image.shape[1]} grey values, and a square of it magnified: rows {row} to "
        f"{row + part.shape[0] - 1}, columns {column} to {column + part.shape[1] - 1}, with values from "
        f"{part.min()} to {part.max()}.",
    )


def answers(images, truth, answers: dict[str, np.ndarray]) -> Picture:
    """Show faces with what several people or models named them, and how many each has right.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, H, W)
    truth : ndarray of int, shape (N,)
        Indices into ``EXPRESSIONS``.
    answers : dict of str to array of int, shape (N,)
        By who gave them. Whoever answered for fewer faces is left out.

    Returns
    -------
    Picture
    """
    kept = {who: np.asarray(said, np.int64) for who, said in answers.items() if len(said) == len(truth)}
    scores = ", ".join(f"{who} {np.sum(said == truth)} of {len(truth)}" for who, said in kept.items())
    scores = f"right: {scores}" if kept else "nobody has named them yet"
    columns = max(1, min(5, len(images)))
    rows = max(1, -(-len(images) // columns))
    figure, grid = new_figure(1.75 * columns, (1.75 + 0.2 * len(kept)) * rows, rows, columns, squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    told = []
    for i, (axes, image) in enumerate(zip(grid.flat, images, strict=False)):
        lines = [
            f"{who}: {EXPRESSIONS[said[i]]} {'✓' if said[i] == truth[i] else '✗'}"
            for who, said in kept.items()
        ]
        show_image(axes, image, "\n".join([EXPRESSIONS[truth[i]], *lines]))
        told.append(f"{EXPRESSIONS[truth[i]]} ({', '.join(lines)})" if lines else EXPRESSIONS[truth[i]])
    figure.suptitle(scores[0].upper() + scores[1:], x=0.01, ha="left", fontsize=12)
    return Picture(figure, f"{len(images)} faces; {scores}. Face by face: {'; '.join(told)}.")


def named(answers: dict[str, np.ndarray], truth, what: str = "faces") -> Picture:
    """Draw how many faces each model names, beside what needs no model, and its recall label by label.

    Parameters
    ----------
    answers : dict of str to array of int, shape (N,)
        Predicted labels, by the name of the model.
    truth : ndarray of int, shape (N,)
        Indices into ``EXPRESSIONS``.
    what : str
        What the faces are, in words.

    Returns
    -------
    Picture
        Left the accuracy of each model with its 95 % interval (Wilson), of always saying the commonest label, and of a
        blind guess among the seven; right the recall of each label, with its interval, and the blind guess as a line.
    """
    truth = np.asarray(truth)
    counts = np.bincount(truth, minlength=len(EXPRESSIONS))
    common = int(counts.argmax())
    blind = 100 / len(EXPRESSIONS)
    results = {name: evaluate(np.asarray(said), truth) for name, said in answers.items()}
    rows = {name: (one.accuracy, *one.accuracy_interval) for name, one in results.items()}
    no_model = {f"always {EXPRESSIONS[common]}": counts[common] / len(truth), "blind guess": blind / 100}
    rows |= {name: (share, np.nan, np.nan) for name, share in no_model.items()}
    table = 100 * pd.DataFrame.from_dict(rows, "index", columns=["value", "low", "high"])
    figure, (left, right) = new_figure(10.5, max(3.4, 1.9 + 0.3 * len(rows)), 1, 2, width_ratios=[1, 1.15])
    colours = [*SERIES[: len(results)], NOBODY, NOBODY]
    charts.bars(left, table, texts=table.value.map("{:.0f}%".format), colours=colours, width=0.6)
    left.set(xlim=(0, 112), xticks=range(0, 101, 20), xlabel=f"named right, of {len(truth):,} {what} (%)")
    left.set_title("All together", loc="left", pad=18)
    shown = np.flatnonzero(counts)
    told = []
    for k, (name, one) in enumerate(results.items()):
        recall = charts.measured(one.per_class, "recall")
        recall = 100 * recall.iloc[shown].set_axis([f"{EXPRESSIONS[i]} ({counts[i]:,})" for i in shown])
        shift = 0.16 * (2 * k - len(results) + 1)
        charts.points(right, recall, shift=shift, colours=SERIES[k], markers=MARKS[k], name=name)
        low, high = one.accuracy_interval
        each = ", ".join(
            f"{EXPRESSIONS[i]} {share:.0f}" for i, share in zip(shown, recall.value, strict=True)
        )
        told.append(
            f"{name} {one.accuracy:.1%} ({low:.1%} to {high:.1%}), mean recall {one.macro_recall:.1%}; recall in "
            f"percent: {each}"
        )
    told += [f"{name} {share:.1f} %" for name, share in table.value[len(results) :].items()]
    charts.baseline(right, blind, "blind guess")
    right.set(xlim=(-2, 102), xlabel="recall: share of a label's faces that it names (%)")
    right.set_title("Label by label", loc="left", pad=18)
    if len(results) > 1:
        right.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=len(results), frameon=False)
    return Picture(figure, f"Of {len(truth):,} {what}, named right: {'; '.join(told)}.")
