"""Measure what int8 costs in accuracy, and what the package ``fer`` of PyPI does with the same faces.

    python -m research.deploy                                        # puppets, with the run of notebook 04
    python -m research.deploy --data path/to/fer2013                 # photographs, with the reference model
    python -m research.deploy --data path/to/fer2013 --fer other/bin/python
    python -m research.deploy --data path/to/fer2013 --fer other/bin/python --times

``--fer`` names the Python of an environment of its own, in which ``pip install fer`` was run: its requirements and the
course's exclude each other. ``--times`` measures milliseconds and nothing else, with the files of the second line; the
machine should be quiet, and the accuracies in the result file stay. Results: research/results/int8-<faces>.json and
fer.json. Calibration is on faces of the training split; test faces are judged once, by clean labels where they are
puppets.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch

from benchmarks.latency import FILES, milliseconds, percentiles
from benchmarks.measure import commit, machine
from fer_course.course import setup
from fer_course.evaluation.intervals import wilson_interval
from fer_course.evaluation.predict import predict
from fer_course.model.onnx import OnnxNetwork, export_onnx
from fer_course.model.quantise import quantise
from fer_course.model.weights import SHIPPED
from research.effects import paired, write
from research.experiments import RESULTS

CALIBRATION = 64
"""Training faces on which the scales of int8 are chosen."""
WINDOWS, CALLS = 7, 15
"""Of single calls that are timed."""
FLOAT, INT8, FULL = "float32", "int8", "int8, weights of 8 bits"
FILE_NAMES = {FLOAT: "net.onnx", INT8: "int8.onnx", FULL: "int8-8.onnx"}


def judged(rights: dict[str, np.ndarray]) -> dict:
    """Return accuracies with their intervals, and what each differs by from the first, on the same faces.

    Parameters
    ----------
    rights : dict of str to ndarray of bool, shape (N,)
        For each face whether it was named rightly.
    """
    first = next(iter(rights.values()))
    return {
        name: {
            "accuracy": float(right.mean()),
            "interval": wilson_interval(int(right.sum()), len(right)),
            "points": paired(right, first),
            "lost": int((first & ~right).sum()),
            "won": int((right & ~first).sum()),
        }
        for name, right in rights.items()
    }


def files_of(model, course, folder: Path) -> dict[str, Path]:
    """Write a network as ONNX files, in float32 and twice in int8, and return their paths."""
    paths = {name: folder / file for name, file in FILE_NAMES.items()}
    seen = calibration(course)
    export_onnx(model, paths[FLOAT], faces=seen)
    quantise(paths[FLOAT], seen, paths[INT8])
    quantise(paths[FLOAT], seen, paths[FULL], weight_bits=8)
    return paths


def calibration(course):
    """Return the training faces on which scales are chosen, drawn by the course's seed."""
    chosen = np.random.default_rng(course.seed).choice(len(course.train), CALIBRATION, replace=False)
    return course.train[np.sort(chosen)]


def int8(course, model, folder: Path) -> dict:
    """Return what int8 costs on the test faces, in labels and in accuracy, and what it saves in bytes."""
    faces, paths = course.test, files_of(model, course, folder)
    truth = faces.clean_labels if faces.is_puppets else faces.labels
    logits = {name: predict(OnnxNetwork(path), faces) for name, path in paths.items()}
    found = judged({name: each.argmax(1) == truth for name, each in logits.items()})
    for name, each in logits.items():
        found[name]["same_label"] = float((each.argmax(1) == logits[FLOAT].argmax(1)).mean())
        found[name]["mean_change_of_a_logit"] = float(abs(each - logits[FLOAT]).mean())
        found[name]["bytes"] = paths[name].stat().st_size
    size = OnnxNetwork(paths[FLOAT]).size
    return {"n": len(faces), "size": size, "calibration": CALIBRATION, "files": found}


ASK = """
import importlib.metadata, json, logging, os, sys, time
import cv2
import numpy as np
from fer.fer import FER
logging.disable(logging.WARNING)
told = json.loads(sys.argv[1])
images = np.load(told["images"])
answer = {"version": importlib.metadata.version("fer"), "bytes": {}}
data = os.path.join(os.path.dirname(sys.modules["fer.fer"].__file__), "data")
networks = {"fer, TensorFlow Lite": "emotion_model_quantized.tflite", "fer, Keras": "emotion_model.hdf5"}
for name, file in networks.items():
    lite = file.endswith("tflite")
    answer["bytes"][name] = os.path.getsize(os.path.join(data, file))
    network = FER(use_tflite=lite, offsets=(0, 0))
    # Its own steps, without the rounding to two digits of detect_emotions.
    small = np.stack([cv2.resize(image, (64, 64)) for image in images]).astype(np.float32)
    small = (small / 255 - 0.5) * 2
    small = small if lite else small[..., None]
    if told["calls"]:
        coloured = cv2.cvtColor(images[0], cv2.COLOR_GRAY2BGR)
        found = []
        for call in range(told["calls"] + 20):
            began = time.perf_counter()
            network.detect_emotions(coloured, face_rectangles=[(0, 0, 48, 48)])
            found.append(1000 * (time.perf_counter() - began))
        answer[name] = found[20:]
    else:
        parts = [network._classify_emotions(small[at : at + 64]) for at in range(0, len(small), 64)]
        answer[name] = np.concatenate([np.asarray(part) for part in parts]).argmax(1).tolist()
print(json.dumps(answer))
"""
"""What the other environment runs: labels in the order of EXPRESSIONS, which is fer's too, or milliseconds."""

WEIGH = """
import importlib.metadata as metadata, json, sys
from packaging.requirements import Requirement
bytes_of, seen = {}, set()
def weigh(wanted):
    if str(wanted) in seen:
        return
    seen.add(str(wanted))
    try:
        found = metadata.distribution(wanted.name)
    except metadata.PackageNotFoundError:
        return
    bytes_of[found.name.lower()] = sum(file.size or 0 for file in found.files or ())
    for line in found.requires or ():
        needed = Requirement(line)
        if needed.marker is None or any(needed.marker.evaluate({"extra": e}) for e in ("", *wanted.extras)):
            needed.marker = None
            weigh(needed)
for name in json.loads(sys.argv[1]):
    weigh(Requirement(name))
print(json.dumps(bytes_of))
"""
"""Bytes of the installed files of some packages and of all that they require, by package."""


def asked(python: str, script: str, told) -> dict:
    """Run a script in another environment, and return the JSON that it prints last."""
    done = subprocess.run(
        [python, "-c", script, json.dumps(told)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{python} ended with an error:\n{done.stderr[-1500:]}")
    return json.loads(done.stdout.splitlines()[-1])


def beside_fer(course, model, python: str) -> dict:
    """Return how often ``fer`` and the reference model name test photographs rightly, and what both weigh.

    Parameters
    ----------
    course : Course
        Of photographs.
    model : nn.Module
        The reference model.
    python : str
        Of an environment with ``fer``.
    """
    faces = course.test
    with tempfile.TemporaryDirectory() as folder:
        np.save(Path(folder) / "images.npy", faces.images)
        theirs = asked(python, ASK, {"images": f"{folder}/images.npy", "calls": 0})
    ours = {"the course, 128 px": predict(model, faces).argmax(1) == faces.labels}
    version, bytes_of = theirs.pop("version"), theirs.pop("bytes")
    found = judged(ours | {name: np.array(labels) == faces.labels for name, labels in theirs.items()})
    bytes_of["the course, 128 px"] = SHIPPED["fer2013"].stat().st_size
    for name, each in found.items():
        each["bytes"] = bytes_of[name]
    weights = {
        "fer": asked(python, WEIGH, ["fer"]),
        "the course": asked(sys.executable, WEIGH, ["fer-course[deploy]"]),
        "ONNX Runtime alone": asked(sys.executable, WEIGH, ["onnxruntime"]),
    }
    return {
        "n": len(faces),
        "version": version,
        "networks": found,
        "installed": {name: grouped(each) for name, each in weights.items()},
    }


def grouped(bytes_of: dict[str, int]) -> dict[str, int]:
    """Return the bytes of an installation: all of them, and those of libraries for a GPU."""
    gpu = sum(size for name, size in bytes_of.items() if name.startswith(("nvidia", "cuda", "triton")))
    return {"bytes": sum(bytes_of.values()), "for_a_gpu": gpu, "packages": len(bytes_of)}


def times(course, model, folder: Path, python: str) -> dict:
    """Return milliseconds for one face, median and 95th percentile, of every program.

    Parameters
    ----------
    course, model, python
        As for ``beside_fer``.
    folder : Path
        With the files that ``files_of`` wrote: to write them would not be quiet.
    """
    one, found, before = course.test.images[:1], {}, torch.get_num_threads()
    try:
        for threads in (1, 2):
            torch.set_num_threads(threads)
            ways = {"the course, PyTorch": lambda images: predict(model, images)} | {
                f"the course, ONNX Runtime, {name}": OnnxNetwork(folder / FILE_NAMES[name], threads=threads)
                for name in (FLOAT, INT8)
            }
            every = {
                name: [milliseconds(call, one, CALLS) for _ in range(WINDOWS)] for name, call in ways.items()
            }
            found[str(threads)] = {name: percentiles(windows) for name, windows in every.items()}
    finally:
        torch.set_num_threads(before)
    with tempfile.TemporaryDirectory() as given:
        np.save(Path(given) / "images.npy", one)
        theirs = asked(python, ASK, {"images": f"{given}/images.npy", "calls": WINDOWS * CALLS})
    found["as it comes"] = {name: percentiles([theirs[name]]) for name in theirs["bytes"]}
    return found


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", help="as for load_faces (default: FER_DATA, else puppets)")
    parser.add_argument("--fer", metavar="PYTHON", help="of an environment in which fer is installed")
    parser.add_argument("--times", action="store_true", help="measure milliseconds, and keep the rest")
    options = parser.parse_args(arguments)
    course = setup(options.data, "quick")
    kind = "puppets" if course.faces.is_puppets else "fer2013"
    if options.times and not options.fer:
        parser.error("expected --fer with --times; what the course alone takes, the benchmark measures")
    if options.fer and kind == "puppets":
        parser.error("expected photographs for fer, found puppets; give --data")
    name = "fer" if options.fer else f"int8-{kind}"
    model, path = course.trained().model, RESULTS / f"{name}.json"
    facts = {"row": "fer" if options.fer else "int8", "faces": kind, "seed": course.seed}
    facts |= {"machine": machine("cpu") | {"vnni": has_vnni()}, "commit": commit()}
    if options.times:
        found = json.loads(path.read_text(encoding="utf-8"))
        found["times"] = {"machine": facts["machine"], "commit": facts["commit"]}
        found["times"]["milliseconds"] = times(course, model, FILES / kind, options.fer)
    elif options.fer:
        found = facts | beside_fer(course, model, options.fer)
    else:
        found = facts | int8(course, model, FILES / kind)
    write(path, found)
    print(json.dumps(found, indent=1))
    return 0


def has_vnni() -> bool | None:
    """Return whether the processor has VNNI instructions; None where Linux does not tell."""
    path = Path("/proc/cpuinfo")
    return "vnni" in path.read_text() if path.is_file() else None


if __name__ == "__main__":
    raise SystemExit(main())
