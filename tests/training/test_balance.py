import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.utils.class_weight import compute_class_weight

from fer_course.labels import EXPRESSIONS, FER2013_COUNTS
from fer_course.training.balance import class_weights, effective_number_weights, imbalance_ratio, long_tail

PUBLISHED = FER2013_COUNTS["Training"]
some_counts = st.lists(st.integers(1, 10_000), min_size=2, max_size=7)


def test_the_published_ratio_is_sixteen_and_a_half_to_one():
    assert round(imbalance_ratio(PUBLISHED), 1) == 16.5


def test_a_class_without_images_does_not_make_the_ratio_infinite():
    assert imbalance_ratio([0, 2, 8]) == 4


def test_the_published_weight_of_disgust_is_nine_point_four():
    assert class_weights(PUBLISHED)[1] == pytest.approx(28_709 / (7 * 436))


def test_weights_are_those_of_scikit_learn():
    labels = np.repeat([0, 1, 2], [5, 1, 14])
    expected = compute_class_weight("balanced", classes=np.arange(3), y=labels)
    np.testing.assert_allclose(class_weights([5, 1, 14]), expected, rtol=1e-6)


def test_a_cap_lowers_only_what_is_above_it():
    np.testing.assert_allclose(class_weights([1, 4], cap=2), [2, 0.625])


def test_a_class_without_images_weighs_nothing():
    np.testing.assert_allclose(class_weights([0, 3, 3]), [0, 2 / 3, 2 / 3], rtol=1e-6)
    assert effective_number_weights([0, 3, 3]).tolist() == [0, 1, 1]


@given(some_counts)
def test_under_balanced_weights_every_class_weighs_the_same_in_total(counts):
    totals = class_weights(counts) * np.array(counts)
    np.testing.assert_allclose(totals, sum(counts) / len(counts), rtol=1e-5)


@given(some_counts, st.floats(0.1, 10))
def test_no_weight_is_above_the_cap(counts, cap):
    assert (class_weights(counts, cap) <= np.float32(cap)).all()


@given(some_counts)
def test_effective_numbers_run_from_equal_weights_to_inverse_counts(counts):
    np.testing.assert_allclose(effective_number_weights(counts, 0.0), 1)
    inverse = 1 / np.array(counts)
    nearly = effective_number_weights(counts, 1 - 1e-9)
    np.testing.assert_allclose(nearly, inverse / inverse.mean(), rtol=1e-3)


def test_effective_numbers_by_hand():
    # beta 0.5: one image counts 1, two count 1.5; weights 1 and 2/3, over their mean 5/6.
    np.testing.assert_allclose(effective_number_weights([1, 2], 0.5), [1.2, 0.8], rtol=1e-6)


@pytest.mark.parametrize("counts", [[], [0, 0], [3, -1], [[1, 2]]])
def test_counts_that_cannot_be_are_refused_in_one_sentence(counts):
    for function in (imbalance_ratio, class_weights, effective_number_weights):
        with pytest.raises(ValueError, match="Expected one count per class"):
            function(counts)


def test_a_cap_of_zero_and_a_beta_of_one_are_refused():
    with pytest.raises(ValueError, match="cap above 0"):
        class_weights([1, 2], cap=0)
    with pytest.raises(ValueError, match="Expected beta"):
        effective_number_weights([1, 2], beta=1)


def test_labels_or_counts_in_another_order_are_no_counts():
    with pytest.raises(ValueError, match="Expected one count per class"):
        class_weights(np.arange(70) % 7)
    with pytest.raises(
        ValueError, match=r"Expected counts in the order of the labels, found the order \[3, 0"
    ):
        class_weights(pd.Series([9, 1, 1, 1, 1, 1, 1], index=[3, 0, 1, 2, 4, 5, 6]))
    named = pd.Series([1, 1, 1, 9, 1, 1, 1], index=EXPRESSIONS)
    assert class_weights(named).argmin() == 3


def test_a_long_tail_falls_by_the_same_factor_from_class_to_class():
    labels = np.repeat([0, 1, 2], [60, 200, 90])
    kept = long_tail(labels, 25)
    assert np.bincount(labels[kept]).tolist() == [
        8,
        200,
        40,
    ]  # in their order by size, each a fifth of the one before
    assert (np.diff(kept) > 0).all()


def test_a_class_that_is_too_small_for_the_tail_keeps_all_its_faces_and_none_is_lost():
    labels = np.repeat([0, 2, 3], [3, 100, 4])
    assert np.bincount(labels[long_tail(labels, 4)]).tolist() == [3, 0, 100, 4]
    assert np.bincount(labels[long_tail(labels, 10_000)]).tolist() == [1, 0, 100, 1]


def test_another_seed_keeps_other_faces_of_the_tail():
    labels = np.repeat([0, 1], [100, 50])
    first, again, other = (long_tail(labels, 10, seed) for seed in (0, 0, 1))
    assert (first == again).all() and (first != other).any()


def test_a_tail_of_no_labels_and_a_ratio_below_one_are_refused():
    for labels, ratio in (([], 10), ([0, 1], 0.5), ([0, 1], float("nan"))):
        with pytest.raises(ValueError, match="Expected labels and a ratio of 1 or more"):
            long_tail(labels, ratio)


@pytest.mark.parametrize("counts", [{"happy": 3, "sad": 4}, "happy"])
def test_counts_without_an_order_are_refused(counts):
    with pytest.raises(ValueError, match=r"Expected counts in the order of the labels, found (dict|str)"):
        class_weights(counts)
