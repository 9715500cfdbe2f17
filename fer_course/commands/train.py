"""The command ``train``: split, train, and report on validation faces."""

import os
from pathlib import Path

from fer_course.commands.shared import course_of, data_options, first_process, table_of
from fer_course.evaluation.metrics import evaluate
from fer_course.evaluation.predict import predict
from fer_course.training.augmentation import Augmentation
from fer_course.training.fit import fit
from fer_course.training.options import read
from fer_course.training.recipe import Recipe
from fer_course.training.recipes import RECIPES, best_of, parent_of, quick
from fer_course.training.soft_labels import teacher_size


def add(commands):
    """Add the command to those of the command line."""
    train = commands.add_parser(
        "train", parents=[data_options()], help="train a network; never touches the test set"
    )
    train.add_argument(
        "--recipe", choices=RECIPES, help="default: quick (by the faces) or paper, by the profile"
    )
    train.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="changes")
    train.add_argument(
        "--folder", type=Path, help="for checkpoints (default: one in runs/, by data and recipe)"
    )
    train.add_argument("--seed", type=int, default=0)
    train.add_argument("--quiet", action="store_true", help="no progress bars")
    train.set_defaults(run=run)


def run(options):
    """Split, train, and print the history and the figures on validation faces."""
    profile = options.profile or os.environ.get("FER_PROFILE") or "quick"
    name = options.recipe or ("paper" if profile == "full" else "quick")
    puppets = (options.data or os.environ.get("FER_DATA") or "puppets") == "puppets"
    recipe = quick(puppets) if name == "quick" else RECIPES[name]
    # A mistyped recipe, or a start that is missing or no teacher, is reported before data is read.
    recipe = changed(recipe.but(seed=options.seed), options.changes)
    resumed = options.folder and (options.folder / "last.safetensors").is_file()
    parent = parent_of(recipe)
    if parent and not resumed and not Path(recipe.weights).is_file():
        raise FileNotFoundError(
            f"Expected the parent run of this recipe in {recipe.weights}, found no such file; first run train --recipe "
            f"{parent} --folder {Path(best_of(parent)).parent} in this folder, or choose another start, as in --set "
            "weights=fer2013."
        )
    if recipe.distillation and not resumed:
        teacher_size(recipe)
    course = course_of(options, recipe)
    run = fit(
        recipe,
        course.train,
        course.validation,
        folder=options.folder or course.folder,
        device=options.device,
        progress=not options.quiet,
    )
    if not first_process():
        return
    print(f"\n{run.history.to_string(index=False, float_format='{:.4g}'.format)}\n")
    result = evaluate(predict(run.model, course.validation), course.validation.labels)
    print(f"Validation: {result}\n{table_of(result)}")
    print(f"Weights: {run.folder / ('best.safetensors' if recipe.tune_epochs else 'head.safetensors')}")


def changed(recipe: Recipe, changes: list[str]) -> Recipe:
    """Return a recipe with ``NAME=VALUE`` texts applied: ``image_size=96``, ``weights=none``, ``augmentation=none``.

    Raises
    ------
    ValueError
        If a text is not of this form, names nothing of the recipe, or its value is of another type.
    """
    for text in changes:
        name, equals, value = text.partition("=")
        if not equals:
            raise ValueError(f"Expected --set NAME=VALUE, found {text!r}.")
        if name == "augmentation" and value.lower() == "none":
            recipe = recipe.but(augmentation=Augmentation.none())
        elif name.startswith("augmentation."):
            name = name.removeprefix("augmentation.")
            value = read(Augmentation, name, value)
            recipe = recipe.but(augmentation=recipe.augmentation.but(**{name: value}))
        else:
            recipe = recipe.but(**{name: read(Recipe, name, value)})
    return recipe
