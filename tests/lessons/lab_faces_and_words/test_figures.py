"""Figures of notebook 15."""

import numpy as np
import pytest

from fer_course.lessons.lab_faces_and_words import captions, figures


@pytest.fixture(scope="module")
def pairs():
    return captions.puppet_pairs(0, 12, 1)[0]


def test_faces_stand_above_their_captions(pairs):
    picture = figures.captioned(pairs, count=8)
    assert len(picture.figure.axes) == 8 and pairs.captions[7] in picture.description


def test_a_matrix_says_how_near_own_captions_are_and_others(pairs):
    matrix = np.full((4, 4), -0.5)
    np.fill_diagonal(matrix, [0.9, 0.9, 0.9, -0.9])
    told = figures.similarities(matrix, pairs.captions[:4], "After training").description
    assert "Own captions 0.45 on average, others -0.50; 3 faces are nearest to their own" in told


def test_errors_are_drawn_over_the_batches_beside_the_group_s_own():
    picture = figures.errors({"AmorLIP, 4": [(0.4, 0.5)] * 60, "table": [(0.45, 0.6)] * 60})
    assert "AmorLIP, 4 0.40" in picture.description and "the group's own 0.50" in picture.description


def test_hard_pairs_that_are_no_negatives_are_counted(pairs):
    true = np.zeros((12, 12), bool)
    true[0, 3] = True
    picture = figures.hardest(pairs, 0, np.tile(np.arange(1, 6), (12, 1)), true)
    assert "1 of these captions are true of it as well" in picture.description
    assert len(picture.figure.axes) == 6
