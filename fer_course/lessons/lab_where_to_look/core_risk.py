"""Is accuracy that of the face, or of what surrounds it? Core Risk Minimization (Singla et al., arXiv 2203.15566).

The core is the region of the parts of the face, with a margin. A network is examined with noise outside the core, and
with noise inside it.
"""

import numpy as np
import pandas as pd

from fer_course.evaluation.predict import predict
from fer_course.evaluation.verdict import Claim
from fer_course.faces import SIZE, Faces
from fer_course.puppets.studio import draw_studio
from fer_course.training.shortcuts import MARKED, core_region, noise_outside, stamp, swap_outside
from fer_course.training.small import train_small

PLAIN, OUTSIDE = "as they are", "noise outside the core"
EVERYWHERE, SWAPPED = "the same noise everywhere", "surroundings swapped"
"""What a network is shown in training, in every second picture."""

STRENGTHS = (0, 30, 60, 90, 120)
"""Standard deviation of the noise in an examination, in grey levels."""

EXAM = 60
"""That of the figures in the table."""

NO_MARK = "no watermark"
"""Added to a measure: that of networks which never saw one."""

CLAIMS = (
    Claim("Noise outside the core raises core accuracy", OUTSIDE, PLAIN, "core accuracy"),
    Claim("… also where nothing was planted", OUTSIDE, PLAIN, f"core accuracy, {NO_MARK}"),
    Claim("… more than the same noise everywhere", OUTSIDE, EVERYWHERE, "core accuracy"),
    Claim("… more than it, where nothing was planted", OUTSIDE, EVERYWHERE, f"core accuracy, {NO_MARK}"),
    Claim("Noise outside the core raises clean accuracy", OUTSIDE, PLAIN, "clean accuracy"),
    Claim(
        "Noise outside the core costs clean accuracy, no watermark",
        OUTSIDE,
        PLAIN,
        f"clean accuracy, {NO_MARK}",
        more=False,
    ),
    Claim("Noise outside the core cures the watermark", OUTSIDE, PLAIN, "fooled", more=False),
    Claim("Swapped surroundings cure it better", SWAPPED, OUTSIDE, "fooled", more=False),
)


def shown_in_training(images: np.ndarray, core: np.ndarray) -> dict:
    """Return what every arm shows: a function of a random generator that gives the images of an epoch.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, 48, 48)
    core : ndarray of bool, shape (N, 48, 48)
    """
    nowhere = np.zeros_like(core)

    def half(changed, rng):
        return np.where(rng.random((len(images), 1, 1)) < 0.5, changed, images)

    return {
        PLAIN: lambda rng: images,
        OUTSIDE: lambda rng: half(noise_outside(images, core, rng), rng),
        EVERYWHERE: lambda rng: half(noise_outside(images, nowhere, rng), rng),
        SWAPPED: lambda rng: half(swap_outside(images, core, rng), rng),
    }


def noised(images: np.ndarray, where: np.ndarray, strength: float, seed: int = 0) -> np.ndarray:
    """Return images with noise of one strength in a region: uint8, shape (N, 48, 48)."""
    noise = np.random.default_rng(seed).normal(0, strength, images.shape)
    return np.where(where, np.clip(np.rint(images + noise), 0, 255), images).astype(np.uint8)


def accuracies(model, faces: Faces, core: np.ndarray, strengths=STRENGTHS) -> pd.DataFrame:
    """Return core accuracy (noise outside the core) and spurious accuracy (noise inside it), in per cent.

    Returns
    -------
    DataFrame
        Index: strengths. Columns ``core`` and ``spurious``.
    """
    rows = {}
    for strength in strengths:
        images = noised(faces.images, ~core, strength), noised(faces.images, core, strength)
        rows[strength] = [
            100 * float((predict(model, some, SIZE).argmax(1) == faces.labels).mean()) for some in images
        ]
    return pd.DataFrame.from_dict(rows, orient="index", columns=["core", "spurious"])


def relative_core_sensitivity(core: float, spurious: float) -> float:
    """Return ``(core - spurious) / (2 min(ā, 1 - ā))`` of two accuracies from 0 to 1, with ā their mean.

    1 for a network that needs the core as much as its accuracy allows, 0 for one that does not care where the noise is,
    negative for one that needs the surroundings. 0 if both accuracies are 0, or both 1.
    """
    mean = (core + spurious) / 2
    room = 2 * min(mean, 1 - mean)
    return (core - spurious) / room if room else 0.0


def examine(model, faces: Faces, core: np.ndarray) -> dict[str, float]:
    """Return clean, core and spurious accuracy and the share that the watermark fools, in per cent, and the RCS."""
    noisy = accuracies(model, faces, core, (EXAM,)).loc[EXAM]
    clean = predict(model, faces, SIZE).argmax(1) == faces.labels
    others = faces[faces.labels != MARKED]
    marked = predict(model, stamp(others.images, np.ones(len(others), bool)), SIZE).argmax(1)
    return {
        "clean accuracy": 100 * float(clean.mean()),
        "core accuracy": noisy.core,
        "spurious accuracy": noisy.spurious,
        "RCS": 100 * relative_core_sensitivity(noisy.core / 100, noisy.spurious / 100),
        "fooled": 100 * float((marked == MARKED).mean()),
    }


def puppets(n: int, seed: int) -> tuple[Faces, np.ndarray]:
    """Draw puppets in a studio; return them with their cores."""
    faces = draw_studio(n, seed)
    return faces, core_region(faces)


def repeat(seed: int, n: int = 2100, tests: int = 1000, epochs: int = 8) -> dict[str, dict[str, float]]:
    """Train in four ways, with a watermark on one label and without; examine faces that carry none."""
    faces, core = puppets(n, 11_000 + seed)
    test, test_core = puppets(tests, 12_000 + seed)
    ways = shown_in_training(stamp(faces.images, faces.labels == MARKED), core)
    unmarked = shown_in_training(faces.images, core)
    found = {}
    for arm in ways:
        with_mark, without = (
            examine(train_small(faces, seed, epochs=epochs, shown=some[arm]), test, test_core)
            for some in (ways, unmarked)
        )
        # What fools nobody who never saw it is left out.
        found[arm] = with_mark | {f"{name}, {NO_MARK}": without[name] for name in without if name != "fooled"}
    return found
