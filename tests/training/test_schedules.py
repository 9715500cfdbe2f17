"""The learning rate, step by step."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_course.training.schedules import PATIENCE, WARM_UP, learning_rate, reductions


def test_cosine_begins_at_the_rate_and_ends_at_zero():
    assert learning_rate("cosine", 2.0, 0) == 2.0
    assert learning_rate("cosine", 2.0, 0.5) == pytest.approx(1.0)
    assert learning_rate("cosine", 2.0, 1) == pytest.approx(0.0)


def test_a_warm_up_rises_from_zero_to_the_rate_and_then_falls_as_the_cosine_does():
    assert learning_rate("warm-up cosine", 2.0, 0) == 0
    assert learning_rate("warm-up cosine", 2.0, WARM_UP / 2) == pytest.approx(1.0)
    assert learning_rate("warm-up cosine", 2.0, WARM_UP) == pytest.approx(2.0)
    assert learning_rate("warm-up cosine", 2.0, (1 + WARM_UP) / 2) == pytest.approx(1.0)
    assert learning_rate("warm-up cosine", 2.0, 1) == pytest.approx(0.0)


@given(st.floats(0, 1), st.lists(st.floats(0, 1)))
def test_constant_never_changes(progress, accuracies):
    assert learning_rate("constant", 0.1, progress, accuracies) == 0.1


def test_plateau_waits_and_then_takes_a_quarter_off():
    better = [0.1, 0.2, 0.3]
    assert learning_rate("plateau", 1.0, 0.5, better + [0.3] * (PATIENCE - 1)) == 1.0
    assert learning_rate("plateau", 1.0, 0.5, better + [0.3] * PATIENCE) == 0.75
    assert learning_rate("plateau", 1.0, 0.5, better + [0.3] * 2 * PATIENCE) == 0.75**2


def test_a_better_epoch_lets_the_waiting_begin_anew():
    assert reductions([0.5] + [0.4] * (PATIENCE - 1) + [0.6] + [0.4] * (PATIENCE - 1)) == 0
