"""A frozen backbone and class weights: which of the two moves macro-F1? After InsideOut (arXiv 2510.03066).

The paper freezes an EfficientNetV2-S and trains a head with class weights. Here several backbones are frozen, two of
them with random weights, and a linear head is trained with and without class weights.
"""

import numpy as np
import torch
import torch.nn.functional as F

from fer_course.evaluation.verdict import Claim
from fer_course.faces import Faces
from fer_course.labels import EXPRESSIONS
from fer_course.model.features import frozen_features
from fer_course.model.network import build_model
from fer_course.puppets.draw import draw_puppets
from fer_course.training.balance import class_weights
from fer_course.training.heads import adjust_logits, standardise_features, train_head

SIZE = 64
"""Pixels."""

TRAIN, EXAM = 3000, 1050
"""Puppets: to learn from, with FER-2013's shares of labels; and to be examined on, 150 of each label."""

STARTED, RANDOM, LARGER = "B2, trained", "B2, random weights", "V2-S, random weights"
BACKBONES = {
    STARTED: ("fer2013", "tf_efficientnet_b2"),
    RANDOM: (None, "tf_efficientnet_b2"),
    LARGER: (None, "tf_efficientnetv2_s"),
}
"""Frozen backbones: where their weights come from, and timm's name. The trained one is the reference model, which has
learned photographs; V2-S has no start in the course, and ImageNet's weights would have to be downloaded."""

PLAIN, WEIGHTED, ADJUSTED = "no weights", "class weights", "logits adjusted"


def arm(backbone: str, head: str) -> str:
    """Return the name of an arm."""
    return f"{backbone}, {head}"


CLAIMS = (
    Claim("Class weights raise macro-F1", arm(STARTED, WEIGHTED), arm(STARTED, PLAIN), "macro-F1"),
    Claim(
        "Class weights raise recall of disgust",
        arm(STARTED, WEIGHTED),
        arm(STARTED, PLAIN),
        "recall of disgust",
    ),
    Claim("Class weights cost accuracy", arm(STARTED, WEIGHTED), arm(STARTED, PLAIN), "accuracy", more=False),
    Claim(
        "… more macro-F1 than adjusting finished logits",
        arm(STARTED, WEIGHTED),
        arm(STARTED, ADJUSTED),
        "macro-F1",
    ),
    Claim("A trained backbone matters", arm(STARTED, PLAIN), arm(RANDOM, PLAIN), "macro-F1"),
    Claim(
        "A larger backbone matters, if both are random", arm(LARGER, PLAIN), arm(RANDOM, PLAIN), "macro-F1"
    ),
)


def faces_of(seed: int, train: int = TRAIN, exam: int = EXAM) -> tuple[Faces, Faces]:
    """Draw puppets to learn from, with FER-2013's shares, and to be examined on, evenly shared; all labels right."""
    return (
        draw_puppets(train, 15_000 + seed, label_noise=0),
        draw_puppets(exam, 16_000 + seed, label_noise=0, shares=(1,) * len(EXPRESSIONS)),
    )


def faces_for(course, train: int = 1500, exam: int = 700) -> tuple[Faces, Faces]:
    """Return faces to learn from and to be examined on: puppets, or photographs if the course has them.

    Photographs are examined evenly too, as far as the validation split has as many of a label.
    """
    if course.faces.is_puppets:
        return faces_of(course.seed, train, exam)
    rng, labels = np.random.default_rng(course.seed), course.validation.labels
    learn = course.train[rng.permutation(len(course.train))[:train]]
    order = rng.permutation(len(labels))
    of_each = [order[labels[order] == label][: exam // len(EXPRESSIONS)] for label in range(len(EXPRESSIONS))]
    return learn, course.validation[np.concatenate(of_each)]


def features_of(backbone: str, *some: Faces, seed: int = 0) -> tuple[np.ndarray, ...]:
    """Return the frozen backbone's features of some faces, standardised by the first.

    The trained backbone is one that has not seen faces of this kind: it learned photographs if they are puppets, and
    puppets if they are photographs.
    """
    weights, name = BACKBONES[backbone]
    if weights and not some[0].is_puppets:
        weights = "puppets"
    model = build_model(weights, backbone=name, seed=seed)
    return standardise_features(*(frozen_features(model, faces, SIZE) for faces in some))


def weighted_loss(weights: torch.Tensor):
    """Return a loss, ``Σ w_y · CE / N``: a weight says how far an image moves the head.

    Parameters
    ----------
    weights : tensor of float32, shape (7,)

    Returns
    -------
    callable
        Takes logits (N, 7) and labels (N,).
    """

    def loss(logits, labels):
        return (weights[labels] * F.cross_entropy(logits, labels, reduction="none")).mean()

    return loss


def heads_of(features: np.ndarray, labels: np.ndarray, new: np.ndarray) -> dict[str, np.ndarray]:
    """Train a linear head in each way, and return its logits of new faces."""
    counts = np.bincount(labels, minlength=len(EXPRESSIONS))
    weighted = weighted_loss(torch.from_numpy(class_weights(counts)))
    plain, heavy = train_head(features, labels), train_head(features, labels, weighted)
    with torch.no_grad():
        logits = {
            name: head(torch.from_numpy(new)).numpy() for name, head in ((PLAIN, plain), (WEIGHTED, heavy))
        }
    return logits | {ADJUSTED: adjust_logits(logits[PLAIN], counts)}


def figures(logits: np.ndarray, labels: np.ndarray, shares: np.ndarray) -> dict[str, float]:
    """Return accuracy, macro-F1 and recall and precision of disgust, in per cent, as if labels came with some shares.

    Parameters
    ----------
    logits : ndarray of float, shape (N, 7)
    labels : ndarray of int, shape (N,)
        Each at least once; best evenly shared, so that rare labels are known as well as frequent ones.
    shares : ndarray of float, shape (7,)
        Summing to 1.

    Raises
    ------
    ValueError
        If a label is missing.
    """
    n = len(EXPRESSIONS)
    if missing := [name for k, name in enumerate(EXPRESSIONS) if k not in labels]:
        raise ValueError(
            f"Expected each of the {n} labels among the faces of the exam, found no face labelled {missing[0]}; "
            "take more faces, or puppets."
        )
    confusion = np.bincount(labels * n + logits.argmax(1), minlength=n * n).reshape(n, n).astype(float)
    confusion *= (shares / confusion.sum(1))[:, None]
    right, named = confusion.diagonal(), confusion.sum(0)
    f1 = 2 * right / (shares + named)
    disgust = EXPRESSIONS.index("disgust")
    found = {
        "accuracy": right.sum(),
        "macro-F1": f1.mean(),
        "recall of disgust": right[disgust] / shares[disgust],
        "precision of disgust": right[disgust] / named[disgust] if named[disgust] else 0.0,
    }
    return {name: 100 * float(value) for name, value in found.items()}


def repeat(seed: int) -> dict[str, dict[str, float]]:
    """Draw other puppets and other random weights; train and examine every head on every backbone."""
    train, exam = faces_of(seed)
    shares = np.bincount(train.labels, minlength=len(EXPRESSIONS)) / len(train)
    found = {}
    for backbone in BACKBONES:
        seen, new = features_of(backbone, train, exam, seed=seed)
        for head, logits in heads_of(seen, train.labels, new).items():
            found[arm(backbone, head)] = figures(logits, exam.labels, shares)
    return found
