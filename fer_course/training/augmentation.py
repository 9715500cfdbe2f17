"""Random changes that leave an image's label true, drawn for a whole epoch and made in one warp."""

import math
from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F

from fer_course.labels import EXPRESSIONS
from fer_course.model.inputs import standardise
from fer_course.training.options import check_kinds

CHUNK = 16
"""Images that a CPU augments at a time."""


@dataclass(frozen=True)
class Augmentation:
    """How far an image may be changed at random; 0 switches a change off.

    Attributes
    ----------
    flip : float
        Probability of a mirror image.
    rotation, shear : float
        Largest angle to either side, in degrees.
    shift : float
        Largest distance in each direction, as a share of the image's width.
    zoom : float
        Largest enlargement or reduction, as a share: 0.1 draws a factor from 0.9 to 1.1.
    brightness : float
        Grey values from 0 to 1 are raised to the power of ``exp(u)``, ``u`` up to this far from 0. (Adding to them or
        multiplying them would do nothing: ``standardise`` undoes it.)
    erasing : float
        Probability that a rectangle of 2 to 20 % of the image becomes its mean (Zhong et al., *Random Erasing*, 2020).
    mixup : float
        Parameter of the Beta distribution that says how much of another image of the batch, and of its label, is
        blended in (Zhang et al., *mixup*, 2018).
    """

    flip: float = 0.5
    rotation: float = 10.0
    shift: float = 0.08
    zoom: float = 0.1
    shear: float = 5.0
    brightness: float = 0.3
    erasing: float = 0.0
    mixup: float = 0.0

    def __post_init__(self):
        check_kinds(self)
        for name in ("flip", "erasing"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"Expected {name} from 0 to 1, a probability, found {getattr(self, name)}.")
        for name, value in vars(self).items():
            # Asked in this way, NaN is refused as well.
            if not 0 <= value < math.inf:
                raise ValueError(f"Expected {name} of 0 or more, and finite, found {value}.")
        if self.zoom >= 1:
            raise ValueError(
                f"Expected zoom below 1, found {self.zoom}; at 1 a face would shrink to nothing."
            )

    @property
    def mixes(self) -> bool:
        """Whether images of a batch are mixed, so that labels become shares."""
        return self.mixup > 0

    @classmethod
    def none(cls) -> "Augmentation":
        """Return an augmentation that changes nothing."""
        return cls(flip=0, rotation=0, shift=0, zoom=0, shear=0, brightness=0)  # the rest is off anyway

    def but(self, **changes) -> "Augmentation":
        """Return a copy with some numbers changed."""
        return replace(self, **changes)

    def draw(self, n: int, rng: np.random.Generator) -> "Changes":
        """Draw the changes of ``n`` images."""
        mirror = np.where(rng.random(n) < self.flip, -1.0, 1.0)
        angle = np.radians(rng.uniform(-1, 1, n) * self.rotation)
        slant = np.tan(np.radians(rng.uniform(-1, 1, n) * self.shear))
        scale = 1 / (1 + rng.uniform(-1, 1, n) * self.zoom)
        shift = rng.uniform(-2, 2, (n, 2)) * self.shift
        brightness = np.exp(rng.uniform(-1, 1, n) * self.brightness)
        rotate = np.stack([np.cos(angle), -np.sin(angle), np.sin(angle), np.cos(angle)], -1).reshape(n, 2, 2)
        lean = np.stack([np.ones(n), slant, np.zeros(n), np.ones(n)], -1).reshape(n, 2, 2)
        warps = np.empty((n, 2, 3))
        warps[:, :, :2] = scale[:, None, None] * (rotate @ lean)
        warps[:, 0, :2] *= mirror[:, None]
        warps[:, :, 2] = shift
        drawn = {"warps": warps, "brightness": brightness}
        if self.erasing:
            shares = np.where(rng.random(n) < self.erasing, rng.uniform(0.02, 0.2, n), 0)
            drawn["erased"] = _boxes(shares, rng)
        if self.mixes:
            # One draw is thrown away: an option that is gone used it, and the blends shall stay those that the shipped
            # weights were trained with.
            rng.random(n)
            drawn["blends"] = rng.beta(self.mixup, self.mixup, n)
        return Changes(**{name: torch.from_numpy(values).float() for name, values in drawn.items()})


def _boxes(shares: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw rectangles that cover the given shares of an image: left, top, right, bottom, from -1 to 1."""
    n = len(shares)
    aspect = np.exp(rng.uniform(-0.7, 0.7, n))
    sides = np.stack([np.sqrt(shares * aspect), np.sqrt(shares / aspect)], -1).clip(max=1)
    corner = rng.random((n, 2)) * (1 - sides)
    return 2 * np.concatenate([corner, corner + sides], 1) - 1


@dataclass(frozen=True)
class Changes:
    """What is changed in each of ``n`` images; drawn before an epoch begins, so that no step waits for chance.

    Attributes
    ----------
    warps : tensor of float32, shape (n, 2, 3)
        From a place in the new image to the place in the old one, both from -1 to 1 (what
        ``torch.nn.functional.affine_grid`` takes). One matrix holds all of flip, rotation, shear, zoom and shift, so
        that an image is resampled once.
    brightness : tensor of float32, shape (n,)
        Powers; 1 changes nothing.
    erased : tensor of float32, shape (n, 4)
        Rectangles: left, top, right, bottom, from -1 to 1; empty where left equals right.
    blends : tensor of float32, shape (n,)
        The share of another image, from 0 to 1.

    All but the first two are None where the augmentation has them off.
    """

    warps: torch.Tensor
    brightness: torch.Tensor
    erased: torch.Tensor | None = None
    blends: torch.Tensor | None = None

    def __getitem__(self, places) -> "Changes":
        """Return the changes of some of the images."""
        return Changes(**{name: values[places] for name, values in vars(self).items() if values is not None})

    def to(self, device) -> "Changes":
        """Return the same on another device."""
        return Changes(
            **{name: values.to(device) for name, values in vars(self).items() if values is not None}
        )


def augment(images: torch.Tensor, changes: Changes, size: int) -> torch.Tensor:
    """Bend grey values, warp images straight to the training size, standardise them, and erase.

    Parameters
    ----------
    images : tensor of uint8, shape (B, 1, 48, 48)
    changes : Changes
        Of these images. Mixing is left to ``mix``.
    size : int
        Height and width of the result, in pixels.

    Returns
    -------
    tensor of float32, shape (B, 1, size, size)
    """
    if images.device.type == "cpu" and len(images) > CHUNK:
        # A large result is fresh memory, whose every page the system must hand out; a small one is used again.
        result = torch.empty(len(images), 1, size, size, dtype=torch.float32)
        for start in range(0, len(images), CHUNK):
            some = slice(start, start + CHUNK)
            result[some] = augment(images[some], changes[some], size)
        return result
    # Grey values are bent before the warp, while there are few of them.
    pixels = (images.float() / 255).pow_(changes.brightness.view(-1, 1, 1, 1))
    # Border pixels are repeated: zeros would draw dark wedges whose shape tells the angle.
    pixels = F.grid_sample(pixels, _grid(changes.warps, size), padding_mode="border", align_corners=False)
    pixels = standardise(pixels)
    return pixels if changes.erased is None else pixels.masked_fill(_inside(changes.erased, size), 0)


def _grid(warps: torch.Tensor, size: int) -> torch.Tensor:
    """Return for each new pixel its place in the old image: float32 of shape (B, size, size, 2).

    As ``torch.nn.functional.affine_grid`` does, but by adding rows to columns, which is faster than its matrix product.
    """
    middles = _middles(size, warps.device)
    x, y, shift = warps.view(-1, 1, 1, 2, 3).unbind(-1)
    return shift + middles.view(1, 1, size, 1) * x + middles.view(1, size, 1, 1) * y


def _middles(size: int, device) -> torch.Tensor:
    """Return the middles of a row's pixels, from -1 to 1."""
    return (2 * torch.arange(size, device=device, dtype=torch.float32) + 1) / size - 1


def _inside(boxes: torch.Tensor, size: int) -> torch.Tensor:
    """Return which pixels lie in each rectangle: bool of shape (B, 1, size, size)."""
    places = _middles(size, boxes.device)
    left, top, right, bottom = boxes.view(-1, 4, 1, 1, 1).unbind(1)
    across, down = places.view(1, 1, 1, size), places.view(1, 1, size, 1)
    return (across >= left) & (across < right) & (down >= top) & (down < bottom)


def mix(inputs: torch.Tensor, labels: torch.Tensor, changes: Changes) -> tuple[torch.Tensor, torch.Tensor]:
    """Mix each image and its label with the next one in the batch (mixup).

    Parameters
    ----------
    inputs : tensor of float32, shape (B, 1, H, W)
    labels : tensor of int64, shape (B,), or of float32, shape (B, 7)
    changes : Changes
        Of these images.

    Returns
    -------
    inputs : tensor of float32, shape (B, 1, H, W)
    targets : tensor of float32, shape (B, 7)
        Shares of the labels; each row sums to 1.
    """
    targets = labels if labels.dim() == 2 else F.one_hot(labels, len(EXPRESSIONS)).float()
    # The share of the neighbour, of each pixel and of the label alike.
    of_pixels, of_labels = changes.blends.view(-1, 1, 1, 1), changes.blends.view(-1, 1)
    return torch.lerp(inputs, inputs.roll(1, 0), of_pixels), torch.lerp(
        targets, targets.roll(1, 0), of_labels
    )
