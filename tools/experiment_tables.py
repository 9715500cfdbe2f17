"""The tables made from the files in research/results/; ``tools/tables.py`` puts them into the texts."""

import json
from pathlib import Path

import numpy as np

from fer_course.effects import EFFECTS
from fer_course.evaluation.intervals import LEVEL_95
from fer_course.labels import EXPRESSIONS

NETWORKS = ("base", "VGG16", "ResNet-50")
PAPER = ("paper's recipe", "paper's recipe, 64 px")
STARTS = ("reference", "clean start", "effects")
SPLITS = {
    "validation": "validation",
    "PublicTest": "PublicTest",
    "PublicTest without twins": "PublicTest, no twin in Training",
}
STEPS = ("untouched", "linear layer", "stage 1", "both stages", "random weights")
KINDS = {"puppets": "puppets", "fer2013": "FER-2013"}
STAGES = ("read", "find", "crop", "predict", "smooth", "draw", "all")
"""Of labelling one frame."""
VIEW_NAMES = {"1": "one view", "2": "with its mirror image", "10": "ten views"}


def runs(folder: Path) -> list[dict]:
    """Return the result files that tables are made of: those that name their row."""
    every = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    return [one for one in every if "row" in one]


def share(one: dict) -> str:
    """Return an accuracy with its interval."""
    low, high = one["accuracy_interval"]
    return f"{one['accuracy']:.2%} ({low:.1%} to {high:.1%})"


def f1(one: dict) -> str:
    """Return a macro-F1 with its interval."""
    low, high = one["macro_f1_interval"]
    return f"{one['macro_f1']:.3f} ({low:.3f} to {high:.3f})"


def reference(found: list[dict]):
    """Yield the reference model's rows: validation and PublicTest, by number of views."""
    for run in found:
        if run["row"] == "reference":
            for split, name in SPLITS.items():
                for views, one in run[split].items():
                    yield f"{name} ({one['n']:,})", VIEW_NAMES[views], share(one), f1(one)


def labels(found: list[dict]):
    """Yield the reference model's recall and F1 for each label, of PublicTest in one view."""
    for run in found:
        if run["row"] == "reference":
            one = run["PublicTest"]["1"]
            for label in EXPRESSIONS:
                yield label, f"{one['recall'][label]:.3f}", f"{one['f1'][label]:.3f}"


def bits(run: dict) -> np.ndarray:
    """Return for each validation face whether a run was right about it, in one view."""
    one = run["validation"]["1"]
    return np.unpackbits(np.frombuffer(bytes.fromhex(one["right"]), np.uint8))[: one["n"]].astype(float)


def difference(ours: list[dict], base: list[dict]) -> str:
    """Return by how many points some runs are better than the base's of the same seeds, on the same faces.

    The 95 % interval is of the mean over faces of the difference, the mean over seeds taken first: it counts the luck
    of the faces, and not that of seeds other than these.
    """
    gain = 100 * np.mean([bits(a) - bits(b) for a, b in zip(ours, base, strict=True)], axis=0)
    half = LEVEL_95 * gain.std(ddof=1) / np.sqrt(len(gain))
    middle = gain.mean()
    word = "better" if middle > half else "worse" if middle < -half else "no clear difference"
    return f"{middle:+.1f} ± {half:.1f}: {word}"


def ablation(found: list[dict]):
    """Yield one row for each change to the base, against base runs of the same length and seeds."""
    # What compares networks that are trained already has no recipe.
    found = [run for run in found if "recipe" in run]
    by_key = {(r["row"], r["recipe"]["tune_epochs"], r["seed"]): r for r in found}
    lengths = sorted({epochs for row, epochs, _ in by_key if row == "base"})
    for epochs in lengths:
        names = list(dict.fromkeys(r["row"] for r in found if r["recipe"]["tune_epochs"] == epochs))
        names = [name for name in names if name not in (*NETWORKS, *PAPER, *STARTS)]
        for name in ["base", *names]:
            seeds = [s for s in range(10) if (name, epochs, s) in by_key and ("base", epochs, s) in by_key]
            if not seeds:
                continue
            ours = [by_key[name, epochs, s] for s in seeds]
            base = [by_key["base", epochs, s] for s in seeds]
            accuracy = np.mean([run["validation"]["1"]["accuracy"] for run in ours])
            macro = np.mean([run["validation"]["1"]["macro_f1"] for run in ours])
            change = "" if name == "base" else difference(ours, base)
            yield name, epochs, len(seeds), f"{accuracy:.2%}", f"{macro:.3f}", change


def paper(found: list[dict]):
    """Yield what the paper's recipe gives from the shipped start."""
    for run in found:
        if run["row"] in PAPER:
            recipe = run["recipe"]
            for split in ("validation", "PublicTest"):
                if split in run:
                    yield f"{recipe['image_size']} px", split, share(run[split]["1"]), f1(run[split]["1"])


def trained(found: list[dict]):
    """Yield other networks beside EfficientNet-B2, trained alike."""
    for run in found:
        if run["row"] in NETWORKS and any(r["row"] in NETWORKS[1:] for r in found):
            costs = f"{run['parameters'] / 1e6:.1f} M", f"{run['multiply_adds'] / 1e6:,.0f} M"
            yield run["recipe"]["backbone"], run["seed"], *costs, share(run["validation"]["1"])


def points(spread: list[float]) -> str:
    """Return points, with the interval if there is one."""
    return f"{spread[0]:+.1f}" + (f" ({spread[1]:+.1f} to {spread[2]:+.1f})" if len(spread) > 1 else "")


def way(found: list[dict]):
    """Yield for each seed what every step of the way is right about, on both kinds of face; then the control."""
    ways = [(KINDS[run["faces"]], run["recipe"]["weights"], run) for run in found if run["row"] == "effects"]
    ways.sort(key=lambda one: (list(KINDS.values()).index(one[0]), one[2]["seed"]))
    control = "photographs alone (control)"
    ways += [(KINDS["puppets"], control, run["way"] | run) for run in found if run["row"] == "clean start"]
    for faces, start, run in ways:
        shares = [run["accuracy"].get(step) for step in STEPS]
        told = ["–" if share is None else f"{share:.1%}" for share in shares]
        yield faces, start, run["seed"], *told


def effects(found: list[dict]):
    """Yield each effect with its least size on puppets, and what was measured on both kinds of face."""
    runs = [run for run in found if run["row"] == "effects"]
    for name, least in EFFECTS.items():
        told = []
        for kind in KINDS:
            mine = [run for run in runs if run["faces"] == kind]
            over_seeds = [points(run["gains"][name]) for run in mine if name in run["gains"]]
            lesson = [points(run["lessons"][name]) for run in mine if name in run.get("lessons", {})]
            told.append("; ".join(over_seeds or lesson) or "not measured")
        yield name, f"{least:+g}", *told


def change(one: dict) -> str:
    """Return points with their interval, and whether they can be told from none."""
    value, low, high = one["points"]
    word = "better" if low > 0 else "worse" if high < 0 else "no clear difference"
    return f"{value:+.2f} ({low:+.2f} to {high:+.2f}): {word}"


def int8(found: list[dict]):
    """Yield for both kinds of face what int8 costs."""
    for run in sorted(
        (run for run in found if run["row"] == "int8"), key=lambda run: run["faces"] != "puppets"
    ):
        faces = f"{KINDS[run['faces']]}, {run['size']} px ({run['n']:,})"
        for name, one in run["files"].items():
            differs = ("", "") if name == "float32" else (change(one), f"{one['same_label']:.1%}")
            yield (
                faces,
                name,
                f"{one['bytes'] / 1e6:.1f}",
                share(one | {"accuracy_interval": one["interval"]}),
                *differs,
            )


def fer(found: list[dict]):
    """Yield another package's networks beside the reference model: the same photographs, the same processor."""
    for run in found:
        if run["row"] == "fer":
            for name, one in run["networks"].items():
                differs = "" if name.startswith("the course") else change(one)
                yield (
                    name,
                    share(one | {"accuracy_interval": one["interval"]}),
                    differs,
                    f"{one['bytes'] / 1e6:.1f}",
                )


def programs(found: list[dict]):
    """Yield the milliseconds for one face of every program that was timed beside ``fer``."""
    for run in found:
        for threads, ways in (
            run.get("times", {}).get("milliseconds", {}).items() if run["row"] == "fer" else ()
        ):
            for name, one in ways.items():
                yield name, threads, f"{one['median']:.1f} ({one['p95']:.1f})"


def installed(found: list[dict]):
    """Yield what an installation weighs on Linux, with all that it requires."""
    for run in found:
        for name, one in run["installed"].items() if run["row"] == "fer" else ():
            without = one["bytes"] - one["for_a_gpu"]
            yield name, one["packages"], f"{one['bytes'] / 1e6:,.0f}", f"{without / 1e6:,.0f}"


def with_interval(one: dict, name: str, form: str = "+.1f", times: float = 1) -> str:
    """Return a figure of a result file with its interval."""
    low, value, high = (times * one[name + end] for end in ("_low", "", "_high"))
    return f"{value:{form}} ({low:{form}} to {high:{form}})"


def frames(found: list[dict]):
    """Yield how many frames a second are labelled, and where the milliseconds of one go."""
    for run in found:
        for way, one in run["speed"].items() if run["row"] == "motion" else ():
            if isinstance(one, dict) and "milliseconds" in one:
                parts = (f"{one['milliseconds'][part]['median']:.1f}" for part in STAGES)
                yield way, one["frames_a_second"], *parts


def followed(found: list[dict]):
    """Yield in how many frames a moving face is found, if each frame is searched and if faces are followed."""
    for run in found:
        for light in run["following"]["dials"] if run["row"] == "motion" else ():
            for way, one in run["following"][light]["found"].items():
                yield light, way, f"{one['mean']:.1%} ({one['low']:.1%} to {one['high']:.1%})"


def smoothing(found: list[dict]):
    """Yield what each way to smooth labels over time changes, on the same clips in good light."""
    for run in found:
        for way, one in run["smoothing"]["good light"].items() if run["row"] == "motion" else ():
            if way != "none":
                changes = (
                    with_interval(one, "accuracy_change", times=100),
                    with_interval(one, "flips_change", "+.2f"),
                )
                yield way, *changes, with_interval(one, "delay_change")


def margins(found: list[dict]):
    """Yield what it costs to cut found faces out in different ways, beside the faces as they came."""
    for run in found:
        measured = dict(run.get("margins", {}) if run["row"] == "finding" else {})
        if measured and "photographs" in run:
            measured["PublicTest, the default"] = run["photographs"]
        for faces in ("puppets", "validation photographs", "PublicTest, the default"):
            for cut in measured.get(faces, {}).get("cuts", ()):
                how = f"{cut['margin']:g}", f"{cut['shift']:g}", f"{cut['accuracy']:.1%}"
                yield faces, *how, points(cut["change"])


def limits(found: list[dict]):
    """Yield the share of puppets that is found under each condition."""
    for run in found:
        for one in run.get("limits", {}).get("puppets", ()) if run["row"] == "finding" else ():
            low, high = one["interval"]
            yield one["what"], one["how"], one["n"], f"{one['found']:.1%} ({low:.1%} to {high:.1%})"


HEADS = {
    frames: ["network and frames", "frames a second", *(f"{part}, ms" for part in STAGES)],
    followed: ["pictures", "way", "frames in which the face is found"],
    smoothing: ["smoothing", "named right, points", "label changes a second", "delay, frames"],
    margins: ["faces", "margin", "shift", "named right", "points against the faces as they came"],
    limits: ["condition", "how much", "puppets", "found"],
    int8: ["faces", "file", "MB", "named right", "points against float32", "same label"],
    fer: ["network", "PublicTest", "points against the course", "MB of the network"],
    programs: ["program", "threads", "one face, ms"],
    installed: ["what is installed", "packages", "MB", "MB without GPU libraries"],
    way: ["faces", "start", "seed", *STEPS],
    effects: ["effect", "at least, on puppets", *KINDS.values()],
    reference: ["faces", "views", "accuracy", "macro-F1"],
    labels: ["label", "recall", "F1"],
    ablation: ["change", "epochs", "seeds", "accuracy", "macro-F1", "points against the base"],
    paper: ["image", "faces", "accuracy", "macro-F1"],
    trained: ["network", "seed", "parameters", "multiply-adds", "accuracy"],
}
TABLES = {cells.__name__: cells for cells in HEADS}
