"""Controls of notebook 01: how hard a picture is, and a way to leaf through faces."""

import numpy as np

from fer_course.data.exploration import check_measures, measure
from fer_course.faces import check_faces
from fer_course.labels import EXPRESSIONS
from fer_course.puppets.draw import draw_puppets
from fer_course.show.controls import Control, menu, slider
from fer_course.show.walls import show_faces


def dials(seed: int = 7, n: int = 10) -> Control:
    """Return sliders for how hard the pictures of some puppets are; the puppets stay the same.

    Parameters
    ----------
    seed, n : int
        Which puppets, and how many.
    """

    def draw(**values):
        faces = draw_puppets(n, seed=seed, label_noise=0, **values)
        measures = measure(faces.images).mean()
        picture = show_faces(faces, columns=n, titles=[""] * n)
        set_to = ", ".join(f"{name.replace('_', ' ')} {value:.1f}" for name, value in values.items())
        picture.description = (
            f"The same {n} puppets with {set_to}. On average: brightness {measures.brightness:.0f}, contrast "
            f"{measures.contrast:.0f}, sharpness {measures.sharpness:.2f}, asymmetry {measures.asymmetry:.2f}."
        )
        return picture

    names = {
        "low_light": "low light (share)",
        "blur": "blur (share)",
        "occlusion": "occlusion (share)",
        "pose": "pose (how far)",
    }
    return Control({name: slider(text, 0.0, 0.0, 1.0, 0.1) for name, text in names.items()}, draw, columns=2)


def browse(faces, measures=None) -> Control:
    """Return menus to leaf through faces by label, sorted by something measured.

    Parameters
    ----------
    faces : Faces
    measures : DataFrame, optional
        From ``exploration.measure``, a row for each face; measured now if not given.
    """
    check_faces(faces)
    measures = measure(faces.images) if measures is None else measures
    check_measures(faces, measures)

    def draw(label, by, place):
        places = np.flatnonzero(faces.labels == label) if label >= 0 else np.arange(len(faces))
        if not len(places):
            return "<p>No faces carry this label.</p>"
        values = measures[by].to_numpy()[places]
        order = np.argsort(values, kind="stable")
        first = round(place / 100 * max(len(order) - 16, 0))
        chosen = order[first : first + 16]
        picture = show_faces(
            faces[places[chosen]], columns=8, titles=[f"{value:.2f}" for value in values[chosen]]
        )
        picture.description += f" Sorted by {by}, from {values[chosen[0]]:.2f} to {values[chosen[-1]]:.2f}."
        return picture

    inputs = {
        "label": menu("label", [("all", -1), *((name, i) for i, name in enumerate(EXPRESSIONS))]),
        "by": menu("sorted by", list(measures.columns)),
        "place": slider("place (percentile)", 0, 0, 100, 1),
    }
    return Control(inputs, draw)
