"""Figures that describe themselves, and the pictures of faces that several notebooks share."""

import base64
import html
import io

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from fer_course.faces import check_faces
from fer_course.files import atomic_write
from fer_course.labels import EXPRESSIONS

STYLE = {
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 12,
    "axes.titlelocation": "left",
    "figure.facecolor": "white",
}
"""Set for every figure of the course, and only while it is drawn."""


class Picture:
    """A figure with its description in words, which a screen reader reads in the place of the image.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    description : str
        What is drawn and the values that matter, in one to four sentences.
    """

    def __init__(self, figure: Figure, description: str):
        self.figure = figure
        self.description = " ".join(description.split())
        plt.close(figure)  # or the notebook's backend would show it a second time, without its description

    def png(self) -> bytes:
        """Return the figure as a PNG file."""
        buffer = io.BytesIO()
        self.figure.savefig(buffer, format="png", dpi=100, bbox_inches="tight")
        return buffer.getvalue()

    def save(self, path):
        """Write the figure as a PNG file, with its description inside."""
        with atomic_write(path) as file:
            self.figure.savefig(
                file, format="png", dpi=150, bbox_inches="tight", metadata={"Description": self.description}
            )

    def _repr_html_(self) -> str:
        data = base64.b64encode(self.png()).decode()
        text = html.escape(self.description)
        return (
            f'<figure style="margin:0"><img style="max-width:100%" src="data:image/png;base64,{data}" '
            f'alt="{html.escape(self.description, quote=True)}">'
            f"<details><summary>This figure in words</summary>{text}</details></figure>"
        )

    def __repr__(self) -> str:
        return f"Picture: {self.description}"


def new_figure(width: float = 8, height: float = 4, rows: int = 1, columns: int = 1, **options):
    """Return a figure and its axes in the course's style, as ``plt.subplots`` does; sizes in inches."""
    with plt.rc_context(STYLE):
        return plt.subplots(rows, columns, figsize=(width, height), layout="constrained", **options)


def show_image(axes, image: np.ndarray, title: str = "", **options):
    """Draw one grayscale image on axes, without ticks."""
    options = {"cmap": "gray", "vmin": 0, "vmax": 255} | options
    axes.imshow(image, interpolation="nearest", **options)
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    if title:
        axes.set_title(title, fontsize=10, loc="center")


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


def named_counts(counts) -> str:
    """Return counts in words: "3,995 angry, 436 disgust, …"."""
    return ", ".join(f"{int(count):,} {name}" for name, count in zip(EXPRESSIONS, counts, strict=True))
