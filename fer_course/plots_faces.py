"""Pictures of faces: walls, rows, pairs, and one puppet with its action units."""

import numpy as np

from .faces import check_faces
from .labels import EXPRESSIONS, PALETTE
from .plots import Picture, named_counts, new_figure, show_image
from .puppets import AU_NAMES, AU_PARTS, PROTOTYPES


def show_wall(faces, *, rows: int = 6, columns: int = 16, seed: int = 0) -> Picture:
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
    """Refuse rows that do not add up to 1, such as logits, with a ``ValueError``."""
    rows = np.asarray(probabilities, dtype=float)
    if (rows < 0).any() or not np.allclose(rows.sum(-1), 1, atol=0.01):
        raise ValueError(
            "Expected probabilities, from 0 to 1 and with a sum of 1 for each face, found other numbers; logits become "
            "probabilities by fer_course.evaluation.softmax."
        )


def show_predictions(images, probabilities, labels=None) -> Picture:
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
        bars.barh(EXPRESSIONS, row, color=[PALETTE[name] for name in EXPRESSIONS], height=0.75)
        for k, value in enumerate(row):
            weight = "bold" if k == best else "normal"
            bars.text(value + 0.02, k, f"{value:.0%}", va="center", fontsize=9, fontweight=weight)
        bars.invert_yaxis()
        bars.set(xlim=(0, 1.25), xticks=[])
        bars.tick_params(axis="y", length=0, labelsize=9)
        bars.spines[:].set_visible(False)
        right = "" if labels is None else (", as labelled" if best == labels[i] else ", not as labelled")
        bars.set_title(f"says {EXPRESSIONS[best]}{right}", fontsize=10, loc="left")
        known = f"labelled {EXPRESSIONS[labels[i]]} " if labels is not None else ""
        sentences.append(f"Face {i + 1}, {known}is given {EXPRESSIONS[best]} at {row[best]:.0%}")
    return Picture(figure, f"Faces beside bars of seven probabilities each. {'; '.join(sentences)}.")


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


def show_puppet(image, units: dict[int, float], probabilities=None) -> Picture:
    """Show one puppet with the action units that move, and a model's probabilities if given.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W)
    units : dict of int to float
        Intensities above 0, by FACS number.
    probabilities : ndarray of float, shape (7,), optional

    Returns
    -------
    Picture
    """
    if probabilities is not None:
        check_probabilities(probabilities)
    figure, (face, text) = new_figure(7.6, 3, 1, 2, width_ratios=[2, 3])
    show_image(face, image)
    lines = [
        f"{AU_NAMES[unit]} ({unit}) {value:.1f}: moves {' and '.join(AU_PARTS[unit])}"
        for unit, value in sorted(units.items())
    ]
    moves = "Nothing moves." if not lines else "; ".join(lines) + "."
    nearest = nearest_expression(units)
    says = ""
    if probabilities is None:
        text.set_axis_off()
        text.text(0, 0.95, "\n".join(lines or ["nothing moves"]), va="top", fontsize=10)
    else:
        best = int(np.argmax(probabilities))
        text.barh(EXPRESSIONS, probabilities, color=[PALETTE[name] for name in EXPRESSIONS])
        for k, value in enumerate(probabilities):
            text.text(value + 0.02, k, f"{value:.0%}", va="center", fontsize=10)
        text.invert_yaxis()
        text.set(xlim=(0, 1.2), xticks=[])
        text.set_title(f"the model says {EXPRESSIONS[best]}", loc="left")
        text.tick_params(axis="y", length=0)
        text.spines[:].set_visible(False)
        says = f" The model says {EXPRESSIONS[best]} at {probabilities[best]:.0%}."
    return Picture(figure, f"A puppet. {moves} Nearest by the book: {nearest}.{says}")


def show_classes(faces, *, per_class: int = 12, seed: int = 0) -> Picture:
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
    random, counts = np.random.RandomState(seed), faces.counts()
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
            f"{EXPRESSIONS[label]}\n{counts[label]:,}",
            ha="right",
            va="center",
            transform=row[0].transAxes,
        )
    return Picture(
        figure,
        f"Seven rows of up to {per_class} faces, one row a label, in a set of {named_counts(counts)}.",
    )


def show_means(faces) -> Picture:
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


def show_pairs(faces, pairs, captions=None) -> Picture:
    """Show pairs of faces, one above the other, each with its label.

    Parameters
    ----------
    faces : Faces
    pairs : ndarray of int, shape (P, 2)
        Positions in ``faces``.
    captions : list of str, optional
        Above each pair.

    Returns
    -------
    Picture
    """
    pairs = np.asarray(pairs).reshape(-1, 2)
    figure, grid = new_figure(max(1.5 * len(pairs), 3), 3.6, 2, max(len(pairs), 1), squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    sentences = []
    for column, pair in enumerate(pairs):
        names = [EXPRESSIONS[label] for label in faces.labels[pair]]
        for axes, place, name in zip(grid[:, column], pair, names, strict=True):
            show_image(axes, faces.images[place], name)
        if captions:
            grid[0, column].set_title(f"{captions[column]}\n{names[0]}", fontsize=10, loc="center")
        sentences.append(" and ".join(names))
    return Picture(figure, f"{len(pairs)} pairs of faces, labelled {'; '.join(sentences)}.")
