"""New pictures without labels: how much of its accuracy does a network get back, and what of that is statistics alone?

After Rusak et al., *If your data distribution shifts, use self-learning* (arXiv 2104.12928).
"""

import numpy as np
from torch import nn

from fer_course.evaluation.corruptions import corrupt
from fer_course.evaluation.predict import predict
from fer_course.evaluation.verdict import Claim
from fer_course.faces import SIZE, Faces
from fer_course.labels import FER2013_COUNTS
from fer_course.puppets.studio import draw_studio
from fer_course.training.adaptation import LOSSES, adapt
from fer_course.training.small import train_small

CAMERAS = {"noise": ("Gaussian noise", 5), "blur": ("blur", 5), "pixels": ("pixelate", 4), "fog": ("fog", 5)}
"""What the new camera does: a corruption and its strength."""

RATE, FAST = 0.03, 10
"""The learning rate, chosen on blurred puppets of seeds 100 and 101; and how many times it is too much."""

AS_IT_IS, STATISTICS = "as it is", "statistics alone"
ARMS = {STATISTICS: "statistics", **{name: name for name in LOSSES}}

SKEWED, MIXED = "noise, uneven labels", "noise and blur mixed"

FASTER = f"entropy, {FAST} times the rate"

CLAIMS = (
    *(Claim(f"Statistics alone give accuracy back: {name}", STATISTICS, AS_IT_IS, name) for name in CAMERAS),
    *(Claim(f"Entropy adds to statistics alone: {name}", "entropy", STATISTICS, name) for name in CAMERAS),
    Claim("Robust labels add to statistics alone: noise", "robust labels", STATISTICS, "noise"),
    Claim(
        "Entropy adds on new faces of the same camera too: noise", "entropy", STATISTICS, "noise, new faces"
    ),
    Claim("Statistics help if labels are unevenly shared", STATISTICS, AS_IT_IS, SKEWED),
    Claim("Statistics help if two cameras are mixed", STATISTICS, AS_IT_IS, MIXED),
    Claim("Entropy helps if two cameras are mixed", "entropy", AS_IT_IS, MIXED),
    Claim("Ten times the rate costs accuracy: noise", FASTER, STATISTICS, "noise", more=False),
    Claim("Ten times the rate costs accuracy: two cameras mixed", FASTER, STATISTICS, MIXED, more=False),
)


def source(seed: int, n: int = 2100, epochs: int = 8) -> nn.Module:
    """Train a small network on puppets of a studio."""
    return train_small(draw_studio(n, 20_000 + seed), seed, epochs=epochs)


def targets(seed: int, n: int = 700) -> tuple[Faces, Faces]:
    """Draw puppets that the network has not seen: to adapt to, and new ones to examine."""
    faces = draw_studio(2 * n, 21_000 + seed)
    return faces[:n], faces[n:]


def faces_for(course, n: int = 2100, target: int = 700) -> tuple[Faces, Faces, Faces]:
    """Return faces to learn from, to adapt to, and new ones: of a studio, or photographs if the course has them.

    Parameters
    ----------
    course : Course
    n, target : int
        How many to learn from, and how many to adapt to; as many are new.
    """
    if course.faces.is_puppets:
        return draw_studio(n, 20_000 + course.seed), *targets(course.seed, target)
    rng = np.random.default_rng(course.seed)
    learn = course.train[rng.permutation(len(course.train))[:n]]
    others = course.validation[rng.permutation(len(course.validation))[: 2 * target]]
    return learn, others[:target], others[target:]


def seen_by(camera: str, faces: Faces, seed: int = 0) -> np.ndarray:
    """Return faces as a new camera shows them: uint8, shape (N, 48, 48).

    Parameters
    ----------
    camera : str
        One of ``CAMERAS``, or ``"noise and blur mixed"``: every second face noisy, the others blurred.
    """
    if camera == MIXED:
        noisy, blurred = (corrupt(faces, *CAMERAS[name], seed) for name in ("noise", "blur"))
        return np.where((np.arange(len(faces)) % 2 == 0)[:, None, None], noisy, blurred)
    return corrupt(faces, *CAMERAS[camera], seed)


def accuracy(model, images: np.ndarray, labels: np.ndarray) -> float:
    """Return the share of faces that are named right, in per cent."""
    return 100 * float((predict(model, images, SIZE).argmax(1) == labels).mean())


def measured(model, images, labels, new=None, new_labels=None, *, seed: int = 0, fast: bool = False):
    """Return, for every arm, accuracy on the faces adapted to and, if given, on new ones of the same camera.

    Returns
    -------
    dict of str to (float, float or None)
    """
    found = {AS_IT_IS: model}
    found |= {arm: adapt(model, images, how, rate=RATE, size=SIZE, seed=seed) for arm, how in ARMS.items()}
    if fast:
        fast_one = adapt(model, images, "entropy", rate=FAST * RATE, size=SIZE, seed=seed)
        found[FASTER] = fast_one
    return {
        arm: (accuracy(one, images, labels), None if new is None else accuracy(one, new, new_labels))
        for arm, one in found.items()
    }


def repeat(seed: int, n: int = 2100, target: int = 700) -> dict[str, dict[str, float]]:
    """Train one network, change its camera in every way, and adapt it in every way."""
    model, (faces, new) = source(seed, n), targets(seed, target)
    rows: dict[str, dict[str, float]] = {}

    def note(column, figures):
        for arm, (here, there) in figures.items():
            rows.setdefault(arm, {})[column] = here
            if there is not None:
                rows[arm][f"{column}, new faces"] = there

    for camera in CAMERAS:
        images, others = seen_by(camera, faces, seed), seen_by(camera, new, seed + 1)
        note(camera, measured(model, images, faces.labels, others, new.labels, seed=seed, fast=True))
    uneven = draw_studio(target, 22_000 + seed, shares=FER2013_COUNTS["Training"])
    note(SKEWED, measured(model, seen_by("noise", uneven, seed), uneven.labels, seed=seed, fast=True))
    note(MIXED, measured(model, seen_by(MIXED, faces, seed), faces.labels, seed=seed, fast=True))
    note("old camera", measured(model, faces.images, faces.labels, seed=seed, fast=True))
    return rows
