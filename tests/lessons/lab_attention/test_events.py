"""A camera that sees only change."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fer_course.lessons.lab_attention import events

FILM = arrays(np.uint8, (3, 4, 4))


def grey(*values):
    """Return a film of one pixel."""
    return np.array(values, np.uint8).reshape(-1, 1, 1)


@pytest.fixture(scope="module")
def films():
    return events.draw_onsets(14, 3)


def test_a_still_face_fires_nothing():
    still = np.repeat(np.random.default_rng(0).integers(0, 256, (1, 8, 8), dtype=np.uint8), 5, 0)
    assert len(events.sensor(still)) == 0


def test_a_pixel_fires_once_for_every_threshold_that_its_light_passes():
    # From 20 + 80 to 20 + 180 the logarithm of light grows by ln 2 = 0.693: four times 0.15.
    found = events.sensor(grey(80, 180), threshold=0.15)
    assert found.sign.tolist() == [1, 1, 1, 1] and found.y.tolist() == [0] * 4
    assert found.when.tolist() == pytest.approx([k * 0.15 / np.log(2) for k in (1, 2, 3, 4)])
    assert events.sensor(grey(180, 80)).sign.tolist() == [-1] * 4


def test_small_changes_add_up_until_they_fire():
    found = events.sensor(grey(100, 108, 116, 124), threshold=0.15)
    assert len(found) == 1 and 2 < found.when[0] < 3


@settings(max_examples=50, deadline=None)
@given(FILM)
def test_the_sum_of_signs_follows_the_light(film):
    found = events.sensor(film, 0.2)
    total = np.zeros((4, 4))
    np.add.at(total, (found.y, found.x), 0.2 * found.sign)
    light = np.log(film.astype(float) + events.DARK)
    assert np.abs(light[-1] - light[0] - total).max() < 0.2 + 1e-9
    assert (np.diff(found.when) >= 0).all() and ((found.when >= 0) & (found.when <= 2)).all()


@settings(max_examples=30, deadline=None)
@given(FILM, st.integers(1, 6))
def test_every_slice_holds_the_same_number_and_the_rest_is_dropped(film, count):
    found = events.sensor(film, 0.1)
    counts = events.slices(found, count, size=4, grid=2)
    assert counts.shape == (count, 2, 2, 2) and counts.dtype.kind == "i"
    assert counts.sum((1, 2, 3)).tolist() == [len(found) // count] * count


def test_brighter_and_darker_are_counted_apart_where_they_were():
    film = np.full((2, 4, 4), 100, np.uint8)
    film[1, 0, 3], film[1, 3, 0] = 255, 20
    counts = events.slices(events.sensor(film), 1, size=4, grid=2)[0]
    assert counts[0, 0, 1] > 0 and counts[0].sum() == counts[0, 0, 1]
    assert counts[1, 1, 0] > 0 and counts[1].sum() == counts[1, 1, 0]


def test_films_begin_at_rest_and_are_the_same_twice(films):
    again = events.draw_onsets(7, 3)
    assert films.frames.shape == (14, events.FRAMES, 48, 48) and len(films) == 14
    assert films.labels.tolist() == [0, 1, 2, 3, 4, 5, 6] * 2
    np.testing.assert_array_equal(films.frames[:7], again.frames)


def test_a_neutral_face_moves_least_if_the_head_is_still():
    still = events.draw_onsets(7, 5, sway=0)
    counts = [len(events.sensor(film)) for film in still.frames]
    assert counts[6] == min(counts) < sorted(counts)[3] / 2


def test_a_moving_camera_returns_to_where_it_began(films):
    moved = events.saccades(films.frames[:2, -1], films.labels[:2])
    assert moved.frames.shape == (2, 7, 48, 48)
    np.testing.assert_array_equal(moved.frames[:, 0], films.frames[:2, -1])
    np.testing.assert_array_equal(moved.frames[:, -1], moved.frames[:, 0])
    # Two steps on: one corner of the triangle, three pixels down.
    np.testing.assert_array_equal(moved.frames[:, 4, :, 3:], moved.frames[:, 0, :, :-3])


def test_inputs_are_logarithms_of_counts(films):
    inputs = events.as_inputs(films, 3)
    assert inputs.shape == (14, 6, 24, 24) and inputs.dtype == torch.float32
    counts = events.slices(events.sensor(films.frames[4]), 3)
    np.testing.assert_allclose(inputs[4].view(3, 2, 24, 24), np.log1p(counts), rtol=1e-6)


def test_shuffling_moves_slices_as_a_whole_and_loses_none():
    inputs = torch.arange(5 * 8).float().view(5, 8, 1, 1).expand(5, 8, 2, 2).contiguous()
    found = events.shuffled(inputs, 1)
    assert torch.equal(found[:, 1::2], found[:, ::2] + 1)
    assert torch.equal(found.sort(1).values, inputs) and not torch.equal(found, inputs)
    assert torch.equal(found, events.shuffled(inputs, 1))


def test_a_photograph_is_one_standardised_picture_at_half_the_size(films):
    found = events.photograph(films)
    small = films.frames[:, -1].reshape(14, 24, 2, 24, 2).mean((2, 4))
    expected = (small - small.mean((1, 2), keepdims=True)) / small.std((1, 2), keepdims=True)
    np.testing.assert_allclose(found[:, 0], expected, atol=1e-3)


def test_two_photographs_tell_what_all_events_add_up_to(films):
    counts = np.stack([events.slices(events.sensor(film), 1)[0] for film in films.frames])
    # Four pixels a cell; each holds less than a threshold back.
    total = events.THRESHOLD * (counts[:, 0] - counts[:, 1]) / 4
    assert np.abs(events.brightened(films)[:, 0].numpy() - total).max() < events.THRESHOLD
