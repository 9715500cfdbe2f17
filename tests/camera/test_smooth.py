"""Smoothing over time: exact on numbers that can be followed by hand."""

import numpy as np
import pytest

from fer_course.camera.smooth import Exponential, Majority, flips, smooth

HAPPY, SAD = np.eye(7)[3], np.eye(7)[4]


def test_a_running_mean_gives_the_newest_frame_its_weight():
    smoother = Exponential(0.25)
    assert smoother.update(HAPPY).tolist() == HAPPY.tolist()
    assert smoother.update(SAD).tolist() == [0, 0, 0, 0.75, 0.25, 0, 0]
    assert smoother.update(SAD)[[3, 4]].tolist() == [0.5625, 0.4375]
    # After three frames the old label has less than half: log(0.5) / log(0.75) is 2.4.
    assert smoother.update(SAD).argmax() == 4


def test_a_weight_of_one_changes_nothing():
    rows = np.random.default_rng(0).dirichlet(np.ones(7), 5)
    assert np.array_equal(smooth(rows, Exponential(1)), rows)


def test_smoothed_probabilities_add_up_to_one():
    rows = np.random.default_rng(0).dirichlet(np.ones(7), 30)
    for smoother in (Exponential(0.3), Majority(4)):
        assert np.allclose(smooth(rows, smoother).sum(1), 1)


def test_a_majority_needs_more_than_half_of_the_window():
    smoother = Majority(5)
    shown = [smoother.update(row).argmax() for row in (HAPPY, HAPPY, HAPPY, SAD, SAD, SAD)]
    assert shown == [3, 3, 3, 3, 3, 4]


def test_one_odd_frame_is_outvoted():
    shown = smooth(np.stack([HAPPY, HAPPY, SAD, HAPPY, HAPPY]), Majority(3)).argmax(1)
    assert shown.tolist() == [3] * 5


def test_of_equals_the_one_seen_last_wins():
    smoother = Majority(2)
    smoother.update(SAD)
    assert smoother.update(HAPPY).argmax() == 3
    assert smoother.update(SAD).argmax() == 4


def test_a_window_of_one_shows_each_frame_s_label():
    rows = np.random.default_rng(1).dirichlet(np.ones(7), 20)
    assert np.array_equal(smooth(rows, Majority(1)).argmax(1), rows.argmax(1))


def test_where_no_face_is_found_the_last_one_stands():
    lost = np.full(7, np.nan)
    found = smooth(np.stack([lost, HAPPY, lost, lost, SAD]), Exponential(0.5))
    assert np.isnan(found[0]).all() and np.array_equal(found[1:4], [HAPPY] * 3)
    assert found[4, [3, 4]].tolist() == [0.5, 0.5]


def test_what_was_returned_is_not_changed_by_the_next_frame():
    smoother = Exponential(0.5)
    first = smoother.update(HAPPY)
    first[:] = 0
    assert smoother.update(SAD).tolist() == [0, 0, 0, 0.5, 0.5, 0, 0]


@pytest.mark.parametrize(
    ("labels", "number"),
    [([3, 3, 3], 0), ([3, 4, 3], 2), ([3, -1, 3], 0), ([-1, 3, -1, 4], 1), ([], 0)],
)
def test_a_change_of_the_shown_label_is_a_flip(labels, number):
    assert flips(np.array(labels)) == number


def test_smoothing_calms_a_label_that_jumps():
    rng = np.random.default_rng(2)
    rows = 0.6 * HAPPY + 0.4 * rng.dirichlet(np.full(7, 0.2), 200)
    rows[rng.random(200) < 0.1] = SAD
    plain = flips(rows.argmax(1))
    assert plain > 20
    for smoother in (Exponential(0.35), Majority(5)):
        assert flips(smooth(rows, smoother).argmax(1)) < 0.7 * plain


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: Exponential(0), "Expected a weight above 0 and up to 1, found 0"),
        (lambda: Exponential(float("nan")), "found nan"),
        (lambda: Majority(0), "Expected a window of 1 frame or more, found 0"),
        (lambda: Majority(2.5), "found 2.5"),
        (
            lambda: Exponential().update(np.ones((2, 7)) / 7),
            "Expected 7 probabilities of one face, found \\(2, 7\\)",
        ),
        (lambda: Exponential().update(np.ones(7)), "which add up to 1, found .* take softmax"),
        (lambda: Majority().update(np.array([2, -1, 0, 0, 0, 0, 0])), "which add up to 1"),
        (lambda: smooth(HAPPY, Majority()), "shape \\(T, 7\\), found \\(7,\\)"),
    ],
)
def test_what_cannot_be_smoothed_is_told_in_one_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
