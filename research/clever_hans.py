"""Repeat the watermark experiment of notebook 07 for five seeds: python -m research.clever_hans

Writes research/results/clever_hans.csv, to which a test holds what the notebook says. Six minutes on two CPU cores.
"""

import argparse
from pathlib import Path

import pandas as pd

from fer_course.files import atomic_write
from fer_course.lessons.trusting_a_heat_map.clever_hans import repeat


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("results") / "clever_hans.csv")
    options = parser.parse_args(arguments)
    tables = []
    for seed in range(options.seeds):
        tables.append(repeat([seed]))
        print(tables[-1].round(3).to_string(index=False), flush=True)
    with atomic_write(options.out, "w") as file:
        pd.concat(tables).round(4).to_csv(file, index=False)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
