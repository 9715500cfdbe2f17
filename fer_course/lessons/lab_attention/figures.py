"""Figures of notebook 14: films and what an event camera tells of them, an attention, and episodes."""

import numpy as np
import pandas as pd

from fer_course.labels import EXPRESSIONS
from fer_course.puppets.units import AU_NAMES
from fer_course.show import charts
from fer_course.show.picture import Picture, show_image
from fer_course.show.style import new_figure


def as_grey(counts: np.ndarray) -> np.ndarray:
    """Return events as a picture: mid-grey where nothing fired, lighter for brighter, darker for darker.

    Parameters
    ----------
    counts : ndarray of int, shape (2, H, W)
        Brighter first.
    """
    difference = counts[0].astype(float) - counts[1]
    return 127.5 + 127.5 * difference / max(1, np.abs(difference).max())


def film(frames: np.ndarray, slices: np.ndarray, title: str) -> Picture:
    """Show a film, and below it the slices of its events.

    Parameters
    ----------
    frames : ndarray of uint8, shape (T, 48, 48)
    slices : ndarray of int, shape (S, 2, H, W)
    title : str
    """
    columns = max(len(frames), len(slices))
    figure, grid = new_figure(1.9 * columns, 4.2, 2, columns, squeeze=False)
    events = [int(some.sum()) for some in slices]
    for axes in grid.flat:
        axes.set_axis_off()
    for axes, frame, k in zip(grid[0], frames, range(columns), strict=False):
        axes.set_axis_on()
        show_image(axes, frame)
        axes.set_title(f"picture {k + 1}", fontsize=10)
    for axes, some, k in zip(grid[1], slices, range(columns), strict=False):
        axes.set_axis_on()
        show_image(axes, as_grey(some))
        axes.set_title(f"slice {k + 1}: {events[k]} events", fontsize=10)
    figure.suptitle(title)
    brighter = [int(some[0].sum()) for some in slices]
    return Picture(
        figure,
        f"{title}: {len(frames)} pictures, and below them {len(slices)} slices of events, light where it became "
        f"brighter and dark where it became darker. Events in each: {', '.join(map(str, events))}; "
        f"of these brighter {', '.join(map(str, brighter))}.",
    )


def events_by_label(counts, labels) -> Picture:
    """Draw how many events films make, by label.

    Parameters
    ----------
    counts : sequence of int
        Events of each film.
    labels : ndarray of int64
    """
    quartiles = pd.Series(counts).groupby(np.asarray(labels)).quantile([0.25, 0.5, 0.75]).unstack()
    table = quartiles.set_axis(["low", "value", "high"], axis=1).reindex(range(len(EXPRESSIONS)))
    table.index = EXPRESSIONS
    figure, axes = new_figure(8, 3.6)
    charts.points(axes, table, texts=table["value"].map("{:,.0f}".format))
    axes.set(xlabel="events of a film: median, and the middle half of films", xlim=(0, None))
    axes.grid(axis="x", alpha=0.3)
    medians = ", ".join(f"{name} {value:,.0f}" for name, value in table["value"].items())
    return Picture(figure, f"Events of a film by label; medians: {medians}.")


def classes(shown, count: int = 5) -> Picture:
    """Show one face of some classes: well to see, and hard to see.

    Parameters
    ----------
    shown : Shown
    count : int
    """
    figure, grid = new_figure(2.2 * count, 4.9, 2, count, squeeze=False)
    said = []
    for k in range(count):
        names = [f"{unit} {AU_NAMES[unit]}" for unit in shown.units[k]]
        said.append(", ".join(names))
        show_image(grid[0, k], shown.clean[k, 0])
        show_image(grid[1, k], shown.hard[k, 0])
        grid[0, k].set_title("\n".join(names), fontsize=8)
    grid[0, 0].set_ylabel("clean")
    grid[1, 0].set_ylabel("hard")
    return Picture(
        figure,
        f"{count} classes, a face of each, above clean and below hard to see. Units: {'; '.join(said)}.",
    )


def episode(examples: np.ndarray, asked: np.ndarray, scores: np.ndarray, right: int, title: str) -> Picture:
    """Show one question: an example of each class, the face that is asked about, and how alike they are found.

    Parameters
    ----------
    examples : ndarray of uint8, shape (W, 48, 48)
    asked : ndarray of uint8, shape (48, 48)
    scores : ndarray of float, shape (W,)
        Of one head.
    right : int
        The class of the face.
    title : str
    """
    figure, panels = new_figure(2.1 * (len(examples) + 1), 2.9, 1, len(examples) + 1)
    show_image(panels[0], asked)
    panels[0].set_title("which class?", fontsize=10)
    answer = int(np.argmax(scores))
    for k, (axes, image) in enumerate(zip(panels[1:], examples, strict=True)):
        show_image(axes, image)
        words = f"{scores[k]:.2f}" + (" (answer)" if k == answer else "") + (", right" if k == right else "")
        axes.set_title(words, fontsize=10)
    figure.suptitle(title)
    likeness = ", ".join(f"{score:.2f}" for score in scores)
    return Picture(
        figure,
        f"{title}: a face and one example of each of {len(examples)} classes; likeness {likeness}. "
        f"Answer: class {answer + 1}, right: class {right + 1}.",
    )
