"""What was measured on photographs, for those who have none: written by ``research/audit.py``."""

import pandas as pd

from fer_course.evaluation.intervals import wilson_interval
from fer_course.model.weights import WEIGHTS

CONDITIONS = WEIGHTS / "fer2013_conditions.csv"
"""Of n images of PublicTest, how many the reference model names right under each corruption and strength."""

VOTERS = WEIGHTS / "fer2013_voters.csv"
"""Of the images with ten FER+ votes, on how many 1, 2, … 10 voters chose the most frequent answer."""


def conditions() -> pd.DataFrame:
    """Return the reference model's accuracy on photographs under other conditions, as ``under_corruptions`` would.

    Returns
    -------
    DataFrame
        Index: (corruption, strength), ("clean", 0) first. Columns accuracy, low, high, n.
    """
    table = pd.read_csv(CONDITIONS).set_index(["corruption", "strength"])
    low, high = wilson_interval(table.right, table.n)
    return pd.DataFrame({"accuracy": table.right / table.n, "low": low, "high": high, "n": table.n})


def voters() -> pd.Series:
    """Return on how many images so many of ten voters chose the most frequent answer.

    Returns
    -------
    Series of int
        Index: 1 to 10 voters.
    """
    return pd.read_csv(VOTERS).set_index("voters").images
