"""How the learning rate changes within a stage."""

import math

SCHEDULES = ("constant", "cosine", "plateau")
PATIENCE, FACTOR = 5, 0.75
"""Of the schedule "plateau": Khaireddin and Chen, *Facial Emotion Recognition: State of the Art Performance on
FER2013*, 2021, found these best for FER-2013 among five schedules."""


def learning_rate(kind: str, rate: float, progress: float, accuracies=()) -> float:
    """Return the learning rate of a step.

    Parameters
    ----------
    kind : {"constant", "cosine", "plateau"}
        Constant; falling to zero along half a cosine (Loshchilov and Hutter, *SGDR*, 2017); or three quarters of what
        it was after every five epochs without a better validation accuracy.
    rate : float
        At the stage's beginning.
    progress : float
        Share of the stage's steps that are done, from 0 to 1.
    accuracies : sequence of float
        On validation faces, of the stage's finished epochs.
    """
    if kind == "cosine":
        return rate * 0.5 * (1 + math.cos(math.pi * progress))
    if kind == "plateau":
        return rate * FACTOR ** reductions(accuracies)
    return rate


def reductions(accuracies) -> int:
    """Return how often a series came to rest: ``PATIENCE`` values without one above the best before."""
    best, waited, times = -math.inf, 0, 0
    for accuracy in accuracies:
        waited = 0 if accuracy > best else waited + 1
        best = max(best, accuracy)
        if waited == PATIENCE:
            times, waited = times + 1, 0
    return times
