"""Figures of notebook 16: questions with their answers, and rows of pictures."""

import textwrap

import numpy as np

from fer_course.show.picture import Picture, show_image
from fer_course.show.style import new_figure


def _grey(pictures) -> np.ndarray:
    """Return pictures from -1 to 1 as grey values, shape (N, 24, 24)."""
    return (127.5 * (np.asarray(pictures)[:, 0] + 1)).clip(0, 255)


def rows(named: dict, title: str) -> Picture:
    """Show pictures in rows.

    Parameters
    ----------
    named : dict of str to tensor of float, shape (N, 1, 24, 24)
        From -1 to 1.
    title : str
    """
    count = len(next(iter(named.values())))
    figure, grid = new_figure(1.5 * count + 0.6, 1.5 * len(named), len(named), count, squeeze=False)
    for row, (name, pictures) in zip(grid, named.items(), strict=True):
        for axes, image in zip(row, _grey(pictures), strict=True):
            show_image(axes, image)
        row[0].set_ylabel(textwrap.fill(name, 16), fontsize=9)
    return Picture(figure, f"{title}: {count} columns; rows: {', '.join(named)}.")


def questions(asked, count: int = 6, start: int = 0) -> Picture:
    """Show questions: the query, the example's picture and its answer, and the answer that is wanted."""
    shown = asked.shown[start : start + count]
    named = {"query": shown[:, :1], "example": shown[:, 1:2], "its answer": shown[:, 2:]}
    return rows(named | {"wanted": asked.answers[start : start + count]}, "Questions")
