"""Faces found in a picture, and cut out as FER-2013 frames them.

First the whole picture is searched in large steps, by a detector that is told to be lenient. Then the neighbourhood of
each candidate is searched in small steps: a face is recognised from many places near its middle, a cupboard from one
or two.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from PIL import Image

from fer_course.camera.pictures import grey
from fer_course.faces import SIZE

MARGIN = 0.05
"""Share of a box that is added on each side before it is cut out: puppets do best with 0.05, photographs of FER-2013's
validation faces with a little less (docs/real_time.md)."""

SHIFT = 0.0
"""How far down the cut moves, as a share of the box."""

INSTALL = 'install it with  pip install "fer-course[deploy]"'

WINDOW = 24
"""Height and width of what the detector was trained on, in pixels."""

LARGEST = 1_500_000
"""Pixels of a picture that is searched; of a larger one, a smaller copy."""

GROWTH, STEP, LENIENCE = 1.2, 1.25, 0.1
"""Of the search in large steps: by what factor windows grow, how far they move (in 24ths of a window), and how far
below its thresholds the detector still says yes."""

FINE_GROWTH, FINE_SIDE, FINE_LENIENCE = 1.1, 30, 0.2
"""Of the search in small steps, pixel by pixel: the smallest window is so many pixels wide there."""

AROUND = (0.75, 1.33)
"""The sizes that the search in small steps looks at, as shares of the candidate's."""

VOTES = 10
"""Windows that must agree on a face in the search in small steps, of which there are about a thousand."""

OVERLAP = 0.3
"""Intersection over union from which two windows are of one face."""

NESTED = 0.5
"""Share of the smaller of two faces that lies in the other, from which it is none: an eye, a mouth."""


class Box(NamedTuple):
    """Where a face is, in pixels of the picture."""

    left: int
    top: int
    width: int
    height: int


def find_faces(picture: np.ndarray, *, smallest: int = 48) -> list[Box]:
    """Find faces that look at the camera.

    Parameters
    ----------
    picture : ndarray of uint8, shape (H, W) or (H, W, 3)
    smallest : int
        Width of the smallest face that is looked for, in pixels, 24 or more. The fewer sizes, the quicker: 80
        halves the time. In a picture of more than 1.5 megapixels it is as many pixels of a copy of that size.

    Returns
    -------
    list of Box
        Squares from brows to chin, the largest first.

    Raises
    ------
    ValueError
        If the picture is not as above, or ``smallest`` is below 24.
    ImportError
        If scikit-image is not installed.

    Notes
    -----
    A cascade of classifiers (Viola and Jones, CVPR 2001) on local binary patterns (Liao et al., ICB 2007), which ships
    with scikit-image. The result does not depend on the number of threads.
    """
    if smallest < WINDOW:
        raise ValueError(f"Expected a smallest face of {WINDOW} pixels or more, found {smallest}.")
    image = Image.fromarray(grey(picture))
    shrink = min(1.0, (LARGEST / (image.width * image.height)) ** 0.5)
    if shrink < 1:
        size = (max(1, round(image.width * shrink)), max(1, round(image.height * shrink)))
        image = image.resize(size, Image.Resampling.BOX, reducing_gap=2.0)
    found = []
    for candidate in _candidates(np.asarray(image), smallest):
        face, votes = _agreed(image, candidate)
        if votes >= VOTES and face[2] >= smallest:
            found.append((votes, *face))
    kept = []
    # Where two overlap, the one that more windows agree on stays.
    for _, *face in sorted(found, key=lambda one: (-one[0], *one[1:])):
        if not kept or _nested(np.array(kept), np.array(face)).max() < NESTED:
            kept.append(face)
    boxes = [
        Box(*(round(float(part) / shrink) for part in (left, top, side, side))) for left, top, side in kept
    ]
    return sorted(boxes, key=lambda box: (-box.width, box.top, box.left))


def crop_face(picture: np.ndarray, box: Box, margin: float = MARGIN, *, shift: float = SHIFT) -> np.ndarray:
    """Cut a face out of a picture, framed as FER-2013's are.

    Parameters
    ----------
    picture : ndarray of uint8, shape (H, W) or (H, W, 3)
    box : Box
    margin : float
        Share of the box's width that is added on each side; less than 0 cuts some off.
    shift : float
        How far down the square moves, as a share of the box's width.

    Returns
    -------
    ndarray of uint8, shape (48, 48)
        In grey. Where the square reaches out of the picture, the picture's border is repeated.

    Raises
    ------
    ValueError
        If the picture is not as above, or nothing of the box is left.
    """
    side = max(box.width, box.height) * (1 + 2 * margin)
    if not side >= 1:
        raise ValueError(
            f"Expected a box and a margin that leave at least one pixel, found {tuple(box)} and {margin}."
        )
    left = box.left + box.width / 2 - side / 2
    top = box.top + box.height / 2 - side / 2 + shift * box.width
    return _square(Image.fromarray(grey(picture)), left, top, side, SIZE)


def _square(image: Image.Image, left: float, top: float, side: float, size: int) -> np.ndarray:
    """Return a square of an image resized to ``size``; beyond the image its border is repeated."""
    first_row, first_column = int(np.floor(top)), int(np.floor(left))
    rows = np.arange(first_row, int(np.ceil(top + side))).clip(0, image.height - 1)
    columns = np.arange(first_column, int(np.ceil(left + side))).clip(0, image.width - 1)
    # Cut out first: a picture of 12 megapixels is not to be turned into an array for every face.
    corner = (int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    part = np.asarray(image.crop(corner))[rows[:, None] - rows[0], columns - columns[0]]
    x, y = left - first_column, top - first_row
    square = Image.fromarray(part).resize(
        (size, size),
        Image.Resampling.BILINEAR,
        box=(x, y, min(x + side, len(columns)), min(y + side, len(rows))),
    )
    return np.asarray(square)


@cache
def _cascade(lenience: float):
    try:
        from skimage import data
        from skimage.feature import Cascade
    except ImportError as error:
        raise ImportError(f"Finding faces needs the package {error.name}: {INSTALL}.") from None
    return Cascade(data.lbp_frontal_face_cascade_filename(), lenience)


def _windows(image: np.ndarray, growth: float, step: float, lenience: float, sizes) -> np.ndarray:
    """Return the windows in which the detector sees a face, float64 of shape (N, 3): left, top, side; sorted."""
    # Of numbers around 0, float32 sums lose least.
    pixels = image - np.float32(image.mean())
    # One vote each, and never merged: merging depends on the order, and the order on the threads.
    found = _cascade(lenience).detect_multi_scale(
        pixels, growth, step, (sizes[0],) * 2, (sizes[1],) * 2, 1, 1.0
    )
    rows = sorted((one["c"], one["r"], one["width"]) for one in found)
    return np.array(rows, np.float64).reshape(-1, 3)


def _candidates(image: np.ndarray, smallest: int) -> list[np.ndarray]:
    """Return windows that may show a face, one for each place."""
    if min(image.shape) <= smallest:
        return []
    sizes = (smallest, max(image.shape) + 1)
    leaders = []
    for window in _windows(image, GROWTH, STEP, LENIENCE, sizes):
        if not leaders or _shared(np.array(leaders), window).max() < OVERLAP:
            leaders.append(window)
    return leaders


def _agreed(image: Image.Image, window: np.ndarray) -> tuple[np.ndarray, int]:
    """Search around a window in small steps; return the median of the windows that agree most, and how many do."""
    low, high = AROUND
    scale = low * window[2] / FINE_SIDE
    side = window[2] * (high + 0.34)
    left, top = window[:2] + window[2] / 2 - side / 2
    patch = _square(image, left, top, side, round(side / scale))
    sizes = (FINE_SIDE, FINE_SIDE * high / low)
    found = _windows(patch, FINE_GROWTH, 1, FINE_LENIENCE, sizes)
    # The detector is not symmetric. A mirrored face is a face; few mirrored cupboards look like one again.
    mirrored = _windows(np.ascontiguousarray(patch[:, ::-1]), FINE_GROWTH, 1, FINE_LENIENCE, sizes)
    mirrored[:, 0] = patch.shape[1] - mirrored[:, 0] - mirrored[:, 2]
    found = np.concatenate([found, mirrored])
    if not len(found):
        return window, 0
    near = np.array([_shared(found, one) >= OVERLAP for one in found])
    most = near[near.sum(1).argmax()]
    return np.median(found[most], axis=0) * scale + [left, top, 0], int(most.sum())


def _intersection(windows: np.ndarray, window: np.ndarray) -> np.ndarray:
    """Return the area that each of several windows, shape (N, 3), has in common with one."""
    ends = np.minimum(windows[:, :2] + windows[:, 2:], window[:2] + window[2])
    return (ends - np.maximum(windows[:, :2], window[:2])).clip(0).prod(axis=1)


def _shared(windows: np.ndarray, window: np.ndarray) -> np.ndarray:
    """Return intersection over union of windows, shape (N, 3), with one."""
    common = _intersection(windows, window)
    return common / (windows[:, 2] ** 2 + window[2] ** 2 - common)


def _nested(windows: np.ndarray, window: np.ndarray) -> np.ndarray:
    """Return how much of the smaller of two windows lies in the other, for windows of shape (N, 3) and one."""
    return _intersection(windows, window) / np.minimum(windows[:, 2], window[2]) ** 2
