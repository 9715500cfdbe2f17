"""Measure labels over time on puppets that move: python -m research.motion --weights runs/…/best.safetensors

Writes research/results/motion.json. What is not measured again (--part labels: the first two) stays as it was.

following   In how many frames the puppet is found, in good light and in pictures as hard as those of training, if every
            frame is searched and if faces are followed; what it changes to keep the boxes steady.
smoothing   What each way to smooth gains and costs.
speed       Where the milliseconds of a frame go, for the network in PyTorch and as an ONNX file. Measure it on a
            machine that does nothing else, and without OMP_WAIT_POLICY=passive, with which PyTorch takes twice as long.
"""

import argparse
import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.measure import commit, machine
from fer_course.camera.video import Frames, write_video
from fer_course.camera.watch import breakdown, watch
from fer_course.evaluation.intervals import mean_interval
from fer_course.files import atomic_write
from fer_course.lessons.real_time.smoothing import (
    HARD,
    compare,
    compare_labels,
    draw_clips,
    is_found,
    look_at,
    shown_labels,
)
from fer_course.model.onnx import OnnxNetwork, export_onnx
from fer_course.model.trained import open_network
from fer_course.puppets.motion import FPS, draw_motion

OUT = Path(__file__).with_name("results") / "motion.json"

PARTS = ("labels", "speed")

WHOLE, FOLLOWED, AS_FOUND = "whole frames searched", "faces followed", "followed, boxes as found"

WAYS_TO_FOLLOW = {WHOLE: {"whole": 1}, FOLLOWED: {}, AS_FOUND: {"steady": 1}}

CONDITIONS = {"good light": {}, "as in training": HARD}


def measured_labels(model, clips: int) -> dict[str, dict]:
    """Return the parts "following" and "smoothing"."""
    following, smoothing = {"clips": clips, "dials": CONDITIONS}, {}
    for name, dials in CONDITIONS.items():
        motions, looked = _looked(model, clips, dials)
        shown = {way: [shown_labels(rows) for rows, _ in some] for way, some in looked.items()}
        following[name] = {
            "found": {
                way: _rounded(mean_interval([found.mean() for _, found in some]))
                for way, some in looked.items()
            },
            "labels": _table(compare_labels(motions, shown, AS_FOUND)),
        }
        smoothing[name] = _table(compare(motions, [rows for rows, _ in looked[FOLLOWED]]))
    frames = sum(map(len, motions))
    return {"following": following, "smoothing": {"clips": clips, "frames": frames, "fps": FPS} | smoothing}


def _looked(model, clips: int, dials: dict) -> tuple[list, dict[str, list]]:
    """Return clips without their pictures, and for each way to follow what ``look_at`` gives of each clip."""
    motions, looked = [], {way: [] for way in WAYS_TO_FOLLOW}
    for i in range(clips):
        # One by one: the frames of one take 22 MB.
        (motion,) = draw_clips(1, seed=i, **dials)
        for way, options in WAYS_TO_FOLLOW.items():
            looked[way].append(look_at(model, motion, **options))
        motions.append(replace(motion, frames=np.empty((len(motion), 0, 0), np.uint8)))
    return motions, looked


def measured_speed(model, file: Path, seed: int = 0) -> dict:
    """Return the milliseconds of each step on a video of a moving puppet, read from a file."""
    motion = draw_motion(["happy", "surprise", "angry"], 30, seed=seed)
    network = file.with_suffix(".onnx")
    export_onnx(model, network)
    write_video(file, motion.frames, FPS)
    found = {}
    for name, one in {"PyTorch": model, "ONNX Runtime": OnnxNetwork(network)}.items():
        for way in (WHOLE, FOLLOWED):
            with Frames(file) as frames:
                began = time.perf_counter()
                seen = list(watch(frames, one, **WAYS_TO_FOLLOW[way]))
                seconds = time.perf_counter() - began
            hits = [
                any(is_found(face.box, truth) for face in frame.faces)
                for frame, truth in zip(seen, motion.boxes, strict=True)
            ]
            # The first frames load and warm up what is needed; they are no part of the steady state.
            table = breakdown(seen[5:])
            found[f"{name}, {way}"] = {
                "frames_a_second": round(len(seen) / seconds, 1),
                "found": round(float(np.mean(hits)), 4),
                "milliseconds": table.round(3).to_dict(orient="index"),
            }
    return {"frames": len(motion), "size": "640×480", "face_px": int(motion.boxes[:, 2].mean())} | found


def _table(table) -> dict:
    return {name: {k: round(float(v), 3) for k, v in row.items()} for name, row in table.iterrows()}


def _rounded(interval) -> dict:
    # Over clips: the frames of one clip are much alike.
    return {name: round(value, 4) for name, value in zip(("mean", "low", "high"), interval, strict=True)}


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--weights", required=True, help="the run of notebook 04 on puppets")
    parser.add_argument("--clips", type=int, default=40)
    parser.add_argument("--part", choices=PARTS, action="append", help="default: all")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args(arguments)
    model = open_network(options.weights)
    found = json.loads(options.out.read_text(encoding="utf-8")) if options.out.is_file() else {}
    found["row"] = "motion"
    for part in options.part or PARTS:
        if part == "labels":
            figures = measured_labels(model, options.clips)
        else:
            with tempfile.TemporaryDirectory() as folder:
                figures = {"speed": measured_speed(model, Path(folder) / "motion.mp4")}
        facts = {"image_size": model.trained_size, "machine": machine("cpu"), "commit": commit()}
        found |= {name: facts | values for name, values in figures.items()}
    with atomic_write(options.out, "w") as file:
        file.write(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
