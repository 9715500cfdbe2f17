"""Measure what notebook 09 tells without measuring: a biased data set several times, and photographs.

    python -m research.audit                             # puppets: the run of notebook 04 by group, a biased data set
    python -m research.audit --data path/to/fer2013      # photographs: other conditions, and FER+'s ten voters

Writes research/results/audit.json, each part into its place, and for the lesson two tables beside the weights. On
photographs the reference model judges images of PublicTest (``--faces``, evenly spaced; all if not given) under twelve
corruptions in five strengths, as an ONNX file, which is faster on a CPU and gives the same labels. Each strength is
kept as soon as it is measured, and not repeated. Votes are counted over all images that have ten.
"""

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.measure import commit, machine
from fer_course.course import setup
from fer_course.data.load import load_faces
from fer_course.evaluation.corruptions import CORRUPTIONS, STRENGTHS, corrupt
from fer_course.evaluation.intervals import wilson_interval
from fer_course.evaluation.predict import predict
from fer_course.files import atomic_write
from fer_course.lessons.responsible_use import groups, measured
from fer_course.lessons.responsible_use.bias import repeat
from fer_course.model.network import build_model
from fer_course.model.onnx import OnnxNetwork, export_onnx
from fer_course.model.weights import WEIGHTS
from research.effects import write
from research.experiments import RESULTS

OUT = RESULTS / "audit.json"
"""Where the parts are kept."""


def keep(out: Path, part: str, found):
    """Put one part into the result file and leave the others."""
    held = json.loads(out.read_text(encoding="utf-8")) if out.is_file() else {}
    write(out, {"row": "audit"} | held | {part: found, "machine": machine("cpu"), "commit": commit()})


def held(out: Path, part: str) -> dict:
    """Return a part of the result file, empty if it is not there."""
    return json.loads(out.read_text(encoding="utf-8")).get(part, {}) if out.is_file() else {}


def agreement(votes: np.ndarray) -> dict:
    """Return on how many images 1, 2, … 10 of FER+'s ten voters chose the most frequent answer.

    Parameters
    ----------
    votes : ndarray of int, shape (N, 10)
        Images with other than ten votes are left out.
    """
    ten = votes[votes.sum(1) == 10]
    most = np.bincount(ten.max(1), minlength=11)[1:]
    return {"n": len(ten), "images": most.tolist()}


def table(path: Path, rows: pd.DataFrame):
    """Write a table that the lesson reads, whole or not at all."""
    with atomic_write(path, "w") as file:
        rows.to_csv(file, index=False)


def by_group(predictions, faces) -> list[dict]:
    """Return the accuracy of puppets by group, judged by clean labels, as the notebook's first section has it.

    Parameters
    ----------
    predictions : ndarray of float, shape (N, 7)
    faces : Faces
        Puppets.
    """
    table = groups.audit(predictions, faces.clean_labels, groups.groups_of(faces))
    shown = table[["n", "accuracy", "accuracy_low", "accuracy_high"]].round(4)
    return shown.reset_index().to_dict("records")


def spaced(n: int, wanted: int | None) -> np.ndarray:
    """Return positions of so many of n images, evenly spaced; of all, if none are wanted."""
    return np.arange(n) if not wanted or wanted >= n else np.linspace(0, n - 1, wanted).round().astype(int)


def conditions(model, faces, out: Path, part: str) -> pd.DataFrame:
    """Measure accuracy under every corruption and strength that the result file lacks, and keep it as it comes.

    Parameters
    ----------
    model : nn.Module or OnnxNetwork
    faces : Faces
        Photographs.
    out, part
        As for ``keep``. Faces in another number begin anew.

    Returns
    -------
    DataFrame
        Columns corruption, strength, right, n.
    """
    found = held(out, part)
    if found.get("n") != len(faces):
        found = {"n": len(faces), "right": {}}
    for name, strength in [("clean", 0), *((name, s) for name in CORRUPTIONS for s in STRENGTHS)]:
        if f"{name}, {strength}" in found["right"]:
            continue
        images = faces.images if not strength else corrupt(faces, name, strength)
        right = int((predict(model, images).argmax(1) == faces.labels).sum())
        found["right"][f"{name}, {strength}"] = right
        keep(out, part, found)
        low, high = wilson_interval(right, len(faces))
        print(f"{name}, {strength}: {right / len(faces):.1%} ({low:.1%} to {high:.1%})", flush=True)
    return pd.DataFrame(
        [(*where.rsplit(", ", 1), right, found["n"]) for where, right in found["right"].items()],
        columns=["corruption", "strength", "right", "n"],
    )


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", help="FER-2013; without it, the biased data set of puppets is measured")
    parser.add_argument("--faces", type=int, help="images of PublicTest, all if not given")
    parser.add_argument("--seeds", type=int, default=3, help="of the biased data set; 0 leaves it as it is")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--tables", type=Path, default=WEIGHTS, help="folder of the lesson's tables")
    options = parser.parse_args(arguments)
    if options.data is None:
        course = setup("puppets", "quick")
        test = course.test
        keep(options.out, "groups", by_group(predict(course.trained().model, test), test))
        if options.seeds:
            found = repeat(range(options.seeds)).round(2)
            print(found.to_string(index=False))
            keep(options.out, "biased", found.to_dict("records"))
        return 0
    faces = load_faces(options.data)
    if faces.is_puppets:
        raise ValueError(f"Expected photographs, found {faces.source}; give --data path/to/fer2013.")
    if faces.votes is not None:
        found = agreement(faces.votes)
        keep(options.out, "votes", found)
        voters = pd.DataFrame({"voters": range(1, 11), "images": found["images"]})
        table(options.tables / measured.VOTERS.name, voters)
    test = faces.of("PublicTest")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reference.onnx"
        export_onnx(build_model("fer2013"), path)
        some = test[spaced(len(test), options.faces)]
        rows = conditions(OnnxNetwork(path, threads=1), some, options.out, "fer2013")
    table(options.tables / measured.CONDITIONS.name, rows)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
