"""Faces before a camera, one in each room: who is found, and how well the found face is framed."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from PIL import Image
from skimage import data
from skimage.feature import Cascade

from fer_course.camera.find import Box, crop_face, find_faces
from fer_course.evaluation.intervals import wilson_interval
from fer_course.evaluation.predict import predict
from fer_course.faces import Faces
from fer_course.puppets.draw import draw_large_puppets, draw_puppets
from fer_course.puppets.scene import draw_scene

SIZE_IN_ROOM = 160
"""Height and width of a puppet's picture in a room of 640×480 pixels."""

MARGINS = (-0.2, -0.1, 0.0, 0.05, 0.1, 0.2, 0.3, 0.4)
"""Of crops that are compared, as a share of the box."""


@dataclass(frozen=True, eq=False)
class Search:
    """Rooms with one puppet each, and what a search of them found.

    Attributes
    ----------
    faces : Faces
        Those in the rooms, as FER-2013 frames them, with their truth.
    rooms : ndarray of uint8, shape (N, 480, 640)
    places : ndarray of int64, shape (N, 4)
        Left, top, width and height of each face's picture.
    boxes : list of Box or None
        The box that holds the face; None if it was not found.
    false : int
        Boxes that hold no face, in all rooms together.
    """

    faces: Faces
    rooms: np.ndarray
    places: np.ndarray
    boxes: list
    false: int

    @property
    def found(self) -> np.ndarray:
        """Whether each face was found, bool of shape (N,)."""
        return np.array([box is not None for box in self.boxes])

    def crops(self, margin: float) -> np.ndarray:
        """Return the found faces cut out with a margin, uint8 of shape (M, 48, 48), in the order of ``faces``."""
        each = [crop_face(room, box, margin) for room, box in zip(self.rooms, self.boxes, strict=True) if box]
        return np.stack(each) if each else np.zeros((0, 48, 48), np.uint8)


def as_it_ships(picture: np.ndarray) -> list[Box]:
    """Find faces with scikit-image's cascade as its documentation shows it, without what ``find_faces`` adds.

    Parameters
    ----------
    picture : ndarray of uint8, shape (H, W)

    Returns
    -------
    list of Box
        The largest first.
    """
    cascade = Cascade(data.lbp_frontal_face_cascade_filename())
    found = cascade.detect_multi_scale(
        picture, scale_factor=1.2, step_ratio=1, min_size=(60, 60), max_size=(200, 200)
    )
    boxes = [Box(one["c"], one["r"], one["width"], one["height"]) for one in found]
    return sorted(boxes, key=lambda box: (-box.width, box.top, box.left))


def search_rooms(
    n: int = 200,
    seed: int = 0,
    *,
    faces: Faces | None = None,
    size: int = SIZE_IN_ROOM,
    find=find_faces,
    **dials,
) -> Search:
    """Draw puppets, put each into a room, and look for it.

    Parameters
    ----------
    n : int
    seed : int
        Of the puppets and the rooms.
    faces : Faces, optional
        Photographs to put into rooms in the place of puppets: the first ``n``. They are enlarged.
    size : int
        Height and width of a face's picture, in pixels, up to 192.
    find : callable
        Takes a picture and returns boxes: ``find_faces`` or ``as_it_ships``.
    **dials
        As for ``draw_puppets``: ``low_light``, ``blur``, ``occlusion``, ``pose``, ``who``. Every expression comes
        equally often.

    Returns
    -------
    Search
    """
    if faces is None:
        faces = draw_puppets(n, 40_000 + seed, shares=[1] * 7, label_noise=0, **dials)
        large = draw_large_puppets(n, 40_000 + seed, size=size, shares=[1] * 7, **dials)
    else:
        faces = faces[:n]
        large = [
            np.asarray(Image.fromarray(image).resize((size, size), Image.Resampling.BICUBIC))
            for image in faces.images
        ]
    rooms, places, boxes, false = [], [], [], 0
    for i, picture in enumerate(large):
        room, (place,) = draw_scene([picture], 1000 * seed + i)
        found = find(room)
        own = [box for box in found if holds(box, place)]
        false += len(found) - len(own)
        rooms.append(room)
        places.append(place)
        boxes.append(own[0] if own else None)
    return Search(faces, np.stack(rooms), np.stack(places), boxes, false)


def holds(box: Box, place) -> bool:
    """Return whether a box holds the face of a picture that lies at a place: its middle is in the middle of it.

    A box of brows to chin is about 0.7 of a puppet's picture; one of less than a third of it holds an eye.
    """
    left, top, width, height = place
    x, y = box.left + box.width / 2 - left, box.top + box.height / 2 - top
    inside = width / 4 <= x <= 3 * width / 4 and height / 4 <= y <= 7 * height / 8
    return bool(inside and width / 3 <= box.width <= 1.3 * width)


def accuracy_by_margin(model, search: Search, margins=MARGINS) -> pd.DataFrame:
    """Return the share of the found faces that is named right, by the margin of the crop.

    Parameters
    ----------
    model : nn.Module or OnnxNetwork
    search : Search
    margins : sequence of float

    Returns
    -------
    DataFrame
        Index: margins; columns value, low, high (95 %), from 0 to 1.
    """
    faces = search.faces
    truth = (faces.clean_labels if faces.is_puppets else faces.labels)[search.found]
    rows = {margin: (predict(model, search.crops(margin)).argmax(1) == truth).sum() for margin in margins}
    return pd.DataFrame(
        {margin: [right / len(truth), *wilson_interval(right, len(truth))] for margin, right in rows.items()},
        index=["value", "low", "high"],
    ).T


def who_is_found(search: Search) -> pd.DataFrame:
    """Return the share of puppets that is found, by what makes them hard to find.

    Parameters
    ----------
    search : Search
        Of puppets: of photographs nobody knows it.

    Returns
    -------
    DataFrame
        Index: (what, how), such as ("light", "dim"); columns value, low, high (95 %), from 0 to 1, and n.
    """
    people, scenes = search.faces.people, search.faces.scenes
    turn, dim, dark = abs(np.degrees(scenes["yaw"])), scenes["dark"] > 0, people["skin"] < 125
    hidden = scenes["occlusion"]
    groups = {
        ("turned", "under 10°"): turn < 10,
        ("turned", "10° or more"): turn >= 10,
        ("hidden", "nothing"): hidden == "none",
        ("hidden", "something"): hidden != "none",
        ("light and skin", "good light, lighter"): ~dim & ~dark,
        ("light and skin", "good light, darker"): ~dim & dark,
        ("light and skin", "dim light, lighter"): dim & ~dark,
        ("light and skin", "dim light, darker"): dim & dark,
    }
    rows = {}
    for name, members in groups.items():
        n, right = int(members.sum()), int(search.found[members].sum())
        rows[name] = [right / n if n else np.nan, *wilson_interval(right, n), n]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["value", "low", "high", "n"])
    table.index = pd.MultiIndex.from_tuples(table.index, names=["what", "how"])
    return table
