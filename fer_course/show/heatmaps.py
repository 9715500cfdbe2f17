"""A heat map over a face, and in words."""

import numpy as np

from fer_course.show.picture import show_image

LEVELS = (0.5, 0.8)
"""Contour lines: a map's half and four fifths of its highest value."""


KEY = "Brighter: more evidence. Lines: half (thin) and four fifths (thick) of the map's highest value."


PLACES = ("top left", "top", "top right", "left", "centre", "right", "bottom left", "bottom", "bottom right")


def show_overlay(axes, image: np.ndarray, heat: np.ndarray, title: str = ""):
    """Draw a heat map over a face, with contour lines so that it needs no colour.

    Parameters
    ----------
    axes : matplotlib Axes
    image : ndarray of uint8, shape (h, w)
    heat : ndarray of float, shape (H, W)
        From 0 to 1; any size, stretched over the face.
    title : str
    """
    height, width = image.shape
    show_image(axes, image, title)
    extent = (-0.5, width - 0.5, height - 0.5, -0.5)
    # The face stays visible where there is little evidence.
    veil = 0.25 + 0.4 * np.clip(heat, 0, 1)
    axes.imshow(heat, cmap="cividis", vmin=0, vmax=1, alpha=veil, extent=extent, interpolation="nearest")
    if heat.max() > LEVELS[0]:
        # Contour lines run through the middles of pixels, not along their edges.
        x = (np.arange(heat.shape[1]) + 0.5) * width / heat.shape[1] - 0.5
        y = (np.arange(heat.shape[0]) + 0.5) * height / heat.shape[0] - 0.5
        axes.contour(x, y, heat, LEVELS, colors="black", linewidths=(2.2, 3.8))
        axes.contour(x, y, heat, LEVELS, colors="white", linewidths=(0.9, 2.2))


def where_is(heat: np.ndarray) -> str:
    """Return in words where in the picture a map is strongest: one of nine places, or ``"nowhere"``."""
    if not heat.max() > 0:
        return "nowhere"
    row, column = np.unravel_index(np.argmax(heat), heat.shape)
    return PLACES[3 * (3 * row // heat.shape[0]) + 3 * column // heat.shape[1]]


def strongest(heat: np.ndarray) -> str:
    """Return the same as part of a sentence."""
    return f"strongest at the {where_is(heat)}" if heat.max() > 0 else "0 everywhere"
