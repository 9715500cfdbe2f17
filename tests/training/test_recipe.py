"""Every number of a run, and what is refused."""

import json
from dataclasses import FrozenInstanceError, asdict, fields
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_course.training.augmentation import Augmentation
from fer_course.training.options import read
from fer_course.training.recipe import PROVENANCE, RANGES, Recipe
from fer_course.training.recipes import PAPER, QUICK, QUICK_PHOTOGRAPHS, RECIPES, REFERENCE, parent_of


def test_the_papers_recipe_has_the_papers_numbers():
    recipe = PAPER
    assert (recipe.backbone, recipe.weights, recipe.image_size) == ("tf_efficientnet_b2", "imagenet", 260)
    assert (recipe.head_epochs, recipe.head_lr, recipe.dropout) == (3, 1e-3, 0.5)
    assert (recipe.tune_epochs, recipe.tune_lr, recipe.weight_decay) == (7, 3e-5, 1e-4)
    assert (recipe.label_smoothing, recipe.batch_size, recipe.schedule) == (0.06, 32, "constant")


def test_the_quick_recipe_keeps_what_the_paper_states():
    paper = PAPER
    for quick in (QUICK, QUICK_PHOTOGRAPHS):
        for name in ("backbone", "label_smoothing", "weight_cap", "weight_decay", "augmentation"):
            assert getattr(quick, name) == getattr(paper, name)


def test_the_quick_recipe_starts_from_the_other_kind_of_face_with_a_new_head():
    puppets, photographs = QUICK, QUICK_PHOTOGRAPHS
    assert (puppets.weights, photographs.weights) == ("fer2013", "puppets")
    assert puppets.new_head and photographs.new_head
    assert photographs.tune_batch_norms and not puppets.tune_batch_norms


def test_the_reference_recipe_needs_nothing_from_outside():
    start = REFERENCE["reference-64"]
    assert start.weights == "puppets" and start.backbone == PAPER.backbone


def test_the_reference_recipe_goes_on_four_times_from_the_run_before_with_larger_images():
    def changed(before, after):
        before, after = asdict(before), asdict(after)
        return {name for name in before if before[name] != after[name]}

    runs = list(REFERENCE.values())
    first, second, third, fourth, fifth, last = runs
    resumed = {"weights", "image_size", "tune_epochs"}
    assert changed(first, second) == resumed
    assert changed(second, third) == resumed | {"distillation", "augmentation"}
    assert changed(second.augmentation, third.augmentation) == {"mixup"}
    assert changed(third, fourth) == resumed
    assert changed(fourth, fifth) == resumed | {"augmentation", "mixed_precision", "first_epoch"}
    assert changed(fourth.augmentation, fifth.augmentation) == {"zoom", "erasing"}
    assert changed(fifth, last) == {"weights", "tune_epochs", "drop_path", "mixed_precision", "first_epoch"}
    assert fifth.first_epoch == sum(run.tune_epochs for run in runs[:-2])
    assert last.first_epoch == sum(run.tune_epochs for run in runs[:-1])
    sizes = [64, 80, 96, 112, 128]
    assert [run.image_size for run in runs] == [*sizes, 128]
    assert [run.weights for run in runs[1:]] == [f"runs/reference-{n}/best.safetensors" for n in sizes]


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


@pytest.mark.parametrize(("name", "value"), [("weights", Path("a")), ("limit", np.int64(5000))])
def test_what_could_not_be_saved_is_refused_before_the_first_epoch(name, value):
    with pytest.raises(
        ValueError, match=rf"Expected {name} as .* or None, found .*; (str|int)\(\) makes it one"
    ):
        Recipe(**{name: value})


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


@pytest.mark.parametrize(
    ("key", "recipe"),
    [
        ("72aa0dac", "paper"),
        ("572ad202", "quick"),
        ("eddbb56b", "quick-photographs"),
        ("e845bc85", "reference-64"),
        ("bf5a27a5", "reference-80"),
        ("add59c71", "reference-96"),
        ("4f2964fb", "reference-112"),
        ("b57ae27d", "reference-128"),
        ("6e93c5df", "reference"),
    ],
)
def test_keys_are_those_of_before_options_were_renamed_so_that_runs_are_found(key, recipe):
    assert RECIPES[recipe].key() == key


def as_written_before(recipe, **changes):
    """The JSON of a recipe as the course wrote it when some options had other names."""
    values = asdict(recipe)
    values |= {"teaching": values.pop("distillation"), "epochs_before": values.pop("first_epoch")}
    values["augmentation"] |= {"contrast": changes.pop("contrast", 0.0), "cutmix": 0.0}
    return json.dumps(values | {"tune_optimizer": "adamw"} | changes)


def test_a_recipe_stored_under_former_names_is_read():
    assert Recipe.from_json(as_written_before(REFERENCE["reference"])) == REFERENCE["reference"]


@pytest.mark.parametrize("option", [{"tune_optimizer": "sgd"}, {"contrast": 0.2}])
def test_a_stored_recipe_that_used_a_retired_option_is_refused_and_not_read_as_another(option):
    (name,) = option
    with pytest.raises(ValueError, match=f"found {name}=.*which it no longer knows"):
        Recipe.from_json(as_written_before(QUICK, **option))


def test_every_run_of_the_chain_names_the_one_before():
    assert [parent_of(recipe) for recipe in REFERENCE.values()] == [None, *list(REFERENCE)[:-1]]
    assert parent_of(PAPER) is None


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
