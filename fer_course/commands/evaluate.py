"""The command ``evaluate``: the figures of a trained network on one split."""

import json
from pathlib import Path

import torch

from fer_course.commands.shared import course_of, data_options, first_process, table_of
from fer_course.evaluation.calibration import expected_calibration_error
from fer_course.evaluation.metrics import evaluate
from fer_course.evaluation.predict import predict
from fer_course.files import atomic_write
from fer_course.model.trained import metadata_of_network, open_network
from fer_course.training.recipe import Recipe

SPLITS = ("test", "PublicTest", "PrivateTest", "validation")


def add(commands):
    """Add the command to those of the command line."""
    measure = commands.add_parser("evaluate", parents=[data_options()], help="measure a trained network")
    measure.add_argument(
        "--weights",
        required=True,
        help="best.safetensors of a run, an .onnx file, or fer2013: the shipped model",
    )
    measure.add_argument(
        "--views", type=int, choices=(1, 2, 10), default=1, help="of each face, to be averaged"
    )
    measure.add_argument("--split", choices=SPLITS, default="test")
    measure.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file as well")
    measure.set_defaults(run=run)


def run(options):
    """Print the figures of a trained network on one split."""
    if options.json and options.json.suffix.lower() != ".json":
        raise ValueError(f"Expected a file whose name ends in .json for --json, found {options.json}.")
    recipe = recipe_of(options.weights)
    if options.device == "cuda" and not torch.cuda.is_available():
        raise ValueError("Expected a CUDA GPU, found none; leave --device out.")
    course = course_of(options, recipe)
    if options.split == "validation":
        faces = course.validation
    else:
        faces = course.faces.test if options.split == "test" else course.faces.of(options.split)
    if not len(faces):
        raise ValueError(f"Expected faces in the split {options.split}, found none in {course.faces.source}.")
    model = open_network(options.weights, device=options.device or course.device)
    logits = predict(model, faces, views=options.views)
    result = evaluate(logits, faces.labels)
    if not first_process():
        return
    print(f"\n{options.split}: {result}\n{table_of(result)}")
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


def recipe_of(weights: str | Path) -> Recipe:
    """Return the recipe that a run's weights were trained by, from the file's header.

    Raises
    ------
    FileNotFoundError
        If the file is not there.
    ValueError
        If it is not a weights file, or none that ``train`` or ``export`` wrote.
    """
    metadata = metadata_of_network(weights)
    if "recipe" not in metadata:
        raise ValueError(
            f"Expected the weights of a finished run, with its recipe inside, found none in {weights}."
        )
    return Recipe.from_json(metadata["recipe"])
