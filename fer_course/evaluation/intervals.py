"""How far to trust a figure: 95 % intervals."""

import numpy as np

LEVEL_95 = 1.959964
"""Standard normal quantile of a two-sided 95 % interval."""


def wilson_interval(successes, n) -> tuple[np.ndarray, np.ndarray]:
    """Return the 95 % interval of a share, from counts.

    Parameters
    ----------
    successes, n : int or array of int

    Returns
    -------
    low, high : float or ndarray of float
        From 0 to 1; where ``n`` is 0, nothing is known: 0 and 1.

    Raises
    ------
    ValueError
        If there are more successes than trials, or a negative number.

    Notes
    -----
    Wilson, *Probable inference, the law of succession, and statistical inference*, JASA 1927. Unlike the textbook's
    ``p ± 1.96 * sqrt(p * (1 - p) / n)`` it stays within 0 and 1 for the 56 images of disgust.
    """
    successes, n = np.asarray(successes, dtype=np.float64), np.asarray(n, dtype=np.float64)
    if (successes < 0).any() or (successes > n).any():
        raise ValueError(f"Expected successes from 0 to the number of trials, found {successes} of {n}.")
    z2 = LEVEL_95**2
    trials = np.maximum(n, 1)
    share = successes / trials
    middle = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = LEVEL_95 * np.sqrt(share * (1 - share) / trials + z2 / (4 * trials**2)) / (1 + z2 / trials)
    # At none and at all the ends are 0 and 1 exactly; rounding would miss them by a hair.
    low = np.where(successes == 0, 0.0, np.clip(middle - half, 0, 1))
    high = np.where(successes == n, 1.0, np.clip(middle + half, 0, 1))
    return np.where(n > 0, low, 0.0)[()], np.where(n > 0, high, 1.0)[()]


def f1_interval(right, labelled, predicted) -> tuple[np.ndarray, np.ndarray]:
    """Return the 95 % interval of F1, from counts.

    Parameters
    ----------
    right, labelled, predicted : int or array of int
        Faces with the label that were predicted so, faces with the label, faces predicted so.

    Returns
    -------
    low, high : float or ndarray of float
        From 0 to 1.

    Notes
    -----
    F1 is no share of faces, but J = right / (labelled + predicted - right) is one: of all faces that have the label or
    are said to have it, those that have both. F1 = 2 J / (1 + J) grows with it, so the ends of J's interval become the
    ends of F1's (Lam, Gopal and Qian, *Confidence Intervals for the F1 Score*, 2023, Wilson indirect method).
    """
    right = np.asarray(right)
    low, high = wilson_interval(right, np.asarray(labelled) + np.asarray(predicted) - right)
    return 2 * low / (1 + low), 2 * high / (1 + high)


def resample(counts, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Draw data sets of the same size with replacement: the bootstrap (Efron and Tibshirani 1993).

    Parameters
    ----------
    counts : array of int, shape (K,)
        How many faces are of each kind; faces of one kind are alike in what is measured. One of each, if all differ.
    draws : int
        How many data sets.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of int64, shape (draws, K)
        How often each kind is in each of them. To draw faces is to draw counts of their kinds from a multinomial
        distribution, which is faster.
    """
    counts = np.asarray(counts)
    n = counts.sum()
    return rng.multinomial(n, counts / n, size=draws)


def middle_95(values) -> tuple[float, float]:
    """Return the middle 95 % of what was measured on drawn data sets: low and high.

    Parameters
    ----------
    values : array of float, shape (draws,)
        NaN where a draw says nothing; those are left out. If all are NaN, so are both ends.
    """
    values = np.asarray(values, dtype=np.float64)
    values = values[~np.isnan(values)]
    low, high = np.percentile(values, [2.5, 97.5]) if len(values) else (np.nan, np.nan)
    return float(low), float(high)


def mean_interval(values, draws: int = 1000, seed: int = 0) -> tuple[float, float, float]:
    """Return a mean and its 95 % interval.

    Parameters
    ----------
    values : array of float, shape (N,)
        One for each face; those that are not finite are left out.
    draws : int
        As for ``resample``.
    seed : int

    Returns
    -------
    mean, low, high : float
        NaN if nothing is left.
    """
    values = np.asarray(values, dtype=np.float64)
    values = values[np.isfinite(values)]
    if not len(values):
        return np.nan, np.nan, np.nan
    drawn = resample(np.ones(len(values), np.int64), draws, np.random.default_rng(seed))
    return float(values.mean()), *middle_95(drawn @ values / len(values))
