"""Whether numbered labels are in FER-2013's own order or in that of folders sorted by name, with neutral before sad."""

import numpy as np

from fer_course.labels import EXPRESSIONS, FER2013_COUNTS

BY_NAME = np.array([EXPRESSIONS.index(name) for name in sorted(EXPRESSIONS)])
"""The official label for each label of folders sorted by name."""

SURE = 10.0
"""Natural logarithm of the odds at which the counts alone decide: 22,000 to 1."""

FEWEST, ASKED = 50, 210
"""Faces that the reference model is asked about if they do not. A face whose label is the same in both orders says
nothing."""


def log_odds(labels: np.ndarray) -> float:
    """Return how much more likely the counts are in the official order than by name: a natural logarithm.

    Parameters
    ----------
    labels : ndarray of int64, shape (N,)
        As numbered in the file. The shares are those of FER-2013's Training split (multinomial).
    """
    shares = np.array(FER2013_COUNTS["Training"]) / sum(FER2013_COUNTS["Training"])
    counts = np.bincount(labels, minlength=len(EXPRESSIONS))
    return float(counts @ (np.log(shares) - np.log(shares[BY_NAME])))


def in_official_order(images, labels, usage) -> tuple[np.ndarray, list[str]]:
    """Return labels in the official order, and a sentence if they were not, or if that stays in doubt.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, 48, 48)
    labels : ndarray of int64, shape (N,)
    usage : ndarray of str, shape (N,)
        Training faces are counted; without any, all are.

    Notes
    -----
    The counts decide if they are clear and speak for the official order. If they speak for the other one, or say little
    (few faces, or evened out), the reference model is asked about up to 210 of the faces whose label would change.
    """
    training = usage == "Training"
    odds = log_odds(labels[training] if training.any() else labels)
    differ = np.flatnonzero(BY_NAME[labels] != labels)
    if odds > SURE or len(differ) < FEWEST:
        return labels, []
    asked = np.random.RandomState(0).permutation(differ)[:ASKED]
    named = opinion(images[asked])
    official, by_name = (int((named == order[asked]).sum()) for order in (labels, BY_NAME[labels]))
    told = f"of {len(asked):,} faces the reference model gives {by_name:,} the label by name, {official:,} the official"
    # The better of two guesses has to win by three standard deviations of their difference.
    if by_name - official > 3 * np.sqrt(by_name + official):
        return BY_NAME[labels], [
            f"The labels are numbered by name, with neutral as 4: {told}. They are put into the official order."
        ]
    if odds < 0 and official - by_name <= 3 * np.sqrt(by_name + official):
        return labels, [
            f"The labels may be numbered by name, with neutral as 4 (the counts look like it; {told}). They are taken "
            "as they are, in the official order: check a few faces."
        ]
    return labels, []


def opinion(images: np.ndarray) -> np.ndarray:
    """Return the labels that the reference model gives some faces."""
    # torch takes seconds to import, and most copies need no opinion.
    import torch

    from fer_course.model.inputs import prepare
    from fer_course.model.network import build_model

    model = build_model("fer2013")
    with torch.inference_mode():
        parts = [model(prepare(images[i : i + 32], model.trained_size)) for i in range(0, len(images), 32)]
    return torch.cat(parts).argmax(1).numpy()
