"""Figures of notebook 10."""

import numpy as np
import pandas as pd

from fer_course.lessons.lab_two_recipes import figures


def test_every_head_has_a_point_in_every_panel():
    table = pd.DataFrame(
        {
            "accuracy": [60.0, 55],
            "macro-F1": [40.0, 45],
            "recall of disgust": [5.0, 50],
            "precision of disgust": [9.0, 8],
        },
        index=["B2, no weights", "B2, class weights"],
    )
    picture = figures.heads(table)
    assert (
        len(picture.figure.axes) == 4 and "B2, class weights: accuracy 55, macro-F1 45" in picture.description
    )


def test_the_best_try_is_named_with_what_it_has_on_other_faces():
    picture = figures.looks([50.0, 60, 55], [52.0, 53, 54], 55.0, "three tries")
    assert "The best by validation, try 2, has 60.0 % there and 53.0 % on test faces" in picture.description


def test_luck_is_drawn_with_its_mean():
    picture = figures.luck(np.linspace(0, 6, 1001), 3.0)
    assert "3.0 points on average, 95 % of the draws from 0.1 to 5.9" in picture.description


def test_costs_are_written_beside_their_bars():
    table = pd.DataFrame(
        {"milliseconds": [5.0, 20], "parameters": [4.2, 27.8], "multiply_adds": [20.0, 363]}, index=["a", "b"]
    )
    picture = figures.costs(table)
    assert "b: 20 ms · 27.8 M weights · 363 M multiply-adds" in picture.description
