"""The control of notebook 07: a heat map beside the region it should point at."""

from fer_course.faces import check_faces
from fer_course.labels import EXPRESSIONS
from fer_course.lessons.trusting_a_heat_map import figures
from fer_course.saliency.maps import METHODS, explain
from fer_course.show.controls import Control, layers, menu, slider


def map_and_truth(model, size: int, faces, masks) -> Control:
    """Notebook 07: any face's heat map beside the region that it should point at, by any method and layer.

    Parameters
    ----------
    model : nn.Module
    size : int
        Height and width that the model was trained at, in pixels.
    faces : Faces
        Puppets; each map speaks for the clean label.
    masks : ndarray of bool, shape (N, 48, 48)
        From ``saliency.scores.changed_region``.

    Returns
    -------
    Control
        Inputs ``face``, ``method`` and ``layer``.
    """
    check_faces(faces)
    inputs = {
        "face": slider("face", 0, 0, len(faces) - 1, 1),
        "method": menu("method", METHODS, "hirescam"),
        "layer": menu("layer", layers(size), "stride 8"),
    }

    def draw(face, method, layer):
        label = int(faces.clean_labels[face])
        found = explain(model, faces[face], size=size, method=method, layer=layer, target=label)
        title = f"{EXPRESSIONS[label]}:\n{method}"
        return figures.against_truth(faces.images[face], masks[face], {title: found.maps[0]})

    return Control(inputs, draw)
