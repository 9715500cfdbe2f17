"""Every number of a run: its range, its source, and how it is stored."""

import json
from dataclasses import FrozenInstanceError, asdict, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_course.training.augmentation import Augmentation
from fer_course.training.recipe import PROVENANCE, RANGES, Recipe
from fer_course.training.recipes import QUICK, REFERENCE


def as_written_before(recipe, **changes):
    """The JSON of a recipe as the course wrote it when some options had other names."""
    values = asdict(recipe)
    values |= {"teaching": values.pop("distillation"), "epochs_before": values.pop("first_epoch")}
    values["augmentation"] |= {"contrast": changes.pop("contrast", 0.0), "cutmix": 0.0}
    return json.dumps(values | {"tune_optimizer": "adamw"} | changes)


def test_the_source_of_every_number_is_told():
    names = [field.name for field in fields(Recipe)]
    assert list(PROVENANCE) == names and set(RANGES) <= set(names)


def test_a_changed_copy_leaves_the_recipe_as_it_was():
    recipe = QUICK
    assert recipe.but(image_size=48).image_size == 48 and recipe.image_size == 96
    with pytest.raises(FrozenInstanceError):
        recipe.image_size = 96


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(
        ValueError, match=r"Expected names from backbone, .*seed, found learning_rate, epochs"
    ):
        Recipe().but(learning_rate=1, epochs=2)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("image_size", 16),
        ("batch_size", 0),
        ("dropout", 1.0),
        ("dropout", -0.1),
        ("drop_path", 1.0),
        ("head_epochs", -1),
        ("tune_epochs", -1),
        ("head_lr", 0),
        ("tune_lr", -1e-3),
        ("schedule", "step"),
        ("label_smoothing", 1.0),
        ("distillation", 1.1),
        ("distillation", -0.1),
        ("ema_decay", 0.0),
        ("ema_decay", 1.0),
        ("weight_cap", 0),
        ("limit", 0),
        ("first_epoch", -1),
        ("mixed_precision", "fp8"),
    ],
)
def test_a_number_out_of_range_is_refused_by_its_name(name, value):
    with pytest.raises(ValueError, match=f"Expected {name} .*found {value!r}"):
        Recipe().but(**{name: value})


@given(
    st.builds(
        Recipe,
        image_size=st.integers(32, 300),
        dropout=st.floats(0, 0.99),
        head_lr=st.floats(1e-6, 1),
        weight_cap=st.none() | st.floats(0.1, 20),
        limit=st.none() | st.integers(1, 10**6),
        weights=st.none() | st.text(max_size=20),
        augmentation=st.builds(Augmentation, rotation=st.floats(0, 180), flip=st.floats(0, 1)),
    )
)
def test_json_brings_every_recipe_back(recipe):
    again = Recipe.from_json(recipe.to_json())
    assert again == recipe and again.key() == recipe.key()


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "[" * 100_000, '{"augmentation": {}, "colour": 1}', '{"augmentation": {"x": 1}}']
)
def test_json_of_something_else_is_refused(text):
    with pytest.raises(ValueError, match="Expected a recipe as JSON"):
        Recipe.from_json(text)


def test_the_key_changes_with_any_number():
    changes = [{"seed": 1}, {"head_lr": 2e-3}, {"augmentation": Augmentation(flip=0.4)}, {"limit": 10}]
    keys = {Recipe().key(), *(Recipe().but(**change).key() for change in changes)}
    assert len(keys) == 5 and all(len(key) == 8 for key in keys)


def test_a_recipe_stored_under_former_names_is_read():
    assert Recipe.from_json(as_written_before(REFERENCE["reference"])) == REFERENCE["reference"]


@pytest.mark.parametrize("option", [{"tune_optimizer": "sgd"}, {"contrast": 0.2}])
def test_a_stored_recipe_that_used_a_retired_option_is_refused_and_not_read_as_another(option):
    (name,) = option
    with pytest.raises(ValueError, match=f"found {name}=.*which it no longer knows"):
        Recipe.from_json(as_written_before(QUICK, **option))
