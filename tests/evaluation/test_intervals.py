"""Intervals, against published values and theory."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from fer_course.evaluation.intervals import f1_interval, mean_interval, middle_95, resample, wilson_interval


# Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 1998, table I, method 3.
@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_wilson_interval_has_the_published_values(right, n, low, high):
    assert np.allclose(wilson_interval(right, n), (low, high), atol=5e-5)


def test_the_wilson_interval_of_one_half_of_100_is_exact():
    z2 = 1.959964**2
    half = 1.959964 * np.sqrt(0.25 / 100 + z2 / 40000) / (1 + z2 / 100)
    assert np.allclose(wilson_interval(50, 100), (0.5 - half, 0.5 + half), atol=1e-12)


def test_70_percent_of_one_half_of_the_test_set_is_known_to_about_one_and_a_half_points():
    low, high = wilson_interval(round(0.7 * 3589), 3589)
    assert 0.014 < (high - low) / 2 < 0.0155


def test_without_trials_nothing_is_known():
    assert wilson_interval(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(("right", "n"), [(3, 2), (-1, 2)])
def test_an_impossible_count_is_refused(right, n):
    with pytest.raises(ValueError, match="Expected successes from 0"):
        wilson_interval(right, n)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_wilson_interval_holds_the_share_and_stays_within_0_and_1(counts):
    right, n = counts
    low, high = wilson_interval(right, n)
    assert 0 <= low <= right / n + 1e-12
    assert right / n - 1e-12 <= high <= 1
    mirrored = wilson_interval(n - right, n)
    assert np.allclose((1 - mirrored[1], 1 - mirrored[0]), (low, high), atol=1e-9)
    wider = wilson_interval(right * 4, n * 4)
    assert wider[1] - wider[0] < high - low


def test_the_interval_of_f1_says_how_little_a_few_faces_tell():
    low, high = f1_interval([0, 7, 40, 0], [7, 7, 50, 0], [0, 7, 60, 0])
    assert low[0] == 0 and 0.4 < high[0] < 0.6  # none of seven found: not "0 for certain"
    assert high[1] == 1 and 0.7 < low[1] < 0.85  # all of seven found: not "1 for certain"
    assert low[2] < 2 * 40 / (50 + 60) < high[2]
    assert (low[3], high[3]) == (0, 1)
    share_low, share_high = wilson_interval(40, 70)
    assert low[2] == pytest.approx(2 * share_low / (1 + share_low))
    assert high[2] == pytest.approx(2 * share_high / (1 + share_high))


@given(st.lists(st.integers(0, 50), min_size=3, max_size=3))
def test_the_interval_of_f1_holds_it(counts):
    right, missed, wrongly = counts
    low, high = f1_interval(right, right + missed, right + wrongly)
    f1 = 2 * right / max(2 * right + missed + wrongly, 1)
    assert 0 <= low <= f1 + 1e-12 and f1 - 1e-12 <= high <= 1


def test_the_interval_of_f1_is_as_wide_as_drawing_faces_anew_says():
    rng = np.random.default_rng(0)
    right, missed, wrongly = rng.multinomial(1000, [0.3, 0.1, 0.15, 0.45], size=4000).T[:3]
    spread = np.percentile(2 * right / (2 * right + missed + wrongly), [2.5, 97.5])
    np.testing.assert_allclose(f1_interval(300, 400, 450), spread, atol=0.01)


@given(st.lists(st.integers(0, 20), min_size=1, max_size=8).filter(any), st.integers(0, 5))
def test_every_drawn_data_set_is_as_large_as_the_first_and_has_nothing_new(counts, seed):
    drawn = resample(counts, 10, np.random.default_rng(seed))
    assert drawn.shape == (10, len(counts)) and (drawn.sum(1) == sum(counts)).all()
    assert not drawn[:, np.array(counts) == 0].any()


def test_the_middle_95_percent_leave_out_draws_that_say_nothing():
    assert middle_95([*range(101), np.nan]) == (2.5, 97.5)
    assert np.isnan(middle_95([np.nan])).all()


def test_a_mean_comes_with_an_interval_that_leaves_out_what_is_no_number():
    assert mean_interval([0.5, np.nan, 0.5]) == (0.5, 0.5, 0.5)
    mean, low, high = mean_interval(np.arange(100) / 99)
    assert mean == pytest.approx(0.5)
    assert low == pytest.approx(0.5 - 1.96 * 0.0292, abs=0.01)
    assert high == pytest.approx(0.5 + 1.96 * 0.0292, abs=0.01)
    assert np.isnan(mean_interval([])).all()


@given(st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_wilson_interval_is_that_of_scipy(counts):
    found = stats.binomtest(*counts).proportion_ci(confidence_level=0.95, method="wilson")
    np.testing.assert_allclose(wilson_interval(*counts), (found.low, found.high), atol=1e-7)


def test_the_interval_of_a_mean_is_that_of_scipys_bootstrap():
    values = np.random.default_rng(0).exponential(size=200)
    theirs = stats.bootstrap((values,), np.mean, method="percentile", n_resamples=4000, random_state=0)
    _, low, high = mean_interval(values, draws=4000)
    width = theirs.confidence_interval.high - theirs.confidence_interval.low
    assert (low, high) == pytest.approx(tuple(theirs.confidence_interval), abs=0.05 * width)
