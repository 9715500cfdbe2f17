"""From a picture to labelled faces, and a picture that shows them."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from fer_course.camera.find import Box, crop_face, find_faces
from fer_course.camera.pictures import check_picture
from fer_course.evaluation.predict import predict, softmax
from fer_course.labels import EXPRESSIONS

SMALLEST_WORDS = 12
"""Height of the smallest font, in pixels."""


@dataclass(frozen=True, eq=False)
class Labelled:
    """A face in a picture, with what a network says of it.

    Attributes
    ----------
    box : Box
    probabilities : ndarray of float64, shape (7,)
        In the order of ``EXPRESSIONS``.
    label : str
        The expression label of the highest probability.
    """

    box: Box
    probabilities: np.ndarray
    label: str


def label_faces(model, picture: np.ndarray, *, smallest: int = 48) -> list[Labelled]:
    """Find the faces of a picture, and predict the expression label of each.

    Parameters
    ----------
    model : nn.Module or OnnxNetwork
    picture : ndarray of uint8, shape (H, W) or (H, W, 3)
    smallest : int
        As for ``find_faces``.

    Returns
    -------
    list of Labelled
        The largest face first; empty if there is none.

    Raises
    ------
    ValueError, ImportError
        As ``find_faces`` and ``predict``.
    """
    boxes = find_faces(picture, smallest=smallest)
    if not boxes:
        return []
    return label_crops(model, np.stack([crop_face(picture, box) for box in boxes]), boxes)


def label_crops(model, crops: np.ndarray, boxes: list[Box]) -> list[Labelled]:
    """Predict the expression labels of faces that are cut out already.

    Parameters
    ----------
    model : nn.Module or OnnxNetwork
    crops : ndarray of uint8, shape (N, 48, 48)
    boxes : list of Box
        Where each was.

    Returns
    -------
    list of Labelled
    """
    return [
        Labelled(box, each, EXPRESSIONS[int(each.argmax())])
        for box, each in zip(boxes, softmax(predict(model, crops)), strict=True)
    ]


def draw_labels(picture: np.ndarray, faces: list[Labelled]) -> np.ndarray:
    """Draw a square around each face, and its label with the percentage above it.

    Parameters
    ----------
    picture : ndarray of uint8, shape (H, W) or (H, W, 3)
        It is left as it was.
    faces : list of Labelled

    Returns
    -------
    ndarray of uint8, shape (H, W, 3)
        Lines are white between black ones, words white on black, so that they can be read on any picture.

    Raises
    ------
    ValueError
        If the picture is not as above.
    """
    check_picture(picture)
    image = Image.fromarray(picture).convert("RGB")
    pen = ImageDraw.Draw(image)
    line = max(1, round(max(image.size) / 400))
    for face in faces:
        left, top, width, height = face.box
        corners = (left, top, left + width, top + height)
        around = (left - line, top - line, left + width + line, top + height + line)
        pen.rectangle(around, outline="black", width=3 * line)
        pen.rectangle(corners, outline="white", width=line)
    # Words last: no square of a neighbour runs through them.
    for face in faces:
        left, top, width, height = face.box
        text = f"{face.label} {face.probabilities.max():.0%}"
        font, (wide, high) = _font_for(text, round(height / 9), image.width)
        x = max(0, min(left - line, image.width - wide))
        y = max(0, min(top - 2 * line - high, image.height - high))
        pen.rectangle((x, y, x + wide, y + high), fill="black")
        pen.text((x + wide / 2, y + high / 2), text, fill="white", font=font, anchor="mm")
    return np.asarray(image)


def _font_for(text: str, size: int, widest: int):
    """Return a font in which a text is no wider than the picture, and the text's width and height with a rim."""
    size = max(SMALLEST_WORDS, size)
    while size > SMALLEST_WORDS and _width(text, size) > widest:
        size -= 1
    return _font(size), (_width(text, size), round(1.4 * size))


def _width(text: str, size: int) -> int:
    return round(_font(size).getlength(text) + size / 2)


@cache
def _font(size: int):
    return ImageFont.load_default(size=size)
