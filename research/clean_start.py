"""Train a network that has seen photographs only, and ask what the course's way is worth from there.

    python -m research.clean_start --data path/to/fer2013

The reference model, from which the course starts on puppets, began with puppets itself, long before its photographs.
This is the control: EfficientNet-B2 from random weights on FER-2013's training photographs, in two runs, first small
images, then larger ones; and then the same two stages on puppets. It is not shipped. Writes
research/results/clean-start.json. An interrupted run is resumed; an hour in all on two CPU cores.
"""

import argparse
import json
from dataclasses import replace

from safetensors import safe_open

from fer_course.course import setup
from fer_course.files import home
from fer_course.model.weights import save_weights
from fer_course.puppets.draw import draw_puppets
from fer_course.training.fit import Run, fit
from fer_course.training.recipes import QUICK, REFERENCE
from research.effects import measured, write
from research.experiments import RESULTS, VIEWS, facts, judge

FIRST = REFERENCE["reference-64"].but(
    weights=None,
    tune_epochs=10,
    tune_lr=2e-3,
    dropout=0.2,
    ema_decay=0.998,
    augmentation=REFERENCE["reference-64"].augmentation.but(mixup=0.0, erasing=0.0),
)
"""From random weights. A start need not be good, so the run is short; mixing and erasing are for long ones."""

SECOND = FIRST.but(
    weights="runs/photographs-64/best.safetensors",
    image_size=96,
    tune_epochs=1,
    tune_lr=5e-4,
    first_epoch=10,
)
"""At the size of the quick recipe, since a network knows faces best at the size that it was trained at."""

PUPPETS = 1_000_001
"""The seed of puppets that no notebook draws."""


def last_weights(run: Run):
    """Return a network with a run's last weights, not their EMA.

    After one epoch of 392 steps the mean still holds 0.998 ** 392 = 46 % of the weights before it, those for small
    images.
    """
    with safe_open(run.folder / "last.safetensors", framework="pt") as file:
        names = [name for name in file.keys() if name.startswith("model.")]  # noqa: SIM118 (not a dict)
        run.model.load_state_dict({name.removeprefix("model."): file.get_tensor(name) for name in names})
    return run.model


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
    start = replace(runs[-1], model=last_weights(runs[-1]))
    path = home() / "runs" / "clean-start.safetensors"
    save_weights(start.model, path)
    puppets = draw_puppets(2000, seed=PUPPETS, label_noise=0)
    found = facts("clean start", start, course.device) | {
        "first_recipe": json.loads(FIRST.to_json()),
        "first_history": runs[0]
        .history[["epoch", "val_loss", "val_accuracy"]]
        .round(4)
        .to_dict(orient="list"),
        "minutes": [round(run.history.seconds.sum() / 60, 1) for run in runs],
        "validation": judge(start, course.validation, views=VIEWS[:1]),
        "PublicTest": judge(start, course.faces.of("PublicTest"), views=VIEWS[:1]),
        "puppets": judge(start, puppets, views=VIEWS[:1])["1"],
    }
    lesson = setup("puppets", "quick")
    lesson.recipe = QUICK.but(weights=str(path))
    found["way"] = measured(lesson, home() / "runs" / "clean-start", random=False)
    write(RESULTS / "clean-start.json", found)
    print(found["way"]["accuracy"])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
