"""What each lesson must show on the puppets that everybody has, so that no later change flattens it unseen."""

import os

EFFECTS = {
    "stage 2 over stage 1": 15.0,
    "both stages over random weights": 30.0,
    "recall of disgust, best remedy over none": 25.0,
    "methods with a clear gain in macro recall": 3.0,
    "energy inside, best map over the blob": 10.0,
    "pointing game, best map over the blob": 20.0,
    "faces found, lighter over darker skin": 20.0,
    "called angry with glasses, after biased training": 15.0,
}
"""The least that each effect must be on puppets in the quick profile: percentage points, or a number of methods."""


def effect_sentence(name: str, value: float, low: float | None = None, high: float | None = None) -> str:
    """Return the sentence that reports a lesson's main effect.

    Parameters
    ----------
    name : str
        One of ``EFFECTS``.
    value : float
        Percentage points, or a number of methods.
    low, high : float, optional
        The 95 % interval of ``value``.

    Raises
    ------
    ValueError
        If the name is not one of ``EFFECTS``.
    """
    if name not in EFFECTS:
        raise ValueError(f"Expected one of {', '.join(EFFECTS)}, found {name!r}.")
    interval = "" if low is None else f" ({low:+.1f} to {high:+.1f})"
    return f"Effect · {name}: {value:+.1f}{interval}"


def check_effect(name: str, value: float, low: float | None = None):
    """In the tests (``FER_STRICT=1``), raise if an effect is smaller than it must be; elsewhere do nothing.

    Parameters
    ----------
    name, value, low
        As for ``effect_sentence``.

    Raises
    ------
    AssertionError
        If the effect is below its least size, or its interval does not lie above 0.
    """
    if os.environ.get("FER_STRICT") != "1":
        return
    if value < EFFECTS[name] or (low is not None and low <= 0):
        raise AssertionError(f"Expected {name} of at least {EFFECTS[name]:g}, above 0, found {value:.1f}.")
