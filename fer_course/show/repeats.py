"""The figure of a lab's repeated runs: every seed, and the differences that the verdict is made of."""

import pandas as pd
import seaborn as sns

from fer_course.show import charts
from fer_course.show.picture import Picture
from fer_course.show.style import SERIES, SOFT, new_figure


def show_repeats(
    runs: pd.DataFrame, gaps: pd.DataFrame, measure: str, baseline: str, unit: str = "accuracy (%)"
) -> Picture:
    """Draw what every run measured, seeds joined by lines, beside the paired differences with their intervals.

    Parameters
    ----------
    runs : DataFrame
        Columns ``seed``, ``arm``, and what was measured.
    gaps : DataFrame
        From ``evaluation.verdict.paired_gaps``, for the same measure and baseline.
    measure : str
        A column.
    baseline : str
        The arm that the others are compared with.
    unit : str
        Label of the axis.

    Returns
    -------
    Picture
    """
    arms = list(runs.arm.unique())
    table = gaps.reindex(arms)
    figure, (left, right) = new_figure(11, 0.5 * len(arms) + 1.4, 1, 2, sharey=True)
    places = runs.arm.map({arm: k for k, arm in enumerate(arms)})
    # One line for each seed: it shows whether all seeds agree, which two means with intervals cannot.
    sns.lineplot(
        x=runs[measure], y=places, units=runs.seed, estimator=None, orient="y", color=SOFT, lw=1, ax=left
    )
    sns.scatterplot(x=runs[measure], y=places, color=SERIES[0], s=30, zorder=3, ax=left)
    texts = ["" if arm == baseline else f"{row.value:+.1f}" for arm, row in table.iterrows()]
    charts.points(right, table, texts=texts)
    right.axvline(0, color=SOFT, linewidth=1)
    left.set(yticks=range(len(arms)), yticklabels=arms, xlabel=unit, ylabel="", title=f"{measure}: every run")
    right.set(xlabel=f"points against {baseline}, 95 % interval", title="paired by seed")
    for axes in (left, right):
        axes.grid(axis="x", alpha=0.3)
    means = runs.groupby("arm", sort=False)[measure].mean()
    said = [f"{baseline} {means[baseline]:.1f}"]
    for arm, (value, low, high) in gaps.iterrows():
        said.append(f"{arm} {means[arm]:.1f}, difference {value:+.1f} ({low:+.1f} to {high:+.1f})")
    return Picture(
        figure,
        f"{measure}, {unit}, of {runs.seed.nunique()} seeds; means, and differences from {baseline} with 95 % "
        f"intervals: {'; '.join(said)}.",
    )
