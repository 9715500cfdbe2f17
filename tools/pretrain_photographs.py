"""Make the start for puppets that is shipped with the course: EfficientNet-B2 that has seen photographs only.

    python tools/pretrain_photographs.py --data path/to/fer2013

It begins with random weights and learns FER-2013's training photographs, in two runs: first small images, then larger
ones. An interrupted run goes on from its last epoch. Writes fer_course/weights/photographs.safetensors (float16, with
its head), a
checksum, and the figures of the model card to experiments/photographs.json. An hour and more on two CPU cores.
"""

import argparse
import json
import platform

import torch
from bench import commit
from checksums import renew
from ship_reference import halved

from experiments import RESULTS, VIEWS, facts, judge
from fer_course.course import setup
from fer_course.files import atomic_write, home
from fer_course.model import SHIPPED, build_model
from fer_course.puppets import draw_puppets
from fer_course.recipe import Recipe
from fer_course.training import Run, fit

PUPPETS = 1_000_001
"""The seed of puppets that no notebook draws."""

FIRST = Recipe.reference_64().but(
    weights=None,
    tune_epochs=10,
    tune_lr=2e-3,
    dropout=0.2,
    ema_decay=0.998,
    augmentation=Recipe.reference_64().augmentation.but(mixup=0.0, erasing=0.0),
)
"""From random weights. A start need not be good, so the run is short; mixing and erasing are for long ones."""

SECOND = FIRST.but(
    weights="runs/photographs-64/best.safetensors",
    image_size=96,
    tune_epochs=2,
    tune_lr=5e-4,
    epochs_before=10,
)
"""At the size of the quick recipe, since a network knows faces best at the size that it was trained at."""


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", required=True, help="FER-2013, as for load_faces")
    options = parser.parse_args(arguments)

    course = setup(options.data, "quick")
    if course.faces.is_puppets:
        parser.error("expected FER-2013 in --data, found puppets")
    runs = [
        fit(recipe, course.train, course.validation, folder=home() / "runs" / name, device=course.device)
        for name, recipe in (("photographs-64", FIRST), ("photographs-96", SECOND))
    ]
    last = runs[-1]
    candidate, changed = halved(last.folder / "best.safetensors", course)
    with atomic_write(SHIPPED["photographs"]) as file:
        file.write(candidate.read_bytes())
    renew()

    model = build_model("photographs", dropout=last.recipe.dropout).to(course.device)
    run = Run(model, last.history, last.recipe, None, loaded=True)
    found = facts("photographs", run, course.device) | {
        "changed_by_float16": changed,
        "first_run": json.loads(FIRST.to_json()),
        "first_history": runs[0]
        .history[["epoch", "val_loss", "val_accuracy"]]
        .round(4)
        .to_dict(orient="list"),
        "minutes": [round(run.history.seconds.sum() / 60, 1) for run in runs],
        "validation": judge(run, course.validation, views=VIEWS[:1]),
        "PublicTest": judge(run, course.faces.of("PublicTest"), views=VIEWS[:1]),
        "puppets": judge(run, draw_puppets(2000, seed=PUPPETS, label_noise=0), views=VIEWS[:1])["1"],
        "commit": commit(),
        "versions": {"python": platform.python_version(), "torch": torch.__version__},
    }
    with atomic_write(RESULTS / "photographs.json", "w") as file:
        file.write(json.dumps(found, indent=1) + "\n")
    print(f"other puppets: {found['puppets']['accuracy']:.1%} of clean labels")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
