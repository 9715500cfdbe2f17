"""Measure how fast the course trains on this machine, and against what. ``make bench`` runs it.

    python -m benchmarks.bench                    # every row that this machine can do
    python -m benchmarks.bench feed ladder        # some of them
    python -m benchmarks.bench --rehearse         # every row with tiny numbers, to see that they run; nothing is kept

Each row is written to benchmarks/results/<machine>/<row>.json as soon as it is done; ``python -m tools.tables``
makes the tables in the texts from these files. Neither Jupyter, grad-cam nor kagglehub is needed.

What is compared is measured in turns, window by window, so that a machine that slows down slows all of them; a ratio is
the median over windows, with the lowest and the highest.
"""

import argparse
import json
import re
import time
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from accelerate import PartialState

from benchmarks.measure import commit, machine
from benchmarks.rows import ROWS, process_rate
from fer_course.files import atomic_write

RESULTS = Path(__file__).with_name("results")


@dataclass(frozen=True)
class Plan:
    """How large the measurements are on this machine."""

    device: str
    sizes: tuple[int, ...]
    """Training sizes, in pixels, for the rows that train."""
    batch_size: int
    large_batch: int
    windows: int
    steps: int
    """Batches in a window."""
    faces: int
    repeats: tuple[int, ...] = (1, 4, 16)
    compile: bool = True
    rehearsal: bool = False


def plan(device: str, rehearse: bool) -> Plan:
    """Return the sizes for a GPU, for a CPU, or for a rehearsal."""
    if rehearse:
        return Plan(device, (32,), 8, 16, 2, 2, 64, (1, 2), compile=False, rehearsal=True)
    if device == "cuda":
        return Plan(device, (128, 260), 256, 512, 7, 20, 8192)
    return Plan(device, (64,), 32, 64, 7, 12, 2048)


def save(row: str, result: dict, device: str, folder: Path = RESULTS) -> Path:
    """Write a row's result, with all that is needed to repeat it."""
    facts = {"row": row, "machine": machine(device), "commit": commit(), "seed": 0} | result
    slug = re.sub(r"[^a-z0-9]+", "-", facts["machine"]["name"].lower()).strip("-")
    path = folder / slug / f"{row}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path, "w") as file:
        file.write(json.dumps(facts, indent=1) + "\n")
    return path


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("rows", nargs="*", help=f"of {', '.join(ROWS)}; all if none is named")
    parser.add_argument("--rehearse", action="store_true", help="tiny numbers; nothing is kept")
    parser.add_argument("--device", choices=("cpu", "cuda"))
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder for the results")
    parser.add_argument("--one-rate", type=int, metavar="SIZE", help=argparse.SUPPRESS)  # see process_rate
    parser.add_argument("--steps", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if unknown := set(options.rows) - set(ROWS):
        parser.error(f"expected rows of {', '.join(ROWS)}, found {', '.join(sorted(unknown))}")
    device = options.device or ("cuda" if torch.cuda.is_available() else "cpu")
    plan_ = plan(device, options.rehearse)
    if options.one_rate:
        rate = process_rate(options.one_rate, replace(plan_, steps=options.steps or plan_.steps))
        if PartialState().is_main_process:
            print(rate)
        return
    for name in options.rows or ROWS:
        began = time.perf_counter()
        try:
            result = ROWS[name](plan_)
        except torch.OutOfMemoryError as error:  # what other rows measure is worth having
            print(f"{name}: not measured, the GPU's memory is too small. {error}", flush=True)
            torch.cuda.empty_cache()
            continue
        took = f"{time.perf_counter() - began:.0f} s"
        if result is None:
            print(f"{name}: not on this machine", flush=True)
        elif options.rehearse:
            print(f"{name}: runs ({took})", flush=True)
        else:
            print(f"{name}: {save(name, result, device, options.out)} ({took})", flush=True)


if __name__ == "__main__":
    main()
