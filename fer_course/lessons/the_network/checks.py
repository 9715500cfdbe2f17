"""Feedback on the exercises of notebook 03: the network."""

import numpy as np

from fer_course.lessons.exercises import COUNTED, check_choice, check_number, tell, unanswered
from fer_course.model.network import count_parameters, multiply_adds


def gain_of_the_start(answer, random, start, truth):
    """Notebook 03: how many points more a linear layer gets right on a trained start than on random weights."""
    random, start, truth = (np.asarray(values) for values in (random, start, truth))
    by_random, by_start = random == truth, start == truth
    change = by_start.astype(float) - by_random
    points = 100 * change.mean()
    gained, lost = int((change > 0).sum()), int((change < 0).sum())
    margin = 196 * change.std() / np.sqrt(len(truth))
    verdict = (
        "far more than chance explains"
        if abs(points) > 2 * margin
        else "more than chance explains"
        if abs(points) > margin
        else "which chance can explain as well"
    )
    shares = 100 * by_random.mean(), 100 * by_start.mean()
    wrong = {
        -points: "the other way round: the start's share minus that of random weights.",
        points / 100: "that is the difference of two shares; in points it is a hundred times that.",
        gained - lost: "so many faces; how many of a hundred is that?",
        gained: f"so many faces are gained, but {lost} are lost; and the answer is in points.",
        shares[1]: "that is what the start gets right; take away what random weights get right.",
        shares[0]: "that is what random weights get right.",
    }
    per_cent = ""
    if shares[0]:
        ratio = shares[1] / shares[0]
        wrong[ratio] = "so many *times* as many; the question is how many points more."
        per_cent = f", or {100 * (ratio - 1):.0f} per cent"
        wrong[100 * (ratio - 1)] = (
            "so many *per cent of the smaller number*. Two percentages are compared in points: take the difference."
        )
    check_number(
        answer,
        points,
        right=f"{gained} faces gained, {lost} lost, of {len(truth):,}: {points:+.1f} ± {margin:.1f} points, {verdict}. "
        "Layer, faces and labels were the same; only what the network had seen before differs. "
        "Always ask of two percentages: points or per cent? This is "
        f"{points:.0f} points{per_cent}.",
        wrong=wrong,
        tolerance=max(1e-3, 0.5 / max(abs(points), 1)),
        unit="percentage points",
    )


def one_value(answer, window, kernel):
    """Notebook 03: the one number that a kernel makes of one window."""
    if unanswered(answer):
        check_number(answer, 0, right="")
        return
    window, kernel = np.asarray(window, np.float64), np.asarray(kernel, np.float64)
    value = float((window * kernel).sum())
    products = np.asarray(answer) if getattr(answer, "shape", None) == window.shape else None
    if products is not None and np.allclose(products, window * kernel):
        tell(False, "These are the nine products; a kernel gives one number: add them up.")
        return
    if products is not None and np.allclose(products, window @ kernel):
        tell(
            False,
            "`@` multiplies matrices, rows by columns; a kernel multiplies element by element: use `*`, then add up.",
        )
        return
    matrix, turned, swapped = window @ kernel, window * kernel[::-1, ::-1], window * kernel.T
    wrong = {
        matrix.sum(): "that is the sum of a matrix product (`@`); multiply element by element (`*`).",
        value / window.size: "that is the mean of the products; a kernel adds them up.",
        window.sum(): "that adds up the grey values alone; each is multiplied by its weight first.",
        turned.sum(): "so for the kernel turned by half a circle, which is what mathematics calls convolution. "
        "Networks multiply the kernel as it stands.",
        swapped.sum(): "so for the kernel with its rows and columns exchanged.",
    }
    check_number(
        answer,
        value,
        right=f"{window.size} products, added up: so works one **neuron**. Slid over the whole picture with the same "
        f"{window.size} weights, it makes a channel. Nobody chooses the weights of a network: training finds them "
        "(notebook 04).",
        wrong={float(number): meaning for number, meaning in wrong.items()},
        tolerance=COUNTED,
        unit="the sum of nine products",
    )


def separable_saving(answer, kernel, channels_in, channels_out):
    """Notebook 03: how much cheaper a depthwise and a pointwise convolution are than a plain one."""
    plain = kernel**2 * channels_in * channels_out
    separable = kernel**2 * channels_in + channels_in * channels_out
    check_number(
        answer,
        plain / separable,
        right=f"{plain:,} against {separable:,} at each pixel. The channels that come in cancel out, and "
        f"however many go out, a {kernel}×{kernel} kernel never saves more than {kernel**2} times.",
        wrong={
            separable / plain: "that is the share that is left; turn it round.",
            kernel
            ** 2: f"that is the limit for very many channels; with {channels_out} the pointwise convolution and "
            "the depthwise one both count.",
            channels_out: "that compares with the depthwise convolution alone; a pointwise one follows it.",
            plain: "those are the multiply-adds of the plain convolution at one position; divide by those of the two.",
            separable: "those are the multiply-adds of the two at one position; how many times as many does the plain "
            "one take?",
        },
        tolerance=5e-3,
        unit="a ratio",
    )


def parameters_of_outputs(answer, features, few, many):
    """Notebook 03: how many parameters a head of many outputs has more than one of few."""
    more = many - few
    expected = more * (features + 1)
    check_number(
        answer,
        expected,
        right=f"Each of {more:,} more outputs is a neuron with {features:,} weights and one bias. That is most of the "
        "difference between 9.2 and 7.7 million: nothing was wrong with either number. Always ask what was counted.",
        wrong={
            more * features: "those are the weights; each output has a bias too.",
            many
            * (
                features + 1
            ): f"that is the whole head of {many:,} outputs; how many *more* than one of {few}?",
            few * (features + 1): f"that is the head of {few} outputs.",
            more: f"so many more outputs; each has a weight for every one of {features:,} features, and a bias.",
        },
        tolerance=COUNTED,
        unit="parameters",
    )


def busiest_weights(answer, sizes):
    """Notebook 03: which network does most multiply-adds for each of its parameters."""
    per = sizes.multiply_adds / sizes.parameters
    names = [name.removeprefix("tf_") for name in per.index]
    values = dict(zip(names, per, strict=True))
    best = max(values, key=values.get)
    told = ", ".join(f"{name} {value:.0f}" for name, value in values.items())
    most = sizes.multiply_adds.idxmax().removeprefix("tf_")
    fewest = sizes.parameters.idxmin().removeprefix("tf_")
    wrong = {}
    for name in names:
        if name == best:
            continue
        reason = (
            f"{name} uses each parameter {values[name]:.0f} times per image, and another network more often."
        )
        if name == most:
            reason += " It has the most of both; divide one by the other."
        elif name == fewest:
            reason += " It has the fewest of both; divide one by the other."
        wrong[name] = reason
    if isinstance(answer, str):
        answer = answer.strip().lower().removeprefix("tf_").replace("-", "").replace("_bn", "")
        answer = "efficientnet_b2" if answer in ("b2", "efficientnetb2") else answer
    check_choice(
        answer,
        best,
        right=f"Multiply-adds per parameter: {told}. A convolution uses each weight again at every position of the "
        "picture; a linear layer uses each weight once, and most of VGG16's parameters sit in its linear layers. "
        "So the number of parameters says what a network takes to store, and little about how long it computes.",
        wrong=wrong,
    )


def cells_left(answer, size, stride=32):
    """Notebook 03: how many cells an image of this size ends in."""
    side = -(-size // stride)
    check_number(
        answer,
        side**2,
        right=f"{size} / {stride} is {size / stride:g}, rounded up to {side}: {side} × {side} cells. A heat map made "
        f"of the last layer has {side**2} squares, however finely it is painted (notebook 06).",
        wrong={
            side: f"that is one row of cells; there are {side} rows.",
            (size / stride)
            ** 2: "cells are whole: EfficientNet pads the picture, so that what is left over gets a "
            "cell of its own. Round up before you square.",
            (size // stride)
            ** 2: "that is rounded down; EfficientNet pads the picture, so that what is left over gets "
            "a cell of its own.",
            size / stride: "that is one row, and not yet rounded up.",
            size**2: "those are the pixels that go in.",
            1408 * side**2: "those are all the numbers; each cell holds 1,408 of them.",
        },
        tolerance=COUNTED,
        unit="cells",
    )


def work_at_another_size(answer, model, small, large):
    """Notebook 03: how many times the multiply-adds of one image size another one takes."""
    few, many = multiply_adds(model, small), multiply_adds(model, large)
    sides = large / small
    check_number(
        answer,
        many / few,
        right=f"{many / 1e6:,.0f} against {few / 1e6:,.0f} million: {sides:g} times the height and {sides:g} times the "
        f"width. The parameters stay the same {count_parameters(model) / 1e6:.1f} million: a convolution uses the same "
        "weights at more positions.",
        wrong={
            sides: f"the side grows {sides:g} times; the picture has a height and a width.",
            sides**3: "height and width grow; the channels stay.",
            1: "the *parameters* stay the same, whatever the size; each is used at more positions.",
            few / many: "turn it round: how many times *as many*?",
            many: "those are the multiply-adds at the larger size; divide by those at the smaller one.",
            many - few: "so many more; divide instead.",
        },
        tolerance=0.02,
        unit="a ratio",
    )
