"""Controls to play with: move something, and a picture and its description follow."""

import ipywidgets
import numpy as np

from fer_course.data.exploration import check_measures, measure
from fer_course.evaluation.metrics import softmax
from fer_course.faces import check_faces
from fer_course.labels import EXPRESSIONS
from fer_course.lessons.class_imbalance.figures import plot_heads, plot_recall
from fer_course.lessons.evaluation.figures import (
    plot_calibration,
    plot_coverage,
    plot_interval,
    show_mistakes,
)
from fer_course.lessons.grad_cam.figures import show_prediction
from fer_course.lessons.start_here.figures import show_puppet
from fer_course.lessons.start_here.naming import NameFaces
from fer_course.lessons.the_network.figures import KERNELS, show_convolution
from fer_course.lessons.trusting_a_heat_map.figures import show_against_truth
from fer_course.lessons.two_stage_training.figures import plot_descent, show_draws
from fer_course.puppets.draw import AU_NAMES, PROTOTYPES, draw_puppet, draw_puppets
from fer_course.saliency.maps import METHODS, explain
from fer_course.saliency.parts import COVERS, cover_parts
from fer_course.show.controls import Control, menu, slider
from fer_course.show.cover_grid import CoverGrid, cover
from fer_course.show.picture import named_counts, show_faces
from fer_course.training.balance import imbalance_ratio, long_tail
from fer_course.training.heads import REMEDIES, adjust_logits, apply_remedies, compare_heads

MOVED = "(moved by hand)"
"""What the puppet's menu of expressions says when its sliders show none of them."""


def puppet(predict=None) -> Control:
    """Return sliders for a puppet's action units beside its face, a menu of expressions and a menu of people.

    Parameters
    ----------
    predict : callable, optional
        Takes images, uint8 of shape (N, 48, 48), and returns probabilities of shape (N, 7), which are shown below the
        puppet.

    Returns
    -------
    Control
        Its inputs are named ``au1`` to ``au26`` and ``identity``. ``control.preset`` is the menu of expressions: it
        sets the sliders, and follows them, so that it always names what is shown.
    """

    def draw(identity, **intensities):
        units = {int(name[2:]): round(value, 2) for name, value in intensities.items() if value > 0}
        image = draw_puppet(units, identity=identity, size=192)
        says = None if predict is None else predict(draw_puppet(units, identity=identity)[None])[0]
        in_code = f"<p>In code: <code>draw_puppet({units}, identity={identity})</code></p>"
        return show_puppet(image, units, says)._repr_html_() + in_code

    inputs = {
        f"au{unit}": slider(f"{name} ({unit})", 0.0, 0.0, 1.0, 0.1, follow=predict is None, wide="29em")
        for unit, name in AU_NAMES.items()
    }
    inputs["identity"] = menu("person", [(f"person {i + 1}", i) for i in range(12)], wide="29em")
    order = ["neutral", *(name for name in PROTOTYPES if name != "neutral")]
    preset = menu("start from", [*order, MOVED], wide="29em")
    control = Control(inputs, draw, extra=[preset], beside=True)
    control.preset = preset
    values = {name: {f"au{u}": float(u in core) for u in AU_NAMES} for name, core in PROTOTYPES.items()}

    def now():
        return {f"au{unit}": inputs[f"au{unit}"].value for unit in AU_NAMES}

    def choose(change):
        if change["new"] in values and values[change["new"]] != now():
            control.set(**values[change["new"]])

    def follow(_change):
        if not control.setting:
            preset.value = next((name for name in order if values[name] == now()), MOVED)

    preset.observe(choose, names="value")
    for unit in AU_NAMES:
        inputs[f"au{unit}"].observe(follow, names="value")
    return control


def name_faces(faces) -> NameFaces:
    """Return a game: name the expression of each face by a button, and see the score at the end.

    Parameters
    ----------
    faces : Faces

    Returns
    -------
    NameFaces
        Its ``answers`` are what was named.
    """
    return NameFaces(faces)


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
    layers = [
        (f"stride {s}: {-(-size // s)} × {-(-size // s)} places", f"stride {s}") for s in (32, 16, 8, 4)
    ]
    inputs = {
        "covered": grid,
        "face": slider("face", 0, 0, len(faces) - 1, 1),
        "label": menu(
            "map for", [("what is predicted", -1), *((name, i) for i, name in enumerate(EXPRESSIONS))]
        ),
        "method": menu("method", METHODS, "hirescam"),
        "layer": menu("layer", layers, "stride 8"),
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
        return show_prediction(image, found.maps[0], softmax(found.logits)[0], title, quick=True, face=False)

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
        From ``saliency_scores.changed_region``.

    Returns
    -------
    Control
        Inputs ``face``, ``method`` and ``layer``.
    """
    check_faces(faces)
    layers = [
        (f"stride {s}: {-(-size // s)} × {-(-size // s)} places", f"stride {s}") for s in (32, 16, 8, 4)
    ]
    inputs = {
        "face": slider("face", 0, 0, len(faces) - 1, 1),
        "method": menu("method", METHODS, "hirescam"),
        "layer": menu("layer", layers, "stride 8"),
    }

    def draw(face, method, layer):
        label = int(faces.clean_labels[face])
        found = explain(model, faces[face], size=size, method=method, layer=layer, target=label)
        title = f"{EXPRESSIONS[label]}:\n{method}"
        return show_against_truth(faces.images[face], masks[face], {title: found.maps[0]})

    return Control(inputs, draw)


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
        return plot_interval(accuracy, round(faces))

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
        return plot_calibration({name: logits / temperature}, labels, second=second)

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
        return plot_coverage(logits, labels, threshold, second=second)

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
        return show_mistakes(faces[chosen], logits[chosen], second=None if second is None else second[chosen])

    names = [("any", -1), *((name, i) for i, name in enumerate(EXPRESSIONS))]
    return Control({"label": menu("the label says", names), "guess": menu("the model says", names)}, draw)


def learning_rate(start: float = 0.02) -> Control:
    """Notebook 04: a slider for the learning rate of one weight, with its way down the loss following.

    Parameters
    ----------
    start : float
        The rate that is shown first.
    """
    inputs = {"rate": slider("learning rate", start, 0.02, 1.2, 0.02, follow=True)}
    return Control(inputs, plot_descent)


def augmentation_explorer(faces, recipe, draws: int = 7) -> Control:
    """Notebook 04: one face, drawn again with every change as far as the dials say.

    Parameters
    ----------
    faces : Faces
    recipe : Recipe
        Where the dials start.
    draws : int

    Returns
    -------
    Control
    """
    start = recipe.augmentation
    inputs = {
        "face": slider("face", 0, 0, min(len(faces), 200) - 1, 1),
        "seed": slider("seed of the draws", 0, 0, 20, 1),
        "flip": slider("mirror (probability)", start.flip, 0, 1, 0.1),
        "rotation": slider("rotation (degrees)", start.rotation, 0, 180, 1.0),
        "shift": slider("shift (share of width)", start.shift, 0, 0.5, 0.01),
        "zoom": slider("zoom (share)", start.zoom, 0, 0.8, 0.05),
        "shear": slider("shear (degrees)", start.shear, 0, 45, 1.0),
        "brightness": slider("brightness", start.brightness, 0, 2, 0.1),
    }

    def draw(face, seed, **changes):
        image = faces.images[face]
        return show_draws(
            image, start.but(**changes), size=min(recipe.image_size, 96), n=draws, seed=seed, columns=4
        )

    return Control(inputs, draw, beside=True)


def adjustment(logits, labels, counts) -> Control:
    """Notebook 02: a slider for the strength of logit adjustment, with recalls and false alarms following.

    Parameters
    ----------
    logits : ndarray of float, shape (N, 7)
        Of a trained model.
    labels : ndarray of int64, shape (N,)
    counts : array of int, shape (7,)
        Training images per label: what is adjusted for, and the mix that accuracy and precision are for.
    """

    def draw(tau):
        predicted = adjust_logits(logits, counts, tau).argmax(1)
        return plot_recall({f"tau = {tau:.1f}": predicted}, labels, counts, alarm="disgust")

    return Control({"tau": slider("tau (1: equal classes)", 0.0, 0.0, 2.0, 0.1, follow=True)}, draw)


def how_rare(features, labels, exam, exam_labels, *, cap: float = 3.0) -> Control:
    """Notebook 02: a menu of mixes, from the training faces' own to a steep long tail, with the main remedies compared.

    Parameters
    ----------
    features : ndarray of float32, shape (N, D)
        Of all training faces at hand, standardised, as ``exam``; the mixes are drawn from them.
    labels : ndarray of int64, shape (N,)
    exam : ndarray of float32, shape (M, D)
    exam_labels : ndarray of int64, shape (M,)
    cap : float
        Of the capped weights.

    Returns
    -------
    Control
        Its input is named ``ratio``: faces of the commonest label for each of the rarest, 0 for the mix as it is.
    """
    done = {}

    def draw(ratio):
        if ratio not in done:
            kept = long_tail(labels, ratio) if ratio else np.arange(len(labels))
            counts = np.bincount(labels[kept], minlength=len(EXPRESSIONS))
            logits = apply_remedies(features[kept], labels[kept], exam, cap=cap, names=REMEDIES[:4])
            table = compare_heads({k: v.argmax(1) for k, v in logits.items()}, exam_labels, counts)
            picture = plot_heads(table, ("accuracy", "macro recall", "disgust"))
            picture.description = (
                f"{len(kept):,} training faces: {named_counts(counts)}. {picture.description}"
            )
            done[ratio] = picture._repr_html_()
        return done[ratio]

    own = imbalance_ratio(np.bincount(labels))
    mixes = [(f"these faces' own mix, {own:.0f} : 1", 0)]
    mixes += [(f"long tail, {ratio} : 1", ratio) for ratio in (10, 20, 45, 100)]
    return Control({"ratio": menu("how rare?", mixes)}, draw)


def kernels(faces, model, learned: int = 6) -> Control:
    """Notebook 03: a menu of kernels, made by hand or learned by a network's first layer, on a face.

    Parameters
    ----------
    faces : Faces
    model : nn.Module
        An EfficientNet of one input channel.
    learned : int
        How many kernels of its first layer to offer: those with the largest weights.
    """
    check_faces(faces)
    weights = model.conv_stem.weight.detach().cpu().numpy()[:, 0]
    largest = np.sort(np.argsort(np.abs(weights).sum((1, 2)))[::-1][:learned])
    choices = {name: np.array(kernel) for name, kernel in KERNELS.items()}
    choices |= {f"learned, channel {i}": weights[i] for i in largest}

    def draw(face, kernel):
        return show_convolution(faces.images[face], choices[kernel], kernel)

    return Control({"face": slider("face", 0, 0, len(faces) - 1, 1), "kernel": menu("kernel", choices)}, draw)
