"""The figure of a lab's one run: what every arm reaches, by several measures."""

import pandas as pd

from fer_course.show import charts
from fer_course.show.picture import Picture
from fer_course.show.style import MARKS, SERIES, new_figure


def show_arms(table: pd.DataFrame, words: str = "In per cent", unit: str = "%") -> Picture:
    """Draw what every arm reaches, a panel for each measure.

    Parameters
    ----------
    table : DataFrame of float
        Index: arms; columns: measures, six at most.
    words : str
        How the description begins.
    unit : str
        Label of the axes.
    """
    figure, panels = new_figure(12, 0.42 * len(table) + 1.4, 1, table.shape[1], sharey=True, squeeze=False)
    for k, (axes, column) in enumerate(zip(panels.flat, table, strict=True)):
        rows = table[column]
        charts.points(axes, rows, texts=rows.map("{:.0f}".format), colours=SERIES[k], markers=MARKS[k])
        axes.set(title=column, xlabel=unit, xlim=(0, 1.25 * max(1.0, float(rows.max()))))
        axes.grid(axis="x", alpha=0.3)
    said = (
        f"{name}: {', '.join(f'{column} {value:.0f}' for column, value in row.items())}"
        for name, row in table.iterrows()
    )
    return Picture(figure, f"{words}. {'; '.join(said)}.")
