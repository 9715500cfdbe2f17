"""The course's steps without a notebook: ``python -m fer_course train …``, ``evaluate …``, ``predict …`` and others.

On several GPUs: ``accelerate launch -m fer_course train …``.
"""

import argparse
import sys

import torch

from fer_course.commands import evaluate, export, predict, train, watch

COMMANDS = (train, evaluate, export, predict, watch)
"""In the order of the help."""


def main(arguments=None) -> int:
    """Run a command.

    Parameters
    ----------
    arguments : list of str, optional
        Those of the command line, if not given.

    Returns
    -------
    int
        0, or 2 after one sentence on what was wrong.
    """
    options = parser().parse_args(arguments)
    try:
        return options.run(options) or 0
    except (ValueError, ImportError, OSError) as error:  # OSError: no such file, no connection, a full disk
        print(f"fer_course: {error}", file=sys.stderr)
        return 2
    except torch.OutOfMemoryError:
        print(
            "fer_course: The GPU's memory is too small for this; take smaller batches (--set batch_size=16) or smaller "
            "images (--set image_size=128).",
            file=sys.stderr,
        )
        return 2
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line."""
    top = argparse.ArgumentParser(prog="python -m fer_course", description=__doc__.splitlines()[0])
    names = "|".join(command.__name__.rpartition(".")[2] for command in COMMANDS)
    commands = top.add_subparsers(required=True, metavar=names)
    for command in COMMANDS:
        command.add(commands)
    return top


if __name__ == "__main__":
    sys.exit(main())
