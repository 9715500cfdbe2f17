"""Figures of notebook 15: faces with captions, a matrix of similarities, what is found, and hard pairs."""

import textwrap

import numpy as np
import pandas as pd
import seaborn as sns

from fer_course.labels import EXPRESSIONS
from fer_course.show import charts
from fer_course.show.picture import Picture, show_image
from fer_course.show.style import INK, SOFT, new_figure


def captioned(pairs, count: int = 8) -> Picture:
    """Show some faces, each with its caption below.

    Parameters
    ----------
    pairs : Pairs
    count : int
    """
    figure, grid = new_figure(12, 2.9 * -(-count // 4), -(-count // 4), 4, squeeze=False)
    for axes, image, caption in zip(grid.flat, pairs.faces.images, pairs.captions, strict=False):
        show_image(axes, image)
        axes.set_xlabel(textwrap.fill(caption, 34), fontsize=9)
    said = "; ".join(pairs.captions[:count])
    return Picture(figure, f"{count} faces with their captions: {said}.")


def similarities(matrix: np.ndarray, captions, title: str) -> Picture:
    """Draw how near some faces and captions are: faces in rows, captions in columns; the right ones on the diagonal.

    Parameters
    ----------
    matrix : ndarray of float, shape (N, N)
        From -1 to 1.
    captions : sequence of str
    title : str
    """
    figure, axes = new_figure(7, 5.6)
    sns.heatmap(
        matrix, vmin=-1, vmax=1, cmap="cividis", annot=len(matrix) <= 10, fmt=".1f", square=True, ax=axes
    )
    axes.set(xlabel="caption", ylabel="face", title=title)
    best = (matrix.argmax(1) == np.arange(len(matrix))).sum()
    return Picture(
        figure,
        f"{title}: similarity of {len(matrix)} faces and their captions, from -1 to 1. Own captions "
        f"{np.diag(matrix).mean():.2f} on average, others {matrix[~np.eye(len(matrix), dtype=bool)].mean():.2f}; "
        f"{best} faces are nearest to their own. Captions: {'; '.join(captions)}.",
    )


def errors(measured: dict) -> Picture:
    """Draw how far the normalisers of few faces are from that of the whole batch, over the batches of a training.

    Parameters
    ----------
    measured : dict of str to list of (float, float)
        ``errors`` of a loss: the blended and the group's own.
    """
    figure, axes = new_figure(9, 3.8)
    columns = {}
    for name, values in measured.items():
        blended, own = np.array(values).T
        columns[name] = blended
        columns.setdefault("the group's own", own)
    few = max(1, len(columns["the group's own"]) // 16)
    table = pd.DataFrame(columns).rolling(few).mean().iloc[few - 1 :: few]
    charts.curves(axes, table)
    axes.set(xlabel="batch", ylabel="error of log Z", ylim=(0, None))
    axes.grid(alpha=0.3)
    last = table.iloc[-1]
    return Picture(
        figure,
        "Error of the logarithm of the normaliser, against that of the whole batch, over training; in the end "
        f"{', '.join(f'{name} {value:.2f}' for name, value in last.items())}.",
    )


def hardest(pairs, number: int, mined: np.ndarray, true: np.ndarray, count: int = 5) -> Picture:
    """Show a face and its hardest pairs; those whose captions would be true of it as well are marked.

    Parameters
    ----------
    pairs : Pairs
    number : int
        Of the face.
    mined : ndarray of int, shape (N, k)
    true : ndarray of bool, shape (N, N)
    count : int
    """
    figure, grid = new_figure(13, 3.2, 1, count + 1)
    chosen = [number, *mined[number, :count]]
    for k, (axes, one) in enumerate(zip(grid, chosen, strict=True)):
        show_image(axes, pairs.faces.images[one])
        head = "the pair" if k == 0 else ("TRUE as well" if true[number, one] else "not true of it")
        axes.set_title(head, fontsize=10, color=INK if k == 0 or true[number, one] else SOFT)
        axes.set_xlabel(textwrap.fill(pairs.captions[one], 24), fontsize=8)
    false = int(true[number, mined[number, :count]].sum())
    return Picture(
        figure,
        f"A {EXPRESSIONS[pairs.faces.labels[number]]} puppet, “{pairs.captions[number]}”, and its hardest pairs: "
        f"{'; '.join(pairs.captions[one] for one in chosen[1:])}. {false} of these captions are true of it as well.",
    )
