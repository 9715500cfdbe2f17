"""Controls of notebook 04: a learning rate, and augmentation."""

from fer_course.lessons.two_stage_training import figures
from fer_course.show.controls import Control, slider


def learning_rate(start: float = 0.02) -> Control:
    """Notebook 04: a slider for the learning rate of one weight, with its way down the loss following.

    Parameters
    ----------
    start : float
        The rate that is shown first.
    """
    inputs = {"rate": slider("learning rate", start, 0.02, 1.2, 0.02, follow=True)}
    return Control(inputs, figures.descent)


def augmentation_explorer(faces, recipe, draws: int = 7) -> Control:
    """Notebook 04: one face, drawn again with every change as far as the dials say.

    Parameters
    ----------
    faces : Faces
    recipe : Recipe
        Where the dials start.
    draws : int

    Returns
    -------
    Control
    """
    start = recipe.augmentation
    inputs = {
        "face": slider("face", 0, 0, min(len(faces), 200) - 1, 1),
        "seed": slider("seed of the draws", 0, 0, 20, 1),
        "flip": slider("mirror (probability)", start.flip, 0, 1, 0.1),
        "rotation": slider("rotation (degrees)", start.rotation, 0, 180, 1.0),
        "shift": slider("shift (share of width)", start.shift, 0, 0.5, 0.01),
        "zoom": slider("zoom (share)", start.zoom, 0, 0.8, 0.05),
        "shear": slider("shear (degrees)", start.shear, 0, 45, 1.0),
        "brightness": slider("brightness", start.brightness, 0, 2, 0.1),
    }

    def draw(face, seed, **changes):
        image = faces.images[face]
        return figures.draws(
            image, start.but(**changes), size=min(recipe.image_size, 96), n=draws, seed=seed, columns=4
        )

    return Control(inputs, draw, beside=True)
