"""Feedback on the exercises of notebook 04: training."""

import numpy as np

from .checks import check_number


def smoothing_floor(answer, smoothing, classes):
    """Notebook 03: the smallest loss that label smoothing leaves."""

    def entropy(right, others):
        return -(right * np.log(right) + (classes - 1) * others * np.log(others))

    rest = smoothing / classes
    floor = entropy(1 - smoothing + rest, rest)
    check_number(
        answer,
        floor,
        right=f"{floor:.3f} is the entropy of the smoothed target. A training loss near it is as good as it gets; on a "
        "curve, look at the distance to this floor and not to zero.",
        wrong={
            0.0: "that is the floor without smoothing, for a model that is wholly sure.",
            entropy(
                1 - smoothing, smoothing / (classes - 1)
            ): "there the share went to the other classes only; it is "
            "spread over all of them, the right one too.",
            floor
            / np.log(2): "the right entropy, but in bits; the loss is in nats, with the natural logarithm.",
            -np.log(
                1 - smoothing + rest
            ): "that is the right class's part alone; the other classes have targets above zero as well.",
            np.log(classes): "that is the loss of a model that knows nothing.",
        },
        tolerance=0.02,
        unit="a loss in nats",
    )


def parameters_of_the_head(answer, features, classes):
    """Notebook 03: how many numbers stage 1 trains."""
    total = features * classes + classes
    check_number(
        answer,
        total,
        right=f"{features:,} × {classes} weights and {classes} biases. So few are learned quickly, and can hardly hold "
        "single faces by heart: that is why stage 1 may use a high rate.",
        wrong={
            features * classes: f"those are the weights; each of the {classes} logits has a bias too.",
            features + classes: "every feature leads to every logit: multiply.",
            features * (classes + 1): "there is one bias for each logit, not one for each feature.",
        },
        tolerance=1e-6,
        unit="a number of parameters",
    )
