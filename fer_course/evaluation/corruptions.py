"""Other conditions: twelve ways in which a picture gets worse, in five strengths.

After ImageNet-C (Hendrycks and Dietterich, *Benchmarking Neural Network Robustness to Common Corruptions and
Perturbations*, ICLR 2019), whose strengths are for 224 pixels: these are for faces of 48.
"""

import io
from collections.abc import Callable

import numpy as np
import pandas as pd
from PIL import Image
from scipy import ndimage

from fer_course.evaluation.intervals import wilson_interval
from fer_course.evaluation.predict import predict
from fer_course.faces import SIZE
from fer_course.model.inputs import stored_images

STRENGTHS = (1, 2, 3, 4, 5)
"""From hardly seen to hardly recognised."""


def _gaussian_noise(image, level, rng):
    """Of a sensor in little light: every pixel off by a random amount."""
    return image + rng.normal(0, (8, 14, 22, 32, 45)[level], image.shape)


def _shot_noise(image, level, rng):
    """Of few photons: the brighter a pixel, the more it varies."""
    # At mid-grey this is as strong as the Gaussian noise of the same level.
    photons = (508, 166, 67, 32, 16)[level]
    return rng.poisson(image / 255 * photons) / photons * 255


def _impulse_noise(image, level, rng):
    """Single pixels that are black or white."""
    draw = rng.random(image.shape)
    share = (0.02, 0.05, 0.09, 0.14, 0.22)[level]
    return np.where(draw < share / 2, 0, np.where(draw < share, 255, image))


def _blur(image, level, rng):
    """Out of focus."""
    return ndimage.gaussian_filter(image, (0.6, 0.9, 1.2, 1.6, 2.2)[level], mode="nearest")


def _motion_blur(image, level, rng):
    """A camera or a head that moved, along a random direction."""
    length = (3, 5, 7, 9, 13)[level]
    angle = rng.uniform(0, np.pi)
    reach = np.linspace(-(length - 1) / 2, (length - 1) / 2, length)
    moved = [
        ndimage.shift(image, (step * np.sin(angle), step * np.cos(angle)), order=1, mode="nearest")
        for step in reach
    ]
    return np.mean(moved, axis=0)


def _dark(image, level, rng):
    """Little light: all values lower, and what the sensor cannot tell apart is gone."""
    return np.rint(image * (0.6, 0.42, 0.28, 0.18, 0.1)[level])


def _bright(image, level, rng):
    """Too much light: bright parts run into white."""
    return image + (35, 65, 95, 125, 160)[level]


def _low_contrast(image, level, rng):
    """Values pushed together around their mean, and rounded."""
    mean = image.mean()
    return np.rint((image - mean) * (0.6, 0.4, 0.25, 0.14, 0.07)[level] + mean)


def _fog(image, level, rng):
    """A bright veil, thicker in some places than in others."""
    thick = (0.25, 0.4, 0.55, 0.68, 0.8)[level]
    clouds = ndimage.gaussian_filter(rng.random(image.shape), 7, mode="wrap")
    clouds = (clouds - clouds.min()) / max(np.ptp(clouds), 1e-9)
    veil = thick * (0.6 + 0.4 * clouds)
    return (1 - veil) * image + veil * 235


def _pixelate(image, level, rng):
    """A face that was small in its picture, enlarged."""
    small = (32, 24, 18, 14, 10)[level]
    picture = Image.fromarray(_stored(image)).resize((small, small), Image.Resampling.BOX)
    return np.asarray(picture.resize((SIZE, SIZE), Image.Resampling.BILINEAR), np.float64)


def _jpeg(image, level, rng):
    """Stored with strong compression, in blocks of 8 by 8 pixels."""
    buffer = io.BytesIO()
    Image.fromarray(_stored(image)).save(buffer, "jpeg", quality=(40, 22, 13, 8, 4)[level])
    return np.asarray(Image.open(buffer), np.float64)


def _rotate(image, level, rng):
    """A head or a camera that is tilted, to either side."""
    angle = (8, 15, 22, 30, 45)[level] * (1 if rng.random() < 0.5 else -1)
    return ndimage.rotate(image, angle, reshape=False, order=1, mode="nearest")


CORRUPTIONS: dict[str, Callable] = {
    "Gaussian noise": _gaussian_noise,
    "shot noise": _shot_noise,
    "impulse noise": _impulse_noise,
    "blur": _blur,
    "motion blur": _motion_blur,
    "dark": _dark,
    "bright": _bright,
    "low contrast": _low_contrast,
    "fog": _fog,
    "pixelate": _pixelate,
    "JPEG": _jpeg,
    "rotate": _rotate,
}
"""By name: what makes the picture worse. Each takes one image as float64 (48, 48), a level from 0 and a generator."""


def corrupt(images, name: str, strength: int, seed: int = 0) -> np.ndarray:
    """Return images under another condition.

    Parameters
    ----------
    images : Faces, or ndarray of uint8, shape (N, 48, 48) or (48, 48)
    name : str
        One of ``CORRUPTIONS``.
    strength : int
        0 leaves the images as they are; 1 to 5.
    seed : int
        Image ``i`` depends on ``seed`` and ``i`` only, and is the same at any strength but for the strength.

    Returns
    -------
    ndarray of uint8, shape (N, 48, 48)

    Raises
    ------
    ValueError
        If the images, the name or the strength are not as above.
    """
    images = stored_images(images)
    if name not in CORRUPTIONS:
        raise ValueError(f"Expected one of {', '.join(CORRUPTIONS)}, found {name!r}.")
    if strength not in (0, *STRENGTHS):
        raise ValueError(f"Expected a strength from 0 to {STRENGTHS[-1]}, found {strength!r}.")
    if strength == 0:
        return images.copy()
    worse = np.empty_like(images)
    for i, image in enumerate(images):
        rng = np.random.default_rng([seed, i])
        worse[i] = _stored(CORRUPTIONS[name](image.astype(np.float64), strength - 1, rng))
    return worse


def under_corruptions(
    model, faces, truth, *, names=tuple(CORRUPTIONS), strengths=STRENGTHS, seed: int = 0
) -> pd.DataFrame:
    """Return the accuracy of a network under other conditions.

    Parameters
    ----------
    model : nn.Module or OnnxNetwork
    faces : Faces, or ndarray of uint8, shape (N, 48, 48)
    truth : array of int, shape (N,)
    names : sequence of str
        Of ``CORRUPTIONS``.
    strengths : sequence of int
    seed : int
        As for ``corrupt``.

    Returns
    -------
    DataFrame
        Index: (corruption, strength), the first row ("clean", 0). Columns accuracy, low, high (95 %), n.
    """
    truth = np.asarray(truth)
    asked = [("clean", 0), *((name, strength) for name in names for strength in strengths)]
    rows = {}
    for name, strength in asked:
        images = stored_images(faces) if name == "clean" else corrupt(faces, name, strength, seed)
        right = int((predict(model, images).argmax(axis=1) == truth).sum())
        rows[name, strength] = [right / len(truth), *wilson_interval(right, len(truth)), len(truth)]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["accuracy", "low", "high", "n"])
    table.index = pd.MultiIndex.from_tuples(table.index, names=["corruption", "strength"])
    return table


def _stored(image: np.ndarray) -> np.ndarray:
    return np.rint(np.clip(image, 0, 255)).astype(np.uint8)
