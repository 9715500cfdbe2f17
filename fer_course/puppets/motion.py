"""Puppets that move: an expression that comes and goes before a camera, with the truth of every frame.

An expression has an onset, an apex and an offset (Ekman, Friesen and Hager 2002, the FACS manual). Meanwhile the head
sways and the eyes blink, which are no expressions, and every frame has its own noise, as a camera's have.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from fer_course.labels import EXPRESSIONS
from fer_course.puppets.canvas import CANVAS, Sketch
from fer_course.puppets.draw import _check_dials
from fer_course.puppets.features import draw
from fer_course.puppets.head import outline_of
from fer_course.puppets.people import Identity, Scene, changed, sample_scene
from fer_course.puppets.scene import HEIGHT, WIDTH, draw_room, paste_face
from fer_course.puppets.units import sample_units

FPS = 15
"""Frames a second that the motions are meant for: 24 frames take 1.6 seconds."""

SHORTEST = 8
"""Frames of the shortest expression: fewer have no room for onset, apex and offset."""

APEX = 0.9
"""Intensity from which a frame belongs to the apex."""

_SEED = 20132
_NEUTRAL = EXPRESSIONS.index("neutral")


@dataclass(frozen=True, eq=False)
class Motion:
    """Frames of a moving puppet, and what is true of each.

    Attributes
    ----------
    frames : ndarray of uint8, shape (T, 480, 640)
        Grey values.
    labels : ndarray of int64, shape (T,)
        The expression where its intensity is at least 0.5, otherwise neutral.
    intensity : ndarray of float32, shape (T,)
        0: the face at rest. 1: the apex.
    boxes : ndarray of int64, shape (T, 4)
        Left, top, width and height of the face in pixels, from hairline to chin and from side to side of the head.
    expressions : tuple of str
        Those that come and go, in order.
    starts : ndarray of int64, shape (len(expressions),)
        The first frame of each.
    """

    frames: np.ndarray
    labels: np.ndarray
    intensity: np.ndarray
    boxes: np.ndarray
    expressions: tuple[str, ...]
    starts: np.ndarray

    def __len__(self) -> int:
        return len(self.frames)

    def __repr__(self) -> str:
        return f"Motion: {', '.join(self.expressions)} in {len(self)} frames"

    @property
    def apex(self) -> np.ndarray:
        """Whether each frame shows its expression at the apex, bool of shape (T,)."""
        return self.intensity >= APEX


def draw_motion(
    expression: str | Sequence[str],
    frames: int = 24,
    *,
    seed: int = 0,
    low_light: float = 0.0,
    blur: float = 0.0,
    occlusion: float = 0.0,
    pose: float = 0.2,
    sway: float = 1.0,
    blinks: bool = True,
    who: Mapping | None = None,
) -> Motion:
    """Draw a puppet whose expression comes and goes, in a room of 640×480 pixels.

    Parameters
    ----------
    expression : str or sequence of str
        One of ``EXPRESSIONS``. Of several, one comes after the other on the same face, which is at rest in between.
    frames : int
        Of each expression, 8 or more; 16 to 30 look natural at ``FPS``.
    seed : int
        Who it is, where, and how it moves. The same seed gives the same frames.
    low_light, blur, occlusion, pose : float
        0 to 1, as for ``draw_puppets``: the first three are the chance that this puppet is concerned.
    sway : float
        How far the head moves, 0 not at all, 1 by a few degrees and pixels.
    blinks : bool
        Whether the eyes close for a moment once in a while.
    who : mapping of str to value, optional
        As for ``draw_puppets``, such as ``{"glasses": True}``.

    Returns
    -------
    Motion

    Raises
    ------
    ValueError
        If an expression is not one of the seven, or a number is out of range.
    """
    expressions = (expression,) if isinstance(expression, str) else tuple(expression)
    wrong = [name for name in expressions if name not in EXPRESSIONS]
    if wrong or not expressions:
        raise ValueError(
            f"Expected expressions among {', '.join(EXPRESSIONS)}, found {wrong[0] if wrong else 'none'!r}."
        )
    if frames < SHORTEST:
        raise ValueError(f"Expected {SHORTEST} frames or more for an expression, found {frames}.")
    if seed < 0:
        raise ValueError(f"Expected a seed of 0 or more, found {seed}.")
    dials = {"low_light": low_light, "blur": blur, "occlusion": occlusion, "pose": pose}
    _check_dials(dials | {"sway": sway})
    rng = np.random.default_rng([_SEED, seed])
    identity = changed(Identity.sample(rng), who or {})
    scene = sample_scene(rng, **dials)
    rest = sample_units("neutral", rng)
    # Far enough from the edges for the way that the head and its square go.
    place = np.array([rng.integers(40, WIDTH - CANVAS - 40), rng.integers(30, HEIGHT - CANVAS - 30)])
    room = draw_room(seed)
    total = frames * len(expressions)
    drift = np.rint(20 * sway * _waves(total, 2, rng)).astype(int)
    turns = sway * _waves(total, 4, rng)
    # Drawn in any case, so that the dial changes nothing else.
    shut = blinks * _blinks(total, rng)
    grain = rng.integers(1 << 31, size=total)

    curves, apexes = [], []
    for name in expressions:
        apexes.append(sample_units(name, rng))
        curve = _come_and_go(frames, rng)
        curves.append(np.zeros(frames) if name == "neutral" else curve)
    intensity = np.concatenate(curves)
    pictures, boxes = np.empty((total, HEIGHT, WIDTH), np.uint8), np.empty((total, 4), np.int64)
    for t in range(total):
        left, right = (
            _between(calm, full, intensity[t]) for calm, full in zip(rest, apexes[t // frames], strict=True)
        )
        one = _moved(scene, turns[t], int(grain[t]))
        seen = replace(identity, eye_height=identity.eye_height * (1 - 0.9 * shut[t]))
        face, _ = draw(left, right, seen, one, CANVAS)
        corner = place + drift[t]
        pictures[t] = paste_face(room, face, *corner.tolist())
        boxes[t] = _face_box(seen, one, left, right)
        boxes[t, :2] += corner
    kinds = np.repeat([EXPRESSIONS.index(name) for name in expressions], frames)
    return Motion(
        frames=pictures,
        labels=np.where(intensity >= 0.5, kinds, _NEUTRAL),
        intensity=intensity.astype(np.float32),
        boxes=boxes,
        expressions=expressions,
        starts=np.arange(len(expressions)) * frames,
    )


def _come_and_go(frames: int, rng) -> np.ndarray:
    """Return intensities from 0 to 1 and back, with rest at both ends: the apex takes about a third of the time."""
    begin, onset, hold, offset = rng.uniform([0.10, 0.12, 0.30, 0.12], [0.18, 0.22, 0.38, 0.20])
    time = (np.arange(frames) + 0.5) / frames
    return _ramp((time - begin) / onset) * (1 - _ramp((time - begin - onset - hold) / offset))


def _ramp(x: np.ndarray) -> np.ndarray:
    """Return 0 before 0, 1 after 1, and a smooth way between them."""
    x = np.clip(x, 0, 1)
    return x * x * (3 - 2 * x)


def _waves(frames: int, n: int, rng) -> np.ndarray:
    """Return n slow waves between -1 and 1, shape (frames, n)."""
    time = np.arange(frames)[:, None] / FPS
    fast, late = rng.uniform(0.2, 0.45, (2, n)), rng.uniform(0, 2 * np.pi, (2, n))
    # Two waves of different pace, so that the head does not swing as a clock does.
    return (0.65 * np.sin(2 * np.pi * fast[0] * time + late[0])) + 0.35 * np.sin(
        2 * np.pi * 2.3 * fast[1] * time + late[1]
    )


def _blinks(frames: int, rng) -> np.ndarray:
    """Return how far the eyes are shut in each frame, 0 to 1: a blink of three frames every two to five seconds."""
    shut = np.zeros(frames + 3)
    at = int(rng.integers(FPS))
    while at < frames:
        shut[at : at + 3] = (0.7, 1.0, 0.5)
        at += int(rng.integers(2 * FPS, 5 * FPS))
    return shut[:frames]


def _between(calm: dict, full: dict, share: float) -> dict:
    """Return action units on the way from one face to another."""
    return {unit: float((1 - share) * calm[unit] + share * full[unit]) for unit in calm}


def _moved(scene: Scene, turn: np.ndarray, grain: int) -> Scene:
    """Return a scene with the head turned a little, and noise of its own."""
    return replace(
        scene,
        yaw=scene.yaw + 0.10 * turn[0],
        pitch=scene.pitch + 0.05 * turn[1],
        roll=scene.roll + 0.04 * turn[2],
        zoom=scene.zoom * (1 + 0.03 * turn[3]),
        grain=grain,
    )


def _face_box(who: Identity, scene: Scene, left: dict, right: dict) -> np.ndarray:
    """Return left, top, width and height of the face on the canvas, in pixels."""
    drop = 0.15 * (left[26] + right[26]) / 2
    outline = outline_of(who, drop)
    sketch = Sketch()
    # Above it is hair, which no finder of faces and no crop of FER-2013 counts as face.
    sketch.add("crisp", outline[outline[:, 1] > -0.62], 0)
    points, _ = sketch.project(scene, -0.02)
    low, high = np.rint(points.min(0)).astype(int), np.rint(points.max(0)).astype(int)
    return np.array([*low, *(high - low)])
