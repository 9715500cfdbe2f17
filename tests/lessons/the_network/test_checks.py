"""Feedback on the exercises of notebook 03."""

import numpy as np
import pandas as pd
import pytest
from torch import nn

from fer_course.lessons.the_network import checks

SAVING = {"kernel": 3, "channels_in": 64, "channels_out": 128}

# Of 100 faces random weights name the first 30, and the start 65: all but ten of those, and 45 others.
TRUTH = np.zeros(100, int)
GAIN = {
    "random": (np.arange(100) >= 30).astype(int),
    "start": ((np.arange(100) < 10) | (np.arange(100) >= 75)).astype(int),
    "truth": TRUTH,
}
KERNEL = np.array([[-1, -1, -1], [0, 0, 0], [1, 1, 1]])
WINDOW = np.array([[10, 20, 30], [40, 50, 60], [100, 110, 121]], np.uint8)
VALUE = {"window": WINDOW, "kernel": KERNEL}
OUTPUTS = {"features": 1408, "few": 7, "many": 1000}
SIZES = pd.DataFrame(
    {"parameters": [134e6, 23.5e6, 7.7e6], "multiply_adds": [15.4e9, 4.1e9, 0.65e9]},
    index=["vgg16", "resnet50", "tf_efficientnet_b2"],
)
CELLS = {"size": 112}
# One 3 × 3 convolution with nine weights and a bias: nine multiply-adds a pixel, whatever the size.
WORK = {"model": nn.Conv2d(1, 1, 3, padding=1), "small": 96, "large": 192}
NUMBERS = [
    (checks.gain_of_the_start, GAIN),
    (checks.one_value, VALUE),
    (checks.separable_saving, SAVING),
    (checks.parameters_of_outputs, OUTPUTS),
    (checks.cells_left, CELLS),
    (checks.work_at_another_size, WORK),
]


@pytest.mark.parametrize(("check", "context"), [*NUMBERS, (checks.busiest_weights, {"sizes": SIZES})])
def test_three_dots_are_not_answered_yet(feedback, check, context):
    assert feedback(check, ..., **context).startswith("Not answered yet")


@pytest.mark.parametrize(("check", "context"), NUMBERS)
@pytest.mark.parametrize("answer", ["many", None, [1, 2], np.zeros(3), float("nan"), print, True])
def test_an_answer_of_another_type_gets_a_sentence(feedback, check, context, answer):
    assert feedback(check, answer, **context).startswith("Not yet. Expected one number")


def test_the_saving_is_the_ratio_of_plain_to_separable(feedback):
    text = feedback(checks.separable_saving, 9 * 128 / (9 + 128), **SAVING)
    assert text.startswith("Right. 73,728 against 8,768")
    assert feedback(checks.separable_saving, 8.41, **SAVING).startswith("Right.")


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (137 / 1152, "turn it round"),
        (9, "limit"),
        (128, "depthwise convolution alone"),
        (73728, "plain convolution"),
    ],
)
def test_a_wrong_saving_says_what_it_would_have_been(feedback, answer, meaning):
    text = feedback(checks.separable_saving, answer, **SAVING)
    assert text.startswith("Not yet.") and meaning in text


@pytest.mark.parametrize("answer", [35, 35.0, np.float64(35), 34.8])
def test_the_gain_of_the_start_is_in_points_with_its_interval(feedback, answer):
    text = feedback(checks.gain_of_the_start, answer, **GAIN)
    assert text.startswith("Right. 45 faces gained, 10 lost, of 100: +35.0 ± 12.8 points")
    assert "far more than chance explains" in text and "35 points, or 117 per cent" in text


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (-35, "other way round"),
        (0.35, "difference of two shares"),
        (45, "10 are lost"),
        (65, "take away what random weights get right"),
        (30, "what random weights get right"),
        (65 / 30, "*times*"),
        (100 * 35 / 30, "per cent of the smaller number"),
    ],
)
def test_a_wrong_gain_says_what_it_would_have_been(feedback, answer, meaning):
    text = feedback(checks.gain_of_the_start, answer, **GAIN)
    assert text.startswith("Not yet.") and meaning in text


def test_a_gain_that_chance_can_explain_is_said_to_be_one(feedback):
    two = (np.arange(100) >= 32).astype(int)
    text = feedback(checks.gain_of_the_start, 2, random=GAIN["random"], start=two, truth=TRUTH)
    assert "+2.0 ± 2.7 points, which chance can explain as well" in text


def test_random_weights_that_are_never_right_leave_no_ratio(feedback):
    context = GAIN | {"random": np.ones(100, int)}
    assert feedback(checks.gain_of_the_start, 65, **context).startswith("Right. 65 faces gained, 0 lost")
    assert feedback(checks.gain_of_the_start, 35, **context).startswith("Not yet.")


def test_one_value_is_the_sum_of_nine_products(feedback):
    assert feedback(checks.one_value, 271, **VALUE).startswith("Right. 9 products, added up")
    assert feedback(checks.one_value, (WINDOW * KERNEL).sum(), **VALUE).startswith("Right.")


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (WINDOW * KERNEL, "nine products"),
        (WINDOW.astype(int) @ KERNEL, "multiplies matrices"),
        ((WINDOW.astype(int) @ KERNEL).sum(), "matrix product"),
        (271 / 9, "mean of the products"),
        (541, "grey values alone"),
        (-271, "half a circle"),
        ((WINDOW * KERNEL.T).sum(), "rows and columns exchanged"),
        (270, "too small"),
    ],
)
def test_a_wrong_value_says_what_it_would_have_been(feedback, answer, meaning):
    text = feedback(checks.one_value, answer, **VALUE)
    assert text.startswith("Not yet.") and meaning in text


def test_more_outputs_have_more_weights_and_a_bias_each(feedback):
    text = feedback(checks.parameters_of_outputs, 993 * 1409, **OUTPUTS)
    assert text.startswith("Right. Each of 993 more outputs is a neuron with 1,408 weights and one bias.")


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (993 * 1408, "a bias too"),
        (1000 * 1409, "how many *more*"),
        (7 * 1409, "head of 7 outputs"),
        (993, "a weight for every one of 1,408"),
    ],
)
def test_a_wrong_number_of_parameters_says_what_it_would_have_been(feedback, answer, meaning):
    text = feedback(checks.parameters_of_outputs, answer, **OUTPUTS)
    assert text.startswith("Not yet.") and meaning in text


@pytest.mark.parametrize("answer", ["resnet50", "ResNet-50", " resnet50 "])
def test_the_busiest_weights_are_those_of_the_network_that_uses_each_most_often(feedback, answer):
    text = feedback(checks.busiest_weights, answer, sizes=SIZES)
    assert text.startswith("Right.") and "vgg16 115, resnet50 174, efficientnet_b2 84" in text


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        ("VGG16", "115 times per image, and another network more often. It has the most of both"),
        ("b2", "84 times per image, and another network more often. It has the fewest of both"),
        ("tf_efficientnet_b2", "fewest of both"),
        ("alexnet", "Expected one of 'efficientnet_b2', 'resnet50', 'vgg16', found 'alexnet'"),
        (174, "Expected one of"),
    ],
)
def test_another_network_hears_how_often_it_uses_a_weight(feedback, answer, meaning):
    text = feedback(checks.busiest_weights, answer, sizes=SIZES)
    assert text.startswith("Not yet.") and meaning in text


def test_places_are_counted_in_whole_numbers(feedback):
    text = feedback(checks.cells_left, 16, **CELLS)
    assert text.startswith("Right. 112 / 32 is 3.5, rounded up to 4: 4 × 4 cells.")
    assert feedback(checks.cells_left, 9, size=96).startswith("Right. 96 / 32 is 3, rounded up to 3")


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (4, "there are 4 rows"),
        (12.25, "cells are whole"),
        (9, "rounded down"),
        (3.5, "one row, and not yet rounded up"),
        (112**2, "pixels that go in"),
        (1408 * 16, "each cell holds 1,408"),
    ],
)
def test_a_wrong_number_of_cells_says_what_it_would_have_been(feedback, answer, meaning):
    text = feedback(checks.cells_left, answer, **CELLS)
    assert text.startswith("Not yet.") and meaning in text


def test_twice_the_side_is_four_times_the_work(feedback):
    text = feedback(checks.work_at_another_size, 4, **WORK)
    assert text.startswith("Right.") and "2 times the height and 2 times the width" in text
    assert feedback(checks.work_at_another_size, 3.98, **WORK).startswith("Right.")


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (2, "a height and a width"),
        (8, "the channels stay"),
        (1, "whatever the size"),
        (0.25, "turn it round"),
        (9 * 192**2, "divide by those at the smaller one"),
        (9 * (192**2 - 96**2), "divide instead"),
    ],
)
def test_a_wrong_amount_of_work_says_what_it_would_have_been(feedback, answer, meaning):
    text = feedback(checks.work_at_another_size, answer, **WORK)
    assert text.startswith("Not yet.") and meaning in text
