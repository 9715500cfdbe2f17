"""Make the reference model that ships with the course out of its finished training run.

    python -m fer_course train --recipe reference-64 --data path/to/fer2013 --folder runs/reference-64
    python -m fer_course train --recipe reference-80 --data path/to/fer2013 --folder runs/reference-80
    python -m fer_course train --recipe reference-96 --data path/to/fer2013 --folder runs/reference-96
    python -m fer_course train --recipe reference-112 --data path/to/fer2013 --folder runs/reference-112
    python -m fer_course train --recipe reference-128 --data path/to/fer2013 --folder runs/reference-128
    python -m fer_course train --recipe reference --data path/to/fer2013 --folder runs/reference
    python -m research.ship_reference runs/reference --data path/to/fer2013

Writes fer_course/weights/fer2013.safetensors (float16), the history of the six runs and a checksum, and the figures
that stand in the model card to research/results/reference.json. It refuses where float16 changes more than one
prediction in a thousand, and then changes no file.
"""

import argparse
import json
import platform
from pathlib import Path

import pandas as pd
import torch

from benchmarks.measure import commit
from fer_course.course import setup
from fer_course.data.exploration import leaked
from fer_course.evaluation.predict import predict
from fer_course.files import atomic_write
from fer_course.model.network import build_model
from fer_course.model.weights import SHIPPED, load_weights, metadata_of, save_weights
from fer_course.training.checkpoints import fingerprint
from fer_course.training.recipe import Recipe
from fer_course.training.recipes import PHASES, REFERENCE, best_of
from fer_course.training.reference import HISTORY, reference_run
from research.checksums import renew
from research.experiments import RESULTS, VIEWS, facts, judge
from tools.experiment_tables import SPLITS

MOST_CHANGED = 0.001


def joined(*runs: tuple[Path, str]) -> pd.DataFrame:
    """Return the histories of runs, given by folder and name, as one, its epochs numbered through."""
    for folder, _ in runs:
        if not (folder / "history.csv").is_file():
            raise SystemExit(f"Expected the history of a run in {folder}/history.csv, found none.")
    table = pd.concat([pd.read_csv(folder / "history.csv").assign(phase=name) for folder, name in runs])
    table["epoch"] = range(1, len(table) + 1)
    return table


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="of the finished run")
    parser.add_argument("--data", required=True, help="FER-2013, as for load_faces")
    options = parser.parse_args(arguments)

    course = setup(options.data, "quick")
    best = options.folder / "best.safetensors"
    header = metadata_of(best)
    recipe = Recipe.from_json(header["recipe"])
    if recipe != REFERENCE["reference"]:
        raise SystemExit(
            f'Expected a run of the recipe "reference", found another recipe in {options.folder}.'
        )
    data = fingerprint(course.train, course.validation)
    if metadata_of(options.folder / "last.safetensors")["data"] != data:
        raise SystemExit(f"Expected the faces that {options.folder} was trained on, found others.")
    epochs = len(pd.read_csv(options.folder / "history.csv"))
    if epochs != recipe.head_epochs + recipe.tune_epochs:
        raise SystemExit(f"Expected a finished run in {options.folder}, found one of {epochs} epochs so far.")
    before = [Path(best_of(name)).parent for name in PHASES if name != "reference"]
    history = joined(*zip([*before, options.folder], PHASES.values(), strict=True))

    model = build_model(best, backbone=recipe.backbone, dropout=recipe.dropout)
    whole = predict(model, course.validation, recipe.image_size)
    candidate = options.folder / "float16.safetensors"
    save_weights(
        model,
        candidate,
        half=True,
        recipe=recipe.to_json(),
        data=data,
        epoch=header["epoch"],
        val_accuracy=header["val_accuracy"],
        commit=commit(),
        versions={"python": platform.python_version(), "torch": torch.__version__},
    )
    load_weights(model, candidate)
    half = predict(model, course.validation, recipe.image_size)
    changed = int((whole.argmax(1) != half.argmax(1)).sum())
    print(f"float16 changes {changed} of {len(whole):,} predictions")
    if changed > MOST_CHANGED * len(whole):
        raise SystemExit("Expected float16 to change at most one prediction in a thousand.")
    with atomic_write(SHIPPED["fer2013"]) as file:
        file.write(candidate.read_bytes())
    history.round(5).to_csv(HISTORY, index=False, lineterminator="\n")
    renew()

    run = reference_run(course.device)
    test = course.faces.of("PublicTest")
    alone = test[~leaked(course.faces.of("Training"), test)]
    found = facts("reference", run, course.device) | {
        "changed_by_float16": changed,
        "validation": judge(run, course.validation),
        "PublicTest": judge(run, test),
        "PublicTest without twins": judge(run, alone, views=VIEWS[:1]),
    }
    RESULTS.mkdir(exist_ok=True)
    with atomic_write(RESULTS / "reference.json", "w") as file:
        file.write(json.dumps(found, indent=1) + "\n")
    for split in SPLITS:
        for views, one in found[split].items():
            low, high = one["accuracy_interval"]
            accuracy = f"accuracy {one['accuracy']:.2%} ({low:.1%} to {high:.1%})"
            print(f"{split:24} {views:>2} views: {accuracy}, macro-F1 {one['macro_f1']:.3f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
