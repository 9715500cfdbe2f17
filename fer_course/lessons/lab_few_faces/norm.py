"""Choosing a learning rate and a weight decay without validation faces, by the norm of the weights.

Among the runs that fit their training faces, take the one with the smallest norm (after Brigato and Mougiakakou, arXiv
2309.01694).
"""

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F

from fer_course.evaluation.predict import predict
from fer_course.evaluation.verdict import Claim
from fer_course.faces import Faces
from fer_course.labels import EXPRESSIONS
from fer_course.puppets.studio import draw_studio
from fer_course.training.small import new_small, train_small

RATES = (0.01, 0.03, 0.1, 0.3)
DECAYS = (1e-4, 1e-3, 5e-3, 2e-2)
"""The grid: learning rates and weight decays of stochastic gradient descent."""

FACES, HELD_OUT = 350, 70
"""Training faces, 50 for each label; and how many of them a validation set would take."""

SIZE = 24
"""Pixels."""

WIDTH, EPOCHS, MOMENTUM = 16, 40, 0.9

FITS = 0.99
"""Training accuracy from which a run counts as one that fits."""

BY_NORM, BY_LOSS, BY_FACES, BY_FACES_ALL = (
    "smallest norm",
    "lowest training loss",
    "70 faces held out",
    "70 faces held out, trained again on all",
)
BY_CHANCE, MIDDLE, BEST = "chance among those that fit", "middle of the grid", "best of the grid"

CLAIMS = (
    Claim("The norm chooses better than chance", BY_NORM, BY_CHANCE, "accuracy"),
    Claim("The norm chooses better than 70 faces held out", BY_NORM, BY_FACES, "accuracy"),
    Claim("… also if one trains again on all faces", BY_NORM, BY_FACES_ALL, "accuracy"),
    Claim("The norm chooses better than the training loss", BY_NORM, BY_LOSS, "accuracy"),
)


def few_faces(n: int, seed: int) -> Faces:
    """Draw ``n`` puppets in a studio, as many of each label (``n`` divides by 7)."""
    per_label, parts = n // len(EXPRESSIONS), []
    for label in range(len(EXPRESSIONS)):
        parts.append(draw_studio(per_label, 100 * seed + label, shares=np.eye(len(EXPRESSIONS))[label]))
    faces = Faces.concatenate(parts)
    return faces[np.random.default_rng(seed).permutation(len(faces))]


def train_plain(faces: Faces, rate: float, decay: float, seed: int = 0, epochs: int = EPOCHS):
    """Train a small network without any augmentation, by stochastic gradient descent with weight decay.

    Returns
    -------
    SmallNet
        In evaluation mode.
    """
    model = new_small(seed, width=WIDTH)
    optimizer = torch.optim.SGD(model.parameters(), rate, MOMENTUM, weight_decay=decay)
    as_they_are = {"size": SIZE, "epochs": epochs, "augmentation": None}
    return train_small(faces, seed, model=model, optimizer=optimizer, **as_they_are)


def norm_of(model) -> float:
    """Return the length of all weights as one vector, ``‖θ‖₂``."""
    return float(torch.cat([weight.detach().flatten() for weight in model.parameters()]).norm())


def try_all(
    faces: Faces, test: Faces, seed: int = 0, *, rates=RATES, decays=DECAYS, held_out: Faces | None = None
):
    """Train with every couple of the grid.

    Parameters
    ----------
    faces, test : Faces
    seed : int
        Of the first weights and the order of the faces, the same for every couple.
    rates, decays : sequence of float
    held_out : Faces, optional

    Returns
    -------
    DataFrame
        A row for each couple: ``rate``, ``decay``, ``train_loss``, ``train_accuracy``, ``norm``, ``accuracy`` on the
        test faces, ``held_out`` accuracy if there are such faces. Accuracies from 0 to 1.
    """
    rows = []
    for rate in rates:
        for decay in decays:
            model = train_plain(faces, rate, decay, seed)
            logits = predict(model, faces)
            loss = F.cross_entropy(torch.from_numpy(logits), torch.from_numpy(faces.labels))
            row = {"rate": rate, "decay": decay, "train_loss": float(loss)}
            row |= {"train_accuracy": accuracy(logits, faces), "norm": norm_of(model)}
            row["accuracy"] = accuracy(predict(model, test), test)
            if held_out is not None:
                row["held_out"] = accuracy(predict(model, held_out), held_out)
            rows.append(row)
    return pd.DataFrame(rows)


def accuracy(logits, faces: Faces) -> float:
    """Return the share of faces that are named right."""
    return float((logits.argmax(1) == faces.labels).mean())


def fitted(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the runs that fit their training faces, or the one that comes nearest to it."""
    enough = runs[runs.train_accuracy >= FITS]
    return enough if len(enough) else runs.nlargest(1, "train_accuracy")


def choose(runs: pd.DataFrame, held: pd.DataFrame | None = None) -> dict[str, float]:
    """Return the test accuracy of every way to choose, in per cent.

    Parameters
    ----------
    runs : DataFrame
        From ``try_all``, on all faces.
    held : DataFrame, optional
        From ``try_all``, on the faces that are left if some are held out; the same couples in the same order.
    """
    fit = fitted(runs)
    picks = {
        BY_NORM: fit.loc[fit.norm.idxmin(), "accuracy"],
        BY_LOSS: runs.loc[runs.train_loss.idxmin(), "accuracy"],
        BY_CHANCE: fit.accuracy.mean(),
        MIDDLE: runs[(runs.rate == RATES[1]) & (runs.decay == DECAYS[1])].accuracy.mean(),
        BEST: runs.accuracy.max(),
    }
    if held is not None:
        first = held.held_out.idxmax()
        picks[BY_FACES] = held.loc[first, "accuracy"]
        picks[BY_FACES_ALL] = runs.loc[first, "accuracy"]
    return {name: 100 * float(value) for name, value in picks.items()}


def repeat(seed: int, tests: int = 1400) -> dict[str, dict[str, float]]:
    """Draw other faces, train the whole grid on all and on all but those held out, and choose in every way."""
    faces, test = few_faces(FACES, 300 + seed), few_faces(tests, 400 + seed)
    runs = try_all(faces, test, seed)
    held = try_all(faces[HELD_OUT:], test, seed, held_out=faces[:HELD_OUT])
    fit = fitted(runs)
    facts = {
        "fit": float((runs.train_accuracy >= FITS).sum()),
        "correlation": float(fit.norm.corr(fit.accuracy, method="spearman")) if len(fit) > 2 else 0.0,
    }
    return {name: {"accuracy": value} | facts for name, value in choose(runs, held).items()}
