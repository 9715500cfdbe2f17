"""Feedback on the exercises of notebook 15: faces and words."""

from fer_course.lessons.exercises import COUNTED, check_choice, check_number


def loss_at_chance(answer, n: int):
    """Notebook 15: CLIP's loss of towers that know nothing."""
    import math

    check_number(
        answer,
        math.log(n),
        right=f"ln {n} = {math.log(n):.2f}: one caption of {n}, all as likely. With groups of 4 it starts at ln 4, and "
        "the same loss says something else.",
        wrong={
            1 / n: "that is the chance; the loss is minus its logarithm.",
            math.log2(n): "with the natural logarithm.",
        },
        tolerance=5e-3,
    )


def same_gradient(answer):
    """Notebook 15: what must divide the sum for AmorLIP's gradient to be CLIP's."""
    check_choice(
        answer,
        "its own value, without a gradient",
        right="∇ log Z = ∇Z / Z. The values of the two losses differ, their gradients do not.",
        wrong={
            "its own value, with a gradient": "then the fraction is 1 for any weights, and nothing is learned.",
            "the number of captions": "that keeps the sum itself: a face with large similarities would count most.",
            "what λ says": "that is the method; it is CLIP's loss only where λ is exact.",
        },
    )


def bias_of_log(answer):
    """Notebook 15: on which side the logarithm of a mean of few lies."""
    check_choice(
        answer,
        "too low",
        right="The logarithm bends down (Jensen): E log Z ≤ log E Z. The fewer captions a machine sees, the lower.",
        wrong={
            "too high": "draw two numbers, 1 and 9: their logarithms' mean is ln 3, the logarithm of their mean ln 5.",
            "neither": "the mean is right on average; its logarithm is not.",
        },
    )


def false_negative_in_a_batch(answer, share: float, batch: int):
    """Notebook 15: the chance that a batch holds a false negative for a face with the average share."""
    chance = 1 - (1 - share) ** (batch - 1)
    check_number(
        answer,
        chance,
        right=f"{chance:.3f}. With a batch of 128 it is {1 - (1 - share) ** 127:.3f}: CLIP's loss often punishes "
        "what is right, and the more often the larger the batch.",
        wrong={
            share: "that is for one other caption.",
            (batch - 1) * share: "that is how many there are on average; asked is the chance of one or more.",
            1 - chance: "that is the chance of none.",
            1 - (1 - share) ** batch: "its own caption is no negative: one fewer.",
        },
        tolerance=1e-3,
        unit="a share between 0 and 1",
    )


def ranked_first(answer):
    """Notebook 15: which of two pairs counts as harder, as released."""
    check_number(
        answer,
        2,
        right="(−0.5)·(−0.5) = 0.25 is more than 0.9·0.2 = 0.18: a pair that is unlike in both counts as hard. The "
        "product forgets signs.",
        wrong={1: "compute both products."},
        tolerance=COUNTED,
    )
