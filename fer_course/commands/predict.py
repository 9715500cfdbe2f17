"""The command ``predict``: the expression labels of the faces in pictures."""

import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from fer_course.camera.find import Box, crop_face
from fer_course.camera.label import Labelled, draw_labels, label_crops, label_faces
from fer_course.camera.pictures import read_picture
from fer_course.files import atomic_write
from fer_course.labels import EXPRESSIONS
from fer_course.model.trained import open_network

ENDINGS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
"""Of files that ``--save`` writes."""

NOTICE = (
    "Show it your own face, or that of somebody who has agreed. It guesses which expression label people would give "
    "the picture, not what anybody feels. Nothing is sent anywhere."
)


def add(commands):
    """Add the command to those of the command line."""
    look = commands.add_parser("predict", help="label the faces in pictures")
    look.add_argument("files", nargs="+", type=Path, metavar="FILE", help="pictures of any common format")
    look.add_argument(
        "--weights",
        default="fer2013",
        help="best.safetensors of a run, an .onnx file, or fer2013 (default): the shipped model",
    )
    look.add_argument(
        "--cropped", action="store_true", help="each picture is one face already, cut out as FER-2013's are"
    )
    look.add_argument(
        "--save",
        type=Path,
        metavar="OUT",
        help="the picture with its labels: a new file, or for several pictures a folder",
    )
    look.add_argument("--json", action="store_true", help="print JSON and nothing else")
    look.set_defaults(run=run)


def run(options) -> int:
    """Label the faces of each picture, print them, and keep the marked pictures if asked.

    Returns
    -------
    int
        0; 2 if a file could not be read, after the others were labelled.
    """
    places = _places(options)
    model = open_network(options.weights)
    print(NOTICE, file=sys.stderr)
    found, wrong = [], 0
    for file, place in zip(options.files, places, strict=True):
        try:
            picture = read_picture(file)
        except (ValueError, OSError) as error:
            print(f"fer_course: {error}", file=sys.stderr)
            wrong += 1
            continue
        faces = [_as_one_face(model, picture)] if options.cropped else label_faces(model, picture)
        found.append({"file": str(file), "faces": [_as_json(face) for face in faces]})
        if not options.json:
            print(_lines(file, faces))
        if place:
            _save(draw_labels(picture, faces), place)
            if not options.json:
                print(f"   saved {place}")
    if options.json:
        print(json.dumps(found, indent=1))
    return 2 if wrong else 0


def _places(options) -> list[Path | None]:
    """Return where each marked picture goes, once it is sure that nothing is overwritten."""
    if not options.save:
        return [None] * len(options.files)
    if len(options.files) == 1 and not options.save.is_dir():
        places = [options.save]
        if options.save.suffix.lower() not in ENDINGS:
            raise ValueError(
                f"Expected a name that ends in {', '.join(ENDINGS)} for --save, found {options.save}."
            )
    else:
        if options.save.suffix.lower() in ENDINGS:
            raise ValueError(
                f"Expected a folder for --save, since there are {len(options.files)} pictures, found {options.save}."
            )
        places = [options.save / f"{file.stem}_labelled.png" for file in options.files]
    for i, place in enumerate(places):
        if place.exists() or place in places[:i]:
            raise ValueError(
                f"Expected a new file for --save, found {place}, which is there already; choose another."
            )
    return places


def _as_one_face(model, picture: np.ndarray) -> Labelled:
    """Label a picture that is one face already."""
    height, width = picture.shape[:2]
    whole = Box(0, 0, width, height)
    return label_crops(model, crop_face(picture, whole, 0, shift=0), [whole])[0]


def _as_json(face: Labelled) -> dict:
    shares = dict(zip(EXPRESSIONS, face.probabilities.round(4).tolist(), strict=True))
    return {"box": face.box._asdict(), "label": face.label, "probabilities": shares}


def _lines(file: Path, faces: list[Labelled]) -> str:
    """Return what is printed for one picture."""
    if not faces:
        return (
            f"{file}: no face found. It finds faces that look at the camera, 48 pixels wide or more; a picture that is "
            "one face already takes --cropped."
        )
    lines = [f"{file}: {len(faces)} face{'s' * (len(faces) > 1)}"]
    for face in faces:
        first, second = np.argsort(-face.probabilities, kind="stable")[:2]
        left, top, width, height = face.box
        lines.append(
            f"   {EXPRESSIONS[first]} {face.probabilities[first]:.0%} (next: {EXPRESSIONS[second]} "
            f"{face.probabilities[second]:.0%}), {width}×{height} pixels at {left}, {top}"
        )
    return "\n".join(lines)


def _save(picture: np.ndarray, place: Path):
    with atomic_write(place) as file:
        Image.fromarray(picture).save(file, ENDINGS.get(place.suffix.lower(), "PNG"))
