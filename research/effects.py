"""Measure what the lessons are to show: what each stage of training adds, for several seeds.

    python -m research.effects                              # on puppets
    python -m research.effects --data path/to/fer2013       # on photographs
    make course && python -m research.effects --lessons build/course/effects.json

One file a seed, research/results/effects-<faces>-<seed>.json; a seed that is there is not repeated. The same faces are
judged all the way, the validation faces, by clean labels where they are puppets: by the untouched start (if it has a
head), by a linear layer on its frozen features, after stage 1, after both stages, and by a network that began with
random weights and trained for at least as many seconds. ``--lessons`` adds to seed 0 the effects that the executed
notebooks printed.
"""

import argparse
import json
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from benchmarks.measure import commit, machine
from fer_course.course import setup
from fer_course.evaluation.intervals import LEVEL_95, wilson_interval
from fer_course.evaluation.predict import predict
from fer_course.files import atomic_write, home
from fer_course.labels import EXPRESSIONS
from fer_course.model.features import frozen_features
from fer_course.model.network import build_model
from fer_course.training.fit import fit
from fer_course.training.heads import standardise_features, train_head
from research.experiments import RESULTS

RANDOM = {"weights": None, "new_head": False, "head_epochs": 0, "tune_batch_norms": True, "tune_lr": 1e-3}
"""What differs in the run from random weights: there is nothing to freeze, and nothing to be careful with."""


def paired(right: np.ndarray, before: np.ndarray) -> list[float]:
    """Return by how many points the first is right more often than the second, with the 95 % interval of the mean."""
    gain = 100 * (right.astype(float) - before)
    half = LEVEL_95 * gain.std(ddof=1) / np.sqrt(len(gain))
    return [round(float(x), 2) for x in (gain.mean(), gain.mean() - half, gain.mean() + half)]


def linear_layer(course, faces) -> np.ndarray:
    """Return the labels that a linear layer on the start's frozen features gives some faces."""
    recipe = course.recipe
    model = build_model(recipe.weights, head=False, backbone=recipe.backbone).to(course.device)
    learn = course.train[: recipe.limit]
    raw = [frozen_features(model, some, recipe.image_size) for some in (learn, faces)]
    train, held = standardise_features(*raw)
    return train_head(train, learn.labels)(torch.from_numpy(held)).argmax(1).numpy()


def has_head(model) -> bool:
    """Return whether a network brought a head, and so can be asked before anything is trained: ours starts at zero."""
    return bool(model.get_classifier().weight.any())


def measured(course, folder: Path, *, random: bool = True) -> dict:
    """Return how many validation faces each step of the way names rightly, and what each step adds.

    Parameters
    ----------
    course : Course
    folder : Path
        For the two runs; one that is finished is not repeated.
    random : bool
        Train the network that begins with random weights too.
    """
    recipe, faces = course.recipe, course.validation
    truth = faces.clean_labels if faces.is_puppets else faces.labels
    options = {"device": course.device, "progress": False}
    began = time.perf_counter()
    both = fit(recipe, course.train, faces, folder=folder / "both", **options)
    head = fit(recipe, course.train, faces, folder=folder / "both", stages=("head",), **options)
    models = {"stage 1": head.model, "both stages": both.model}
    seconds = {"both stages": both.history.seconds.sum()}
    if random:
        # A step of all layers takes as long as one of stage 2: so many epochs, rounded up, last at least as long.
        an_epoch = both.history.seconds[both.history.stage == "tune"].mean()
        epochs = int(np.ceil(seconds["both stages"] / an_epoch))
        other = recipe.but(**RANDOM, tune_epochs=epochs)
        lost = fit(other, course.train, faces, folder=folder / "random", **options)
        models["random weights"], seconds["random weights"] = lost.model, lost.history.seconds.sum()
    start = build_model(recipe.weights, backbone=recipe.backbone).to(course.device)
    # Asked at the size of this run, not at its own.
    start.trained_size = recipe.image_size
    if has_head(start):
        models["untouched"] = start

    size = recipe.image_size
    named = {"linear layer": linear_layer(course, faces)}
    named |= {name: predict(model, faces, size).argmax(1) for name, model in models.items()}
    right = {name: labels == truth for name, labels in named.items()}
    macro = {
        name: np.mean([good[truth == k].mean() for k in range(len(EXPRESSIONS)) if (truth == k).any()])
        for name, good in right.items()
    }
    return {
        "n": len(faces),
        "accuracy": {name: round(float(good.mean()), 4) for name, good in right.items()},
        "interval": {name: wilson_interval(int(good.sum()), len(good)) for name, good in right.items()},
        "macro_recall": {name: round(float(value), 4) for name, value in macro.items()},
        "gains": {
            f"{'stage 2' if before == 'stage 1' else 'both stages'} over {before}": paired(
                right["both stages"], right[before]
            )
            for before in ("stage 1", "random weights")
            if before in right
        },
        "seconds": {name: round(took, 1) for name, took in seconds.items()},
        "whole": round(time.perf_counter() - began),
    }


def write(path: Path, found: dict):
    """Write a result file, whole or not at all."""
    with atomic_write(path, "w") as file:
        file.write(json.dumps(found, indent=1) + "\n")


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", help="as for load_faces (default: FER_DATA, else puppets)")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--random", type=int, default=3, help="seeds that train from random weights as well")
    parser.add_argument("--lessons", type=Path, help="the effects that executed notebooks printed")
    options = parser.parse_args(arguments)
    for seed in range(options.seeds):
        course = setup(options.data, "quick", seed=seed)
        kind = "puppets" if course.faces.is_puppets else "fer2013"
        path = RESULTS / f"effects-{kind}-{seed}.json"
        if not path.is_file():
            folder = home() / "runs" / f"effects-{kind}-{course.folder.name}"
            facts = {"row": "effects", "faces": kind, "seed": seed, "recipe": asdict(course.recipe)}
            facts |= {"machine": machine(course.device), "commit": commit()}
            write(path, facts | measured(course, folder, random=seed < options.random))
        found = json.loads(path.read_text(encoding="utf-8"))
        if options.lessons and seed == 0:
            found["lessons"] = json.loads(options.lessons.read_text(encoding="utf-8"))
            write(path, found)
        print(f"{path.name}: {found['accuracy']}", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
