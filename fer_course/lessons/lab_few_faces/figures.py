"""Figures of notebook 11: a grid of runs, norms and accuracies, and how many faces fit."""

import numpy as np
import pandas as pd
import seaborn as sns

from fer_course.lessons.lab_few_faces.capacity import chance_to_separate
from fer_course.lessons.lab_few_faces.norm import FITS
from fer_course.show import charts
from fer_course.show.picture import Picture
from fer_course.show.style import INK, SERIES, SOFT, new_figure


def grid(runs: pd.DataFrame) -> Picture:
    """Draw training and test accuracy of every couple of learning rate and weight decay as grids of numbers.

    Parameters
    ----------
    runs : DataFrame
        From ``norm.try_all``.
    """
    figure, panels = new_figure(10, 3.4, 1, 2)
    said = []
    for axes, column, title in zip(
        panels, ("train_accuracy", "accuracy"), ("training faces", "test faces"), strict=True
    ):
        table = 100 * runs.pivot(index="rate", columns="decay", values=column)
        charts.number_grid(axes, table, texts=table.map("{:.0f}".format))
        axes.set(xlabel="weight decay", ylabel="learning rate", title=f"named right: {title} (%)")
        said.append(f"{title} {table.min(axis=None):.0f} to {table.max(axis=None):.0f}")
    best = runs.loc[runs.accuracy.idxmax()]
    return Picture(
        figure,
        f"Accuracy in per cent of {len(runs)} runs by learning rate and weight decay: {'; '.join(said)}. The best test "
        f"accuracy has rate {best.rate:g} and decay {best.decay:g}.",
    )


def norms(runs: pd.DataFrame, chosen: int | None = None, fits: float = FITS) -> Picture:
    """Draw each run's test accuracy over the norm of its weights; hollow if it does not fit its training faces.

    Parameters
    ----------
    runs : DataFrame
        From ``norm.try_all``.
    chosen : int, optional
        Row of the run that a rule takes.
    fits : float
        Training accuracy from which a run counts as one that fits.
    """
    fit = runs.train_accuracy >= fits
    figure, axes = new_figure(8, 4.2)
    for some, face, name in ((fit, SERIES[0], "fits its training faces"), (~fit, "white", "does not")):
        sns.scatterplot(
            x=runs.norm[some],
            y=100 * runs.accuracy[some],
            color=face,
            edgecolor=INK,
            marker="o" if face != "white" else "s",
            s=55,
            label=name,
            legend=False,
            ax=axes,
        )
    axes.set(xscale="log", xlabel="norm of all weights", ylabel="accuracy on test faces (%)")
    if chosen is not None:
        row = runs.loc[chosen]
        axes.annotate(
            "chosen", (row.norm, 100 * row.accuracy), (0, 24), textcoords="offset points", ha="center",
            arrowprops={"arrowstyle": "->", "color": INK},
        )  # fmt: skip
    axes.margins(y=0.2)
    axes.grid(alpha=0.3)
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)
    told = f"{fit.sum()} of {len(runs)} runs name {fits:.0%} of their training faces right."
    if fit.sum() > 2:
        rank = runs.norm[fit].corr(runs.accuracy[fit], method="spearman")
        told += f" Among them, norm and test accuracy have a rank correlation of {rank:+.2f}."
    if chosen is not None:
        row = runs.loc[chosen]
        told += f" Chosen: norm {row.norm:.1f}, accuracy {row.accuracy:.1%}; the best has {runs.accuracy.max():.1%}."
    return Picture(figure, f"Test accuracy over the norm of the weights, a point for each run. {told}")


def capacities(table: pd.DataFrame) -> Picture:
    """Draw how many faces each network learns by heart.

    Parameters
    ----------
    table : DataFrame of float
        Index: networks; columns: kinds of labels; numbers of faces.
    """
    figure, axes = new_figure(8, 0.9 * len(table) + 1.4)
    charts.grouped_bars(axes, table, texts=table.map("{:,.0f}".format))
    axes.set(xlabel="faces learned by heart")
    axes.margins(x=0.15)
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)
    said = (
        f"{name}: {', '.join(f'{value:,.0f} with {kind}' for kind, value in row.items())}"
        for name, row in table.iterrows()
    )
    return Picture(figure, f"Faces that a network learns by heart. {'; '.join(said)}.")


def planes(d: int, found: pd.Series) -> Picture:
    """Draw how often random labels could be separated, over the number of points, and what theory says.

    Parameters
    ----------
    d : int
        Dimensions.
    found : Series of float
        Index: numbers of points; share of the tries in which a plane separated them.
    """
    numbers = np.arange(1, max(found.index) + 1)
    figure, axes = new_figure(8, 3.8)
    sns.lineplot(x=numbers, y=[chance_to_separate(n, d) for n in numbers], color=SOFT, ax=axes)
    sns.scatterplot(x=found.index, y=found.to_numpy(), color=SERIES[0], s=50, zorder=3, ax=axes)
    axes.axvline(2 * d, color=INK, linestyle=":", linewidth=1)
    axes.text(2 * d + 0.5, 0.93, f"2 × {d} points", fontsize=10)
    axes.set(xlabel="points with random labels", ylabel="share that a plane separates", ylim=(-0.03, 1.03))
    said = ", ".join(f"{share:.0%} of {n}" for n, share in found.items())
    return Picture(
        figure,
        f"Share of tries in which a plane in {d} dimensions separates points with random labels: {said}. The theory, a "
        f"line, falls through one half at {2 * d} points.",
    )
