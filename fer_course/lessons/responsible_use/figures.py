"""Figures of notebook 09: groups, pairs, a biased data set, other conditions, and voters."""

import numpy as np
import pandas as pd

from fer_course.evaluation.corruptions import CORRUPTIONS, corrupt
from fer_course.evaluation.predict import softmax
from fer_course.labels import EXPRESSIONS
from fer_course.lessons.responsible_use.bias import is_dark
from fer_course.show import charts
from fer_course.show.picture import Picture, show_image
from fer_course.show.style import MARKERS, MARKS, PALETTE, SERIES, SOFT, new_figure


def groups(table: pd.DataFrame, accuracy: float) -> Picture:
    """Draw the accuracy of every group with its interval.

    Parameters
    ----------
    table : DataFrame
        From ``groups.audit``.
    accuracy : float
        That of all faces, from 0 to 1.

    Returns
    -------
    Picture
    """
    rows = 100 * charts.measured(table, "accuracy")
    asked = table.index.get_level_values(0)
    rows.index = [f"{group} (n = {n:,})" for (_, group), n in table.n.items()]
    order = {name: k for k, name in enumerate(dict.fromkeys(asked))}
    looks = [order[name] % len(MARKS) for name in asked]
    figure, axes = new_figure(9, 0.33 * len(rows) + 1.1)
    texts = rows.value.map("{:.0f} %".format)
    charts.points(
        axes, rows, texts=texts, colours=[SERIES[k] for k in looks], markers=[MARKS[k] for k in looks]
    )
    charts.baseline(axes, 100 * accuracy, f"all: {accuracy:.1%}")
    for k in np.flatnonzero(asked[1:] != asked[:-1]):
        axes.axhline(k + 0.5, color=SOFT, linewidth=0.6)
    low = 10 * (np.nanmin(rows.low) // 10)
    axes.set(xlabel="accuracy (%), with 95 % interval", xlim=(low, 104))
    axes.grid(axis="x", alpha=0.3)
    said = (f"{name} {row.value:.1f} ({row.low:.1f} to {row.high:.1f})" for name, row in rows.iterrows())
    return Picture(
        figure,
        f"Accuracy in per cent of {len(rows)} groups with 95 % intervals; all faces {accuracy:.1%}. {'; '.join(said)}.",
    )


def twice(pairs: dict[str, tuple]) -> Picture:
    """Show the same puppets drawn twice, one thing changed.

    Parameters
    ----------
    pairs : dict of str to (ndarray of uint8, ndarray of uint8)
        By what is changed, images before and after, each of shape (N, 48, 48); the first three are shown.
    """
    figure, grid = new_figure(9, 1.62 * len(pairs), len(pairs), 6, squeeze=False)
    for i, (row, (name, (before, after))) in enumerate(zip(grid, pairs.items(), strict=True)):
        for k, axes in enumerate(row):
            image = (before, after)[k % 2][k // 2]
            show_image(axes, image, "" if i else ("before", "after")[k % 2])
        row[0].set_ylabel(name, fontsize=10)
    return Picture(
        figure,
        f"Three puppets, each before and after one change; a row for each change: {', '.join(pairs)}. Person, "
        "expression, light and pose stay as they were.",
    )


def changes(table: pd.DataFrame) -> Picture:
    """Draw what one change costs, measured on pairs, beside the interval that two separate groups would have.

    Parameters
    ----------
    table : DataFrame
        From ``groups.changes``.
    """
    figure, axes = new_figure(8.5, 0.75 * len(table) + 1.3)
    pairs, groups = (charts.measured(table, column) for column in ("pairs", "groups"))
    charts.points(axes, pairs, texts=pairs.value.map("{:+.1f}".format), shift=-0.15, name="pairs")
    charts.points(axes, groups, colours="white", markers="s", shift=0.15, name="as if two groups")
    axes.axvline(0, color=SOFT, linewidth=1)
    axes.set(xlabel="change of accuracy (points), with 95 % interval")
    axes.grid(axis="x", alpha=0.3)
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)
    said = (
        f"{name}: {row.pairs:+.1f} ({row.pairs_low:+.1f} to {row.pairs_high:+.1f}), as two groups "
        f"{row.groups_low:+.1f} to {row.groups_high:+.1f}"
        for name, row in table.iterrows()
    )
    return Picture(figure, f"Change of accuracy in points when one thing is changed. {'; '.join(said)}.")


def who_is_who(faces) -> Picture:
    """Draw, for each label, how many of its puppets wear glasses and how many have dark skin.

    Parameters
    ----------
    faces : Faces
        Puppets, with ``people``.
    """
    glasses, dark = faces.people["glasses"], is_dark(faces)
    present = [k for k in range(len(EXPRESSIONS)) if (faces.labels == k).any()]
    shares = {
        EXPRESSIONS[k]: [100 * one[faces.labels == k].mean() for one in (glasses, dark)] for k in present
    }
    table = pd.DataFrame(shares, index=["wear glasses", "have dark skin"]).T
    figure, axes = new_figure(8, 4.2)
    charts.grouped_bars(axes, table, texts=table.map("{:.0f} %".format))
    axes.set(xlabel="share of a label's puppets (%)", xlim=(0, 108))
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)
    said = (f"{name}: {row.iloc[0]:.0f} % and {row.iloc[1]:.0f} %" for name, row in table.iterrows())
    return Picture(
        figure,
        f"Of {len(faces):,} puppets, the share that wears glasses and that has dark skin. {'; '.join(said)}.",
    )


def pull(table: pd.DataFrame) -> Picture:
    """Draw what glasses and dark skin do to a network's answers, and its accuracy, for each data set.

    Parameters
    ----------
    table : DataFrame
        From ``bias.report``.
    """
    figure, panels = new_figure(11, 0.55 * len(table) + 1.8, 1, 3, sharey=True)
    titles = {
        "glasses": "glasses on:\ncalled angry and are not",
        "skin": "skin darkened:\ncalled happy and are",
    }
    for axes, (column, title) in zip(panels, titles.items(), strict=False):
        rows = charts.measured(table, column)
        charts.points(
            axes,
            rows,
            texts=rows.value.map("{:+.0f}".format),
            colours=SERIES[: len(rows)],
            markers=MARKS[: len(rows)],
        )
        axes.axvline(0, color=SOFT, linewidth=1)
        axes.margins(x=0.25)
        axes.set(xlabel="points", title=title)
        axes.grid(axis="x", alpha=0.3)
    charts.bars(
        panels[2],
        table.accuracy,
        texts=table.accuracy.map("{:.0f} %".format),
        colours=SERIES[: len(table)],
        width=0.5,
    )
    panels[2].set(xlabel="%", xlim=(0, 100), title="accuracy")
    said = (
        f"{name}: with glasses {row.glasses:+.1f} points of false angry ({row.glasses_low:+.1f} to "
        f"{row.glasses_high:+.1f}), "
        f"with dark skin {row.skin:+.1f} points of happy ({row.skin_low:+.1f} to {row.skin_high:+.1f}), accuracy "
        f"{row.accuracy:.1f} %"
        for name, row in table.iterrows()
    )
    return Picture(
        figure, f"The same puppets drawn twice, for networks of {len(table)} data sets. {'; '.join(said)}."
    )


def conditions_wall(image: np.ndarray, strength: int, seed: int = 0) -> Picture:
    """Show one face under all twelve corruptions.

    Parameters
    ----------
    image : ndarray of uint8, shape (48, 48)
    strength : int
        1 to 5.
    seed : int
    """
    figure, grid = new_figure(9.5, 3.7, 2, 6)
    for axes, name in zip(grid.flat, CORRUPTIONS, strict=True):
        show_image(axes, corrupt(image[None], name, strength, seed)[0], name)
    return Picture(
        figure, f"One face under twelve corruptions of strength {strength}: {', '.join(CORRUPTIONS)}."
    )


def conditions(tables: dict[str, pd.DataFrame]) -> Picture:
    """Draw the accuracy under every corruption and strength as grids of numbers, side by side.

    Parameters
    ----------
    tables : dict of str to DataFrame
        By faces and network: from ``under_corruptions``.
    """
    figure, panels = new_figure(5.6 * len(tables), 5.4, 1, len(tables), squeeze=False)
    told = []
    for axes, (name, table) in zip(panels.flat, tables.items(), strict=True):
        clean = 100 * table.accuracy["clean", 0]
        worse = 100 * table.accuracy[table.index.get_level_values("strength") > 0]
        worse = worse.unstack("strength").reindex(worse.index.get_level_values(0).unique())
        lost = worse.mean(axis=1).idxmin()
        charts.number_grid(axes, worse)
        axes.set(
            xlabel="strength", title=f"{name}\nclean {clean:.0f} %, mean {worse.to_numpy().mean():.0f} %"
        )
        rows = "; ".join(f"{kind} {', '.join(f'{v:.0f}' for v in row)}" for kind, row in worse.iterrows())
        told.append(
            f"{name} ({table.n.iloc[0]:,.0f} faces): clean {clean:.1f}, mean of all corruptions "
            f"{worse.to_numpy().mean():.1f}, least under {lost}. By strength: {rows}."
        )
    return Picture(figure, f"Accuracy in per cent under other conditions. {' '.join(told)}")


def condition(clean: np.ndarray, worse: np.ndarray, logits: np.ndarray, title: str) -> Picture:
    """Show a face as it is and under another condition, with the probabilities that a network gives each.

    Parameters
    ----------
    clean, worse : ndarray of uint8, shape (48, 48)
    logits : ndarray of float, shape (2, 7)
        For the two.
    title : str
        Name and strength of the condition.
    """
    figure, panels = new_figure(10, 3.1, 1, 4, width_ratios=(1, 1, 1.2, 1.2))
    shares = 100 * softmax(logits)
    names = [EXPRESSIONS[k] for k in shares.argmax(1)]
    for axes, image, words in zip(panels, (clean, worse), ("as it is", title), strict=False):
        show_image(axes, image, words)
    for axes, row, words in zip(panels[2:], shares, ("as it is", title), strict=True):
        table = pd.Series(row, index=EXPRESSIONS)
        charts.points(axes, table, texts=table.map("{:.0f}".format), colours=PALETTE, markers=MARKERS)
        axes.set(xlim=(-4, 118), xlabel="probability (%)", title=words)
    return Picture(
        figure,
        f"As it is, the face is called {names[0]} ({shares[0].max():.0f} %); with {title}, {names[1]} "
        f"({shares[1].max():.0f} %).",
    )


def voters(images: pd.Series) -> Picture:
    """Draw how many of ten voters chose the most frequent answer.

    Parameters
    ----------
    images : Series of int
        For 1 to 10 voters, on how many images so many agree.
    """
    table = 100 * images.set_axis([str(k) for k in images.index]) / images.sum()
    figure, axes = new_figure(8, 3.4)
    charts.bars(axes, table, texts=table.map("{:.0f} %".format), upright=True)
    axes.set(xlabel="voters of ten who chose the most frequent answer", ylabel="images (%)")
    said = ", ".join(f"{k} of ten: {v:.1f} %" for k, v in table.items())
    return Picture(figure, f"Share of images by how many voters agree. {said}.")
