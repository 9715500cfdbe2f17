"""How things are measured: in turns, as a spread, on a machine and a commit that are named."""

import os
import platform
import re
import subprocess
from pathlib import Path
from statistics import median

import timm
import torch

ROOT = Path(__file__).resolve().parent.parent


def in_turns(alternatives: dict, windows: int) -> dict[str, list[float]]:
    """Measure several things window by window, after one window that is not counted.

    Parameters
    ----------
    alternatives : dict of str to callable
        Each returns a figure, such as images a second, for one window.
    windows : int

    Returns
    -------
    dict of str to list of float
    """
    figures = {name: [] for name in alternatives}
    for window in range(windows + 1):
        for name, measure in alternatives.items():
            figure = measure()
            if window:
                figures[name].append(figure)
    return figures


def spread(figures) -> dict:
    """Return the median of some figures, the lowest and the highest."""
    return {"median": median(figures), "low": min(figures), "high": max(figures)}


def ratio(ours, theirs) -> dict:
    """Return the spread of the quotients, window by window."""
    return spread([a / b for a, b in zip(ours, theirs, strict=True)])


def cores() -> int:
    """Return the number of CPU cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def machine(device: str) -> dict:
    """Return what the figures depend on besides the code."""
    gpu = device == "cuda"
    cpu = platform.processor()
    if Path("/proc/cpuinfo").is_file():
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.M)
        cpu = found[1] if found else cpu
    return {
        "name": torch.cuda.get_device_name() if gpu else f"{cores()} CPU cores",
        "cpu": cpu,
        "threads": torch.get_num_threads(),
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "timm": timm.__version__,
        },
    }


def commit() -> str:
    """Return the git commit, with a plus where files differ from it, or "unknown"."""
    try:
        options = {"cwd": ROOT, "capture_output": True, "text": True, "check": True}
        head = subprocess.run(["git", "rev-parse", "--short=10", "HEAD"], **options).stdout.strip()
        changed = subprocess.run(
            ["git", "status", "--porcelain", "fer_course", "benchmarks", "research"], **options
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return os.environ.get("BENCH_COMMIT", "unknown")
    return head + ("+" if changed.strip() else "")
