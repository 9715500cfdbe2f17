"""Figures of notebook 11."""

import pandas as pd
from lab_runs import RUNS

from fer_course.lessons.lab_few_faces import figures


def test_the_grid_has_a_number_for_every_couple_and_names_the_best():
    runs = pd.concat([RUNS.assign(decay=decay) for decay in (1e-4, 1e-2)], ignore_index=True)
    picture = figures.grid(runs)
    assert [text.get_text() for text in picture.figure.axes[1].texts][:2] == ["40", "40"]
    assert "The best test accuracy has rate 0.03 and decay 0.0001." in picture.description


def test_runs_that_fit_are_filled_and_the_chosen_one_is_pointed_at():
    picture = figures.norms(RUNS, chosen=1)
    assert "3 of 4 runs name 99% of their training faces right" in picture.description
    assert "Chosen: norm 9.0, accuracy 60.0%; the best has 60.0%." in picture.description
    assert [text.get_text() for text in picture.figure.axes[0].texts] == ["chosen"]


def test_numbers_of_faces_are_written_at_their_bars():
    table = pd.DataFrame({"true labels": [900.0, 300], "random labels": [500.0, 250]}, index=["CNN", "MLP"])
    picture = figures.capacities(table)
    assert "CNN: 900 with true labels, 500 with random labels; MLP: 300" in picture.description


def test_shares_that_a_plane_separates_stand_beside_the_theory():
    picture = figures.planes(5, pd.Series({8: 0.75, 10: 0.5}))
    assert "75% of 8, 50% of 10" in picture.description and "one half at 10 points" in picture.description
