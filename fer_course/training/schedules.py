"""How the learning rate changes within a stage."""

import math

SCHEDULES = ("constant", "cosine", "warm-up cosine", "plateau")
WARM_UP = 0.05
"""Share of a stage's steps in which the rate rises."""
PATIENCE, FACTOR = 5, 0.75
"""Of the schedule "plateau": Khaireddin and Chen, *Facial Emotion Recognition: State of the Art Performance on
FER2013*, 2021, found these best for FER-2013 among five schedules."""


def learning_rate(kind: str, rate: float, progress: float, accuracies=()) -> float:
    """Return the learning rate of a step.

    Parameters
    ----------
    kind : {"constant", "cosine", "warm-up cosine", "plateau"}
        Constant; falling to zero along half a cosine (Loshchilov and Hutter, *SGDR*, 2017); the same after a rise
        from zero in the first twentieth (Goyal et al., *Accurate, Large Minibatch SGD*, 2017, section 2.2); or three
        quarters of what it was after every five epochs without a better validation accuracy.
    rate : float
        The stage's highest.
    progress : float
        Share of the stage's steps that are done, from 0 to 1.
    accuracies : sequence of float
        On validation faces, of the stage's finished epochs.
    """
    if kind == "cosine":
        return rate * 0.5 * (1 + math.cos(math.pi * progress))
    if kind == "warm-up cosine":
        rising = min(1, progress / WARM_UP)
        return rising * learning_rate("cosine", rate, max(0, (progress - WARM_UP) / (1 - WARM_UP)))
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
