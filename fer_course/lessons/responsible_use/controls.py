"""The control of notebook 09: a face under another condition."""

import numpy as np

from fer_course.evaluation.corruptions import CORRUPTIONS, STRENGTHS, corrupt
from fer_course.evaluation.predict import predict
from fer_course.faces import check_faces
from fer_course.lessons.responsible_use import figures
from fer_course.show.controls import Control, menu, slider


def condition(model, faces, seed: int = 0) -> Control:
    """Notebook 09: any face under any corruption and strength, with the network's answers to both.

    Parameters
    ----------
    model : nn.Module or OnnxNetwork
    faces : Faces
    seed : int
        As for ``corrupt``.

    Returns
    -------
    Control
        Inputs ``name``, ``strength`` and ``face``.
    """
    check_faces(faces)
    inputs = {
        "name": menu("condition", CORRUPTIONS, "motion blur"),
        "strength": slider("strength", 3, 0, STRENGTHS[-1], 1),
        "face": slider("face", 0, 0, len(faces) - 1, 1),
    }

    def draw(name, strength, face):
        clean = faces.images[face]
        worse = corrupt(clean[None], name, strength, seed)[0]
        logits = predict(model, np.stack([clean, worse]))
        return figures.condition(clean, worse, logits, f"{name}, strength {strength}")

    return Control(inputs, draw)
