"""Feedback on the exercises of notebook 05: evaluation."""

import numpy as np

from .checks import check_choice, check_number
from .evaluation import LEVEL_95


def faces_for_one_point(answer, accuracy):
    """Notebook 04: how many test faces an interval of one point to each side needs."""
    spread = accuracy * (1 - accuracy)
    n = LEVEL_95**2 * spread / 0.01**2
    check_number(
        answer,
        n,
        right=f"About {n:,.0f} faces, at an accuracy of {accuracy:.1%}. One half of FER-2013's test set has 3,589. "
        "Whether a single point between two systems is chance, only a comparison face by face can say.",
        wrong={
            spread
            / 0.01**2: "that is for ± one standard error; a 95 % interval reaches 1.96 of them to each side.",
            LEVEL_95
            * spread
            / 0.01**2: "the 1.96 stands outside the root: squared, it becomes a square too.",
            LEVEL_95**2
            * spread
            / 0.01: "the 0.01 has to be squared too: half the width needs four times the faces.",
            LEVEL_95**2 * spread: "that leaves out the point: divide by 0.01 squared.",
            LEVEL_95**2 * spread / 0.02**2: "that is for two points to each side.",
            LEVEL_95**2
            * spread
            / 0.005**2: "that is for half a point to each side: an interval one point wide.",
        },
        tolerance=0.02,
        unit="faces",
    )


def f1_of_fear(answer, per_class):
    """Notebook 04: F1 of one class, from its precision and recall."""
    row, other = per_class.loc["fear"], per_class.loc["disgust"]
    check_number(
        answer,
        row.f1,
        right=f"Precision {row.precision:.3f} and recall {row.recall:.3f}: the harmonic mean lies nearer to the "
        "smaller of the two, so neither can make up for the other.",
        wrong={
            row.precision: "that is the precision.",
            row.recall: "that is the recall.",
            (row.precision + row.recall)
            / 2: "that is the plain mean of precision and recall; F1 is the harmonic one.",
            other.f1: "that is the F1 of disgust.",
            100 * row.f1: "the right number in percent; give it as a share, between 0 and 1.",
        },
        tolerance=2e-3,
        unit="a share between 0 and 1",
    )


def faces_between_two_systems(answer, first=0.7328, second=0.7370, n=3589):
    """Notebook 04: by how many faces two published accuracies differ."""
    difference = round(second * n) - round(first * n)
    half = LEVEL_95 * np.sqrt(first * (1 - first) / n)
    check_number(
        answer,
        difference,
        right=f"{difference} faces of {n:,}. Each accuracy is known only to about ± {half:.1%}, which is "
        f"{half * n:.0f} faces. These two numbers alone do not settle the ranking; a comparison face by face might.",
        wrong={
            second - first: "that is the difference in shares: multiply by the number of faces.",
            100 * (second - first): "those are points (percent of the faces): of how many faces?",
            round(second * 2 * n) - round(first * 2 * n): f"both were measured on PrivateTest, {n:,} faces, "
            "not on the whole test set.",
        },
        tolerance=0.06,
        unit="faces",
    )


def what_temperature_changes(answer):
    """Notebook 04: what dividing all logits by one number changes."""
    check_choice(
        answer,
        "a",
        right="The largest logit stays the largest, so no prediction changes: temperature adjusts what a model says "
        "about itself, not what it sees.",
        wrong={
            "b": "a prediction is the largest logit, and division by a positive number keeps the order.",
            "c": "the shares of the softmax do change: try softmax(logits) and softmax(logits / 2).",
        },
    )
