"""Faces side by side, each with its label."""

import numpy as np

from fer_course.faces import check_faces
from fer_course.labels import EXPRESSIONS
from fer_course.show.picture import Picture, show_image
from fer_course.show.style import new_figure


def show_faces(faces, *, columns: int = 8, titles=None, limit: int = 64, scale: float = 1.0) -> Picture:
    """Show faces in a grid, each with its label.

    Parameters
    ----------
    faces : Faces
    columns : int
    titles : list of str, optional
        Under which to show the faces, in the place of the labels.
    limit : int
        At most so many faces.
    scale : float
        Size of each face; 1 is a little over an inch.

    Returns
    -------
    Picture
    """
    check_faces(faces, least=0)
    faces = faces[: min(limit, len(faces))]
    own = titles is None
    titles = [EXPRESSIONS[label] for label in faces.labels] if own else list(titles)
    rows = max(1, -(-len(faces) // columns))
    figure, grid = new_figure(1.15 * scale * columns, 1.4 * scale * rows, rows, columns, squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    if not len(faces):
        grid[0, 0].text(0, 0.5, "no faces")
    for axes, image, title in zip(grid.flat, faces.images, titles, strict=False):
        axes.set_axis_on()
        show_image(axes, image, title)
    counts = faces.counts()
    named = ", ".join(f"{counts[i]} {EXPRESSIONS[i]}" for i in np.flatnonzero(counts))
    shown = f"labelled {named}" if own else f"with the titles {', '.join(titles[: len(faces)])}"
    return Picture(figure, f"A grid of {len(faces)} faces ({faces.source}), {shown}.")
