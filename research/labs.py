"""Repeat the labs' experiments with five seeds: python -m research.labs [LAB …]

Writes fer_course/labs/<lab>.csv, a row for each seed and arm, as soon as a seed is done. Seeds that are in the file are
not repeated: delete it to begin anew. Each lab takes 5 to 60 minutes of one core; the labs of one line can run side by
side in two terminals. ``make labs`` repeats all of them and then makes the tables of docs/labs.md.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import torch

from fer_course.evaluation.repeats import FOLDER
from fer_course.files import atomic_write
from tools.lab_tables import LABS

SEEDS = range(5)


def measure(repeat: Callable, seeds, out: Path) -> pd.DataFrame:
    """Run what is missing of an experiment, and return all of it.

    Parameters
    ----------
    repeat : callable
        Takes a seed and returns, by arm, what was measured.
    seeds : iterable of int
    out : Path
        The table, which is added to.
    """
    runs = pd.read_csv(out) if out.is_file() else pd.DataFrame({"seed": [], "arm": []})
    for seed in seeds:
        if seed in set(runs.seed):
            continue
        began = time.perf_counter()
        found = repeat(seed)
        rows = pd.DataFrame([{"seed": seed, "arm": arm} | figures for arm, figures in found.items()])
        runs = pd.concat([runs, rows], ignore_index=True) if len(runs) else rows
        with atomic_write(out, "w") as file:
            file.write(runs.round(2).to_csv(index=False, lineterminator="\n"))
        print(f"{out.stem}, seed {seed}: {time.perf_counter() - began:.0f} s", flush=True)
    return runs


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("labs", nargs="*", metavar="LAB", help=f"of {', '.join(LABS)}; all if none is named")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder of the tables")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    options = parser.parse_args(arguments)
    if unknown := set(options.labs) - set(LABS):
        parser.error(f"expected some of {', '.join(LABS)}, found {', '.join(sorted(unknown))}")
    # A few threads more or less change the last digits of a sum, and with them a run.
    torch.set_num_threads(1)
    for name in options.labs or LABS:
        runs = measure(LABS[name].repeat, options.seeds, options.out / f"{name}.csv")
        for claim in LABS[name].CLAIMS if runs.seed.nunique() > 1 else ():
            print(claim.judge(runs))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
