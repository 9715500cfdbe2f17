"""Figures of notebook 10: heads on frozen backbones, the best of twelve, and what a network costs."""

import numpy as np
import pandas as pd
import seaborn as sns

from fer_course.show import charts
from fer_course.show.picture import Picture
from fer_course.show.style import INK, MARKS, SERIES, SOFT, new_figure


def heads(table: pd.DataFrame) -> Picture:
    """Draw what every head on every frozen backbone reaches.

    Parameters
    ----------
    table : DataFrame of float
        Index: arms; columns "accuracy", "macro-F1", "recall of disgust", "precision of disgust"; per cent.
    """
    figure, panels = new_figure(13, 0.36 * len(table) + 1.4, 1, table.shape[1], sharey=True)
    for k, (axes, column) in enumerate(zip(panels, table, strict=True)):
        rows = table[column]
        charts.points(axes, rows, texts=rows.map("{:.0f}".format), colours=SERIES[k], markers=MARKS[k])
        axes.set(title=column, xlabel="%", xlim=(0, 112))
        axes.grid(axis="x", alpha=0.3)
        for line in range(3, len(table), 3):
            axes.axhline(line - 0.5, color=SOFT, linewidth=0.6)
    said = (
        f"{name}: {', '.join(f'{column} {value:.0f}' for column, value in row.items())}"
        for name, row in table.iterrows()
    )
    return Picture(figure, f"Linear heads on frozen backbones, in per cent. {'; '.join(said)}.")


def looks(validation, test, default: float, title: str) -> Picture:
    """Draw what each of several tries reached on validation faces and on others, the best marked.

    Parameters
    ----------
    validation, test : sequence of float
        Accuracy of each try, in per cent.
    default : float
        That of the default recipe on validation faces.
    title : str
    """
    validation, test = np.asarray(validation, float), np.asarray(test, float)
    best = int(validation.argmax())
    figure, axes = new_figure(8, 4)
    for k, (values, name) in enumerate(((validation, "validation faces"), (test, "test faces"))):
        sns.scatterplot(
            x=np.arange(1, len(values) + 1),
            y=values,
            color=SERIES[k],
            marker=MARKS[k],
            s=55,
            label=name,
            legend=False,
            ax=axes,
        )
    axes.axhline(default, color=SOFT, linestyle=":", linewidth=1)
    axes.annotate(
        "best",
        (best + 1, max(validation[best], test[best])),
        (0, 10),
        textcoords="offset points",
        ha="center",
        color=INK,
    )
    axes.set(xlabel="try", ylabel="accuracy (%)", title=title, xticks=np.arange(1, len(validation) + 1))
    axes.margins(y=0.18)
    axes.grid(axis="y", alpha=0.3)
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)
    return Picture(
        figure,
        f"{title}: accuracy of {len(validation)} tries on validation faces, {validation.min():.1f} to "
        f"{validation.max():.1f} %, and on test faces, {test.min():.1f} to {test.max():.1f} %. The best by validation, "
        f"try {best + 1}, has {validation[best]:.1f} % there and {test[best]:.1f} % on test faces; a dotted line at "
        f"{default:.1f} %.",
    )


def luck(best: np.ndarray, expected: float) -> Picture:
    """Draw how far the best of several equal networks lies above their mean, over many draws.

    Parameters
    ----------
    best : ndarray of float
        One for each draw, in points.
    expected : float
        Their mean.
    """
    figure, axes = new_figure(8, 3.4)
    sns.histplot(x=best, bins=40, color=SERIES[0], edgecolor="white", ax=axes)
    axes.axvline(expected, color=INK, linestyle="--")
    axes.text(expected, axes.get_ylim()[1], f" mean {expected:+.1f}", va="top", fontsize=10)
    axes.set(xlabel="best of the tries above their mean (points)", ylabel="draws")
    low, high = np.percentile(best, (2.5, 97.5))
    return Picture(
        figure,
        f"How far the best of equal networks lies above their mean, in {len(best):,} draws: {expected:.1f} points on "
        f"average, 95 % of the draws from {low:.1f} to {high:.1f}.",
    )


def costs(table: pd.DataFrame) -> Picture:
    """Draw what one face costs each network: milliseconds, with parameters and multiply-adds beside.

    Parameters
    ----------
    table : DataFrame
        Index: networks; columns ``milliseconds``, ``parameters`` and ``multiply_adds``, both in millions.
    """
    figure, axes = new_figure(9, 0.45 * len(table) + 1.2)
    texts = [
        f"{row.milliseconds:.0f} ms · {row.parameters:.1f} M weights · {row.multiply_adds:,.0f} M multiply-adds"
        for row in table.itertuples()
    ]
    charts.bars(axes, table.milliseconds, texts=texts)
    axes.set(xlabel="one face, milliseconds")
    axes.margins(x=0.9)
    return Picture(
        figure,
        "Milliseconds for one face, weights, and multiply-adds. "
        f"{'; '.join(f'{name}: {text}' for name, text in zip(table.index, texts, strict=True))}.",
    )
