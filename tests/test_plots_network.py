"""The figures of notebook 03."""

import pandas as pd

from fer_course import plots_network as plots
from fer_course.augmentation import Augmentation
from fer_course.evaluation import evaluate
from fer_course.plots import Picture

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


def test_shapes_are_told_from_left_to_right():
    picture = plots.show_shapes([("image", 1, 64), ("conv_stem", 32, 32), ("conv_head", 1408, 2)])
    assert isinstance(picture, Picture)
    assert "image 1 × 64 × 64, conv_stem 32 × 32 × 32, conv_head 1,408 × 2 × 2" in picture.description


def test_sizes_are_told_in_millions_and_billions():
    table = pd.DataFrame(
        {"parameters": [7.7e6, 134.3e6], "multiply_adds": [0.65e9, 15.4e9]}, index=["b2", "vgg16"]
    )
    words = plots.plot_sizes(table).description
    assert "b2 7.7 million parameters and 0.65 billion" in words and "vgg16 134.3 million" in words


def test_feature_shares_stand_beside_the_baseline():
    words = plots.plot_feature_shares({"random": 0.2, "puppets": 0.5}, 0.25).description
    assert "random 20.0%, puppets 50.0%" in words and "25.0%" in words
