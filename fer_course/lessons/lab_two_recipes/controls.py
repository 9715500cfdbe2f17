"""The control of notebook 10: what luck alone gives, by the number of tries and of faces."""

import numpy as np

from fer_course.lessons.lab_two_recipes import figures
from fer_course.lessons.lab_two_recipes.twelve import best_by_chance
from fer_course.show.controls import Control, menu, slider


def chance(seed: int = 0) -> Control:
    """Notebook 10: how far the best of several equal networks lies above their mean.

    Returns
    -------
    Control
        Inputs ``looks``, ``n`` and ``right``, in per cent.
    """
    faces = [(f"{n:,}", n) for n in (70, 250, 700, 3589, 7178)]
    inputs = {
        "looks": slider("tries", 12, 2, 200, 1),
        "n": menu("validation faces", faces, 700),
        "right": slider("right (%)", 60, 10, 95, 1),
    }

    def draw(looks, n, right):
        best = best_by_chance(n, looks, right / 100, seed=seed)
        return figures.luck(best, float(np.mean(best)))

    return Control(inputs, draw)
