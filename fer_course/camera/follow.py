"""Follow faces from frame to frame, which is quicker than to search every frame, and tells which face is which.

A search of the whole frame is the slow part, and it misses a face now and then. So it is done when no face is known,
and otherwise once in a while, for those that come in. A face that is known is searched for in its neighbourhood every
few frames; in between it is looked for there by comparing pixels with those of the last search that found it.
"""

from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from fer_course.camera.find import Box, find_faces

EVERY, WHOLE = 5, 30
"""Known faces are searched for in one frame of so many, and the whole frame is searched in one of so many."""

SMALLEST = 80
"""Width of the smallest face in pixels: who sits before a camera is larger, and the search takes half of the time."""

AROUND = 0.35
"""How far around its last place a face is looked for, as a share of its width."""

ALIKE = 0.7
"""Least correlation of pixels at which a place still shows the same face: where moving puppets hardly ever come below,
and other places in a room hardly ever above."""

PATIENCE = 5
"""Searches in a row that may miss a face that is there by its pixels; fewer for one that was found fewer times."""

STEADY = 0.5
"""Share of a newly found box in the box that is kept, so that the square does not jump with each search. Labels become
neither better nor calmer by it, as far as could be measured (research/motion.py)."""

_SIDE = 24
"""Height and width at which faces are compared, in pixels."""


@dataclass(eq=False)
class Track:
    """One face over time.

    Attributes
    ----------
    box : Box
        Where it was seen last.
    number : int
        Of the face: 0 for the first, and never used again.
    pixels : ndarray of uint8, shape (24, 24)
        What it looked like in the last search that found it.
    seen : bool
        Whether it is in the newest frame.
    found, missed : int
        How many searches have found it, and how many in a row have missed it since.
    """

    box: Box
    number: int
    pixels: np.ndarray
    seen: bool = True
    found: int = 1
    missed: int = 0


@dataclass(eq=False)
class Follower:
    """Finds the faces of frame after frame.

    Parameters
    ----------
    every, whole : int
        Search for the known faces in one frame of so many, and the whole frame in one of so many; 1: in each.
    smallest : int
        Width of the smallest face, in pixels.
    steady : float
        Share of a newly found box in the box that is kept, above 0 and up to 1, where it is taken as it is.

    Attributes
    ----------
    searched : {"", "near", "whole"}
        Whether the newest frame was searched, and how far.

    Raises
    ------
    ValueError
        If ``every`` or ``whole`` is below 1, or ``steady`` out of range.
    """

    every: int = EVERY
    whole: int = WHOLE
    smallest: int = SMALLEST
    steady: float = STEADY
    searched: str = field(default="", init=False)
    _tracks: list[Track] = field(default_factory=list, init=False)
    _since: int = field(default=0, init=False)
    _since_whole: int = field(default=0, init=False)
    _next: int = field(default=0, init=False)

    def __post_init__(self):
        if min(self.every, self.whole) < 1:
            raise ValueError(
                f"Expected to search one of 1 frame or more, found {min(self.every, self.whole)}."
            )
        if not 0 < self.steady <= 1:
            raise ValueError(f"Expected a share above 0 and up to 1, found {self.steady}.")

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
        self._since_whole += 1
        for track in self._tracks:
            place = look_near(frame, track.box, track.pixels)
            track.seen = place is not None
            track.box = place or track.box
        # Whoever cannot be followed may have gone elsewhere.
        lost = not self._tracks or not all(track.seen for track in self._tracks)
        self.searched = ""
        if lost or self._since_whole >= self.whole:
            self.searched, self._since_whole = "whole", 0
            self._search(frame, find_faces(frame, smallest=self.smallest))
        elif self._since >= self.every:
            self.searched = "near"
            self._search(frame, [box for track in self._tracks for box in search_near(frame, track.box)])
        return [track for track in self._tracks if track.seen]

    def _search(self, frame: np.ndarray, boxes: list[Box]):
        """Bring the tracks up to date with the boxes that a search has found."""
        self._since = 0
        boxes = list(dict.fromkeys(boxes))
        for track in self._tracks:
            nearest = min(
                (box for box in boxes if same_face(track.box, box)),
                key=lambda box, old=track.box: apart(old, box),
                default=None,
            )
            if nearest:
                boxes.remove(nearest)
                track.box = _mixed(track.box, nearest, self.steady)
                track.pixels, track.seen = _pixels(frame, track.box), True
                track.found, track.missed = track.found + 1, 0
            else:
                track.missed += 1
        # A search nearby is to find again, not to discover: two of them may see one face a little differently.
        if self.searched == "near":
            boxes = []
        found = [track.box for track in self._tracks if not track.missed] + boxes
        self._tracks = [track for track in self._tracks if _stays(track, found)]
        for box in boxes:
            self._tracks.append(Track(box, self._next, _pixels(frame, box)))
            self._next += 1


def _mixed(old: Box, new: Box, share: float) -> Box:
    return Box(*(round((1 - share) * before + share * after) for before, after in zip(old, new, strict=True)))


def _stays(track: Track, found: list[Box]) -> bool:
    """Return whether a track outlives a search that found these boxes."""
    if not track.missed:
        return True
    # What was found once by mistake must not stay, nor the same face twice.
    return track.missed <= min(PATIENCE, track.found - 1) and all(
        apart(box, track.box) >= 0.5 for box in found
    )


def search_near(frame: np.ndarray, box: Box) -> list[Box]:
    """Search the neighbourhood of a face, for faces of about its size.

    Parameters
    ----------
    frame : ndarray of uint8, shape (H, W)
    box : Box
        Where it was.

    Returns
    -------
    list of Box
    """
    reach = round(AROUND * box.width)
    left, top = max(0, box.left - reach), max(0, box.top - reach)
    part = frame[top : box.top + box.height + reach, left : box.left + box.width + reach]
    return [
        one._replace(left=one.left + left, top=one.top + top)
        for one in find_faces(part, smallest=max(24, round(0.75 * box.width)))
    ]


def look_near(frame: np.ndarray, box: Box, pixels: np.ndarray) -> Box | None:
    """Return where a face is now that was in a box a moment ago, or None.

    Parameters
    ----------
    frame : ndarray of uint8, shape (H, W)
    box : Box
    pixels : ndarray of uint8, shape (24, 24)
        What it looked like.

    Returns
    -------
    Box or None
        Of the same size, where the frame's pixels correlate with these most; None if they do so less than ``ALIKE``.

    Notes
    -----
    Normalised cross-correlation (Lewis, Vision Interface 1995), which changes of brightness and contrast do not move.
    """
    # Here, because find_faces has told by then how to install it.
    from skimage.feature import match_template

    step = box.width / _SIDE
    reach = round(AROUND * _SIDE)
    window = _pixels(frame, box, reach)
    alike = match_template(window.astype(np.float32), pixels.astype(np.float32))
    row, column = np.unravel_index(np.argmax(alike), alike.shape)
    if not alike[row, column] >= ALIKE:
        return None
    down = row + _between(alike[:, column], row) - reach
    across = column + _between(alike[row], column) - reach
    return box._replace(left=round(box.left + step * across), top=round(box.top + step * down))


def _pixels(frame: np.ndarray, box: Box, reach: int = 0) -> np.ndarray:
    """Return what is in a box, and ``reach`` pixels more on each side, at the size at which faces are compared."""
    step = box.width / _SIDE
    pad = round(reach * step)
    rows = np.arange(box.top - pad, box.top + box.height + pad).clip(0, frame.shape[0] - 1)
    columns = np.arange(box.left - pad, box.left + box.width + pad).clip(0, frame.shape[1] - 1)
    part = Image.fromarray(frame[rows[:, None], columns])
    return np.asarray(part.resize((_SIDE + 2 * reach,) * 2, Image.Resampling.BOX))


def _between(values: np.ndarray, k: int) -> float:
    """Return how far the top of a parabola through three values lies from the middle one."""
    if not 0 < k < len(values) - 1:
        return 0.0
    before, here, after = (float(value) for value in values[k - 1 : k + 2])
    bend = before - 2 * here + after
    return 0.5 * (before - after) / bend if bend < 0 else 0.0


def apart(one: Box, other: Box) -> float:
    """Return the distance of two boxes' centres, as a share of the first one's width."""
    across = one.left + one.width / 2 - other.left - other.width / 2
    down = one.top + one.height / 2 - other.top - other.height / 2
    return float(np.hypot(across, down)) / one.width


def same_face(one: Box, other: Box) -> bool:
    """Return whether two boxes, of this frame and an earlier one, may hold the same face."""
    return apart(one, other) < 0.5 and 0.6 < other.width / one.width < 1.7
