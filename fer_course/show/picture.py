"""Figures that describe themselves, and the pictures of faces that several notebooks share."""

import base64
import html
import io

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from fer_course.files import atomic_write
from fer_course.labels import EXPRESSIONS


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
        # Or the notebook's backend would show it a second time, without its description.
        plt.close(figure)

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


def show_image(axes, image: np.ndarray, title: str = "", **options):
    """Draw one grayscale image on axes, without ticks."""
    options = {"cmap": "gray", "vmin": 0, "vmax": 255} | options
    axes.imshow(image, interpolation="nearest", **options)
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    if title:
        axes.set_title(title, fontsize=10, loc="center")


def named_counts(counts) -> str:
    """Return counts in words: "3,995 angry, 436 disgust, …"."""
    return ", ".join(f"{int(count):,} {name}" for name, count in zip(EXPRESSIONS, counts, strict=True))
