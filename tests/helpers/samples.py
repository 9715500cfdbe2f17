"""Noise in the place of faces, for tests that do not look at them."""

import numpy as np

from fer_course.faces import Faces


def noise(n, seed=0):
    """Return n images of noise, uint8 of shape (n, 48, 48)."""
    return np.random.default_rng(seed).integers(0, 256, (n, 48, 48), dtype=np.uint8)


def noise_faces(n=10, seed=0, *, tested=0, **columns):
    """Return n faces of noise, labelled 0 to 6 in turn, the last ``tested`` of them in PublicTest."""
    given = {
        "images": noise(n, seed),
        "labels": np.arange(n) % 7,
        "names": np.arange(n).astype(str),
        "usage": np.repeat(["Training", "PublicTest"], [n - tested, tested]),
        "source": "noise",
    }
    return Faces(**given | columns)
