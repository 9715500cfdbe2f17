"""What several commands share: which faces, how a table is printed, and who prints."""

import argparse
import contextlib
import io
import os

from fer_course.course import Course, setup
from fer_course.training.recipe import Recipe


def data_options() -> argparse.ArgumentParser:
    """Return the options of commands that load a data set."""
    data = argparse.ArgumentParser(add_help=False)
    data.add_argument(
        "--data", help="puppets, kaggle, huggingface or a path (default: FER_DATA, else puppets)"
    )
    data.add_argument("--profile", choices=("quick", "full"), help="depth (default: FER_PROFILE, else quick)")
    data.add_argument("--device", choices=("cpu", "cuda"), help="default: cuda if there is a GPU")
    return data


def first_process() -> bool:
    """Return whether this is the one of several processes that prints.

    ``RANK`` alone says nothing: a cluster may have left it behind. A launcher sets the other one too.
    """
    return "TORCHELASTIC_RUN_ID" not in os.environ or os.environ.get("RANK", "0") == "0"


def course_of(options, recipe: Recipe) -> Course:
    """Load the faces that the options name; on several GPUs one process prints."""
    with contextlib.ExitStack() as stack:
        if not first_process():
            stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        return setup(options.data, options.profile, seed=recipe.seed, recipe=recipe)


def table_of(result) -> str:
    """Return the figures of an ``Evaluation``, label by label, as text."""
    table = result.per_class
    shown = table[["support"]].copy()
    for name in ("precision", "recall", "f1"):
        columns = zip(table[name], table[f"{name}_low"], table[f"{name}_high"], strict=True)
        shown[f"{name} (95 %)"] = [
            f"{value:.3f} ({low:.3f} to {high:.3f})" if n else "no faces"
            for n, (value, low, high) in zip(table.support, columns, strict=True)
        ]
    return shown.to_string()
