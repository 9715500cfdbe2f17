"""The control of notebook 06: a face, its heat map, and what is covered."""

import ipywidgets

from fer_course.evaluation.predict import softmax
from fer_course.faces import check_faces
from fer_course.labels import EXPRESSIONS
from fer_course.lessons.grad_cam import figures
from fer_course.saliency.maps import METHODS, explain
from fer_course.saliency.parts import COVERS, cover_parts
from fer_course.show.controls import Control, layers, menu, slider
from fer_course.show.cover_grid import CoverGrid, cover


def face_and_map(model, size: int, faces) -> Control:
    """Notebook 06: cover parts of a face, and see prediction and heat map follow, by any method, layer and label.

    Parameters
    ----------
    model : nn.Module
    size : int
        Height and width that the model was trained at, in pixels.
    faces : Faces

    Returns
    -------
    Control
        Inputs ``covered`` (squares of the face, covered by a click), ``face``, ``label``, ``method``, ``layer`` and a
        button for each part in ``parts.COVERS``.
    """
    check_faces(faces)
    grid = CoverGrid()
    inputs = {
        "covered": grid,
        "face": slider("face", 0, 0, len(faces) - 1, 1),
        "label": menu(
            "map for", [("what is predicted", -1), *((name, i) for i, name in enumerate(EXPRESSIONS))]
        ),
        "method": menu("method", METHODS, "hirescam"),
        "layer": menu("layer", layers(size), "stride 8"),
    }
    inputs["face"].continuous_update = False
    for name in COVERS:
        inputs[name] = ipywidgets.ToggleButton(description=name, layout={"width": "78px"})

    def draw(covered, face, label, method, layer, **parts):
        one = faces[face]
        names = [name for name in COVERS if parts[name]]
        image = cover_parts(one, ", ".join(names))[0] if names else one.images[0]
        image = cover(image, covered)
        grid.show(image)
        found = explain(
            model, image[None], size=size, method=method, layer=layer, target=None if label < 0 else label
        )
        title = f"{method}: {EXPRESSIONS[found.explained[0]]}"
        return figures.prediction(
            image, found.maps[0], softmax(found.logits)[0], title, quick=True, face=False
        )

    control = Control(inputs, draw)
    grid.clear.on_click(lambda _: control.set(**dict.fromkeys(COVERS, False)))
    # The face to click on stands beside its map, and all that moves them next to both: one screen of 1280 × 800.
    buttons = ipywidgets.HBox([ipywidgets.Label("cover"), *(inputs[name] for name in COVERS)])
    menus = ipywidgets.HBox(
        [
            ipywidgets.VBox([inputs[name] for name in pair])
            for pair in (("face", "label"), ("method", "layer"))
        ]
    )
    control.children = [ipywidgets.HBox([grid, ipywidgets.VBox([buttons, control.area])]), menus]
    return control
