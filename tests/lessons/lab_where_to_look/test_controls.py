"""Noise anywhere, and a mask refined."""

import numpy as np
import torch
from samples import noise_faces

from fer_course.lessons.lab_where_to_look import controls, critical
from fer_course.training.small import new_small


def test_every_network_answers_to_noise_in_and_outside_the_core():
    core = np.zeros((4, 48, 48), bool)
    core[:, 10:30, 10:30] = True
    control = controls.noise(
        {"plain": new_small(0).eval(), "other": new_small(1).eval()}, noise_faces(4), core
    )
    assert "noise of 60 outside the core. plain:" in control.area.value
    control.set(where="inside the core", strength=0, face=2)
    assert "noise of 0 inside the core" in control.area.value and "other:" in control.area.value


def test_a_mask_is_refined_as_often_as_asked_and_cut_where_asked():
    control = controls.refining(
        critical.train_parts(*[torch.rand(3, 1, 24, 24).round()] * 2, epochs=0), torch.rand(3, 1, 24, 24)
    )
    assert "after 10 rounds" in control.area.value
    before = control.area.value
    control.set(rounds=3, face=2, relative=False, cut=0.9)
    assert "after 3 rounds" in control.area.value != before
