"""How the learning rate changes within a stage."""

import math

SCHEDULES = ("constant", "cosine", "warm-up cosine")
WARM_UP = 0.05
"""Share of a stage's steps in which the rate rises."""


def learning_rate(kind: str, rate: float, progress: float) -> float:
    """Return the learning rate of a step.

    Parameters
    ----------
    kind : {"constant", "cosine", "warm-up cosine"}
        Constant; falling to zero along half a cosine (Loshchilov and Hutter, *SGDR*, 2017); the same after a rise
        from zero in the first twentieth (Goyal et al., *Accurate, Large Minibatch SGD*, 2017, section 2.2).
    rate : float
        The stage's highest.
    progress : float
        Share of the stage's steps that are done, from 0 to 1.
    """
    if kind == "cosine":
        return rate * 0.5 * (1 + math.cos(math.pi * progress))
    if kind == "warm-up cosine":
        rising = min(1, progress / WARM_UP)
        return rising * learning_rate("cosine", rate, max(0, (progress - WARM_UP) / (1 - WARM_UP)))
    return rate
