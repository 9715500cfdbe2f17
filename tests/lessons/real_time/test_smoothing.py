"""What smoothing gains and costs: exact on labels that can be followed by hand."""

import numpy as np
import pytest
from networks import tiny_model, with_random_head

from fer_course.camera.smooth import Exponential, Majority
from fer_course.labels import EXPRESSIONS
from fer_course.lessons.real_time.smoothing import (
    MEASURED,
    WAYS,
    compare,
    delays,
    draw_clips,
    is_found,
    look_at,
    shown_labels,
)
from fer_course.puppets.motion import FPS, Motion, draw_motion

HAPPY, SURPRISE, NEUTRAL = (EXPRESSIONS.index(name) for name in ("happy", "surprise", "neutral"))


def motion_of(*curves):
    """Happy, then surprise, with these intensities; there are no pictures."""
    intensity = np.concatenate(curves).astype(np.float32)
    kinds = np.repeat([HAPPY, SURPRISE][: len(curves)], len(curves[0]))
    return Motion(
        frames=np.zeros((len(intensity), 0, 0), np.uint8),
        labels=np.where(intensity >= 0.5, kinds, NEUTRAL),
        intensity=intensity,
        boxes=np.zeros((len(intensity), 4), int),
        expressions=("happy", "surprise")[: len(curves)],
        starts=np.arange(len(curves)) * len(curves[0]),
    )


CURVE = [0, 0.2, 0.6, 1, 1, 1, 0.6, 0.2, 0, 0]


def certain(labels):
    """Probabilities of a network that is sure of these labels; NaN for -1."""
    rows = np.eye(7)[labels]
    rows[np.array(labels) < 0] = np.nan
    return rows


def test_a_delay_is_counted_from_half_of_the_intensity_to_the_first_right_label():
    motion = motion_of(CURVE, CURVE)
    shown = np.full(20, NEUTRAL)
    shown[4:7], shown[11:15] = HAPPY, SURPRISE
    assert delays(motion, shown).tolist() == [2, -1]


def test_an_expression_that_is_not_named_while_it_moves_has_no_delay():
    shown = np.full(20, NEUTRAL)
    # Right labels, but in frames in which nothing moves, or for the other expression.
    shown[[0, 9, 12]] = HAPPY
    shown[3] = SURPRISE
    assert np.isnan(delays(motion_of(CURVE, CURVE), shown)).all()


def test_the_table_of_one_clip_can_be_counted():
    motion = motion_of(CURVE)
    # The apex is in frames 3 to 5: one of them is named wrongly.
    labels = [NEUTRAL, NEUTRAL, NEUTRAL, HAPPY, SURPRISE, HAPPY, HAPPY, NEUTRAL, -1, NEUTRAL]
    table = compare([motion], [certain(labels)], {"none": lambda: Exponential(1)})
    row = table.loc["none"]
    assert row.accuracy == pytest.approx(2 / 3) and row.delay == 1 and row.named == 1
    assert row.flips == pytest.approx(4 / 10 * FPS)
    assert all(row[f"{name}_change"] == 0 for name in MEASURED)


def test_what_smoothing_changes_is_paired_with_no_smoothing():
    motion = motion_of(CURVE)
    labels = [NEUTRAL, NEUTRAL, HAPPY, HAPPY, SURPRISE, HAPPY, HAPPY, NEUTRAL, NEUTRAL, NEUTRAL]
    ways = {"none": lambda: Exponential(1), "majority 3": lambda: Majority(3)}
    table = compare([motion], [certain(labels)], ways)
    row = table.loc["majority 3"]
    assert row.accuracy == 1 and row.accuracy_change == pytest.approx(1 / 3)
    assert row.delay_change == 1 and row.flips_change == pytest.approx(-2 / 10 * FPS)


def test_a_delay_changes_only_where_both_ways_name_the_expression():
    motion = motion_of(CURVE, CURVE)
    labels = [NEUTRAL, NEUTRAL, HAPPY, HAPPY, HAPPY, HAPPY, HAPPY, NEUTRAL, NEUTRAL, NEUTRAL]
    labels += [NEUTRAL, NEUTRAL, NEUTRAL, SURPRISE, *[NEUTRAL] * 6]
    ways = {"none": lambda: Exponential(1), "majority 3": lambda: Majority(3)}
    row = compare([motion], [certain(labels)], ways).loc["majority 3"]
    # The single frame of surprise is outvoted.
    assert row.delay_change == 1 and row.named == 0.5


def test_intervals_are_over_clips_and_hold_the_mean():
    clips = [motion_of(CURVE) for _ in range(6)]
    rng = np.random.default_rng(0)
    rows = [rng.dirichlet(np.full(7, 0.3), 10) for _ in clips]
    table = compare(clips, rows)
    assert list(table.index) == list(WAYS)
    for name in (*MEASURED, *(f"{name}_change" for name in MEASURED)):
        low, mean, high = (table[f"{name}{end}"].dropna() for end in ("_low", "", "_high"))
        assert (low <= mean + 1e-9).all() and (mean <= high + 1e-9).all()
    assert (table.accuracy_high > table.accuracy_low).any()


def test_a_row_of_nan_shows_no_label():
    assert shown_labels(certain([HAPPY, -1])).tolist() == [HAPPY, -1]


def test_clips_have_different_expressions_and_more_of_them_begin_with_the_same():
    clips = draw_clips(2, expressions=2, frames=8)
    assert all(len(set(clip.expressions)) == 2 and len(clip) == 16 for clip in clips)
    (first,) = draw_clips(1, expressions=2, frames=8)
    assert np.array_equal(first.frames, clips[0].frames) and first.expressions == clips[0].expressions


@pytest.mark.parametrize(
    ("box", "found"),
    [
        ((100, 100, 80, 80), True),
        ((130, 130, 60, 60), True),
        ((100, 100, 300, 300), False),
        ((0, 0, 90, 90), False),
    ],
)
def test_a_box_is_the_face_if_it_is_in_the_middle_and_about_as_large(box, found):
    assert is_found(box, (100, 100, 100, 100)) == found


def test_a_moving_puppet_is_looked_at_frame_by_frame():
    model = with_random_head(tiny_model())
    model.trained_size = 32
    rows, found = look_at(model, draw_motion("happy", 8, seed=1, pose=0))
    assert rows.shape == (8, 7) and found.sum() >= 7
    assert np.allclose(rows[found].sum(1), 1) and np.isnan(rows[~found]).all()
