"""The benchmark's rows about running a trained network: from a stored face to its logits, by program and file.

What is timed begins with grey values of 48x48 pixels and ends with logits, so that resizing and standardisation count
for PyTorch as they do for ONNX Runtime, which has them inside. Weights are random: they play no part in the time.
"""

import copy
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
import torch

from benchmarks.measure import ROOT, in_turns, spread
from fer_course.labels import EXPRESSIONS
from fer_course.model.inputs import prepare
from fer_course.model.network import build_model, count_parameters
from fer_course.model.onnx import OnnxNetwork, export_onnx
from fer_course.model.quantise import quantise
from fer_course.puppets.draw import draw_puppets

FILES = ROOT / "build" / "latency"
"""Where exported networks are kept for the next run; ``make clean`` removes them."""
SIZES = (64, 96, 128, 260)
"""Pixels: of the quick profile, of the reference model (128), and B2's own size."""
B2 = "tf_efficientnet_b2"
NETWORKS = (B2, "mobilenetv3_large_100", "resnet50", "vgg16_bn")
BESIDE = 128
"""Pixels at which other networks stand beside B2."""
BATCHES = (8, 32)
THREADS = (1, 2)
CALLS = 15
"""Of one face, in a window."""

PLAIN, INFERENCE, LAST = (
    "PyTorch",
    "PyTorch, inference mode",
    "PyTorch, inference mode, channels last",
)
"""As a network is called without further thought; without gradients; and as the course calls it."""
ONNX, INT8 = "ONNX Runtime", "ONNX Runtime, int8"


def latency(plan) -> dict | None:
    """Milliseconds for one face: median and 95th percentile, by size, threads and program."""
    if plan.device != "cpu":
        return None
    rows = []
    with _folder(plan) as folder:
        for size in plan.sizes if plan.rehearsal else SIZES:
            network = _Network("test_efficientnet" if plan.rehearsal else B2, size, folder)
            for threads in THREADS:
                figures = _timed(network, (PLAIN, INFERENCE, LAST, ONNX, INT8), 1, threads, plan, CALLS)
                for way, windows in figures.items():
                    rows.append({"size": size, "threads": threads, "way": way} | percentiles(windows))
    return {"windows": plan.windows, "calls": plan.windows * _calls(plan, CALLS), "rows": rows}


def batches(plan) -> dict | None:
    """Milliseconds for a face of a batch, by size, threads and program."""
    if plan.device != "cpu":
        return None
    rows, windows = [], min(plan.windows, 5)
    with _folder(plan) as folder:
        for size in plan.sizes if plan.rehearsal else SIZES:
            network = _Network("test_efficientnet" if plan.rehearsal else B2, size, folder)
            for threads in THREADS:
                for n in BATCHES:
                    figures = _timed(network, (LAST, ONNX, INT8), n, threads, plan, 1, windows)
                    for way, found in figures.items():
                        each = spread([float(np.median(window)) / n for window in found])
                        rows.append(
                            {"size": size, "threads": threads, "batch": n, "way": way, "milliseconds": each}
                        )
    return {"windows": windows, "rows": rows}


def deployment(plan) -> dict | None:
    """EfficientNet-B2 beside other networks: milliseconds for one face, and megabytes of the file."""
    if plan.device != "cpu":
        return None
    size, rows = plan.sizes[0] if plan.rehearsal else BESIDE, []
    with _folder(plan) as folder:
        for name in ("test_efficientnet",) if plan.rehearsal else NETWORKS:
            network = _Network(name, size, folder)
            for threads in THREADS:
                figures = _timed(network, (LAST, ONNX, INT8), 1, threads, plan, CALLS)
                for way, windows in figures.items():
                    rows.append({"network": name, "threads": threads, "way": way} | percentiles(windows))
                    rows[-1] |= {"parameters": network.parameters, "bytes": network.bytes[way]}
    return {"size": size, "calls": plan.windows * _calls(plan, CALLS), "rows": rows}


class _Network:
    """A network with its files: exported once, in float32 and in int8."""

    def __init__(self, name: str, size: int, folder: Path):
        self.size = size
        self.model = build_model(None, backbone=name)
        self.parameters = count_parameters(self.model)
        self.files = {ONNX: folder / f"{name}-{size}.onnx", INT8: folder / f"{name}-{size}-int8.onnx"}
        if not all(path.is_file() for path in self.files.values()):
            export_onnx(self.model, self.files[ONNX], size=size)
            quantise(self.files[ONNX], draw_puppets(16), self.files[INT8])
        weights = sum(tensor.nbytes for tensor in self.model.state_dict().values())
        self.bytes = {LAST: weights} | {way: path.stat().st_size for way, path in self.files.items()}

    def caller(self, way: str, threads: int):
        """Return a function from faces, uint8 (N, 48, 48), to logits, float32 (N, 7)."""
        if way in self.files:
            return OnnxNetwork(self.files[way], threads=threads)
        layout = torch.channels_last if way == LAST else torch.contiguous_format
        model = copy.deepcopy(self.model).to(memory_format=layout)

        def call(images):
            with torch.inference_mode(way != PLAIN):
                return model(prepare(images, self.size)).detach().numpy()

        return call


def _timed(network, ways, n: int, threads: int, plan, calls: int, windows: int | None = None) -> dict:
    """Return milliseconds of calls with n faces, in turns: a list of windows for each way."""
    faces, before = draw_puppets(n).images, torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        callers = {way: network.caller(way, threads) for way in ways}
        turns = {
            way: lambda call=call: milliseconds(call, faces, _calls(plan, calls))
            for way, call in callers.items()
        }
        return in_turns(turns, windows or plan.windows)
    finally:
        torch.set_num_threads(before)


def milliseconds(call, faces: np.ndarray, calls: int) -> list[float]:
    """Return how long each of several calls takes, after one that is not counted."""
    found = []
    for number in range(calls + 1):
        began = time.perf_counter()
        logits = call(faces)
        took = 1000 * (time.perf_counter() - began)
        if number:
            found.append(took)
    if logits.shape != (len(faces), len(EXPRESSIONS)):
        raise ValueError(f"Expected seven logits for each of {len(faces)} faces, found {logits.shape}.")
    return found


def percentiles(windows: list[list[float]]) -> dict[str, float]:
    """Return the median and the 95th percentile over the calls of all windows."""
    every = np.concatenate(windows)
    return {"median": float(np.median(every)), "p95": float(np.percentile(every, 95))}


def _calls(plan, calls: int) -> int:
    return 2 if plan.rehearsal else calls


@contextmanager
def _folder(plan):
    """Give a folder for the files, which a rehearsal does not leave behind."""
    with ExitStack() as stack:
        yield Path(stack.enter_context(tempfile.TemporaryDirectory())) if plan.rehearsal else FILES
