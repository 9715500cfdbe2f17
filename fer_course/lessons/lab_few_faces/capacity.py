"""How many faces can a network learn by heart? After Shwartz-Ziv et al. (arXiv 2406.11463).

Effective model complexity (Nakkiran et al. 2021): the largest number of faces that a training procedure fits.
"""

from math import comb

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from fer_course.evaluation.verdict import Claim
from fer_course.labels import EXPRESSIONS
from fer_course.model.inputs import shrunk
from fer_course.model.network import count_parameters
from fer_course.puppets.studio import draw_studio

SIZE = 12
"""Pixels."""

STEPS, BATCH, RATE = 1500, 128, 7e-3
"""The budget: a network that does not fit within it may still fit within a larger one."""

FIRST, HALVINGS = 32, 3
"""The first number of faces that is tried, and how often the gap is halved between a fit and none."""

LARGEST = 2048

CONVOLUTIONAL, DENSE = "CNN", "MLP"
TRUE, RANDOM, TWICE = "true labels", "random labels", "random labels, twice the steps"

CLAIMS = (
    Claim(
        "A CNN fits more faces for each weight than an MLP",
        CONVOLUTIONAL,
        DENSE,
        f"{TRUE}, doublings",
        unit="doublings",
    ),
    Claim("… also with random labels", CONVOLUTIONAL, DENSE, f"{RANDOM}, doublings", unit="doublings"),
)


def networks(seed: int) -> dict[str, nn.Module]:
    """Return two networks for 12 px with about 1,250 weights each, the same for the same seed."""
    labels = len(EXPRESSIONS)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return {
            CONVOLUTIONAL: nn.Sequential(
                nn.Conv2d(1, 6, 3, stride=2, padding=1),
                nn.ReLU(),
                nn.Conv2d(6, 10, 3, stride=2, padding=1),
                nn.ReLU(),
                nn.Flatten(),
                nn.Linear(10 * 9, labels),
            ),
            DENSE: nn.Sequential(nn.Flatten(), nn.Linear(SIZE * SIZE, 8), nn.ReLU(), nn.Linear(8, labels)),
        }


def small_faces(n: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw puppets of 12 px, standardised over all of them: float32 (N, 1, 12, 12) and labels (N,)."""
    faces = draw_studio(n, seed)
    images = torch.from_numpy(shrunk(faces.images, SIZE)).float().unsqueeze(1)
    return (images - images.mean()) / images.std(), torch.from_numpy(faces.labels)


def fits(model: nn.Module, images, labels, *, steps: int = STEPS, seed: int = 0) -> bool:
    """Train a network until it names all faces right, for at most so many steps; return whether it did."""
    optimizer = torch.optim.Adam(model.parameters(), RATE, fused=True)
    rng, done = np.random.default_rng(seed), 0
    while done < steps:
        for part in torch.from_numpy(rng.permutation(len(images))).split(BATCH):
            F.cross_entropy(model(images[part]), labels[part]).backward()
            optimizer.step()
            optimizer.zero_grad()
            done += 1
            if done % 25 == 0:
                with torch.no_grad():
                    if (model(images).argmax(1) == labels).all():
                        return True
    return False


def largest_fit(try_it, *, first: int = FIRST, halvings: int = HALVINGS, largest: int = LARGEST) -> float:
    """Return the largest number of samples that are fitted: doubled until it fails, then the gap halved.

    Parameters
    ----------
    try_it : callable
        Takes a number of samples and returns whether they are fitted.
    first : int
        Where to begin.
    halvings : int
        In the logarithm: after three of them the number is known within a factor of 2^(1/8).
    largest : int
        Where to stop doubling.

    Returns
    -------
    float
        The geometric mean of the largest fit and the smallest failure; ``largest`` if nothing failed.
    """
    n = first
    while n <= largest and try_it(n):
        n *= 2
    if n > largest:
        return float(largest)
    low, high = n / 2, n
    for _ in range(halvings):
        middle = (low * high) ** 0.5
        low, high = (middle, high) if try_it(round(middle)) else (low, middle)
    return (low * high) ** 0.5


def capacity(name: str, labels: str, seed: int, *, images=None, truth=None, **options) -> float:
    """Return how many faces a network learns by heart, with true labels or with random ones.

    Parameters
    ----------
    name : {"CNN", "MLP"}
    labels : {"true labels", "random labels", "random labels, twice the steps"}
    seed : int
        Of faces, first weights, and random labels.
    images, truth : tensor, optional
        From ``small_faces``; drawn if not given.
    **options
        Of ``largest_fit``.
    """
    if images is None:
        images, truth = small_faces(LARGEST, 9000 + seed)
    if labels != TRUE:
        # The same shares of labels as before, but of other faces.
        truth = truth[torch.from_numpy(np.random.default_rng(seed).permutation(len(truth)))]
    steps = 2 * STEPS if labels == TWICE else STEPS
    return largest_fit(
        lambda n: fits(networks(seed)[name], images[:n], truth[:n], steps=steps, seed=seed), **options
    )


def chance_to_separate(n: int, d: int) -> float:
    """Return how likely a plane through 0 separates ``n`` points in ``d`` dimensions with random labels (Cover 1965).

    ``2^(1-n) Σ_{k<d} C(n-1, k)``: one half for ``n = 2d``.
    """
    return sum(comb(n - 1, k) for k in range(d)) / 2 ** (n - 1)


def repeat(seed: int) -> dict[str, dict[str, float]]:
    """Measure both networks with true and with random labels, and with twice the steps."""
    images, truth = small_faces(LARGEST, 9000 + seed)
    found = {}
    for name in (CONVOLUTIONAL, DENSE):
        row = {}
        weights = count_parameters(networks(seed)[name])
        for labels in (TRUE, RANDOM, TWICE):
            n = capacity(name, labels, seed, images=images, truth=truth)
            row[labels] = n
            row[f"{labels}, doublings"] = float(np.log2(n / weights))
        found[name] = row | {"parameters": weights}
    return found
