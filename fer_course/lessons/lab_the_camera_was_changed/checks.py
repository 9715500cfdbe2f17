"""Feedback on the exercises of notebook 13: the camera was changed."""

import numpy as np

from fer_course.lessons.exercises import COUNTED, check_choice, check_number

PAPER = {"as it is": 26.5, "statistics": 14.4, "entropy": 13.3}
"""Errors in per cent on CIFAR10-C, a WideResNet-28-10 (Rusak et al., Table 6)."""


def gradient_at_even(answer):
    """Notebook 13: the gradient of the entropy where two labels are as likely."""
    check_number(
        answer,
        0,
        right="At (½, ½) the entropy is largest, so its slope is 0: a face of which the network knows nothing teaches "
        "nothing. The push is strongest between doubt and certainty.",
        wrong={
            np.log(2): "that is the entropy itself, log 2. Asked is its slope there.",
            -np.log(2): "that is the sum of p log p. Asked is the slope of the entropy there.",
            0.5: "that is the probability.",
            1: "try p = 0.49 and p = 0.51: does the entropy rise from one to the other?",
        },
        tolerance=1e-3,
    )


def share_of_statistics(answer):
    """Notebook 13: which share of the paper's own gain is statistics alone."""
    whole, alone = PAPER["as it is"] - PAPER["entropy"], PAPER["as it is"] - PAPER["statistics"]
    check_number(
        answer,
        alone / whole,
        right=f"{alone / whole:.0%}: of {whole:.1f} points, {alone:.1f} come from statistics that look at no label and "
        "learn nothing. Self-learning is what the paper is about; most of the gain is its baseline.",
        wrong={
            alone: "that is the gain by statistics, in points; divide it by the whole gain.",
            whole: "that is the whole gain, in points.",
            1 - alone / whole: "that is the share of self-learning.",
            100 * alone / whole: "the right number in per cent; give it as a share, between 0 and 1.",
            PAPER["statistics"]
            / PAPER["as it is"]: "that is the ratio of two errors. Compare what each *takes away*.",
        },
        tolerance=0.01,
        unit="a share between 0 and 1",
    )


def parameters_of_a_line(answer, before: int, after: int, kernel: int = 3):
    """Notebook 13: the weights of a convolution on a line."""
    plain = before * after * kernel**2
    check_number(
        answer,
        2 * plain,
        right=f"{2 * plain:,}: a slope and an intercept for each of {plain:,} weights. So whoever compares with a "
        "plain network compares with half the parameters, too. The control of equal parameters is for that.",
        wrong={
            plain: "that is the plain convolution. A line has two numbers for each weight.",
            3
            * plain: "that would be weights for each of three sizes. A line needs a slope and an intercept.",
            2 * before * after: f"each of {before} × {after} kernels has {kernel} × {kernel} weights.",
        },
        tolerance=COUNTED,
        unit="weights",
    )


def weight_between(answer, at_first, at_second):
    """Notebook 13: a weight at a size halfway between two others."""
    first, second = float(at_first), float(at_second)
    check_number(
        answer,
        (first + second) / 2,
        right="The mean of its neighbours, because it is a straight line. So such a network can be asked at a size "
        "that it was never trained at. Only norms for that size are missing.",
        wrong={
            first: "that is the weight at the larger size.",
            second: "that is the weight at the smaller size.",
            first + second: "that is the sum; halfway is the mean.",
            first - second: "that is the difference; halfway is the mean.",
        },
        tolerance=1e-3,
    )


def what_the_labels_do(answer):
    """Notebook 13: why uneven labels mislead statistics."""
    check_choice(
        answer,
        "the mean depends on the labels",
        right="A batch norm subtracts the mean of what it sees. If most faces are happy, part of what it subtracts is "
        "happiness.",
        wrong={
            "the network forgets": "no weight changes by statistics alone.",
            "the noise differs": "it is the same noise; the shares of the labels differ.",
            "there are too few faces": "there are as many as before.",
        },
    )
