"""The controls of notebook 12: noise anywhere on a face, and a mask refined by its picture."""

import numpy as np

from fer_course.evaluation.predict import predict, softmax
from fer_course.faces import SIZE, Faces
from fer_course.labels import EXPRESSIONS
from fer_course.lessons.lab_where_to_look import core_risk, critical, figures
from fer_course.show.controls import Control, menu, slider


def noise(models: dict, faces: Faces, core: np.ndarray) -> Control:
    """Notebook 12: what each network calls a face with noise outside its core, or inside it.

    Parameters
    ----------
    models : dict of str to nn.Module
        By the way that each was trained.
    faces : Faces
    core : ndarray of bool, shape (N, 48, 48)

    Returns
    -------
    Control
        Inputs ``face``, ``where`` and ``strength``.
    """
    inputs = {
        "face": slider("face", 0, 0, len(faces) - 1, 1),
        "where": menu("noise", ("outside the core", "inside the core")),
        "strength": slider("strength (grey levels)", 60, 0, 120, 10),
    }

    def draw(face, where, strength):
        region = core[face] if where == "inside the core" else ~core[face]
        image = core_risk.noised(faces.images[face], region, strength, face)
        told = {}
        for name, model in models.items():
            p = softmax(predict(model, image[None], SIZE))[0]
            told[name] = f"{EXPRESSIONS[p.argmax()]}, {p.max():.0%}"
        return figures.answers(image, told, f"{EXPRESSIONS[faces.labels[face]]}, noise of {strength} {where}")

    return Control(inputs, draw)


def refining(model, images) -> Control:
    """Notebook 12: a mask that is refined by its picture, round by round, and what becomes a label.

    Parameters
    ----------
    model : PartNet
    images : tensor of float32, shape (N, 1, 24, 24)

    Returns
    -------
    Control
        Inputs ``face``, ``rounds``, ``relative`` and ``cut``.
    """
    found = critical.mark(model, images)
    inputs = {
        "face": slider("face", 0, 0, len(images) - 1, 1),
        "rounds": slider("rounds", 10, 0, 40, 1),
        "relative": menu("taken as", [("shares of the largest value", True), ("they are", False)]),
        "cut": slider("cut", 0.4, 0.1, 0.9, 0.05),
    }

    def draw(face, rounds, relative, cut):
        one, image = found[face : face + 1], images[face : face + 1]
        refined = critical.refine(one, image, rounds)
        taken = refined / refined.amax().clamp(min=1e-6) if relative else refined
        rows = {
            "what the network marks": one[:, 0],
            f"after {rounds} rounds": refined[:, 0],
            "the label": (taken > cut).float()[:, 0],
        }
        return figures.masks({name: np.asarray(each) for name, each in rows.items()}, np.asarray(image[:, 0]))

    return Control(inputs, draw, beside=True)
