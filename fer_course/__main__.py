"""The course's steps without a notebook: ``python -m fer_course train …`` and ``python -m fer_course evaluate …``.

On several GPUs: ``accelerate launch -m fer_course train …``.
"""

import argparse
import contextlib
import io
import json
import os
import sys
from pathlib import Path

import torch

from fer_course.course import Course, setup
from fer_course.evaluation.calibration import expected_calibration_error
from fer_course.evaluation.metrics import evaluate
from fer_course.evaluation.predict import predict
from fer_course.files import atomic_write
from fer_course.model.network import build_model
from fer_course.model.weights import SHIPPED, metadata_of
from fer_course.training.augmentation import Augmentation
from fer_course.training.fit import fit
from fer_course.training.options import read
from fer_course.training.recipe import Recipe
from fer_course.training.recipes import RECIPES, best_of, parent_of, quick
from fer_course.training.soft_labels import teacher_size

SPLITS = ("test", "PublicTest", "PrivateTest", "validation")


def main(arguments=None) -> int:
    """Run a command.

    Parameters
    ----------
    arguments : list of str, optional
        Those of the command line, if not given.

    Returns
    -------
    int
        0, or 2 after one sentence on what was wrong.
    """
    options = parser().parse_args(arguments)
    try:
        return options.run(options) or 0
    except (ValueError, ImportError, OSError) as error:  # OSError: no such file, no connection, a full disk
        print(f"fer_course: {error}", file=sys.stderr)
        return 2
    except torch.OutOfMemoryError:
        print(
            "fer_course: The GPU's memory is too small for this; take smaller batches (--set batch_size=16) or smaller "
            "images (--set image_size=128).",
            file=sys.stderr,
        )
        return 2
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line."""
    top = argparse.ArgumentParser(prog="python -m fer_course", description=__doc__.splitlines()[0])
    commands = top.add_subparsers(required=True, metavar="train|evaluate")
    data = argparse.ArgumentParser(add_help=False)
    data.add_argument(
        "--data", help="puppets, kaggle, huggingface or a path (default: FER_DATA, else puppets)"
    )
    data.add_argument("--profile", choices=("quick", "full"), help="depth (default: FER_PROFILE, else quick)")
    data.add_argument("--device", choices=("cpu", "cuda"), help="default: cuda if there is a GPU")

    train = commands.add_parser("train", parents=[data], help="train a network; never touches the test set")
    train.add_argument(
        "--recipe", choices=RECIPES, help="default: quick (by the faces) or paper, by the profile"
    )
    train.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="changes")
    train.add_argument(
        "--folder", type=Path, help="for checkpoints (default: one in runs/, by data and recipe)"
    )
    train.add_argument("--seed", type=int, default=0)
    train.add_argument("--quiet", action="store_true", help="no progress bars")
    train.set_defaults(run=run_train)

    measure = commands.add_parser("evaluate", parents=[data], help="measure a trained network")
    measure.add_argument(
        "--weights", required=True, help="best.safetensors of a run, or fer2013: the shipped model"
    )
    measure.add_argument(
        "--views", type=int, choices=(1, 2, 10), default=1, help="of each face, to be averaged"
    )
    measure.add_argument("--split", choices=SPLITS, default="test")
    measure.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file as well")
    measure.set_defaults(run=run_evaluate)
    return top


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


def _first_process() -> bool:
    """Return whether this is the one of several processes that prints.

    ``RANK`` alone says nothing: a cluster may have left it behind. A launcher sets the other one too.
    """
    return "TORCHELASTIC_RUN_ID" not in os.environ or os.environ.get("RANK", "0") == "0"


def _course(options, recipe: Recipe) -> Course:
    with contextlib.ExitStack() as stack:
        if not _first_process():
            stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        return setup(options.data, options.profile, seed=recipe.seed, recipe=recipe)


def run_train(options):
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
    course = _course(options, recipe)
    run = fit(
        recipe,
        course.train,
        course.validation,
        folder=options.folder or course.folder,
        device=options.device,
        progress=not options.quiet,
    )
    if not _first_process():
        return
    print(f"\n{run.history.to_string(index=False, float_format='{:.4g}'.format)}\n")
    result = evaluate(predict(run.model, course.validation), course.validation.labels)
    print(f"Validation: {result}\n{_table(result)}")
    print(f"Weights: {run.folder / ('best.safetensors' if recipe.tune_epochs else 'head.safetensors')}")


def run_evaluate(options):
    """Print the figures of a trained network on one split."""
    if options.json and options.json.suffix.lower() != ".json":
        raise ValueError(f"Expected a file whose name ends in .json for --json, found {options.json}.")
    recipe = recipe_of(SHIPPED.get(options.weights, options.weights))
    if options.device == "cuda" and not torch.cuda.is_available():
        raise ValueError("Expected a CUDA GPU, found none; leave --device out.")
    course = _course(options, recipe)
    if options.split == "validation":
        faces = course.validation
    else:
        faces = course.faces.test if options.split == "test" else course.faces.of(options.split)
    if not len(faces):
        raise ValueError(f"Expected faces in the split {options.split}, found none in {course.faces.source}.")
    model = build_model(options.weights, backbone=recipe.backbone, dropout=recipe.dropout)
    if not model.get_classifier().weight.any():
        raise ValueError(
            f"Expected weights with a head of seven outputs, found none in {options.weights}: it can start a training, "
            "not be measured."
        )
    model.to(options.device or course.device)
    logits = predict(model, faces, views=options.views)
    result = evaluate(logits, faces.labels)
    if not _first_process():
        return
    print(f"\n{options.split}: {result}\n{_table(result)}")
    figures = {
        "weights": str(options.weights),
        "data": course.faces.source,
        "split": options.split,
        "views": options.views,
        "n": result.n,
        "accuracy": result.accuracy,
        "accuracy_interval": result.accuracy_interval,
        "macro_recall": result.macro_recall,
        "macro_f1": result.macro_f1,
        "macro_f1_interval": result.macro_f1_interval,
        "expected_calibration_error": expected_calibration_error(logits, faces.labels),
        "per_class": result.per_class.to_dict(orient="index"),
        "confusion": result.confusion.tolist(),
    }
    if faces.is_puppets:
        clean = evaluate(logits, faces.clean_labels)
        print(f"Against the puppets' clean labels: {clean}")
        figures |= {"clean_accuracy": clean.accuracy, "clean_accuracy_interval": clean.accuracy_interval}
    if options.json:
        with atomic_write(options.json, "w") as file:
            json.dump(figures, file, indent=1)


def recipe_of(path: str | Path) -> Recipe:
    """Return the recipe that a run's weights were trained by, from the file's header.

    Raises
    ------
    FileNotFoundError
        If the file is not there.
    ValueError
        If it is not a weights file, or none that ``train`` wrote.
    """
    metadata = metadata_of(path)
    if "recipe" not in metadata:
        raise ValueError(
            f"Expected the weights of a finished run, with its recipe inside, found none in {path}."
        )
    return Recipe.from_json(metadata["recipe"])


def _table(result) -> str:
    table = result.per_class
    shown = table[["support"]].copy()
    for name in ("precision", "recall", "f1"):
        columns = zip(table[name], table[f"{name}_low"], table[f"{name}_high"], strict=True)
        shown[f"{name} (95 %)"] = [
            f"{value:.3f} ({low:.3f} to {high:.3f})" if n else "no faces"
            for n, (value, low, high) in zip(table.support, columns, strict=True)
        ]
    return shown.to_string()


if __name__ == "__main__":
    sys.exit(main())
