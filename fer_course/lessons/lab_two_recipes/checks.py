"""Feedback on the exercises of notebook 10: two recipes on trial."""

import numpy as np

from fer_course.evaluation.intervals import wilson_interval
from fer_course.lessons.exercises import COUNTED, NOT_ANSWERED, check_choice, check_number, tell, unanswered
from fer_course.lessons.lab_two_recipes.twelve import best_by_chance

BASELINE_AND_BEST = {
    "ConvNeXt-T": (83.85, 88.50),
    "EfficientNetV2-S": (88.50, 92.72),
    "MobileNetV3-L": (86.99, 90.97),
    "MobileViT v2 S": (87.83, 92.63),
    "MobileViT v2 XS": (87.36, 90.56),
    "RepVGG-A2": (88.45, 91.54),
    "TinyViT-21M": (90.94, 93.84),
}
"""Top-1 accuracy in per cent before and after tuning, from the README of lcnn-opt (commit a5381ab)."""


def reaches(answer, share: float = 0.628, bar: float = 0.6878, sizes=(3589, 7178)):
    """Notebook 10: whether the interval of a reported accuracy contains another."""
    if unanswered(answer):
        print(NOT_ANSWERED)
        return
    ends = {n: [float(end) for end in wilson_interval(round(share * n), n)] for n in sizes}
    said = "; ".join(
        f"of {n:,} images {100 * low:.1f} to {100 * high:.1f} %" for n, (low, high) in ends.items()
    )
    if not isinstance(answer, (bool, np.bool_)):
        tell(False, f"Expected True or False, found {answer!r}.")
    else:
        right = bool(answer) == any(low <= bar <= high for low, high in ends.values())
        tell(right, f"The intervals are: {said}. {100 * bar:.2f} % lies in none of them.")


def watched_on(answer):
    """Notebook 10: on what the released notebook watched its epochs."""
    check_choice(
        answer,
        "the test images",
        right="The validation generator reads the test folder. So the figure is of images that were looked at after "
        "every epoch. Nothing shows that an epoch was chosen by them; nothing shows that none was.",
        wrong={
            "training images": "these are what it learns from.",
            "a validation split": "there is none in that notebook.",
        },
    )


def precision_for(answer, f1: float = 0.59, recall: float = 0.729):
    """Notebook 10: the precision that goes with an F1 and a recall."""
    precision = f1 * recall / (2 * recall - f1)
    check_number(
        answer,
        precision,
        right=f"{precision:.3f}: then every second face called disgusted would not be. A recall alone says little of a "
        "rare label.",
        wrong={
            2 * f1 - recall: "that is for the arithmetic mean; F1 is the harmonic one.",
            f1 / recall: "that is a ratio; solve F1 = 2PR / (P + R) for P.",
            recall: "that is the recall.",
        },
        tolerance=5e-3,
        unit="a share between 0 and 1",
    )


def gains_in_range(answer, low: float = 1.5, high: float = 3.5):
    """Notebook 10: how many of seven gains lie in the range that the abstract gives."""
    gains = {name: best - base for name, (base, best) in BASELINE_AND_BEST.items()}
    inside = sum(low <= gain <= high for gain in gains.values())
    check_number(
        answer,
        inside,
        right=f"{inside} of {len(gains)}: {', '.join(f'{name} {gain:+.2f}' for name, gain in gains.items())}. The "
        "others are larger. An abstract is not a table.",
        wrong={
            len(gains) - inside: "that is how many lie outside.",
            len(gains): "compute best minus baseline first.",
        },
        tolerance=COUNTED,
        unit="networks",
    )


def wait_for_batch(answer, each: float = 0.10, batch: int = 32):
    """Notebook 10: how long the first face of a batch waits for its answer."""
    check_number(
        answer,
        each * batch,
        right=f"{each * batch:.1f} ms: nobody has an answer before all {batch} are done. And 1 s / {each:.2f} ms is "
        "the 10,000 faces a second: it is one figure, told twice.",
        wrong={each: "that is the share of one face in the time of the batch.", batch / each: "multiply."},
        tolerance=0.01,
        unit="milliseconds",
    )


def largest_change(answer, before, after):
    """Notebook 10: by how much folding changes a logit."""
    largest = float(np.abs(np.asarray(before) - np.asarray(after)).max())
    check_number(
        answer,
        largest,
        right=f"{largest:.1g}: rounding. Three branches for training, and one convolution that does the same in use.",
        wrong={
            float(np.abs(np.asarray(before)).max()): "that is the largest value itself; subtract first.",
            float(
                np.abs(np.asarray(before) - np.asarray(after)).mean()
            ): "that is the mean; asked is the largest.",
        },
        tolerance=0.02,
    )


def luck_of_twelve(answer, n: int = 700, looks: int = 12, p: float = 0.6):
    """Notebook 10: the gain that the best of twelve equal recipes shows on average."""
    spread = 100 * (p * (1 - p) / n) ** 0.5
    expected = float(best_by_chance(n, looks, p).mean())
    check_number(
        answer,
        expected,
        right=f"{expected:+.1f} points from nothing but looking, if each has {n} faces of its own.",
        wrong={
            expected / 100: "give it in points.",
            expected / spread: f"that is in units of σ, which is {spread:.2f} points here.",
            spread: "that is σ itself: what one network differs from its mean by.",
            0: "the best of twelve is above their mean; only all of them together are not.",
        },
        tolerance=0.05,
        unit="points",
    )
