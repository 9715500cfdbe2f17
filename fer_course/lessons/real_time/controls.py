"""Controls of notebook 08: how wide a found face is cut out, and a video with its labels, frame by frame."""

import base64
import html
import io

import ipywidgets
import numpy as np
from matplotlib import colormaps
from PIL import Image

from fer_course.camera.find import crop_face
from fer_course.camera.label import Labelled, draw_labels
from fer_course.camera.smooth import Exponential
from fer_course.camera.watch import watch
from fer_course.evaluation.predict import predict, softmax
from fer_course.labels import EXPRESSIONS
from fer_course.model.onnx import OnnxNetwork
from fer_course.puppets.motion import FPS, Motion
from fer_course.saliency.maps import explain
from fer_course.show.controls import Control, slider
from fer_course.show.heatmaps import LEVELS, strongest

SIDE = 152
"""Height and width of the crop and its heat map on the screen, in pixels."""

WIDE = 400
"""Width of the frame on the screen, in pixels."""


def margin(model, picture: np.ndarray, box) -> Control:
    """Notebook 08: a slider for the margin around a found face, with the crop and its label following.

    Parameters
    ----------
    model : nn.Module or OnnxNetwork
    picture : ndarray of uint8, shape (H, W) or (H, W, 3)
    box : Box
        Of one face in it.
    """

    def draw(margin):
        crop = crop_face(picture, box, margin)
        probabilities = softmax(predict(model, crop))[0]
        best = EXPRESSIONS[int(probabilities.argmax())]
        words = (
            f"Cut out with a margin of {margin:.0%}, the face is called {best} ({probabilities.max():.0%})."
        )
        return (
            '<div style="display:flex;gap:12px;flex-wrap:wrap;align-items:flex-start">'
            f"{_image(crop, SIDE, words)}<div>{_table(Labelled(box, probabilities, best))}"
            f"<p>{html.escape(words)}</p></div></div>"
        )

    return Control({"margin": slider("margin, share of the box", 0.0, -0.3, 0.8, 0.05, follow=True)}, draw)


def player(
    motion: Motion, model, explained=None, *, smoother=Exponential, size: int | None = None
) -> Control:
    """Notebook 08: play a moving puppet, and see label, probabilities and heat map follow.

    Everything is computed when the player is made, once for each frame, so that it can be played and dragged.

    Parameters
    ----------
    motion : Motion
    model : nn.Module or OnnxNetwork
        Which predicts.
    explained : nn.Module, optional
        Whose heat maps are shown: an ONNX file gives no gradients. The model, if it is one of PyTorch's.
    smoother : callable
        As for ``Watcher``.
    size : int, optional
        As for ``explain``.

    Returns
    -------
    Control
        With one input, ``frame``; a second widget plays it.
    """
    if not isinstance(motion, Motion):
        raise ValueError(f"Expected a motion, as draw_motion returns it, found {type(motion).__name__}.")
    seen = list(watch(motion.frames, model, smoother=smoother))
    faces = [one.faces[0] if one.faces else None for one in seen]
    if explained is None and not isinstance(model, OnnxNetwork):
        explained = model
    maps = _maps(explained, motion, faces, size)
    pages = [_page(motion, t, one.picture, faces[t], maps.get(t)) for t, one in enumerate(seen)]
    # A page without a kernel shows one frame only: one in which there is something to see.
    first, last = int(motion.intensity.argmax()), len(motion) - 1
    frame = slider("frame", first, 0, last, 1, follow=True)
    play = ipywidgets.Play(value=first, min=0, max=last, interval=round(1000 / FPS))
    # In the browser: so it plays at its pace, and a kernel that is slower leaves frames out.
    link = ipywidgets.jslink((play, "value"), (frame, "value"))
    control = Control({"frame": frame}, lambda frame: pages[frame], extra=[play])
    # A link that nobody holds is forgotten.
    control.play, control.link = play, link
    return control


def _maps(model, motion: Motion, faces: list, size: int | None) -> dict[int, tuple]:
    """Return crop and heat map by the number of the frame, where there is a face and a network with gradients."""
    found = {t: crop_face(motion.frames[t], face.box) for t, face in enumerate(faces) if face is not None}
    if not found or model is None:
        return {t: (crop, None) for t, crop in found.items()}
    targets = np.array([int(faces[t].probabilities.argmax()) for t in found])
    heat = explain(model, np.stack(list(found.values())), size=size, target=targets).maps
    return {t: (crop, heat[k]) for k, (t, crop) in enumerate(found.items())}


def _page(motion: Motion, t: int, picture, face: Labelled | None, crop_and_map) -> str:
    """Return a frame, the face, its map and the probabilities as HTML, described in words."""
    truth = f"{EXPRESSIONS[motion.labels[t]]}, intensity {motion.intensity[t]:.0%}"
    if face is None:
        words = f"Frame {t} of {len(motion)}. Drawn: {truth}. No face is found."
        return f"{_image(picture, WIDE, words)}<p>{html.escape(words)}</p>"
    crop, heat = crop_and_map
    shown = ", ".join(
        f"{name} {share:.0%}" for name, share in zip(EXPRESSIONS, face.probabilities, strict=True)
    )
    words = (
        f"Frame {t} of {len(motion)}. Drawn: {truth}. Label: {face.label}. Smoothed probabilities: {shown}."
    )
    panels = _image(crop, SIDE, "The face as the network is given it.")
    if heat is not None:
        words += f" The heat map for {face.label} is {strongest(heat)}."
        panels += _image(overlay(crop, heat), SIDE, f"Its heat map, {strongest(heat)}.")
    return (
        '<div style="display:flex;gap:12px;flex-wrap:wrap;align-items:flex-start">'
        f"<div>{_image(picture, WIDE, words)}</div>"
        f'<div><div style="display:flex;gap:8px">{panels}</div>'
        f"<p>drawn: <b>{html.escape(truth)}</b></p>{_table(face)}</div></div>"
        f"<details><summary>This frame in words</summary>{html.escape(words)}</details>"
    )


def _table(face: Labelled) -> str:
    """Return the probabilities as a table with a bar in each row."""
    rows = ""
    for name, share in zip(EXPRESSIONS, face.probabilities, strict=True):
        weight, tone = ("bold", "#222222") if name == face.label else ("normal", "#B3B3B3")
        rows += (
            f'<tr style="font-weight:{weight}"><td style="text-align:right;padding:0 6px">{name}</td>'
            f'<td style="width:200px;padding:0">{_bar(share, tone)}</td>'
            f'<td style="text-align:right;padding:0 6px">{share:.0%}</td></tr>'
        )
    return f'<table style="border-collapse:collapse;font-size:13px">{rows}</table>'


def _bar(share: float, tone: str) -> str:
    return f'<div style="background:{tone};height:12px;width:{share:.1%}"></div>'


def overlay(image: np.ndarray, heat: np.ndarray, side: int = SIDE) -> np.ndarray:
    """Draw a heat map over a face as ``show_overlay`` does, but in a thousandth of a second.

    Parameters
    ----------
    image : ndarray of uint8, shape (48, 48)
    heat : ndarray of float, shape (H, W)
        From 0 to 1.
    side : int
        Height and width of the result, in pixels.

    Returns
    -------
    ndarray of uint8, shape (side, side, 3)
        Brighter: more evidence. Lines, white in black, run around half and four fifths of the highest value.
    """
    square = (side, side)
    face = np.asarray(Image.fromarray(image).resize(square, Image.Resampling.NEAREST), np.float32)[..., None]
    heat = np.asarray(
        Image.fromarray(heat.astype(np.float32)).resize(square, Image.Resampling.BILINEAR)
    ).clip(0, 1)
    colours = colormaps["cividis"](heat)[..., :3].astype(np.float32) * 255
    veil = (0.25 + 0.4 * heat)[..., None]
    picture = np.rint(veil * colours + (1 - veil) * face).astype(np.uint8)
    for level in LEVELS:
        inside = heat >= level
        edge = np.zeros(square, bool)
        edge[1:] |= inside[1:] != inside[:-1]
        edge[:, 1:] |= inside[:, 1:] != inside[:, :-1]
        dark = edge.copy()
        for step, axis in ((1, 0), (-1, 0), (1, 1), (-1, 1)):
            dark |= np.roll(edge, step, axis)
        picture[dark], picture[edge] = 0, 255
    return picture


def _image(picture: np.ndarray, width: int, words: str) -> str:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "jpeg", quality=85)
    data = base64.b64encode(buffer.getvalue()).decode()
    return f'<img width="{width}" src="data:image/jpeg;base64,{data}" alt="{html.escape(words, quote=True)}">'
