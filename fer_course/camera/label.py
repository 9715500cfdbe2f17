"""From a picture to labelled faces, and a picture that shows them."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from fer_course.camera.find import Box, crop_face, find_faces
from fer_course.evaluation.predict import predict, softmax
from fer_course.labels import EXPRESSIONS


@dataclass(frozen=True, eq=False)
class Labelled:
    """A face in a picture, with what a network says of it.

    Attributes
    ----------
    box : Box
    probabilities : ndarray of float64, shape (7,)
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
    """
    boxes = find_faces(picture, smallest=smallest)
    if not boxes:
        return []
    probabilities = softmax(predict(model, np.stack([crop_face(picture, box) for box in boxes])))
    return [
        Labelled(box, each, EXPRESSIONS[int(each.argmax())])
        for box, each in zip(boxes, probabilities, strict=True)
    ]


def draw_labels(picture: np.ndarray, faces: list[Labelled]) -> np.ndarray:
    """Draw a square around each face, and its label with the percentage above it.

    Parameters
    ----------
    picture : ndarray of uint8, shape (H, W) or (H, W, 3)
    faces : list of Labelled

    Returns
    -------
    ndarray of uint8, shape (H, W, 3)
        Lines are white inside black, words white on black, so that they can be read on any picture.
    """
    image = Image.fromarray(np.asarray(picture)).convert("RGB")
    pen = ImageDraw.Draw(image)
    line = max(1, round(max(image.size) / 400))
    for face in faces:
        left, top, width, height = face.box
        corners = (left, top, left + width, top + height)
        pen.rectangle(
            [c + (-line, -line, line, line)[i] for i, c in enumerate(corners)],
            outline="black",
            width=3 * line,
        )
        pen.rectangle(corners, outline="white", width=line)
        font = ImageFont.load_default(size=max(12, round(height / 9)))
        text = f"{face.label} {face.probabilities.max():.0%}"
        box = pen.textbbox((0, 0), text, font=font)
        place = (min(max(0, left), max(0, image.width - box[2])), max(0, top - box[3] - 3 * line))
        pen.rectangle((place[0], place[1], place[0] + box[2] + 4, place[1] + box[3] + 2), fill="black")
        pen.text((place[0] + 2, place[1]), text, fill="white", font=font)
    return np.asarray(image)
