"""The figures of notebook 04."""

import numpy as np
import pandas as pd
import pytest

from fer_course.evaluation.metrics import evaluate
from fer_course.lessons.two_stage_training import figures
from fer_course.training.augmentation import Augmentation

HISTORY = pd.DataFrame(
    {
        "epoch": [1, 2, 3],
        "stage": ["head", "head", "tune"],
        "train_loss": [1.9, 1.7, 1.5],
        "train_accuracy": [0.2, 0.3, 0.4],
        "val_loss": [1.8, 1.75, 1.25],
        "val_accuracy": [0.25, 0.35, 0.625],
        "val_macro_recall": [0.2, 0.3, 0.5],
    }
)


def test_draws_count_their_mirrors_and_repeat_with_the_seed():
    image = np.arange(48 * 48, dtype=np.uint16).reshape(48, 48).astype(np.uint8)
    always = Augmentation.none().but(flip=1.0)
    first, again = (figures.draws(image, always, size=32, n=5, seed=3) for _ in range(2))
    assert "5 draws" in first.description and "5 of them mirrored" in first.description
    assert first.png() == again.png()


def test_a_face_that_is_turned_upside_down_is_not_counted_as_mirrored():
    turned = Augmentation.none().but(rotation=180.0)
    words = figures.draws(np.zeros((48, 48), np.uint8), turned, size=32, n=12).description
    assert "0 of them mirrored" in words


@pytest.mark.parametrize("n", [1, 6, 12])
def test_draws_have_a_panel_each_and_one_for_the_face(n):
    picture = figures.draws(np.zeros((48, 48), np.uint8), Augmentation(), size=32, n=n)
    assert sum(bool(axes.images) for axes in picture.figure.axes) == n + 1


def test_draws_stand_in_as_many_columns_as_asked():
    picture = figures.draws(np.zeros((48, 48), np.uint8), Augmentation(), size=32, n=7, columns=4)
    assert {axes.get_subplotspec().get_gridspec().ncols for axes in picture.figure.axes} == {4}


def test_each_step_goes_against_the_gradient():
    # At -1 the gradient is -6, at 0.8 it is -2.4.
    assert figures.descend(-1.0, 0.3, 2) == pytest.approx([-1.0, 0.8, 1.52])


@pytest.mark.parametrize(
    ("rate", "told"),
    [
        (0.02, "still far away"),
        (0.5, "it arrives"),
        (0.8, "it overshoots, and arrives"),
        (0.96, "it overshoots, and comes closer slowly"),
        (1.0, "it jumps from side to side for ever"),
        (1.2, "every step lands further away: it diverges"),
    ],
)
def test_a_descent_says_what_its_rate_does(rate, told):
    assert told in figures.descent(rate).description


def test_a_descent_tells_where_the_weight_ends():
    words = figures.descent(0.5, steps=1).description
    assert "After 1 steps the weight is 2.00 and the loss 0.50" in words


def test_a_learning_rate_of_nothing_is_refused():
    with pytest.raises(ValueError, match="Expected a learning rate above 0, found 0"):
        figures.descent(0)


def test_a_history_is_told_epoch_by_epoch_with_its_stage():
    words = figures.history(HISTORY).description
    assert "after epoch 2 (stage 1) validation loss 1.75, validation accuracy 35.0%" in words
    assert "after epoch 3 (stage 2) validation loss 1.25, validation accuracy 62.5%" in words


@pytest.mark.parametrize("rows", [slice(0, 1), slice(0, 2), slice(2, 3)])
def test_a_history_of_one_stage_or_one_epoch_can_be_drawn(rows):
    assert figures.history(HISTORY.iloc[rows]).png().startswith(b"\x89PNG")


def test_recall_before_and_after_is_told_per_class():
    labels = np.arange(7).repeat(4)
    wrong = np.where(labels == 1, 0, labels)
    words = figures.recall_change(
        evaluate(wrong, labels).per_class, evaluate(labels, labels).per_class
    ).description
    assert "disgust 0% to 100%" in words and "happy 100% to 100%" in words


def test_a_label_without_faces_has_no_recall_to_change():
    labels = np.arange(1, 7).repeat(4)
    table = evaluate(labels, labels).per_class
    picture = figures.recall_change(table, table)
    assert "angry no faces" in picture.description and "happy 100% to 100%" in picture.description
    points = picture.figure.axes[0].collections[-1].get_offsets()
    np.testing.assert_allclose(points, [(1, row + 0.14) for row in range(1, 7)])


def test_how_far_a_weight_moved_is_told_by_part():
    words = figures.block_change({"conv_stem": 0.0123, "classifier": 0.5}).description
    assert "conv_stem 0.0123, classifier 0.5000" in words


def test_a_run_in_the_place_of_its_history_is_refused():
    with pytest.raises(ValueError, match=r"Expected a table, found dict; pass run\.history"):
        figures.history({})
