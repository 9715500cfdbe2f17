"""How every figure looks: fonts, colours and marks."""

import matplotlib.pyplot as plt

from fer_course.labels import EXPRESSIONS

STYLE = {
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 12,
    "figure.facecolor": "white",
}
"""Set for every figure of the course, and only while it is drawn."""


def new_figure(width: float = 8, height: float = 4, rows: int = 1, columns: int = 1, **options):
    """Return a figure and its axes in the course's style, as ``plt.subplots`` does; sizes in inches."""
    with plt.rc_context(STYLE):
        return plt.subplots(rows, columns, figsize=(width, height), layout="constrained", **options)


PALETTE = {
    "angry": "#D55E00",
    "disgust": "#117733",
    "fear": "#332288",
    "happy": "#E69F00",
    "sad": "#0072B2",
    "surprise": "#CC79A7",
    "neutral": "#6E6E6E",
}
"""One colour a label, told apart with the common forms of colour blindness (Okabe and Ito 2008; Tol 2021)."""


MARKERS = dict(zip(EXPRESSIONS, ("v", "X", "D", "o", "s", "^", "P"), strict=True))
"""One marker a label, so that no figure depends on colour."""

SERIES = ("#0072B2", "#B35900", "#117733", "#882255", "#6E6E6E", "#222222")
"""Colours of what is compared, in order, dark enough for words on white; each goes with a marker and dashes."""


MARKS = ("o", "s", "D", "^", "v", "P")
"""A marker for each of ``SERIES``."""


DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 3)))
"""A line for each of ``SERIES``."""


SHADES, HATCHES = ("#333333", "#8FB8DE", "#F2C14E", "#B7B7B7"), ("", "////", "....", "xx")
"""Of bars beside each other, which hatching tells apart without colour."""


INK, SOFT = "#222222", "#6E6E6E"
"""Of intervals and numbers, and of the lines and words that only help to read a figure."""
