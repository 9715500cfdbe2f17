"""How every figure looks: fonts, colours and marks."""

import matplotlib.pyplot as plt

from fer_course.labels import EXPRESSIONS

STYLE = {
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 12,
    "axes.titlelocation": "left",
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
