"""Feedback on the exercises of notebook 08: real time."""

import math

import numpy as np

from fer_course.lessons.exercises import COUNTED, check_choice, check_number


def largest_difference(answer, torch_logits, onnx_logits):
    """Notebook 08: the largest difference between two programs' logits.

    Parameters
    ----------
    answer
    torch_logits, onnx_logits : ndarray of float, shape (N, 7)
    """
    difference = np.asarray(onnx_logits, np.float64) - np.asarray(torch_logits, np.float64)
    largest = abs(difference).max()
    check_number(
        answer,
        largest,
        right=f"{largest:.1e}: rounding. The two programs add the same float32 numbers in another order. A mistake in "
        "the file, a network left in training mode say, would show in the first digit.",
        wrong={
            difference.max(): "that is the largest difference upwards; take absolute values first, np.abs.",
            difference.min(): "that is the largest difference downwards; take absolute values first, np.abs.",
            abs(
                difference
            ).mean(): "that is the mean difference. One bad logit in thousands would hide in it.",
            np.ptp(
                difference
            ): "that is from the lowest to the highest; take absolute values, then the maximum.",
        },
        tolerance=0.01,
        unit="a difference of logits",
    )


def time_to_promise(answer, times):
    """Notebook 08: the 95th percentile of measured times.

    Parameters
    ----------
    answer
    times : ndarray of float, shape (N,)
        Milliseconds.
    """
    times = np.asarray(times)
    promised, median = np.percentile(times, 95), np.median(times)
    check_number(
        answer,
        promised,
        right=f"{promised:.1f} ms, against a median of {median:.1f} ms. A camera does not wait for the typical "
        "face: what is promised has to hold nearly always.",
        wrong={
            times.mean(): "that is the mean, which says nothing about how long the slow ones take.",
            median: "that is the median: half of all faces take longer.",
            times.max(): "that is the slowest of all: one hiccup of the machine decides it.",
            times.min(): "that is the fastest: nearly every face takes longer.",
            np.percentile(times, 5): "that is what 95 of 100 faces *exceed*: the other end.",
            1e3 / promised: "that is faces a second; give the milliseconds.",
        },
        tolerance=0.02,
        unit="milliseconds",
    )


def change_of_accuracy(answer, before, after):
    """Notebook 08: what a change of the network costs, face by face.

    Parameters
    ----------
    answer
    before, after : ndarray of bool, shape (N,)
        Whether each face was named right.
    """
    before, after = np.asarray(before, bool), np.asarray(after, bool)
    change = 100 * (after.mean() - before.mean())
    lost, won = int((before & ~after).sum()), int((after & ~before).sum())
    check_number(
        answer,
        change,
        right=f"{change:+.1f} points: {lost} faces lost, {won} won, of {len(before):,}. All others are named right by "
        "both or by neither and say nothing about the difference. So its interval is narrower than those of both "
        "accuracies.",
        wrong={
            -change: "right size, wrong sign: after minus before.",
            change / 100: "the right number as a share; give percentage points.",
            100 * after.mean(): "that is the accuracy afterwards.",
            float(lost - won): "that is a number of faces; give percentage points.",
            float(won - lost): "that is a number of faces; give percentage points.",
            100
            * (lost + won)
            / len(before): "that counts every face that changed; those won make up for those lost.",
        },
        tolerance=0.01,
        unit="percentage points",
    )


def from_picture_to_label(answer, found, right):
    """Notebook 08: the share of faces that are found and named right.

    Parameters
    ----------
    answer
    found : ndarray of bool, shape (N,)
        Whether a face was found.
    right : ndarray of bool, shape (N,)
        Whether it was then named right; False if it was not found.
    """
    found, right = np.asarray(found, bool), np.asarray(right, bool)
    whole, among = (found & right).mean(), right[found].mean() if found.any() else 0.0
    check_number(
        answer,
        whole,
        right=f"{whole:.1%}, although {among:.1%} of the found ones are right: whoever is not found gets no label, and "
        "counts as a miss. A figure on ready-made crops, as every figure of FER-2013 is, leaves that out.",
        wrong={
            among: "that is of the faces that were found; those that were not are missing from it.",
            found.mean(): "that is the share that was found, whatever the label.",
            1 - whole: "that is the share that goes wrong.",
            100 * whole: "the right number in percent; give it as a share, between 0 and 1.",
            float((found & right).sum()): "that is a number of faces; divide by all of them.",
        },
        tolerance=1e-3,
        unit="a share between 0 and 1",
    )


def frames_to_half(answer, weight):
    """Notebook 08: after how many frames a new label has half the weight in a smoothed probability.

    Parameters
    ----------
    answer
    weight : float
        Of the newest frame, 0 to 1.
    """
    exact = math.log(0.5) / math.log(1 - weight)
    frames = math.ceil(exact - 1e-9)
    check_number(
        answer,
        frames,
        right=f"After {frames} frames the old ones keep {(1 - weight) ** frames:.0%}. At 30 frames a second that is "
        f"{frames / 30:.2f} seconds late: what smoothing costs.",
        wrong={
            exact: "nearly: frames are whole, so round up.",
            float(
                math.floor(exact)
            ): f"after so many the old frames still keep {(1 - weight) ** math.floor(exact):.0%}.",
            1 / weight: "1 / weight is the mean age of what is averaged; asked is when old frames keep half.",
            0.5 / weight: "the old weight is multiplied each time, not diminished by the same amount.",
        },
        tolerance=COUNTED,
        unit="frames",
    )


def frames_a_second(answer, parts):
    """Notebook 08: frames a second, from what each step takes.

    Parameters
    ----------
    answer
    parts : mapping of str to float
        Milliseconds of each step for one frame.
    """
    parts = {name: float(value) for name, value in dict(parts).items()}
    total, slowest = sum(parts.values()), max(parts, key=parts.get)
    check_number(
        answer,
        1e3 / total,
        right=f"{1e3 / total:.0f} frames a second. The largest part, {slowest}, takes {parts[slowest] / total:.0%} of "
        f"the time: a faster network would {'help most' if slowest == 'predict' else 'help less than it seems'}.",
        wrong={
            total: "that is the milliseconds of one frame.",
            1 / total: "that is frames a millisecond; there are 1,000 of them in a second.",
            1e3 / parts[slowest]: f"that counts {slowest} alone; a frame goes through every step.",
            1e3
            / parts.get("predict", total): "that counts the network alone; a frame goes through every step.",
            sum(
                1e3 / value for value in parts.values() if value
            ): "times add up, rates do not: add the milliseconds first.",
        },
        tolerance=0.02,
        unit="frames a second",
    )


def what_speed_shows(answer):
    """Notebook 08: which sentence the measurements support."""
    check_choice(
        answer,
        "c",
        right="It names the machine, the size of the picture and the faces it was measured on, and claims no more.",
        wrong={
            "a": "it was measured on two cores of this machine; a phone or a doorbell is another.",
            "b": "that a label comes in time makes it no truer: whether it is right was measured in notebook 05, and "
            "for whom is the next notebook's question.",
            "d": "a label is what an annotator would call a picture, thirty times a second or once.",
        },
    )
