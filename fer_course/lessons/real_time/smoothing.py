"""What smoothing over time gains and costs, measured on puppets that move."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from fer_course.camera.find import crop_face
from fer_course.camera.follow import Follower
from fer_course.camera.smooth import Exponential, Majority, flips, smooth
from fer_course.evaluation.intervals import mean_interval
from fer_course.evaluation.predict import predict, softmax
from fer_course.labels import EXPRESSIONS
from fer_course.puppets.motion import FPS, Motion, draw_motion

NO_SMOOTHING = "none"
"""What the other ways are compared with."""

WAYS = {
    NO_SMOOTHING: lambda: Exponential(1),
    **{
        f"exponential {weight:g}": lambda weight=weight: Exponential(weight)
        for weight in (0.7, 0.5, 0.35, 0.25, 0.15)
    },
    **{f"majority {window}": lambda window=window: Majority(window) for window in (3, 5, 9, 15)},
}
"""Ways to smooth; each makes a new smoother."""

MEASURED = ("accuracy", "flips", "delay")
"""Columns of the table, each with an interval, and with what it differs by from no smoothing."""

HARD = {"low_light": 0.2, "blur": 0.3, "occlusion": 0.12, "pose": 0.35}
"""Dials of ``draw_motion`` at which pictures are as hard as those that the network has learned from."""


def draw_clips(n: int, *, expressions: int = 3, frames: int = 24, seed: int = 0, **dials) -> list[Motion]:
    """Draw clips of moving puppets, each with some of the six expressions in a random order.

    Parameters
    ----------
    n : int
    expressions : int
        In each clip, 1 to 6.
    frames : int
        Of each expression.
    seed : int
        Clip ``i`` depends on ``seed`` and ``i`` only.
    **dials : float
        Of ``draw_motion``.
    """
    clips = []
    for i in range(n):
        order = np.random.default_rng([20133, seed, i]).permutation(len(EXPRESSIONS) - 1)
        names = [EXPRESSIONS[k] for k in order[:expressions]]
        clips.append(draw_motion(names, frames, seed=1000 * seed + i, **dials))
    return clips


def is_found(box, truth) -> bool:
    """Return whether a found box is the face in a true one: its centre lies inside, and it is half to twice as wide."""
    x, y = box[0] + box[2] / 2, box[1] + box[3] / 2
    left, top, width, height = truth
    return bool(left <= x <= left + width and top <= y <= top + height and 0.5 <= box[2] / width <= 2)


def look_at(model, motion: Motion, **options) -> tuple[np.ndarray, np.ndarray]:
    """Find the puppet in every frame of a motion, and predict its label.

    Parameters
    ----------
    model : nn.Module or OnnxNetwork
    motion : Motion
    **options
        Of ``Follower``.

    Returns
    -------
    probabilities : ndarray of float64, shape (T, 7)
        Of each frame by itself; NaN where the puppet was not found.
    found : ndarray of bool, shape (T,)
    """
    follower, crops, found = Follower(**options), [], np.zeros(len(motion), bool)
    for t, frame in enumerate(motion.frames):
        boxes = [track.box for track in follower.follow(frame) if is_found(track.box, motion.boxes[t])]
        if boxes:
            found[t] = True
            crops.append(crop_face(frame, boxes[0]))
    probabilities = np.full((len(motion), len(EXPRESSIONS)), np.nan)
    if crops:
        probabilities[found] = softmax(predict(model, np.stack(crops)))
    return probabilities, found


def delays(motion: Motion, shown: np.ndarray) -> np.ndarray:
    """Return how late each expression of a clip is named.

    Parameters
    ----------
    motion : Motion
    shown : array of int, shape (T,)
        The shown label of each frame, -1 where there is none.

    Returns
    -------
    ndarray of float, shape (E,)
        Frames from the one in which an expression has half of its intensity to the first that shows its label: negative
        if it is shown before, NaN if it never is while the expression moves.
    """
    ends = [*motion.starts[1:], len(motion)]
    found = np.full(len(ends), np.nan)
    for k, (start, stop) in enumerate(zip(motion.starts, ends, strict=True)):
        intensity = motion.intensity[start:stop]
        moving = np.flatnonzero(intensity > 0)
        right = moving[shown[start:stop][moving] == EXPRESSIONS.index(motion.expressions[k])]
        if len(right):
            found[k] = right[0] - np.flatnonzero(intensity >= 0.5)[0]
    return found


def compare(
    motions: Iterable[Motion], probabilities: Iterable[np.ndarray], ways: Mapping = WAYS
) -> pd.DataFrame:
    """Compare ways to smooth on the same clips.

    Parameters
    ----------
    motions : sequence of Motion
    probabilities : sequence of ndarray of float, shape (T, 7)
        One for each motion, as ``look_at`` returns them.
    ways : mapping of str to callable
        As ``WAYS``; ``"none"`` must be among them.

    Returns
    -------
    DataFrame
        One row for each way. ``accuracy``: share of the frames at an apex that show the right label. ``flips``:
        changes of the shown label a second. ``delay``: frames, as ``delays``. Each has five more columns: ``_low`` and
        ``_high`` of a 95 % interval over clips; and ``_change`` from no smoothing, a mean of differences of the same
        clip (of the same expression, if it is a delay), with ``_change_low`` and ``_change_high``. Then ``named``, the
        share of the expressions whose label is shown at all.
    """
    motions, probabilities = list(motions), list(probabilities)
    shown = {
        name: [shown_labels(smooth(rows, way())) for rows in probabilities] for name, way in ways.items()
    }
    return compare_labels(motions, shown, NO_SMOOTHING).rename_axis("smoothing")


def compare_labels(motions: Iterable[Motion], shown: Mapping, baseline: str) -> pd.DataFrame:
    """Compare labels that were shown for the same clips.

    Parameters
    ----------
    motions : sequence of Motion
    shown : mapping of str to sequence of array of int, shape (T,)
        For each motion the label of each frame, -1 where there was none.
    baseline : str
        Which of them the others are compared with.

    Returns
    -------
    DataFrame
        As for ``compare``.
    """
    motions, table = list(motions), {}
    plain = _measured(motions, shown[baseline])
    for name, labels in shown.items():
        clips, row = _measured(motions, labels), {}
        for column in MEASURED:
            row |= _with_interval(column, [_mean(one) for one in clips[column]])
            differences = [
                _mean(one - other) for one, other in zip(clips[column], plain[column], strict=True)
            ]
            row |= _with_interval(f"{column}_change", differences)
        row["named"] = float(np.isfinite(np.concatenate(clips["delay"])).mean())
        table[name] = row
    return pd.DataFrame.from_dict(table, orient="index")


def shown_labels(probabilities: np.ndarray) -> np.ndarray:
    """Return the label that each row names, int of shape (T,), -1 where the row is NaN."""
    empty = np.isnan(probabilities).all(1)
    return np.where(empty, -1, np.where(empty[:, None], 0, probabilities).argmax(1))


def _measured(motions, shown) -> dict[str, list]:
    """Return for each of ``MEASURED`` an array a clip: of one number, or one for each expression."""
    pairs = list(zip(motions, shown, strict=True))
    return {
        "accuracy": [np.array([(one == motion.labels)[motion.apex].mean()]) for motion, one in pairs],
        "flips": [np.array([flips(one) / len(motion) * FPS]) for motion, one in pairs],
        "delay": [delays(motion, one) for motion, one in pairs],
    }


def _mean(values: np.ndarray) -> float:
    values = values[np.isfinite(values)]
    return float(values.mean()) if len(values) else np.nan


def _with_interval(name: str, values) -> dict[str, float]:
    mean, low, high = mean_interval(values)
    return {name: mean, f"{name}_low": low, f"{name}_high": high}
