"""The figures of notebook 03."""

import numpy as np
import pandas as pd
import pytest
import torch
import torch.nn.functional as F

from fer_course.lessons.the_network import figures
from fer_course.puppets.draw import draw_puppet
from fer_course.show.picture import Picture

FACE = draw_puppet({12: 1.0}, identity=3)


def test_the_starts_stand_beside_the_baseline_with_their_intervals():
    labels = np.zeros(100, int)
    half = (np.arange(100) >= 50).astype(int)
    words = figures.starts({"random": half, "puppets": labels}, labels, 0.25).description
    assert "on the same 100 faces: random 50.0% (40.4% to 59.6%), puppets 100.0% (96.3% to 100.0%)" in words
    assert words.endswith("the largest class always 25.0%.")


def test_without_a_prediction_there_is_nothing_to_compare():
    with pytest.raises(ValueError, match="one network at least"):
        figures.starts({}, np.zeros(3, int), 0.25)


@pytest.mark.parametrize("name", figures.KERNELS)
def test_a_kernel_makes_what_pytorch_makes_of_it(name):
    kernel = np.array(figures.KERNELS[name])
    by_hand = np.zeros((46, 46))
    for row in range(46):
        for column in range(46):
            by_hand[row, column] = (FACE[row : row + 3, column : column + 3] * kernel).sum()
    channel = figures.convolve(FACE, kernel)
    assert channel.shape == FACE.shape
    np.testing.assert_allclose(channel[1:-1, 1:-1], by_hand, atol=1e-3)
    tensor, weight = torch.from_numpy(FACE)[None, None].float(), torch.tensor(kernel)[None, None].float()
    np.testing.assert_allclose(channel, F.conv2d(tensor, weight, padding=1)[0, 0], atol=1e-3)


@pytest.mark.parametrize("kernel", [np.ones((2, 2)), np.ones((3, 5)), np.ones(3)])
def test_a_kernel_without_a_middle_is_refused(kernel):
    with pytest.raises(ValueError, match="a square kernel with a middle"):
        figures.convolve(FACE, kernel)


def test_one_window_is_told_with_its_products_and_their_sum():
    image = np.zeros((5, 5), np.uint8)
    image[3] = 10
    words = figures.convolution(image, figures.KERNELS["bright below dark"], "edge", at=(2, 2)).description
    assert "row 2, column 2, with the grey values 0 0 0; 0 0 0; 10 10 10" in words
    assert "The kernel edge has the weights -1 -1 -1; +0 +0 +0; +1 +1 +1" in words
    assert "added up: +30" in words


def test_without_a_place_the_window_is_where_the_kernel_answers_most():
    image = np.full((9, 9), 100, np.uint8)
    image[5, 3] = 255
    words = figures.convolution(image, figures.KERNELS["brighter than around"]).description
    assert "row 5, column 3" in words and "+1,240" in words


@pytest.mark.parametrize("at", [(0, 5), (5, 47), (60, 5)])
def test_a_window_that_leaves_the_picture_is_refused(at):
    with pytest.raises(ValueError, match="a window inside the picture"):
        figures.convolution(FACE, figures.KERNELS["mean of nine"], at=at)


def test_shapes_are_told_from_left_to_right():
    picture = figures.shapes([("image", 1, 64), ("conv_stem", 32, 32), ("conv_head", 1408, 2)])
    assert isinstance(picture, Picture)
    told = "image 1 channel of 64 × 64, conv_stem 32 channels of 32 × 32, conv_head 1,408 channels of 2 × 2"
    assert told in picture.description


def test_a_shape_is_written_so_that_nobody_multiplies_it():
    picture = figures.shapes([("conv_head", 1408, 2)])
    written = [text.get_text() for text in picture.figure.axes[0].texts]
    assert written == ["conv_head", "1,408 channels\nof 2 × 2"]


def test_what_one_value_is_read_from_is_counted_for_each_kind_of_convolution():
    words = figures.reading(5, 288, 48).description
    assert "plain 5 × 5: a window of 5 × 5 in all 288 channels, 7,200 values" in words
    assert "depthwise 5 × 5: a window of 5 × 5 in its own channel alone, 25 values" in words
    assert "pointwise 1 × 1: a window of 1 × 1 in all 288 channels, 288 values" in words


def test_of_a_depthwise_convolution_one_channel_is_marked_and_of_the_others_all():
    picture = figures.reading(3, 8, 4)
    marked = [
        sum(
            patch.get_facecolor()[:3] == pytest.approx((0.965, 0.698, 0.420), abs=0.01)
            for patch in axes.patches
        )
        for axes in picture.figure.axes
    ]
    assert marked == [4 * 9, 9, 4]


def test_sizes_are_told_in_millions_and_billions():
    table = pd.DataFrame(
        {"parameters": [7.7e6, 134.3e6], "multiply_adds": [0.65e9, 15.4e9]}, index=["b2", "vgg16"]
    )
    words = figures.sizes(table).description
    assert "b2 7.7 million parameters and 0.65 billion" in words and "vgg16 134.3 million" in words


def test_an_image_size_is_told_with_its_places_its_work_and_what_is_right():
    table = pd.DataFrame(
        {
            "side": [2, 3],
            "multiply_adds": [54e6, 122e6],
            "accuracy": [0.5, 0.6],
            "low": [0.4, 0.5],
            "high": [0.6, 0.7],
        },
        index=[64, 96],
    )
    picture = figures.input_sizes(FACE, table, here=96)
    told = "96 pixels: 3 × 3 cells, 122 million multiply-adds, 60.0% right (50.0% to 70.0%)"
    assert told in picture.description
    first, second, chart = picture.figure.axes
    assert [len(axes.lines) for axes in (first, second)] == [2, 4]  # cuts into 2 × 2 and 3 × 3 cells
    assert [text.get_text().split("\n")[0] for text in chart.get_xticklabels()] == [
        "64 px",
        "96 px (the recipe)",
    ]
