"""The learning rate, step by step."""

import pytest
import torch
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


def test_the_cosine_is_that_of_torch():
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=40)
    for step in range(40):
        assert learning_rate("cosine", 0.3, step / 40) == pytest.approx(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
