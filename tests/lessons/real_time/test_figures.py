"""The figures of notebook 08 say and draw the numbers that they are given."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from fer_course.camera.find import Box
from fer_course.camera.label import Labelled
from fer_course.lessons.real_time import figures
from fer_course.puppets.draw import draw_puppets


def test_the_times_of_calls_tell_the_warm_up_from_the_rest():
    times = {"slow": np.r_[100.0, np.full(59, 20.0)], "fast": np.r_[9.0, np.full(58, 3.0), 6.0]}
    picture = figures.call_times(times)
    assert "slow: the first 100, then a median of 20.0, the slowest 20.0" in picture.description
    assert "fast: the first 9, then a median of 3.0, the slowest 6.0" in picture.description
    (axes,) = picture.figure.axes
    assert axes.get_yscale() == "log" and [len(line.get_xdata()) for line in axes.lines] == [60, 60]


def test_the_time_of_a_face_is_drawn_for_each_program_and_batch():
    table = pd.DataFrame({"1 at once": [40.0, 8.0], "8 at once": [15.0, 7.0]}, index=["PyTorch", "ONNX"])
    picture = figures.per_face(table)
    assert "PyTorch: 40.0 with 1 at once, 15.0 with 8 at once; ONNX: 8.0" in picture.description
    assert sorted(bar.get_width() for bar in picture.figure.axes[0].patches) == [7, 8, 15, 40]


def test_programs_are_weighed_by_accuracy_time_and_size():
    truth = np.array([0, 1, 2, 3])
    logits = np.eye(7)[[0, 1, 2, 0]]
    table = figures.weighed({"a": (logits, np.r_[np.full(10, 99.0), 1.0, 2.0, 3.0], 30.8)}, truth)
    row = table.loc["a"]
    assert (row.accuracy, row.milliseconds, row.megabytes) == (0.75, 2, 30.8)
    assert row.p95 == pytest.approx(2.9) and 0 < row.low < 0.75 < row.high < 1


def test_what_a_smaller_file_costs_is_told_in_accuracy_milliseconds_and_megabytes():
    columns = ["accuracy", "low", "high", "milliseconds", "p95", "megabytes"]
    rows = {"PyTorch": [0.7, 0.6, 0.8, 20.0, 25.0, 31.0], "int8": [0.65, 0.55, 0.75, 0.5, np.nan, np.nan]}
    picture = figures.tradeoff(pd.DataFrame.from_dict(rows, orient="index", columns=columns))
    told = (
        "PyTorch: 70.0% named right (60.0% to 80.0%), 20.0 ms (95th percentile 25.0 ms), 31.0 MB; int8: 65.0%"
    )
    assert told in picture.description
    assert picture.description.endswith("0.50 ms (95th percentile not measured), not measured.")
    right, slow, large = picture.figure.axes
    np.testing.assert_allclose(right.collections[-1].get_offsets(), [(70, 0), (65, 1)])
    assert [bar.get_width() for bar in slow.patches] == [20, 0.5]
    assert [bar.get_width() for bar in large.patches] == [31, 0]
    assert [tick.get_text() for tick in right.get_yticklabels()] == ["PyTorch", "int8"]


@pytest.mark.parametrize("usual", [None, 0.84])
def test_accuracy_is_drawn_against_the_margin(usual):
    table = pd.DataFrame({"value": [0.5, 0.75], "low": [0.4, 0.7], "high": [0.6, 0.8]}, index=[0.0, 0.1])
    picture = figures.framing(table, 0.1, usual)
    assert "+0% 50 %, +10% 75 %" in picture.description
    assert ("84%" in picture.description) == (usual is not None)


def test_who_is_found_is_drawn_by_what_makes_it_hard():
    index = pd.MultiIndex.from_tuples([("light", "bright"), ("light", "dim"), ("hidden", "nothing")])
    columns = {"value": [0.9, 0.5, 1.0], "low": [0.8, 0.4, 0.9], "high": [1, 0.6, 1], "n": [50, 40, 30]}
    picture = figures.found_shares(pd.DataFrame(columns, index=index))
    assert "light: bright 90% of 50, dim 50% of 40; hidden: nothing 100% of 30" in picture.description
    assert [len(axes.patches) for axes in picture.figure.axes] == [2, 1]


def test_a_film_has_a_picture_and_a_box_for_each_frame():
    frames = np.zeros((3, 8, 10), np.uint8)
    picture = figures.film(frames, ["a", "b", "c"], [(1, 1, 4, 4)] * 3, columns=2)
    assert picture.description == "3 frames, with the titles a, b, c."
    assert [len(axes.images) for axes in picture.figure.axes] == [1, 1, 1, 0]
    assert figures.film(frames, ["a", "b", "c"]).figure.axes[0].lines[:] == []


def test_probabilities_over_time_tell_their_means_and_how_often_the_label_changes():
    each = np.zeros((4, 7))
    each[[0, 1, 2, 3], [6, 3, 6, 3]] = 1
    still = np.tile(np.eye(7)[3], (4, 1))
    still[0] = np.nan
    shown = np.array([False, True, True, False])
    picture = figures.over_time({"each frame": each, "smoothed": still}, 3, shown, 15)
    assert "4 frames, of which 2 show it" in picture.description
    assert "each frame: mean 0.50 while it is drawn, 0.50 otherwise, and 3 changes" in picture.description
    assert "smoothed: mean 1.00 while it is drawn, 1.00 otherwise, and 0 changes" in picture.description


def test_the_milliseconds_of_a_frame_add_up_to_a_rate():
    table = pd.DataFrame(
        {"median": [30.0, 10.0, 40.0], "p95": [33.0, 12.0, 45.0]}, index=["find", "predict", "all"]
    )
    picture = figures.milliseconds_of_a_frame(table)
    assert "find 30.0 (95th percentile 33.0), predict 10.0" in picture.description
    assert "40.0, or 25 frames a second" in picture.description
    assert [bar.get_width() for bar in picture.figure.axes[0].patches] == [30, 10]


def test_a_labelled_picture_says_who_is_found_and_how_many_are_not():
    faces = [Labelled(Box(1, 2, 30, 30), np.eye(7)[3] * 0.9 + 0.1 / 7, "happy")]
    picture = figures.labelled(np.zeros((48, 64, 3), np.uint8), faces, missed=2)
    assert "1 faces are found: happy with 91% in a square of 30 pixels" in picture.description
    assert "2 more in the picture are not found" in picture.description
    assert "none" in figures.labelled(np.zeros((48, 64, 3), np.uint8), []).description


def test_the_same_faces_are_drawn_in_a_row_for_each_search():
    faces = draw_puppets(3, seed=0)
    searches = {
        name: SimpleNamespace(faces=faces, found=np.array(found))
        for name, found in (("lighter", [True, True, False]), ("darker", [False, True, False]))
    }
    picture = figures.same_twice(searches, columns=2)
    assert "lighter: 2 are found, of all 3 2; darker: 1 are found, of all 3 1" in picture.description
    titles = [axes.get_title() for axes in picture.figure.axes]
    assert titles == ["found", "found", "missed", "found"]


def test_ways_to_smooth_are_drawn_by_what_they_change():
    ends = ("", "_change", "_change_low", "_change_high")
    columns = [f"{name}{end}" for name in ("flips", "delay") for end in ends]
    rows = [[2, 0, 0, 0, 1, 0, 0, 0], [0.5, -1.5, -2, -1, 3, 2, 1, 3]]
    picture = figures.smoothing(pd.DataFrame(rows, ["none", "exponential"], columns, float))
    assert "Without it the label changes 2.0 times a second" in picture.description
    assert (
        "exponential: -1.5 changes a second (-2.0 to -1.0), +2.0 frames (+1.0 to +3.0)" in picture.description
    )
    assert len(picture.figure.axes) == 2 and "none" not in picture.description
