"""Train the rows of the course's tables on FER-2013: one change at a time, other networks, and the paper's recipe.

    python -m research.experiments --data path/to/fer2013                         # every row, three seeds: for a GPU
    python -m research.experiments --data path/to/fer2013 --epochs 6 --seeds 1 "random start" "no running mean"
    python -m research.experiments --data path/to/fer2013 --epochs 20 --set batch_size=512 --minutes 25
    python -m research.experiments --rehearse                                     # tiny, on puppets; nothing is kept

Each run is written to research/results/<row>-<epochs>-<seed>.json as soon as it is done, and a run that is there is not
repeated; an interrupted one is resumed. Give a GPU large batches: small ones are done before the next
operation has been launched. ``--set`` changes every row but the paper's, whose recipe stays as it is. ``make
bench-tables`` makes the tables in the texts from these files. What is judged are validation faces; rows that end a line
of work are judged on PublicTest as well, once.
"""

import argparse
import json
import re
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np

from benchmarks.measure import commit, machine
from fer_course.commands.train import changed
from fer_course.course import setup
from fer_course.evaluation.calibration import expected_calibration_error
from fer_course.evaluation.metrics import evaluate
from fer_course.evaluation.predict import predict
from fer_course.files import atomic_write, home
from fer_course.model.network import count_parameters, multiply_adds
from fer_course.training.augmentation import Augmentation
from fer_course.training.fit import fit
from fer_course.training.recipe import Recipe
from fer_course.training.recipes import PAPER, REFERENCE

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "research" / "results"
FINAL = ("paper's recipe", "paper's recipe, 64 px", "VGG16", "ResNet-50")
"""Rows that are judged on PublicTest too; nothing is chosen by them."""
VIEWS = (1, 2, 10)


def rows(epochs: int, changes: list[str] = ()) -> dict[str, Recipe]:
    """Return the recipes by row: the base, with ``NAME=VALUE`` changes applied, and the same with one change."""
    base = changed(REFERENCE["reference-64"].but(tune_epochs=epochs), changes)
    paper = PAPER.but(weights="puppets")
    plain = Augmentation(rotation=base.augmentation.rotation, shift=base.augmentation.shift)
    return {
        "base": base,
        "random start": base.but(weights=None),
        "two stages": base.but(head_epochs=2),
        "frozen batch norms": base.but(tune_batch_norms=False),
        "capped class weights": base.but(weight_cap=3.0),
        "no label smoothing": base.but(label_smoothing=0.0),
        "label smoothing 0.1": base.but(label_smoothing=0.1),
        "no running mean": base.but(ema_decay=None),
        "random start, no running mean": base.but(weights=None, ema_decay=None),
        "neither mixup nor erasing": base.but(augmentation=plain),
        "paper's recipe": paper,
        "paper's recipe, 64 px": paper.but(image_size=64),
        "VGG16": base.but(backbone="vgg16_bn", weights=None),
        "ResNet-50": base.but(backbone="resnet50", weights=None),
    }


def figures(logits, labels) -> dict:
    """Return what the tables need of some predictions, with which of them were right, one bit a face."""
    result = evaluate(logits, labels)
    right = np.packbits(np.argmax(logits, axis=1) == labels)
    return {
        "n": result.n,
        "accuracy": result.accuracy,
        "accuracy_interval": result.accuracy_interval,
        "macro_f1": result.macro_f1,
        "macro_f1_interval": result.macro_f1_interval,
        "expected_calibration_error": expected_calibration_error(logits, labels),
        "recall": result.per_class.recall.round(4).to_dict(),
        "f1": result.per_class.f1.round(4).to_dict(),
        "right": right.tobytes().hex(),
    }


def judge(run, faces, views=VIEWS) -> dict:
    """Return the figures for each number of views."""
    size = run.recipe.image_size
    return {str(n): figures(predict(run.model, faces, size, views=n), faces.labels) for n in views}


def facts(row: str, run, device: str) -> dict:
    """Return all of a run but its judgement."""
    columns = ["epoch", "stage", "train_accuracy", "val_loss", "val_accuracy", "seconds"]
    return {
        "row": row,
        "seed": run.recipe.seed,
        "recipe": asdict(run.recipe),
        "machine": machine(device),
        "commit": commit(),
        "parameters": count_parameters(run.model),
        "multiply_adds": multiply_adds(run.model, run.recipe.image_size),
        "history": run.history[columns].round(4).to_dict(orient="list"),
    }


def perform(row: str, recipe: Recipe, course, folder: Path, results: Path):
    """Train and judge one run, if its file is not there yet."""
    epochs = recipe.head_epochs + recipe.tune_epochs
    name = f"{re.sub('[^a-z0-9]+', '-', row.lower()).strip('-')}-{epochs}-{recipe.seed}"
    path = results / f"{name}.json"
    if path.is_file():
        kept = Recipe.from_json(json.dumps(json.loads(path.read_text(encoding="utf-8"))["recipe"]))
        if kept.but(compile=recipe.compile) != recipe:
            raise SystemExit(
                f"Expected a run of the same recipe in {path}, found another one; move that file away, or give "
                "other --epochs."
            )
        return
    run = fit(
        recipe, course.train, course.validation, folder=folder / name, device=course.device, progress=False
    )
    found = facts(row, run, course.device) | {"validation": judge(run, course.validation)}
    test = course.faces.of("PublicTest")
    if row in FINAL and len(test):
        found["PublicTest"] = judge(run, test)
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path, "w") as file:
        file.write(json.dumps(found, indent=1) + "\n")
    one = found["validation"]["1"]
    print(f"{name}: validation {one['accuracy']:.2%}, macro-F1 {one['macro_f1']:.3f}", flush=True)


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("rows", nargs="*", help=f"of {', '.join(rows(1))}; all if none is named")
    parser.add_argument("--data", help="FER-2013, as for load_faces")
    parser.add_argument(
        "--epochs", type=int, default=REFERENCE["reference-64"].tune_epochs, help="of the base"
    )
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="changes")
    parser.add_argument(
        "--minutes", type=float, help="begin no run that, as long as the longest so far, would end later"
    )
    parser.add_argument("--no-compile", action="store_true")
    parser.add_argument("--rehearse", action="store_true", help="tiny runs, to see that every row runs")
    options = parser.parse_args(arguments)
    try:
        planned = rows(options.epochs, options.changes)
    except ValueError as error:
        parser.error(str(error))
    unknown = [row for row in options.rows if row not in planned]
    if unknown:
        parser.error(f"expected rows of {', '.join(planned)}, found {', '.join(unknown)}")
    chosen = {row: planned[row] for row in options.rows or planned}
    if options.rehearse:
        tiny = {"image_size": 32, "batch_size": 8, "tune_epochs": 1, "limit": 16, "compile": False}
        course = setup("puppets", "quick")
        for row, recipe in chosen.items():
            with tempfile.TemporaryDirectory() as folder:
                perform(row, recipe.but(**tiny), course, Path(folder), Path(folder))
        return 0
    course = setup(options.data, "quick")
    if course.faces.is_puppets:
        parser.error("expected FER-2013 in --data or FER_DATA, found puppets; for those there is --rehearse")
    began, longest = time.monotonic(), 0.0
    for seed in range(options.seeds):
        for row, recipe in chosen.items():
            now = time.monotonic()
            if options.minutes and now - began + longest > 60 * options.minutes:
                print(f"Out of time before {row}, seed {seed}: run the same command again to go on.")
                return 0
            recipe = recipe.but(seed=seed, compile=recipe.compile and not options.no_compile)
            perform(row, recipe, course, home() / "runs" / "experiments", RESULTS)
            longest = max(longest, time.monotonic() - now)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
