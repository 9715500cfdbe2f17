"""Follow faces from frame to frame, which is quicker than to search every frame, and tells which face is which.

A search of the whole frame is the slow part. So it is repeated every few frames only; in between, each face is searched
for around the place where it was.
"""

from dataclasses import dataclass, field

import numpy as np

from fer_course.camera.find import Box, find_faces

EVERY = 5
"""The whole frame is searched in one frame of so many. In the others, around the faces of the frame before."""

AROUND = 0.35
"""How far around a face it is searched for in the next frame, as a share of its width."""

PATIENCE = 5
"""Searches of the whole frame that a face may be missed by and still be the same one when it comes back."""


@dataclass(eq=False)
class Track:
    """One face over time.

    Attributes
    ----------
    box : Box
        Where it was seen last.
    number : int
        Of the face: 0 for the first, and never used again.
    missed : int
        How many searches have missed it since; 0: it is in the newest frame.
    """

    box: Box
    number: int
    missed: int = 0


@dataclass(eq=False)
class Follower:
    """Finds the faces of frame after frame.

    Parameters
    ----------
    every : int
        Search the whole frame in one of so many; 1: always.
    smallest : int
        Width of the smallest face, in pixels.

    Attributes
    ----------
    searched : bool
        Whether the whole of the newest frame was searched.

    Raises
    ------
    ValueError
        If ``every`` is below 1.
    """

    every: int = EVERY
    smallest: int = 48
    searched: bool = field(default=False, init=False)
    _tracks: list[Track] = field(default_factory=list, init=False)
    _since: int = field(default=0, init=False)
    _next: int = field(default=0, init=False)

    def __post_init__(self):
        if self.every < 1:
            raise ValueError(f"Expected to search one of 1 frame or more, found {self.every}.")

    def follow(self, frame: np.ndarray) -> list[Track]:
        """Return the faces of the next frame.

        Parameters
        ----------
        frame : ndarray of uint8, shape (H, W)
            Grey.

        Returns
        -------
        list of Track
            Those that are in this frame, those known for longest first.
        """
        self._since += 1
        near = None
        if self._tracks and self._since < self.every:
            near = [search_near(frame, track.box, self.smallest) for track in self._tracks]
        # Two tracks at one place: a face has gone behind another, or out of sight.
        self.searched = near is None or None in near or len(set(near)) < len(near)
        if self.searched:
            self._search(frame)
        else:
            for track, box in zip(self._tracks, near, strict=True):
                track.box = box
        return [track for track in self._tracks if not track.missed]

    def _search(self, frame: np.ndarray):
        self._since = 0
        boxes = find_faces(frame, smallest=self.smallest)
        for track in self._tracks:
            track.missed += 1
            nearest = min(
                (box for box in boxes if same_face(track.box, box)),
                key=lambda box, old=track.box: apart(old, box),
                default=None,
            )
            if nearest:
                track.box, track.missed = nearest, 0
                boxes.remove(nearest)
        self._tracks = [track for track in self._tracks if track.missed <= PATIENCE]
        for box in boxes:
            self._tracks.append(Track(box, self._next))
            self._next += 1


def search_near(frame: np.ndarray, box: Box, smallest: int = 48) -> Box | None:
    """Return where a face is now that was in a box a moment ago, or None.

    Parameters
    ----------
    frame : ndarray of uint8, shape (H, W)
    box : Box
    smallest : int
        Width of the smallest face, in pixels.
    """
    reach = round(AROUND * box.width)
    left, top = max(0, box.left - reach), max(0, box.top - reach)
    part = frame[top : box.top + box.height + reach, left : box.left + box.width + reach]
    # From one frame to the next a face comes nearer by a little only: much smaller ones are not asked for.
    found = find_faces(part, smallest=max(smallest, round(0.75 * box.width)))
    moved = [one._replace(left=one.left + left, top=one.top + top) for one in found]
    return min((one for one in moved if same_face(box, one)), key=lambda one: apart(box, one), default=None)


def apart(one: Box, other: Box) -> float:
    """Return the distance of two boxes' centres, as a share of the first one's width."""
    across = one.left + one.width / 2 - other.left - other.width / 2
    down = one.top + one.height / 2 - other.top - other.height / 2
    return float(np.hypot(across, down)) / one.width


def same_face(one: Box, other: Box) -> bool:
    """Return whether two boxes, of this frame and an earlier one, may hold the same face."""
    return apart(one, other) < 0.5 and 0.6 < other.width / one.width < 1.7
