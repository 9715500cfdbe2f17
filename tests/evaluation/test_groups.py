"""Figures of groups: exact on small examples, as statsmodels has them, and narrower where faces are paired."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_course.evaluation.groups import by_group, gap, paired_gap, smallest_visible_gap
from fer_course.evaluation.intervals import wilson_interval
from fer_course.labels import EXPRESSIONS

LABELS = np.array([0, 0, 3, 3, 3, 6])
PREDICTED = np.array([0, 3, 3, 3, 0, 6])
GROUPS = np.array(["dim", "bright", "dim", "bright", "bright", "dim"])


def test_accuracy_and_recall_are_counted_within_each_group():
    table = by_group(PREDICTED, LABELS, GROUPS)
    assert list(table.index) == ["bright", "dim"] and table.n.tolist() == [3, 3]
    assert table.accuracy["bright"] == pytest.approx(1 / 3) and table.accuracy["dim"] == 1
    assert table.loc["bright", ["accuracy_low", "accuracy_high"]].tolist() == pytest.approx(
        wilson_interval(1, 3)
    )
    assert table.happy.tolist() == [0.5, 1] and table.angry.tolist() == [0, 1]
    assert np.isnan(table.neutral["bright"]) and table.neutral["dim"] == 1
    assert table.macro_recall["bright"] == pytest.approx((0 + 0.5) / 2)


def test_logits_are_taken_as_the_labels_that_they_name():
    logits = np.eye(7)[PREDICTED]
    assert by_group(logits, LABELS, GROUPS).equals(by_group(PREDICTED, LABELS, GROUPS))


def test_the_groups_come_in_the_order_asked_for_and_an_empty_one_is_unknown():
    table = by_group(PREDICTED, LABELS, GROUPS, order=["dim", "bright", "dark"])
    assert list(table.index) == ["dim", "bright", "dark"]
    assert table.n["dark"] == 0 and np.isnan(table.accuracy["dark"])
    with pytest.raises(ValueError, match="found none for dim"):
        by_group(PREDICTED, LABELS, GROUPS, order=["bright"])


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.booleans()), min_size=1, max_size=60))
def test_the_groups_together_are_all_faces(rows):
    predicted, labels, groups = (np.array(column) for column in zip(*rows, strict=True))
    table = by_group(predicted, labels, groups)
    assert table.n.sum() == len(rows)
    assert (table.n * table.accuracy).sum() == pytest.approx((predicted == labels).sum())
    assert ((table.accuracy_low <= table.accuracy) & (table.accuracy <= table.accuracy_high)).all()


def test_the_gap_of_two_groups_is_newcombe_s():
    # Newcombe 1998, table II, example (a): 56/70 against 48/80, method 10: 0.0524 to 0.3339.
    right = np.r_[np.repeat([1, 0], [56, 14]), np.repeat([1, 0], [48, 32])]
    first = np.arange(150) < 70
    assert gap(1 - right, np.zeros(150, int), first, ~first) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def test_a_gap_needs_two_groups_that_share_no_face():
    for others in (np.zeros(6, bool), np.ones(6, bool)):
        with pytest.raises(ValueError, match="two groups"):
            gap(PREDICTED, LABELS, GROUPS == "dim", others)


def test_the_same_faces_twice_give_a_narrower_interval_than_two_groups():
    rng = np.random.default_rng(0)
    hard = rng.random(400) < 0.3
    before = ~hard
    after = before & (rng.random(400) > 0.05)
    difference, low, high = paired_gap(before, after)
    assert difference == pytest.approx(after.mean() - before.mean()) and low < difference < high < 0
    labels, both = np.zeros(800, int), np.r_[after, before]
    apart = gap(1 - both.astype(int), labels, np.arange(800) < 400, np.arange(800) >= 400)
    assert high - low < 0.6 * (apart[2] - apart[1])
    assert paired_gap(before, before) == (0, 0, 0)
    with pytest.raises(ValueError, match="same faces twice"):
        paired_gap(before, after[:10])


def test_small_groups_show_large_gaps_only():
    assert smallest_visible_gap(100, 100, 0.5) == pytest.approx(1.959964 * np.sqrt(0.5 / 100))
    assert smallest_visible_gap(25, 25, 0.8) > smallest_visible_gap(1000, 1000, 0.8)
    with pytest.raises(ValueError, match="two groups"):
        smallest_visible_gap(0, 10, 0.5)


@pytest.mark.parametrize("groups", [GROUPS[:3], np.array([])])
def test_groups_of_other_faces_are_refused(groups):
    with pytest.raises(ValueError, match="one entry for each face"):
        by_group(PREDICTED, LABELS, groups)


def test_every_label_has_its_recall():
    assert set(EXPRESSIONS) <= set(by_group(PREDICTED, LABELS, GROUPS))
