"""Is everything there that the course needs? One line if so; otherwise a table that says what to do."""

import os
import platform
import shutil
from importlib.metadata import PackageNotFoundError, version

import torch

from fer_course.files import home
from fer_course.model.weights import SHIPPED

PACKAGES = (
    "torch",
    "torchvision",
    "timm",
    "numpy",
    "pandas",
    "scikit-learn",
    "matplotlib",
    "ipywidgets",
    "grad-cam",
    "onnx",
    "onnxruntime",
    "scikit-image",
)
"""What the notebooks import."""

LEAST_MEMORY = 4
LEAST_DISK = 2
"""GiB: no notebook takes more than 2.5 GiB of memory, beside the system and a browser."""


def memory() -> float | None:
    """Return the machine's memory in GiB, or None if the system does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    except (AttributeError, ValueError, OSError):
        try:
            import psutil
        except ImportError:
            return None
        return psutil.virtual_memory().total / 2**30


def examine(course) -> list[tuple[str, str, str]]:
    """Return what was looked at, what was found, and what to do about it (empty if it is fine).

    Parameters
    ----------
    course : Course
        From ``setup``.
    """
    rows = [("Python", platform.python_version(), "")]
    for package in PACKAGES:
        try:
            rows.append((package, version(package), ""))
        except PackageNotFoundError:
            rows.append(
                (package, "missing", f"run  %pip install {package}  in a cell, then restart the kernel")
            )
    if course.device == "cuda":
        rows.append(("device", torch.cuda.get_device_name(), ""))
    else:
        rows.append(("device", f"CPU, {torch.get_num_threads()} threads", ""))
        if course.profile == "full":
            rows[-1] = (*rows[-1][:2], 'the full profile takes a GPU: use setup(profile="quick") here')
    size = memory()
    low = size is not None and size < LEAST_MEMORY
    found = "unknown" if size is None else f"{size:.1f} GiB"
    rows.append(("memory", found, "close other programs before you train (notebook 04)" if low else ""))
    place = next(folder for folder in (home(), *home().parents) if folder.is_dir())
    free = shutil.disk_usage(place).free / 2**30
    rows.append(
        (
            "free disk",
            f"{free:.1f} GiB",
            "make room before you train (notebook 04)" if free < LEAST_DISK else "",
        )
    )
    rows.append(("data", f"{len(course.faces):,} faces, {course.faces.source}", ""))
    lost = ", ".join(name for name, path in SHIPPED.items() if not path.is_file())
    missing = "install the package again, or build models with weights=None"
    rows.append(("pretrained weights", f"{lost} missing" if lost else "found", missing if lost else ""))
    rows.append(("profile", course.profile, ""))
    return rows


def check_environment(course) -> None:
    """Print one line if all is well; otherwise what was found, line by line, and what to do."""
    rows = examine(course)
    todo = sum(bool(advice) for _, _, advice in rows)
    if not todo:
        found = {name: text for name, text, _ in rows}
        print(
            f"Everything is ready: Python {found['Python']}, torch {found['torch']}, {found['device']}, "
            f"{found['memory']} of memory, {found['free disk']} of free disk."
        )
        return
    width = max(len(name) for name, _, _ in rows)
    for name, found, advice in rows:
        print(f"{name:<{width}}  {found}" + (f"   <- {advice}" if advice else ""))
    print()
    print(f"{todo} of {len(rows)} lines need a look: see the arrows.")
