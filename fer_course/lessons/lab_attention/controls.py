"""The controls of notebook 14: an event camera's threshold, and one question of an episode."""

import numpy as np

from fer_course.labels import EXPRESSIONS
from fer_course.lessons.lab_attention import conditional, figures
from fer_course.lessons.lab_attention.events import Films, saccades, sensor, slices
from fer_course.show.controls import Control, menu, slider


def camera(films: Films) -> Control:
    """Notebook 14: what an event camera tells of a film, by its threshold and by what moves.

    Returns
    -------
    Control
        Inputs ``film``, ``moves``, ``threshold`` and ``count``.
    """
    inputs = {
        "film": slider("film", 0, 0, len(films) - 1, 1),
        "moves": menu("moves", ("the face", "the camera", "nothing")),
        "threshold": slider("threshold", 0.15, 0.05, 0.6, 0.05),
        "count": slider("slices", 4, 1, 6, 1),
    }

    def draw(film, moves, threshold, count):
        frames = films.frames[film]
        if moves == "the camera":
            frames = saccades(frames[-1:], films.labels[film : film + 1]).frames[0]
        elif moves == "nothing":
            frames = np.repeat(frames[-1:], len(frames), 0)
        found = slices(sensor(frames, threshold), count)
        return figures.film(frames, found, f"{EXPRESSIONS[films.labels[film]]}; {moves} moves")

    return Control(inputs, draw)


def questions(heads: dict, shown: conditional.Shown, maps: tuple, seed: int = 0) -> Control:
    """Notebook 14: one face, five classes with an example each, and what a head says.

    Parameters
    ----------
    heads : dict of str to nn.Module
        Trained.
    shown : Shown
        New classes.
    maps : tuple of tensor
        Of the clean and of the hard faces, as ``maps_of`` gives them.
    seed : int

    Returns
    -------
    Control
        Inputs ``head``, ``asked`` and ``number``.
    """
    inputs = {
        "head": menu("head", list(heads), list(heads)[-1]),
        "asked": menu("face is", ("clean", "hard")),
        "number": slider("question", 0, 0, 30, 1),
    }
    half = shown.clean.shape[1] // 2

    def draw(head, asked, number):
        rng = np.random.default_rng([seed, number])
        chosen = rng.choice(len(shown.clean), conditional.WAYS, replace=False)
        right, one, example = rng.integers(conditional.WAYS), rng.integers(half), rng.integers(half)
        which = chosen[right], half + one
        images, vectors = (shown.hard, maps[1]) if asked == "hard" else (shown.clean, maps[0])
        found = conditional.scores(heads[head], maps[0][chosen, example][:, None], vectors[which][None, None])
        title = f"{head}, {asked} face"
        return figures.episode(
            shown.clean[chosen, example], images[which], found[:, 0, 0, 0], int(right), title
        )

    return Control(inputs, draw)
