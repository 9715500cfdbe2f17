"""The course's recipes: the paper's, the quick ones, and the chain that made the reference model."""

from dataclasses import asdict

import pytest

from fer_course.training.recipes import (
    INSIDEOUT_PROVENANCE,
    PAPER,
    QUICK,
    QUICK_PHOTOGRAPHS,
    RECIPES,
    REFERENCE,
    parent_of,
)


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


def test_every_run_of_the_chain_names_the_one_before():
    assert [parent_of(recipe) for recipe in REFERENCE.values()] == [None, *list(REFERENCE)[:-1]]
    assert parent_of(PAPER) is None


def test_insideout_freezes_its_backbone_weights_every_class_and_says_where_each_number_is_from():
    recipe = RECIPES["insideout"]
    assert (recipe.backbone, recipe.weights, recipe.tune_epochs) == ("tf_efficientnetv2_s", "imagenet", 0)
    # Disgust's balanced weight is the largest, 9.4: the cap reaches none.
    assert recipe.weight_cap > 28_709 / 7 / 436
    changed = {name for name, value in asdict(recipe).items() if asdict(PAPER)[name] != value}
    assert changed <= set(INSIDEOUT_PROVENANCE) <= set(asdict(recipe))
