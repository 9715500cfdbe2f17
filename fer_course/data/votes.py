"""FER+ votes: what ten people saw in each image of FER-2013."""

from pathlib import Path

import numpy as np
import pandas as pd

VOTES = (
    "neutral",
    "happiness",
    "surprise",
    "sadness",
    "anger",
    "disgust",
    "fear",
    "contempt",
    "unknown",
    "NF",
)
"""Columns of FER+ in their order; NF means that the image shows no face (Barsoum et al., ICMI 2016)."""

VOTE_LABELS = (6, 3, 5, 4, 0, 1, 2, -1, -1, -1)
"""The label that each column stands for; -1 where FER-2013 has none."""

VOTE_FILES = ("fer2013new.csv", "ferplus_fer2013new.csv")
"""Names under which the votes are found."""

ROWS_FILE = "csv_rows.csv"
"""Name of a table from file names to rows of the official CSV, looked for beside the votes."""

LOWEST_AGREEMENT = 0.45
"""FER-2013's labels and FER+'s favourites agree on 63.4 % of the images (``agreement`` on Training and PublicTest, so
computed); by chance, on 20 %."""

ENOUGH, BLOCK = 50, 500
"""Images from which the agreement says something, and rows of the official CSV that are looked at together: behind a
row that is missing, all votes belong to the next image."""


def find_votes(places) -> Path | None:
    """Return the first FER+ file in some folders, or None."""
    files = [Path(place) / name for place in places for name in VOTE_FILES]
    return next((file for file in files if file.is_file()), None)


def majority_labels(votes: np.ndarray) -> np.ndarray:
    """Return the label with the most votes for each image.

    Parameters
    ----------
    votes : ndarray of int, shape (N, 10)

    Returns
    -------
    ndarray of int64, shape (N,)
        Indices into ``EXPRESSIONS``; -1 without votes, and where contempt, unknown or "no face" won. A tie goes to
        the earlier column.
    """
    winners = np.asarray(VOTE_LABELS, np.int64)[np.argmax(votes, axis=1)]
    return np.where(votes.sum(axis=1) > 0, winners, -1)


def read_votes(path) -> tuple[np.ndarray, np.ndarray]:
    """Read a FER+ file.

    Returns
    -------
    votes : ndarray of int64, shape (rows, 10)
    usage : ndarray of str, shape (rows,)
        The official split of each row.

    Raises
    ------
    ValueError
        If the file is no FER+ table.
    """
    table = read_table(path, ("Usage", *VOTES))
    try:
        votes = table[list(VOTES)].to_numpy(np.int64)
    except (TypeError, ValueError):
        raise ValueError(f"{path}: expected whole numbers of votes, found something else.") from None
    return votes, table["Usage"].astype(str).str.strip().to_numpy(str)


def read_table(path, needed) -> pd.DataFrame:
    """Read a small CSV and see that its columns are there."""
    try:
        table = pd.read_csv(path)
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f"{path} cannot be read as a CSV ({reason}).") from None
    missing = [name for name in needed if name not in table.columns]
    if missing:
        raise ValueError(f"{path}: expected the columns {', '.join(needed)}; {', '.join(missing)} missing.")
    return table


def match_votes(path, columns: dict[str, np.ndarray]) -> np.ndarray:
    """Return the FER+ votes of images, found by the row that each image has in the official CSV.

    Parameters
    ----------
    path : str or Path
        ``fer2013new.csv``.
    columns : dict
        What a reader returned. ``rows`` is used if there is one (CSV layouts); otherwise ``csv_rows.csv`` beside
        the votes (columns ``path`` and ``csv_row``) says which row each file name has.

    Returns
    -------
    ndarray of int64, shape (N, 10)
        Zeros where an image has no row.

    Raises
    ------
    ValueError
        If the rows are unknown, or the votes plainly belong to other images.
    """
    path = Path(path)
    votes, usage = read_votes(path)
    rows = columns.get("rows")
    if rows is None:
        mapping = path.parent / ROWS_FILE
        if not mapping.is_file():
            raise ValueError(
                f"The votes in {path.name} go by the row of the official CSV, which file names do not tell: load "
                f"fer2013.csv instead, or put {ROWS_FILE} (columns path and csv_row) beside the votes."
            )
        table = read_table(mapping, ("path", "csv_row"))
        try:
            known = dict(zip(table["path"].astype(str), table["csv_row"].astype(int), strict=True))
        except (TypeError, ValueError):
            raise ValueError(f"{mapping}: expected whole numbers in csv_row, found something else.") from None
        rows = np.array([known.get(str(name), -1) for name in columns["names"]], np.int64)
    found = (rows >= 0) & (rows < len(votes))
    matched = np.zeros((len(rows), len(VOTES)), np.int64)
    matched[found] = votes[rows[found]]
    where, labels = rows[found], columns["labels"][found]
    other = usage[where] != columns["usage"][found]
    blocks = [where // BLOCK == block for block in np.unique(where // BLOCK)]
    worst = min(
        (agreement(labels[block], votes[where[block]]) for block in blocks if block.sum() >= ENOUGH),
        default=1.0,
    )
    if other.any() or worst < LOWEST_AGREEMENT:
        raise ValueError(
            f"The votes in {path.name} belong to other images: {other.sum():,} of {found.sum():,} rows name another "
            f"split, and among {BLOCK} rows together labels and votes agree on as few as {worst:.0%} (about 63 % is "
            f"usual): the images are not in the order of the official CSV, or a row is missing."
        )
    return matched


def agreement(labels: np.ndarray, votes: np.ndarray) -> float:
    """Return the share of images whose label is also the one with the most votes, among those with a majority label.

    Parameters
    ----------
    labels : ndarray of int64, shape (N,)
        Indices into ``EXPRESSIONS``.
    votes : ndarray of int64, shape (N, 10)
    """
    majority = majority_labels(votes)
    voted = majority >= 0
    return float(np.mean(majority[voted] == labels[voted])) if voted.any() else float("nan")
