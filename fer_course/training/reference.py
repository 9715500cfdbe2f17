"""The reference model: an EfficientNet-B2 that has learned FER-2013 and ships with the course."""

import pandas as pd

from fer_course.model.network import build_model
from fer_course.model.weights import SHIPPED, WEIGHTS, metadata_of
from fer_course.training.checkpoints import fingerprint
from fer_course.training.fit import Run
from fer_course.training.recipe import Recipe

HISTORY = WEIGHTS / "fer2013.csv"
"""The history of its training, as ``Run.history``: the epochs of the whole chain, named in a column ``phase``."""


def reference_run(device="cpu") -> Run:
    """Return the run that made the reference model, as if it had just ended.

    Parameters
    ----------
    device : str or torch.device

    Returns
    -------
    Run
        The model of ``weights="fer2013"``, its recipe and its history; without a folder, since no file of it is to be
        written.

    Raises
    ------
    FileNotFoundError, ValueError
        If the shipped file is missing or is another one.
    """
    recipe = Recipe.from_json(metadata_of(SHIPPED["fer2013"])["recipe"])
    model = build_model("fer2013", backbone=recipe.backbone, dropout=recipe.dropout).to(device)
    return Run(model, pd.read_csv(HISTORY), recipe, None, loaded=True)


def learned_from(train, validation) -> bool:
    """Return whether the reference model was trained and chosen on exactly these faces.

    If not, faces of this validation set may be among those that it was trained on.

    Parameters
    ----------
    train, validation : Faces
    """
    return metadata_of(SHIPPED["fer2013"])["data"] == fingerprint(train, validation)
