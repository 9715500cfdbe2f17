"""Types of options, and options read from text."""

from pathlib import Path

import numpy as np
import pytest

from fer_course.training.options import read
from fer_course.training.recipe import Recipe
from fer_course.training.recipes import QUICK


@pytest.mark.parametrize(("name", "value"), [("weights", Path("a")), ("limit", np.int64(5000))])
def test_what_could_not_be_saved_is_refused_before_the_first_epoch(name, value):
    with pytest.raises(
        ValueError, match=rf"Expected {name} as .* or None, found .*; (str|int)\(\) makes it one"
    ):
        Recipe(**{name: value})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"image_size": "64"}, "Expected image_size as int, found '64'"),
        ({"head_epochs": 1.5}, r"Expected head_epochs as int, found 1\.5"),
        ({"tune_batch_norms": "no"}, "Expected tune_batch_norms as bool, found 'no'"),
        ({"batch_size": True}, "Expected batch_size as int, found True"),
        ({"augmentation": None}, "Expected augmentation as Augmentation, found None"),
        ({"seed": -1}, "Expected seed of 0 or more, found -1"),
        ({"weight_decay": -0.1}, r"Expected weight_decay of 0 or more, found -0\.1"),
    ],
)
def test_numbers_of_another_type_are_refused_before_anything_is_trained(change, said):
    with pytest.raises(ValueError, match=said):
        QUICK.but(**change)


def test_a_whole_number_passes_where_a_number_is_wanted():
    assert QUICK.but(dropout=0, ema_decay=None, weight_cap=3).weight_cap == 3


def test_numpys_floats_pass_as_numbers_and_none_only_where_it_is_an_answer():
    assert Recipe(tune_lr=np.float64(1e-4)).tune_lr == 1e-4
    with pytest.raises(ValueError, match="Expected seed as int, found None"):
        Recipe(seed=None)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("limit", "none", None),
        ("limit", "12", 12),
        ("compile", "True", True),
        ("tune_lr", "3e-4", 3e-4),
        ("ema_decay", "0.9", 0.9),
        ("weights", "none", None),
        ("weights", "a.safetensors", "a.safetensors"),
    ],
)
def test_a_text_is_read_as_the_type_of_its_option(name, text, value):
    assert read(Recipe, name, text) == value


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("compile", "1", "Expected compile as bool, found '1'"),
        ("seed", "1.5", r"Expected seed as int, found '1\.5'"),
        ("limit", "some", "Expected limit as int or None, found 'some'"),
        ("rate", "1", "Expected one of backbone, .*, found 'rate'"),
    ],
)
def test_a_text_of_another_type_is_refused(name, text, said):
    with pytest.raises(ValueError, match=said):
        read(Recipe, name, text)
