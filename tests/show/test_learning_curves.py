"""Learning curves: every epoch in the unit of its axis, and where a phase begins."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from fer_course.show.learning_curves import learning_curves, phases_of


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


HISTORY = pd.DataFrame(
    {"train_loss": [2.0, 1.5, 1.0], "val_accuracy": [0.2, 0.4, 0.5], "stage": ["head", "tune", "tune"]}
)
MEASURES = {"loss (nats)": {"train_loss": "training"}, "accuracy (%)": {"val_accuracy": "validation"}}


def test_an_epoch_belongs_to_its_run_or_else_to_its_stage():
    assert phases_of(HISTORY) == ["stage 1", "stage 2", "stage 2"]
    assert phases_of(HISTORY.assign(phase=["64 px", "64 px", "80 px"])) == ["64 px", "64 px", "80 px"]


def test_learning_curves_are_drawn_in_the_unit_of_their_axis():
    loss, accuracy = learning_curves(HISTORY, MEASURES).axes
    assert loss.lines[0].get_xydata().tolist() == [[1, 2], [2, 1.5], [3, 1]]
    np.testing.assert_allclose(accuracy.lines[0].get_ydata(), [20, 40, 50])
    assert (loss.get_ylabel(), accuracy.get_ylabel()) == ("loss (nats)", "accuracy (%)")


def test_a_line_stands_where_a_phase_begins_with_the_names_of_both_sides():
    axes = learning_curves(HISTORY, MEASURES).axes[0]
    assert axes.lines[1].get_xdata() == [1.5, 1.5]
    assert {text.get_text() for text in axes.texts} == {"training", "stage 1", "stage 2"}
    axes = learning_curves(HISTORY.iloc[1:], MEASURES).axes[0]
    assert len(axes.lines) == 1 and [text.get_text() for text in axes.texts] == ["training"]


def test_the_number_of_an_epoch_is_whole():
    for epochs in (1, 2, 127):
        history = pd.DataFrame(
            {"stage": "tune", "train_loss": np.linspace(2, 1, epochs), "val_accuracy": 0.5}
        )
        ticks = learning_curves(history, MEASURES).axes[0].get_xticks()
        assert (ticks == ticks.round()).all()
