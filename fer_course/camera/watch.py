"""Watch a video: find the faces of every frame, label them, smooth the labels, and draw them."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fer_course.camera.find import crop_face
from fer_course.camera.follow import Follower
from fer_course.camera.label import Labelled, draw_labels
from fer_course.camera.pictures import grey
from fer_course.camera.smooth import Exponential
from fer_course.evaluation.predict import predict, softmax
from fer_course.labels import EXPRESSIONS

STEPS = ("read", "find", "crop", "predict", "smooth", "draw")
"""What is done with a frame, in order."""


@dataclass(frozen=True, eq=False)
class Seen:
    """What was seen in one frame.

    Attributes
    ----------
    picture : ndarray of uint8, shape (H, W, 3)
        The frame with its faces marked; the frame itself if nothing was to be drawn.
    faces : list of Labelled
        Those found in this frame, with smoothed probabilities.
    milliseconds : dict of str to float
        For each of ``STEPS``.
    searched : {"", "near", "whole"}
        Whether it was searched, and how far.
    """

    picture: np.ndarray
    faces: list[Labelled]
    milliseconds: dict[str, float]
    searched: str


class Watcher:
    """Looks at frames one after the other, and remembers the faces.

    Parameters
    ----------
    model : nn.Module or OnnxNetwork
    smoother : callable
        Returns a new ``Exponential`` or ``Majority`` for each face.
    draw : bool
        Whether to mark the faces.
    **options
        Of ``Follower``.

    Raises
    ------
    ValueError
        As ``Follower``.
    """

    def __init__(self, model, *, smoother=Exponential, draw: bool = True, **options):
        self.model, self.smoother, self.draw = model, smoother, draw
        self._follower, self._smoothers = Follower(**options), {}

    def look(self, frame: np.ndarray, *, read: float = 0.0) -> Seen:
        """Find, label, smooth and draw.

        Parameters
        ----------
        frame : ndarray of uint8, shape (H, W) or (H, W, 3)
        read : float
            Milliseconds that it took to get the frame.

        Returns
        -------
        Seen
        """
        took = dict.fromkeys(STEPS, 0.0) | {"read": read}
        with _timed(took, "find"):
            light = grey(frame)
            tracks = self._follower.follow(light)
        with _timed(took, "crop"):
            crops = [crop_face(light, track.box) for track in tracks]
        with _timed(took, "predict"):
            found = softmax(predict(self.model, np.stack(crops))) if crops else []
        faces = []
        with _timed(took, "smooth"):
            for track, one in zip(tracks, found, strict=True):
                smoother = self._smoothers.setdefault(track.number, self.smoother())
                smooth = smoother.update(one)
                faces.append(Labelled(track.box, smooth, EXPRESSIONS[int(smooth.argmax())]))
        picture = frame
        with _timed(took, "draw"):
            if self.draw:
                picture = draw_labels(frame, faces)
        return Seen(picture, faces, took, self._follower.searched)


def watch(frames: Iterable[np.ndarray], model, **options) -> Iterator[Seen]:
    """Look at every frame of a video or a camera.

    Parameters
    ----------
    frames : iterable of ndarray of uint8, shape (H, W) or (H, W, 3)
        Such as ``video.Frames`` or ``Motion.frames``.
    model : nn.Module or OnnxNetwork
    **options
        Of ``Watcher``.

    Yields
    ------
    Seen
        With the time that it took to get the frame.
    """
    watcher, source = Watcher(model, **options), iter(frames)
    while True:
        start = time.perf_counter()
        frame = next(source, None)
        if frame is None:
            return
        yield watcher.look(frame, read=1e3 * (time.perf_counter() - start))


def breakdown(seen: Iterable[Seen]) -> pd.DataFrame:
    """Return where the milliseconds of a frame go.

    Parameters
    ----------
    seen : iterable of Seen

    Returns
    -------
    DataFrame
        One row for each of ``STEPS`` and ``"all"``; columns ``median`` and ``p95``, in milliseconds a frame, and
        ``share`` of the mean time.

    Raises
    ------
    ValueError
        If there is no frame.
    """
    table = pd.DataFrame([one.milliseconds for one in seen], columns=list(STEPS))
    if table.empty:
        raise ValueError("Expected at least one frame that was looked at, found none.")
    table["all"] = table.sum(axis=1)
    columns = {
        "median": table.median(),
        "p95": table.quantile(0.95),
        "share": table.mean() / table["all"].mean(),
    }
    return pd.DataFrame(columns).rename_axis("step")


@contextmanager
def _timed(took: dict, step: str):
    start = time.perf_counter()
    yield
    took[step] += 1e3 * (time.perf_counter() - start)
