"""Adapting a trained network to new pictures without labels: statistics, and self-learning on its own predictions."""

import copy

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from fer_course.model.inputs import prepare, stored_images
from fer_course.model.network import check_network, size_for

MOMENTUM = 0.9
"""Of stochastic gradient descent."""

BATCH = 64
"""Faces in a batch, both for statistics and for learning."""


def generalised_cross_entropy(logits: torch.Tensor, q: float = 0.8) -> torch.Tensor:
    """Return the mean of ``(1 - p^q) / q`` for the label that is predicted now, with probability ``p``.

    For q → 0 this is the cross-entropy of that label, for q = 1 it is ``1 - p``: the larger q, the less a doubtful face
    counts (Zhang and Sabuncu, NeurIPS 2018; *robust pseudo-labels* in Rusak et al. 2021, arXiv 2104.12928, section 3).

    Parameters
    ----------
    logits : tensor of float, shape (N, 7)
    q : float
        Above 0, at most 1.
    """
    p = logits.softmax(1).amax(1)
    return ((1 - p**q) / q).mean()


def hard_labels(logits: torch.Tensor) -> torch.Tensor:
    """Return the mean cross-entropy of the labels that are predicted now (pseudo-labels; Lee 2013)."""
    return F.cross_entropy(logits, logits.argmax(1))


def entropy(logits: torch.Tensor) -> torch.Tensor:
    """Return the mean entropy of the predictions, ``-Σ p log p`` (Wang et al., *Tent*, ICLR 2021)."""
    return -(logits.softmax(1) * logits.log_softmax(1)).sum(1).mean()


LOSSES = {
    "hard labels": hard_labels,
    "robust labels": generalised_cross_entropy,
    "entropy": entropy,
}
"""What self-learning may minimise. None of them looks at a label."""

WAYS = ("statistics", *LOSSES)
"""How a network may be adapted; ``"statistics"`` learns nothing."""


def adapt(
    model: nn.Module, faces, how: str = "entropy", *, rate: float = 1e-2, epochs: int = 3, size: int | None = None,
    seed: int = 0,
) -> nn.Module:  # fmt: skip
    """Return a copy of a network, adapted to faces whose labels nobody knows.

    Batch norms take their means and variances from these faces. Unless ``how`` is ``"statistics"``, the scales and
    shifts of the batch norms learn as well, and nothing else does.

    Parameters
    ----------
    model : nn.Module
        With batch norms; it stays as it is.
    faces : Faces or ndarray of uint8, shape (N, 48, 48)
        Two or more; a few hundred are better.
    how : {"statistics", "hard labels", "robust labels", "entropy"}
    rate : float
        Learning rate.
    epochs : int
    size : int, optional
        As for ``predict``.
    seed : int
        Of the order of the faces.

    Returns
    -------
    nn.Module
        In evaluation mode.

    Raises
    ------
    ValueError
        If ``how`` is another one, the network has no batch norm, or there are fewer than two faces.

    Notes
    -----
    Rusak et al., *If your data distribution shifts, use self-learning* (arXiv 2104.12928). There, statistics are those
    of each batch; here they are those of all faces, so that a prediction does not depend on who else is in the batch.
    """
    if how not in WAYS:
        raise ValueError(f"Expected one of {', '.join(WAYS)}, found {how!r}.")
    images = stored_images(faces)
    if len(images) < 2:
        raise ValueError(f"Expected two faces or more to adapt to, found {len(images)}.")
    check_network(model)
    size = size_for(model, size)
    adapted = copy.deepcopy(model).eval().requires_grad_(False)
    norms = batch_norms(adapted)
    if not norms:
        raise ValueError(
            f"Expected a network with batch norms, found {type(model).__name__} without; adapt another."
        )
    if how in LOSSES:
        _learn(adapted, norms, images, LOSSES[how], rate, epochs, size, seed)
    renew_statistics(adapted, images, size)
    return adapted.requires_grad_(True).eval()


def batch_norms(model: nn.Module) -> list[nn.BatchNorm2d]:
    """Return the network's batch norms, in order."""
    return [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]


def renew_statistics(model: nn.Module, images: np.ndarray, size: int):
    """Replace the means and variances of all batch norms by those of some images; the weights stay as they are.

    Parameters
    ----------
    model : nn.Module
    images : ndarray of uint8, shape (N, 48, 48)
    size : int
        Height and width of what the network is given, in pixels.
    """
    norms = batch_norms(model)
    usual = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the mean over all batches, each weighing the same
        norm.train()
    with torch.no_grad():
        for part in _parts(np.arange(len(images))):
            model(_given(model, images[part], size))
    for norm, momentum in zip(norms, usual, strict=True):
        norm.momentum = momentum
        norm.eval()


def _learn(model, norms, images, loss_of, rate, epochs, size, seed):
    """Let the scales and shifts of the batch norms learn, with the statistics of each batch."""
    weights = [weight for norm in norms for weight in (norm.weight, norm.bias)]
    for weight in weights:
        weight.requires_grad_(True)
    for norm in norms:
        norm.train()
    optimizer = torch.optim.SGD(weights, rate, MOMENTUM)
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        for part in _parts(rng.permutation(len(images))):
            loss_of(model(_given(model, images[part], size))).backward()
            optimizer.step()
            optimizer.zero_grad()
    for weight in weights:
        weight.requires_grad_(False)


def _parts(order: np.ndarray) -> list[np.ndarray]:
    """Divide places into batches of about the same size: a last batch of one would have no variance."""
    return np.array_split(order, max(1, round(len(order) / BATCH)))


def _given(model, images: np.ndarray, size: int) -> torch.Tensor:
    weights = next(model.parameters())
    return prepare(images, size, weights.device).to(weights.dtype)
