"""What was measured on photographs, for those who have none: from research/results/audit.json."""

import pandas as pd

from fer_course.evaluation.corruptions import CORRUPTIONS, STRENGTHS
from fer_course.evaluation.intervals import wilson_interval

FACES = 1000
"""Images of PublicTest that the reference model judged."""

CLEAN = 0
"""Of these, named right as they are."""

RIGHT = {}
"""And under each corruption, in strengths 1 to 5."""

VOTED, AGREEMENT = 0, ()
"""Images with ten FER+ votes, and the share of them for which 1, 2, … 10 voters chose the most frequent answer."""


def conditions() -> pd.DataFrame:
    """Return the reference model's accuracy on photographs under other conditions, as ``under_corruptions`` would.

    Returns
    -------
    DataFrame
        Index: (corruption, strength). Columns accuracy, low, high, n.
    """
    counts = {("clean", 0): CLEAN}
    counts |= {(name, s): RIGHT[name][s - 1] for name in CORRUPTIONS for s in STRENGTHS}
    rows = {where: [count / FACES, *wilson_interval(count, FACES), FACES] for where, count in counts.items()}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["accuracy", "low", "high", "n"])
    table.index = pd.MultiIndex.from_tuples(table.index, names=["corruption", "strength"])
    return table
