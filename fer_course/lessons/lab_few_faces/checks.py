"""Feedback on the exercises of notebook 11: few faces, many weights."""

import numpy as np
import pandas as pd

from fer_course.lessons.exercises import COUNTED, check_number
from fer_course.lessons.lab_few_faces.norm import fitted


def half_width(answer, n: int = 70, p: float = 0.55):
    """Notebook 11: half the 95 % interval of an accuracy that few faces give, in points."""
    error = (p * (1 - p) / n) ** 0.5
    half = 100 * 1.96 * error
    check_number(
        answer,
        half,
        right=f"±{half:.1f} points. Runs of the grid that differ by less than that are told apart by luck.",
        wrong={
            100 * error: "that is one standard error; 95 % takes 1.96 of them.",
            2 * half: "that is the whole width.",
            half / 100: "give it in points, times 100.",
            100 * 1.96 * p * (1 - p) / n: "a square root is missing.",
            100 * 1.96 * (p * (1 - p)) ** 0.5: "divide by the number of faces before the root.",
        },
        tolerance=0.01,
        unit="points",
    )


def change_of_logits(answer, before, after):
    """Notebook 11: what scaling a convolution before a batch norm does to the logits."""
    largest = float(np.abs(np.asarray(before) - np.asarray(after)).max())
    check_number(
        answer,
        largest,
        right=f"{largest:.1g}: rounding. The batch norm divides by what the convolution was multiplied by. So the norm "
        "of such weights says nothing about what the network computes. It says how far a step of the same length moves "
        "it: small weights turn quickly.",
        wrong={
            float(np.abs(np.asarray(before)).max()): "that is the largest logit. Subtract the others first.",
            float(
                (np.asarray(after) - np.asarray(before)).max()
            ): "take the absolute value before the maximum.",
            float(
                np.abs(np.asarray(before) - np.asarray(after)).mean()
            ): "that is the mean; asked is the largest.",
        },
        tolerance=0.01,
    )


def chosen_run(answer, runs: pd.DataFrame):
    """Notebook 11: the number of the run that the smallest norm takes."""
    fit = fitted(runs)
    expected = int(fit.norm.idxmin())
    row, best = runs.loc[expected], runs.accuracy.max()
    check_number(
        answer,
        expected,
        right=f"Run {expected}: rate {row.rate:g}, decay {row.decay:g}. It names {row.accuracy:.1%} of the test faces "
        f"right; the best of the grid {best:.1%}. No face was held out for that.",
        wrong={
            int(
                runs.norm.idxmin()
            ): "that has the smallest norm of all, and does not fit: a network of zeros has none.",
            int(fit.norm.idxmax()): "that is the largest norm among those that fit.",
            int(runs.accuracy.idxmax()): "that is the best on test faces, which the rule must not see.",
            int(runs.train_loss.idxmin()): "that has the lowest training loss.",
        },
        tolerance=COUNTED,
        unit="the number of a row",
    )


def more_trainings(answer, ratio: float = 1.05):
    """Notebook 11: how many halvings of a factor of two until a number is known within some ratio."""
    needed = int(np.ceil(np.log2(np.log(2) / np.log(ratio))))
    check_number(
        answer,
        needed,
        right=f"{needed}: each one halves the gap in the logarithm, 2, 2^(1/2), 2^(1/4) … 2^(1/{2**needed}) = "
        f"{2 ** (1 / 2**needed):.3f}. Whoever tried every number between 512 and 1,024 would need 511.",
        wrong={
            511: "that tries every number. Try the middle first.",
            9: "that finds the number exactly: 2^9 = 512. Asked is within 5 %.",
            needed
            - 1: f"then it is known within a factor of {2 ** (1 / 2 ** (needed - 1)):.3f}, which is above 1.05.",
            needed + 1: "one fewer is enough.",
        },
        tolerance=COUNTED,
        unit="trainings",
    )


def faces_for_each_weight(answer, faces: float, weights: int):
    """Notebook 11: how many faces a network learns by heart for each of its weights."""
    check_number(
        answer,
        faces / weights,
        right=f"{faces / weights:.2f} faces for each weight. A plane stores two random labels for each (Cover 1965); a "
        "trained network stays below what its weights could hold, because training has to find it.",
        wrong={
            weights / faces: "that is how many weights each face takes. Turn it around.",
            faces: "divide by the weights.",
        },
        tolerance=0.01,
        unit="faces for each weight",
    )
