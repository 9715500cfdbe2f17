"""The labs' experiments, repeated with five seeds: tables that ship with the course and that ``make labs`` makes."""

from pathlib import Path

import pandas as pd

FOLDER = Path(__file__).resolve().parents[1] / "labs"
"""A file for each lab. Columns: seed, arm (one way of doing it), and what was measured."""


def load_repeats(lab: str) -> pd.DataFrame:
    """Return the runs of a lab.

    Parameters
    ----------
    lab : str
        Such as ``"adapting"``.

    Returns
    -------
    DataFrame
        A row for each seed and arm: columns ``seed``, ``arm``, then what was measured.

    Raises
    ------
    FileNotFoundError
        If there is no such lab.
    """
    path = FOLDER / f"{lab}.csv"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in FOLDER.glob("*.csv")))
        raise FileNotFoundError(f"Expected one of the labs {known}, found {lab!r}.")
    return pd.read_csv(path)
