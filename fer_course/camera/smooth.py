"""Smoothing over time: a label that does not jump from frame to frame, at the price of a delay.

Both ways look back only, as a camera has to. Exponential smoothing (Brown 1956; Holt 1957) keeps a running mean of the
probabilities; a majority window lets the labels of the last frames vote.
"""

from collections import deque

import numpy as np

from fer_course.labels import EXPRESSIONS

WEIGHT = 0.5
"""Of the newest frame, if nothing else is said. On moving puppets it calms the label and is late by half a frame; 0.25
costs accuracy as well (research/motion.py)."""


class Exponential:
    """A running mean of the probabilities of one face.

    Parameters
    ----------
    weight : float
        Of the newest frame, above 0 and up to 1, where nothing is smoothed.

    Raises
    ------
    ValueError
        If the weight is out of range.
    """

    def __init__(self, weight: float = WEIGHT):
        if not 0 < weight <= 1:
            raise ValueError(f"Expected a weight above 0 and up to 1, found {weight}.")
        self.weight = weight
        self._mean = None

    def update(self, probabilities: np.ndarray) -> np.ndarray:
        """Take one frame's probabilities, shape (7,), and return the smoothed ones, float64 of shape (7,)."""
        new = _checked(probabilities)
        # The first frame counts in full: there is nothing before it.
        self._mean = new if self._mean is None else self.weight * new + (1 - self.weight) * self._mean
        return self._mean.copy()

    def __repr__(self) -> str:
        return f"exponential, weight {self.weight:g}"


class Majority:
    """The share that each label has among the labels of the last frames of one face.

    Parameters
    ----------
    window : int
        How many frames vote, 1 or more. Of labels with as many votes the one seen last wins.

    Raises
    ------
    ValueError
        If the window is no such number.
    """

    def __init__(self, window: int = 5):
        if int(window) != window or window < 1:
            raise ValueError(f"Expected a window of 1 frame or more, found {window}.")
        self.window = int(window)
        self._labels = deque(maxlen=self.window)

    def update(self, probabilities: np.ndarray) -> np.ndarray:
        """Take one frame's probabilities, shape (7,), and return shares of votes, float64 of shape (7,)."""
        self._labels.append(int(_checked(probabilities).argmax()))
        votes = np.zeros(len(EXPRESSIONS))
        for age, label in enumerate(reversed(self._labels)):
            # The later of two equals is ahead by a hair.
            votes[label] += 1 - 1e-6 * age
        return votes / votes.sum()

    def __repr__(self) -> str:
        return f"majority of {self.window} frames"


def smooth(probabilities: np.ndarray, smoother) -> np.ndarray:
    """Smooth the probabilities of one face over the frames of a video.

    Parameters
    ----------
    probabilities : ndarray of float, shape (T, 7)
        NaN in all of a row where no face was found; the last smoothed ones stand there, and NaN before the first face.
    smoother : Exponential or Majority
        A new one, which has seen nothing yet.

    Returns
    -------
    ndarray of float64, shape (T, 7)

    Raises
    ------
    ValueError
        If the probabilities are not as above.
    """
    rows = np.asarray(probabilities, np.float64)
    if rows.ndim != 2:
        raise ValueError(f"Expected probabilities of shape (T, {len(EXPRESSIONS)}), found {rows.shape}.")
    smoothed, last = np.empty(rows.shape), np.full(len(EXPRESSIONS), np.nan)
    for t, row in enumerate(rows):
        if not np.isnan(row).all():
            last = smoother.update(row)
        smoothed[t] = last
    return smoothed


def flips(labels: np.ndarray) -> int:
    """Return how often a shown label changes from one frame to the next.

    Parameters
    ----------
    labels : array of int, shape (T,)
        -1 where nothing is shown; from a label to nothing and back to it is no change.
    """
    shown = np.asarray(labels)
    shown = shown[shown >= 0]
    return int((np.diff(shown) != 0).sum())


def _checked(probabilities) -> np.ndarray:
    one = np.asarray(probabilities, np.float64)
    if one.shape != (len(EXPRESSIONS),):
        raise ValueError(f"Expected {len(EXPRESSIONS)} probabilities of one face, found {one.shape}.")
    if not (np.isfinite(one).all() and (one >= -1e-6).all() and abs(one.sum() - 1) < 1e-3):
        raise ValueError(
            f"Expected probabilities, which add up to 1, found {one.round(3).tolist()}; take softmax of logits first."
        )
    return one
