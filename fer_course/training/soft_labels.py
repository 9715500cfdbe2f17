"""Soft labels: an earlier model's probabilities take a share of each label (distillation)."""

import torch
import torch.nn.functional as F

from fer_course.evaluation.predict import predict
from fer_course.faces import Faces
from fer_course.labels import EXPRESSIONS
from fer_course.model.network import build_model
from fer_course.model.weights import SHIPPED, metadata_of
from fer_course.training.recipe import Recipe

VIEWS = 2
"""Of each image: as it is, and mirrored."""


def soft_labels(recipe: Recipe, faces: Faces, device="cpu") -> torch.Tensor:
    """Return the labels, a share of each replaced by the probabilities of the model that the recipe starts from.

    Where the teacher doubts a label, so does what is to be learned.

    Parameters
    ----------
    recipe : Recipe
        Its ``distillation`` is the share to replace, its ``weights`` are the teacher.
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
    large as its student: Furlanello et al., *Born-again neural networks*, 2018.
    """
    size = teacher_size(recipe)
    teacher = build_model(recipe.weights, backbone=recipe.backbone).to(device)
    probabilities = torch.from_numpy(predict(teacher, faces, size, views=VIEWS)).softmax(1)
    labels = F.one_hot(torch.from_numpy(faces.labels), len(EXPRESSIONS)).float()
    return torch.lerp(labels, probabilities, recipe.distillation)


def teacher_size(recipe: Recipe) -> int:
    """Return the image size, in pixels, that the model that the recipe starts from was trained at.

    Parameters
    ----------
    recipe : Recipe

    Raises
    ------
    FileNotFoundError, ValueError
        If the start is no model that ``fit`` has trained: others have not learned these labels.
    """
    header = {}
    if recipe.weights not in (None, "imagenet"):
        header = metadata_of(SHIPPED.get(recipe.weights, recipe.weights))
    if "recipe" not in header:
        raise ValueError(
            f"Expected weights that train has made, since they are to teach, found weights={recipe.weights!r}; "
            "start from such a file, or set distillation=0."
        )
    return Recipe.from_json(header["recipe"]).image_size
