"""Whether repeated runs show what was claimed: paired differences, their interval, and a verdict."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats


@dataclass(frozen=True)
class Verdict:
    """What the differences between paired runs show.

    Attributes
    ----------
    claim : str
    value, low, high : float
        Mean difference and its 95 % interval, in the claim's unit.
    n : int
        Pairs of runs, one for each seed.
    unit : str
    more : bool
        Whether the claim is that there is more of it; otherwise less.
    """

    claim: str
    value: float
    low: float
    high: float
    n: int
    unit: str = "points"
    more: bool = True

    @property
    def word(self) -> str:
        """``"shown here"``, ``"the opposite here"``, or ``"not shown here"`` if the interval contains 0."""
        if self.low <= 0 <= self.high:
            return "not shown here"
        return "shown here" if (self.low > 0) == self.more else "the opposite here"

    @property
    def visible(self) -> float:
        """How large a difference would have been seen with these runs: half the interval."""
        return (self.high - self.low) / 2

    @property
    def figures(self) -> str:
        """The difference with its interval."""
        value, low, high = (_signed(number) for number in (self.value, self.low, self.high))
        return f"{value} {self.unit} ({low} to {high}; {self.n} seeds)"

    def __str__(self):
        seen = f"; {self.visible:.1f} would have been seen" if self.word == "not shown here" else ""
        # In two lines, the verdicts below each other: a lab prints a dozen of them.
        return f"{self.word:18} {self.claim}\n{'':18} {self.figures}{seen}"


def _signed(number: float) -> str:
    """Return a number with its sign: a tenth, or finer where a tenth would not say on which side of 0 it lies."""
    return f"{number:+.1f}" if abs(number) >= 0.05 else f"{number:+.2f}"


@dataclass(frozen=True)
class Claim:
    """A sentence that repeated runs can bear out: one way does better than another.

    Attributes
    ----------
    text : str
        The claim, in words.
    way, baseline : str
        Arms of the experiment: what the claim is about, and what it is compared with.
    measure : str
        A column of the table of runs.
    more : bool
        Whether the claim is that there is more of it; otherwise less.
    unit : str
    """

    text: str
    way: str
    baseline: str
    measure: str
    more: bool = True
    unit: str = "points"

    def judge(self, runs: pd.DataFrame) -> Verdict:
        """Return the verdict of a table of runs, as ``load_repeats`` gives it."""
        interval = t_interval(differences(runs, self.way, self.baseline, self.measure))
        return Verdict(self.text, *interval, n=runs.seed.nunique(), unit=self.unit, more=self.more)


def differences(runs: pd.DataFrame, way: str, baseline: str, measure: str) -> pd.Series:
    """Return by how much one arm of an experiment exceeds another, seed by seed.

    Parameters
    ----------
    runs : DataFrame
        A row for each seed and arm: columns ``seed``, ``arm``, and what was measured.
    way, baseline : str
        Two arms.
    measure : str
        A column.

    Returns
    -------
    Series
        Index: seeds.

    Raises
    ------
    ValueError
        If an arm or the measure is not in the table, or an arm lacks a seed that the other has.
    """
    for name in (way, baseline):
        if name not in set(runs.arm):
            raise ValueError(f"Expected one of the arms {', '.join(runs.arm.unique())}, found {name!r}.")
    if measure not in runs:
        raise ValueError(f"Expected one of the columns {', '.join(runs.columns[2:])}, found {measure!r}.")
    values = runs.pivot(index="seed", columns="arm", values=measure)[[way, baseline]]
    if values.isna().any(axis=None):
        raise ValueError(
            f"Expected {way} and {baseline} with the same seeds, found other seeds; measure the rest."
        )
    return values[way] - values[baseline]


def paired_gaps(runs: pd.DataFrame, baseline: str, measure: str) -> pd.DataFrame:
    """Return by how much every arm differs from a baseline, paired by seed.

    Parameters
    ----------
    runs, baseline, measure
        As for ``differences``.

    Returns
    -------
    DataFrame
        Index: the other arms, in their order; columns ``value``, ``low``, ``high``.
    """
    arms = [arm for arm in runs.arm.unique() if arm != baseline]
    rows = [t_interval(differences(runs, arm, baseline, measure)) for arm in arms]
    return pd.DataFrame(rows, index=arms, columns=["value", "low", "high"])


def t_interval(values) -> tuple[float, float, float]:
    """Return the mean of a few runs and its 95 % interval, by Student's t.

    Parameters
    ----------
    values : array of float, shape (N,)
        One for each seed; two or more.

    Returns
    -------
    (float, float, float)
        Mean, low, high. If all values are equal, all three are.

    Raises
    ------
    ValueError
        If there are fewer than two values.
    """
    values = np.asarray(values, float)
    if len(values) < 2:
        raise ValueError(f"Expected the values of two seeds or more, found {len(values)}.")
    mean = float(values.mean())
    half = float(stats.t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / len(values) ** 0.5)
    return mean, mean - half, mean + half
