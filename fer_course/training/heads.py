"""Heads on frozen features: the backbone looks at every face once, and a head then trains in about a second."""

from collections.abc import Callable
from functools import partial

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.preprocessing import StandardScaler
from torch import nn

from fer_course.labels import EXPRESSIONS, check_labels
from fer_course.training.balance import class_weights, effective_number_weights


def standardise_features(train: np.ndarray, *others: np.ndarray) -> tuple[np.ndarray, ...]:
    """Shift and scale each feature to mean 0 and standard deviation 1 over the training faces.

    Parameters
    ----------
    train, *others : ndarray of float, shape (N, D)
        The others are shifted and scaled by the training faces' numbers: examined faces must not set the scale.

    Returns
    -------
    tuple of ndarray of float32
        As many as were given. A feature that never varies in training is shifted only; a head learns nothing from it.
    """
    scaler = StandardScaler().fit(train)
    return tuple(scaler.transform(features).astype(np.float32) for features in (train, *others))


def train_head(
    features: np.ndarray,
    labels: np.ndarray,
    loss: Callable = F.cross_entropy,
    *,
    decay: float = 0.1,
    steps: int = 200,
) -> nn.Linear:
    """Train a linear head on all faces at once, until the loss no longer falls.

    Parameters
    ----------
    features : ndarray of float32, shape (N, D)
        Standardised.
    labels : ndarray of int64, shape (N,)
    loss : callable
        From logits (N, 7) and labels (N,), both tensors, to a number.
    decay : float
        Half of this times the squared weights is added to the loss. Without it, features that separate the training
        classes let every loss end at the same head (Byrd and Lipton, *What is the effect of importance weighting in
        deep learning?*, ICML 2019).
    steps : int
        At most so many steps of L-BFGS (Liu and Nocedal 1989), which has no learning rate to tune. It stops by itself
        after some 40 on 1,408 features.

    Returns
    -------
    nn.Linear
        ``head(torch.from_numpy(features))`` are the logits. It starts at zero, so nothing about it is random.

    Raises
    ------
    ValueError
        If there are not as many labels as features.

    Notes
    -----
    The features of a network go together, which makes the loss a long narrow valley: L-BFGS would need hundreds of
    steps. So the head is trained on features that are turned and scaled until they are about equally wide in all
    directions (preconditioning; Nocedal and Wright, *Numerical Optimization*, 2006, section 5.1) and turned back at
    the end. The penalty is on the head's own weights all the time, so the result is the same head.
    """
    if len(features) != len(labels) or not len(labels):
        raise ValueError(
            f"Expected one label for each row of features, found {len(labels):,} labels and {len(features):,} rows."
        )
    check_labels(labels)
    inputs, targets = (
        torch.from_numpy(np.asarray(features, np.float32)),
        torch.from_numpy(np.asarray(labels, np.int64)),
    )
    width = inputs.shape[1]
    # 0.3 is about how much the curvature of the loss is of the features' own; any number gives the same head.
    curvature = inputs.T @ inputs * (0.3 / len(inputs)) + max(decay, 1e-3) * torch.eye(
        width, dtype=torch.float32
    )
    back = torch.linalg.solve_triangular(
        torch.linalg.cholesky(curvature), torch.eye(width, dtype=torch.float32), upper=False
    )
    turned = inputs @ back.T
    weight = torch.zeros(len(EXPRESSIONS), width, dtype=torch.float32, requires_grad=True)
    bias = torch.zeros(len(EXPRESSIONS), dtype=torch.float32, requires_grad=True)
    optimizer = torch.optim.LBFGS(
        [weight, bias], max_iter=steps, history_size=20, tolerance_grad=1e-6, line_search_fn="strong_wolfe"
    )

    @torch.enable_grad()
    def closure():
        optimizer.zero_grad()
        value = loss(F.linear(turned, weight, bias), targets) + decay / 2 * (weight @ back).square().sum()
        value.backward()
        return value

    optimizer.step(closure)
    head = nn.Linear(width, len(EXPRESSIONS), dtype=torch.float32)
    with torch.no_grad():
        head.weight.copy_(weight @ back)
        head.bias.copy_(bias)
    return head.requires_grad_(False)


def focal_loss(logits: torch.Tensor, labels: torch.Tensor, gamma: float = 2.0) -> torch.Tensor:
    """Return the mean cross-entropy, each face times ``(1 - p) ** gamma``, with p the probability of its label.

    Parameters
    ----------
    logits : tensor of float, shape (N, C)
    labels : tensor of int64, shape (N,)
    gamma : float
        0 is plain cross-entropy; the larger, the less a face counts that the model already has right.

    Notes
    -----
    Lin et al., *Focal Loss for Dense Object Detection*, ICCV 2017, equation 4, without its class weight alpha.
    """
    entropy = F.cross_entropy(logits, labels, reduction="none")  # (N,), which is -log p
    return ((1 - torch.exp(-entropy)).clamp(min=0) ** gamma * entropy).mean()


def logit_adjusted_loss(
    logits: torch.Tensor, labels: torch.Tensor, counts: np.ndarray, tau: float = 1.0
) -> torch.Tensor:
    """Return the cross-entropy of logits to which ``tau * log(share of the class)`` is added.

    Parameters
    ----------
    logits : tensor of float, shape (N, C)
    labels : tensor of int64, shape (N,)
    counts : array of int, shape (C,)
        Training images per class.
    tau : float
        0 is plain cross-entropy.

    Notes
    -----
    Menon et al., *Long-tail learning via logit adjustment*, ICLR 2021, equation 10. The shares are added in training
    only: the model need not learn them, and predicts as if every class were as common.
    """
    return F.cross_entropy(logits + tau * torch.from_numpy(_log_shares(counts)), labels)


def adjust_logits(logits: np.ndarray, counts: np.ndarray, tau: float = 1.0) -> np.ndarray:
    """Return a finished model's logits less ``tau * log(share of the class)``.

    Parameters
    ----------
    logits : ndarray of float, shape (N, C)
    counts : array of int, shape (C,)
        Training images per class.
    tau : float
        0 changes nothing; at 1 a calibrated model predicts as if every class were as common.

    Notes
    -----
    Menon et al. 2021, equation 9: nothing is trained again.
    """
    return logits - tau * _log_shares(counts)


def _log_shares(counts) -> np.ndarray:
    """A class without images counts as one image: it would be at minus infinity."""
    counts = np.maximum(np.asarray(counts, np.float64), 1)
    return np.log(counts / counts.sum()).astype(np.float32)


def oversample(labels: np.ndarray, seed: int = 0) -> np.ndarray:
    """Return positions that show every class as often as the largest, its faces repeated as evenly as can be.

    Parameters
    ----------
    labels : ndarray of int64, shape (N,)
    seed : int

    Returns
    -------
    ndarray of int64
        Every face at least once; the remainder of a class is drawn at random.
    """
    # RandomState's stream is frozen for good (NEP 19); a Generator's may change with numpy's version.
    random = np.random.RandomState(seed)
    most = np.bincount(labels).max()
    chosen = []
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        times, rest = divmod(most, len(members))
        chosen += [np.repeat(members, times), random.choice(members, rest, replace=False)]
    return np.concatenate(chosen).astype(np.int64)


REMEDIES = (
    "no weights",
    "capped weights",
    "balanced weights",
    "logit adjustment",
    "oversampling",
    "effective number",
    "adjusted in training",
    "focal loss",
)
"""What ``apply_remedies`` can do about imbalance: nothing, and seven answers. The first four are the main ones."""


def apply_remedies(
    features: np.ndarray,
    labels: np.ndarray,
    exam: np.ndarray,
    *,
    cap: float = 3.0,
    names=REMEDIES,
    seed: int = 0,
) -> dict[str, np.ndarray]:
    """Train a head with each remedy against imbalance and return its logits for other faces.

    Parameters
    ----------
    features : ndarray of float32, shape (N, D)
        Standardised, as ``exam``.
    labels : ndarray of int64, shape (N,)
    exam : ndarray of float32, shape (M, D)
        Features of the faces to judge.
    cap : float
        Of the capped weights.
    names : sequence of str
        From ``REMEDIES``.
    seed : int
        Of the oversampling.

    Returns
    -------
    dict of str to ndarray of float32, shape (M, 7)

    Raises
    ------
    ValueError
        If a name is not one of ``REMEDIES``.
    """
    unknown = [name for name in names if name not in REMEDIES]
    if unknown:
        raise ValueError(f"Expected names from {', '.join(REMEDIES)}, found {', '.join(unknown)}.")
    counts = np.bincount(labels, minlength=len(EXPRESSIONS))

    def weighted(weights):
        return partial(F.cross_entropy, weight=torch.from_numpy(weights))

    losses = {
        "no weights": F.cross_entropy,
        "capped weights": weighted(class_weights(counts, cap)),
        "balanced weights": weighted(class_weights(counts)),
        "effective number": weighted(effective_number_weights(counts)),
        "adjusted in training": partial(logit_adjusted_loss, counts=counts),
        "focal loss": focal_loss,
    }
    inputs, logits = torch.from_numpy(exam), {}
    for name in names:
        if name == "logit adjustment":
            plain = logits.get("no weights")
            if plain is None:
                plain = train_head(features, labels)(inputs).numpy()
            logits[name] = adjust_logits(plain, counts)
        elif name == "oversampling":
            shown = oversample(labels, seed)
            logits[name] = train_head(features[shown], labels[shown])(inputs).numpy()
        else:
            logits[name] = train_head(features, labels, losses[name])(inputs).numpy()
    return logits
