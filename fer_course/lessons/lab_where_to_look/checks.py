"""Feedback on the exercises of notebook 12: what should it look at?"""

import numpy as np

from fer_course.lessons.exercises import check_choice, check_number
from fer_course.lessons.lab_where_to_look.core_risk import relative_core_sensitivity
from fer_course.lessons.lab_where_to_look.critical import CAP, trust


def sensitivity(answer, core: float, spurious: float):
    """Notebook 12: the relative core sensitivity of two accuracies."""
    mean, expected = (core + spurious) / 2, relative_core_sensitivity(core, spurious)
    check_number(
        answer,
        expected,
        right=f"{expected:.2f}. The difference alone would favour networks of middling accuracy: near "
        "0 and near 100 % there is no room for one. Dividing by the room makes them comparable.",
        wrong={
            core - spurious: "that is the difference; divide it by the room that the mean leaves.",
            (core - spurious) / (2 * mean): "take the smaller of the mean and what is left to 1.",
            (core - spurious) / (2 * (1 - mean)): "take the smaller of the mean and what is left to 1.",
            2 * expected: "the 2 belongs below the line.",
            -expected: "the size is right; turn the sign.",
        },
        tolerance=0.01,
    )


def highest(answer, values: dict[str, float]):
    """Notebook 12: which way of training leaves the highest relative core sensitivity."""
    best = max(values, key=values.get)
    check_choice(
        answer,
        best,
        right=f"{values[best]:.2f}. With one seed; look at five before you believe it.",
        wrong={name: f"it has {value:.2f}." for name, value in values.items() if name != best},
    )


def share_of_trust(answer, epoch: int, epochs: int):
    """Notebook 12: the share of the calibrated labels in an epoch."""
    root = (epoch / epochs) ** 0.5
    check_number(
        answer,
        trust(epoch, epochs),
        right=f"{trust(epoch, epochs):.3g}. From epoch {int(np.ceil(CAP**2 * epochs))} of {epochs} on it stays at "
        f"{CAP}: the given labels keep a say.",
        wrong={
            root: f"that is the root; the share is never above {CAP}.",
            epoch / epochs: "a root is missing.",
            1 - trust(epoch, epochs): "that is the share of the given labels.",
        },
        tolerance=2e-3,
        unit="a share between 0 and 1",
    )


def best_guess(answer, flipped: float = 0.3):
    """Notebook 12: the probability that is best for a pixel of a part if labels are flipped at random."""
    check_number(
        answer,
        1 - flipped,
        right=f"{1 - flipped:.1f}. Still above one half, so the pixel is marked rightly: random errors cost certainty "
        "and no mask. A shifted label is wrong in the same place every time; there the best guess is the error.",
        wrong={
            1: "that is best if no label is wrong. Cross-entropy punishes certainty when labels are.",
            flipped: "that is for a pixel outside every part.",
            0.5: "then the labels would say nothing. Seven of ten are right.",
        },
        tolerance=0.01,
        unit="a share between 0 and 1",
    )


def heals_itself(answer):
    """Notebook 12: for which damage a plain network heals itself."""
    check_choice(
        answer,
        "blocks flipped at random",
        right="The same place is wrong in one picture and right in the next, and the network learns what they share.",
        wrong={
            "all masks too large": "every picture says the same, so the network learns it.",
            "all masks too low": "every picture says the same, so the network learns it.",
            "one part always missing": "a part that is never marked is never learned.",
        },
    )
