"""Faces put into a picture as a camera would take it: a drawn room, and where in it each face is."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

HEIGHT, WIDTH = 480, 640
"""Of a scene, in pixels: what a webcam gives unless it is asked for more."""

SEAM = 0.06
"""Share of a face's side over which its own background becomes that of the room."""

TRIES = 1000
"""Random places that are tried for a face before the scene is called too small."""


def draw_room(seed: int = 0, *, height: int = HEIGHT, width: int = WIDTH) -> np.ndarray:
    """Draw a room without anybody in it: a wall, and things of random tones before it.

    Parameters
    ----------
    seed : int
        The same seed gives the same room.
    height, width : int
        In pixels.

    Returns
    -------
    ndarray of uint8, shape (height, width)

    Raises
    ------
    ValueError
        If a size is below one pixel, or the seed negative.
    """
    if height < 1 or width < 1:
        raise ValueError(f"Expected a room of at least one pixel, found {height}×{width}.")
    if seed < 0:
        raise ValueError(f"Expected a seed of 0 or more, found {seed}.")
    rng = np.random.default_rng([20130, seed])
    wall = np.broadcast_to(np.linspace(*rng.uniform(60, 210, 2), width), (height, width))
    room = Image.fromarray(np.rint(wall).astype(np.uint8))
    pen = ImageDraw.Draw(room)
    for _ in range(int(rng.integers(4, 12))):
        x, y = rng.uniform(-0.1, 1, 2) * [width, height]
        w, h = rng.uniform(0.05, 0.45, 2) * [width, height]
        draw = pen.ellipse if rng.random() < 0.3 else pen.rectangle
        draw((x, y, x + w, y + h), fill=int(rng.integers(15, 240)))
    return np.asarray(room.filter(ImageFilter.GaussianBlur(1.5)))


def paste_face(picture: np.ndarray, face: np.ndarray, left: int, top: int) -> np.ndarray:
    """Return a picture with a face pasted in; the face's outermost pixels fade into the picture.

    Parameters
    ----------
    picture : ndarray of uint8, shape (H, W)
        It is left as it was.
    face : ndarray of uint8, shape (S, S)
    left, top : int
        Where the face's corner goes, in pixels of the picture. What lies outside is cut off.

    Returns
    -------
    ndarray of uint8, shape (H, W)

    Raises
    ------
    ValueError
        If one of the two is not as above.
    """
    for name, pixels in (("a picture", picture), ("a face", face)):
        if getattr(pixels, "dtype", None) != np.uint8 or pixels.ndim != 2:
            raise ValueError(
                f"Expected {name} in grey, uint8 of two dimensions, found "
                f"{getattr(pixels, 'dtype', type(pixels).__name__)} of shape {np.shape(pixels)}."
            )
    height, width = picture.shape
    high, wide = face.shape
    rows = slice(max(0, top), max(0, min(height, top + high)))
    columns = slice(max(0, left), max(0, min(width, left + wide)))
    inside = (
        slice(rows.start - top, rows.stop - top),
        slice(columns.start - left, columns.stop - left),
    )
    share = np.minimum(_fade(high)[:, None], _fade(wide))[inside]
    scene = picture.copy()
    mixed = share * face[inside] + (1 - share) * picture[rows, columns]
    scene[rows, columns] = np.rint(mixed).astype(np.uint8)
    return scene


def draw_scene(
    faces, seed: int = 0, *, height: int = HEIGHT, width: int = WIDTH
) -> tuple[np.ndarray, np.ndarray]:
    """Draw a room with some faces in it, at random places, none over another.

    Parameters
    ----------
    faces : sequence of ndarray of uint8, shape (S, S)
        Of any sizes, such as ``draw_large_puppets`` draws.
    seed : int
        Of the room and the places.
    height, width : int
        Of the scene, in pixels.

    Returns
    -------
    scene : ndarray of uint8, shape (height, width)
    places : ndarray of int64, shape (N, 4)
        Left, top, width and height of each face's square, in pixels.

    Raises
    ------
    ValueError
        If the faces do not fit, or as ``draw_room`` and ``paste_face``.
    """
    scene = draw_room(seed, height=height, width=width)
    rng = np.random.default_rng([20131, seed])
    places = np.zeros((len(faces), 4), np.int64)
    for i, face in enumerate(faces):
        high, wide = face.shape
        for _ in range(TRIES if high <= height and wide <= width else 0):
            left, top = int(rng.integers(width - wide + 1)), int(rng.integers(height - high + 1))
            x, y, w, h = places[:i].T
            if not ((left < x + w) & (x < left + wide) & (top < y + h) & (y < top + high)).any():
                break
        else:
            raise ValueError(
                f"Expected faces that fit into {width}×{height} pixels beside each other, found no place for number "
                f"{i + 1} of {len(faces)}, {wide}×{high}; draw them smaller, or fewer."
            )
        scene = paste_face(scene, face, left, top)
        places[i] = left, top, wide, high
    return scene, places


def _fade(side: int) -> np.ndarray:
    """Return how much of a face shows from one end to the other: from near 0 to 1 and back."""
    middle = np.arange(side) + 0.5
    return np.minimum(1, np.minimum(middle, side - middle) / max(1, SEAM * side))
