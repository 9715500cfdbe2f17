"""Learning from an earlier model as well as from the labels: its doubts say which labels are doubtful."""

import torch
import torch.nn.functional as F

from fer_course.evaluation.predict import predict
from fer_course.faces import Faces
from fer_course.labels import EXPRESSIONS
from fer_course.model.network import build_model
from fer_course.model.weights import SHIPPED, metadata_of
from fer_course.training.recipe import Recipe

VIEWS = 2
"""The teacher looks at each image and its mirror image."""


def taught_labels(recipe: Recipe, faces: Faces, device="cpu") -> torch.Tensor:
    """Return the labels, part of each replaced by what the model that the recipe starts from thinks of the image.

    Parameters
    ----------
    recipe : Recipe
        Its ``teaching`` is the part to replace, its ``weights`` are the teacher.
    faces : Faces
        The training images. The teacher sees them as they are, at the size that it was itself trained at.
    device : str or torch.device

    Returns
    -------
    tensor of float32, shape (N, 7)
        Probabilities; each row sums to 1.

    Raises
    ------
    FileNotFoundError, ValueError
        As ``teacher_size``.

    Notes
    -----
    Hinton, Vinyals and Dean, *Distilling the knowledge in a neural network*, 2015, at temperature 1, with a teacher as
    large as its pupil: Furlanello et al., *Born-again neural networks*, 2018.
    """
    size = teacher_size(recipe)
    teacher = build_model(recipe.weights, backbone=recipe.backbone).to(device)
    thought = torch.from_numpy(predict(teacher, faces, size, views=VIEWS)).softmax(1)
    labels = F.one_hot(torch.from_numpy(faces.labels), len(EXPRESSIONS)).float()
    return torch.lerp(labels, thought, recipe.teaching)


def teacher_size(recipe: Recipe) -> int:
    """Return the image size, in pixels, that the model that the recipe starts from was trained at.

    Parameters
    ----------
    recipe : Recipe

    Raises
    ------
    FileNotFoundError, ValueError
        If the start is no model that ``fit`` has trained: others have not learned these labels and cannot teach them.
    """
    told = {}
    if recipe.weights not in (None, "imagenet"):
        told = metadata_of(SHIPPED.get(recipe.weights, recipe.weights))
    if "recipe" not in told:
        raise ValueError(
            f"Expected weights that train has made, since they are to teach, found weights={recipe.weights!r}; "
            "start from such a file, or set teaching=0."
        )
    return Recipe.from_json(told["recipe"]).image_size
