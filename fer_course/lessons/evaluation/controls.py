"""Controls of notebook 05: interval, temperature, threshold, and mistakes to leaf through."""

import ipywidgets
import numpy as np

from fer_course.evaluation.predict import softmax
from fer_course.labels import EXPRESSIONS
from fer_course.lessons.evaluation import figures
from fer_course.show.controls import Control, menu, slider


def how_many_faces(accuracy: float) -> Control:
    """Notebook 05: a slider for the number of faces, with the interval of an accuracy following.

    Parameters
    ----------
    accuracy : float
        From 0 to 1.
    """
    faces = ipywidgets.FloatLogSlider(
        value=1000,
        min=1,
        max=5,
        step=0.05,
        description="faces",
        readout_format=",.0f",
        continuous_update=False,
        style={"description_width": "12em"},
        layout={"width": "27em"},
    )

    def draw(faces):
        return figures.interval(accuracy, round(faces))

    return Control({"faces": faces}, draw)


def temperature(logits, labels, second=None) -> Control:
    """Notebook 05: a slider for the temperature beside the reliability diagram, with the loss above it.

    Parameters
    ----------
    logits : ndarray of float, shape (N, 7)
    labels : ndarray of int, shape (N,)
    second : ndarray of int64, shape (N,), optional
        Labels from elsewhere, drawn too; -1 where there is none.
    """
    labels = np.asarray(labels)

    def draw(temperature):
        own = softmax(logits / temperature)[np.arange(len(labels)), labels]
        loss = -np.log(np.maximum(own, 1e-12)).mean()
        name = f"divided by {temperature:.2f}, loss {loss:.3f}"
        return figures.calibration({name: logits / temperature}, labels, second=second)

    return Control({"temperature": slider("temperature", 1.0, 0.3, 3.0, 0.02)}, draw)


def confidence_threshold(logits, labels, second=None) -> Control:
    """Notebook 05: a slider for the confidence below which a model declines, with what that costs each label.

    Parameters
    ----------
    logits : ndarray of float, shape (N, 7)
    labels : ndarray of int, shape (N,)
    second : ndarray of int64, shape (N,), optional
        Labels from elsewhere, drawn too; -1 where there is none.
    """

    def draw(threshold):
        return figures.coverage(logits, labels, threshold, second=second)

    return Control({"threshold": slider("smallest confidence", 0.85, 0.0, 0.99, 0.01)}, draw)


def mistakes(faces, logits, second=None) -> Control:
    """Return menus to see the most confident mistakes by what the label says and what the model says.

    Parameters
    ----------
    faces : Faces
    logits : ndarray of float, shape (N, 7)
    second : ndarray of int64, shape (N,), optional
        Labels from elsewhere, shown below; -1 where there is none.
    """
    guesses = logits.argmax(axis=1)

    def draw(label, guess):
        chosen = (label < 0) | (faces.labels == label)
        chosen &= (guess < 0) | (guesses == guess)
        chosen &= guesses != faces.labels
        if not chosen.any():
            return "<p>No mistakes of this kind.</p>"
        return figures.mistakes(
            faces[chosen], logits[chosen], second=None if second is None else second[chosen]
        )

    names = [("any", -1), *((name, i) for i, name in enumerate(EXPRESSIONS))]
    return Control({"label": menu("the label says", names), "guess": menu("the model says", names)}, draw)
