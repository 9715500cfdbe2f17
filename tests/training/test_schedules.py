"""The learning rate, step by step."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_course.training.schedules import WARM_UP, learning_rate


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


@given(st.floats(0, 1))
def test_constant_never_changes(progress):
    assert learning_rate("constant", 0.1, progress) == 0.1
