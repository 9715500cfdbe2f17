"""A whole data set on one device, with batches augmented there."""

from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F

from .faces import Faces


def standardise(images: torch.Tensor) -> torch.Tensor:
    """Shift and scale each image to mean 0 and standard deviation 1.

    A dark photograph and a bright one of the same face come out alike. FER-2013's twelve wholly black images
    have no deviation to divide by; they come out as zeros.

    Parameters
    ----------
    images : tensor of float, shape (B, 1, H, W)
        Values from 0 to 1.

    Returns
    -------
    tensor of float, shape (B, 1, H, W)
    """
    mean = images.mean(dim=(1, 2, 3), keepdim=True)
    deviation = images.std(dim=(1, 2, 3), keepdim=True, correction=0)
    return (images - mean) / deviation.clamp(min=0.01)


def prepare(images: np.ndarray, size: int, device="cpu") -> torch.Tensor:
    """Turn stored images into what the network takes, without augmentation.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, 48, 48) or (48, 48)
    size : int
        Height and width to resize to, in pixels (bilinear).
    device : str or torch.device

    Returns
    -------
    tensor of float32, shape (N, 1, size, size)
        Each image with mean 0 and standard deviation 1.

    Raises
    ------
    ValueError
        If the images are not uint8, or not two- or three-dimensional.
    """
    images = np.asarray(images)
    if images.dtype != np.uint8 or images.ndim not in (2, 3):
        raise ValueError(
            f"Expected images as uint8 of shape (N, 48, 48), found {images.dtype} of shape {images.shape}; "
            "pass faces.images as they are."
        )
    pixels = torch.from_numpy(np.ascontiguousarray(images)).to(device)
    pixels = pixels.reshape(-1, 1, *pixels.shape[-2:]).float() / 255
    return standardise(F.interpolate(pixels, size=(size, size), mode="bilinear", align_corners=False))


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
        Grey values are raised to the power of ``exp(u)``, ``u`` up to this far from 0. A plain sum or product
        would be undone by ``standardise``.
    """

    flip: float = 0.5
    rotation: float = 10.0
    shift: float = 0.08
    zoom: float = 0.1
    shear: float = 5.0
    brightness: float = 0.3

    @classmethod
    def none(cls) -> "Augmentation":
        """Return an augmentation that changes nothing."""
        return cls(flip=0, rotation=0, shift=0, zoom=0, shear=0, brightness=0)

    def but(self, **changes) -> "Augmentation":
        """Return a copy with some numbers changed."""
        return replace(self, **changes)

    def draw(self, n: int, rng: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        """Draw the changes of ``n`` images.

        Returns
        -------
        warps : tensor of float32, shape (n, 2, 3)
            From a place in the new image to the place in the old one, both from -1 to 1
            (what ``torch.nn.functional.affine_grid`` takes). One matrix holds all of flip, rotation, shear, zoom
            and shift, so that an image is resampled once.
        gammas : tensor of float32, shape (n,)
            The powers that grey values are raised to.
        """
        mirror = np.where(rng.random(n) < self.flip, -1.0, 1.0)
        angle = np.radians(rng.uniform(-1, 1, n) * self.rotation)
        slant = np.tan(np.radians(rng.uniform(-1, 1, n) * self.shear))
        scale = 1 / (1 + rng.uniform(-1, 1, n) * self.zoom)
        shift = rng.uniform(-2, 2, (n, 2)) * self.shift
        gammas = np.exp(rng.uniform(-1, 1, n) * self.brightness)

        rotate = np.stack([np.cos(angle), -np.sin(angle), np.sin(angle), np.cos(angle)], -1).reshape(n, 2, 2)
        lean = np.stack([np.ones(n), slant, np.zeros(n), np.ones(n)], -1).reshape(n, 2, 2)
        warps = np.empty((n, 2, 3))
        warps[:, :, :2] = scale[:, None, None] * (rotate @ lean)
        warps[:, 0, :2] *= mirror[:, None]
        warps[:, :, 2] = shift
        return torch.from_numpy(warps).float(), torch.from_numpy(gammas).float()


def augment(images: torch.Tensor, warps: torch.Tensor, gammas: torch.Tensor, size: int) -> torch.Tensor:
    """Warp images straight to the training size, change their brightness and standardise them.

    Parameters
    ----------
    images : tensor of uint8, shape (B, 1, 48, 48)
    warps, gammas : tensors
        From ``Augmentation.draw``.
    size : int
        Height and width of the result, in pixels.

    Returns
    -------
    tensor of float32, shape (B, 1, size, size)
    """
    pixels = images.float() / 255
    grid = F.affine_grid(warps, (len(images), 1, size, size), align_corners=False)
    # Border pixels are repeated: zeros would draw dark wedges whose shape tells the angle.
    pixels = F.grid_sample(pixels, grid, padding_mode="border", align_corners=False)
    return standardise(pixels.clamp(0, 1) ** gammas.view(-1, 1, 1, 1))


class Batches:
    """Faces on a device, handed out in augmented batches.

    FER-2013 is 83 MB as uint8: all of it fits beside the model, and no worker process has to feed it.

    Parameters
    ----------
    faces : Faces
    size : int
        Height and width of a training image, in pixels.
    batch_size : int
        Images in a batch, over all processes together.
    augmentation : Augmentation, optional
        Nothing is changed without one.
    seed : int
        With the epoch's number it decides order and changes; the same on any machine.
    device : str or torch.device
    process, processes : int
        Which share of every batch this process takes.

    Raises
    ------
    ValueError
        If there are fewer faces than one batch holds, or a batch cannot be shared evenly.
    """

    def __init__(
        self,
        faces: Faces,
        size: int,
        batch_size: int,
        augmentation: Augmentation | None = None,
        seed: int = 0,
        device="cpu",
        process: int = 0,
        processes: int = 1,
    ):
        if len(faces) < batch_size:
            raise ValueError(
                f"Expected at least one batch of {batch_size} faces, found {len(faces)}; lower batch_size."
            )
        if batch_size % processes:
            raise ValueError(
                f"Expected a batch size that {processes} processes can share, found {batch_size}."
            )
        self.images = torch.from_numpy(np.ascontiguousarray(faces.images)).unsqueeze(1).to(device)
        self.labels = torch.from_numpy(faces.labels).to(device)
        self.size, self.batch_size, self.seed, self.device = size, batch_size, seed, device
        self.augmentation = augmentation or Augmentation.none()
        self.process, self.processes = process, processes

    def __len__(self) -> int:
        """Return the number of whole batches in an epoch; the few faces left over come in another epoch's order."""
        return len(self.images) // self.batch_size

    def epoch(self, number: int):
        """Yield the batches of one epoch.

        Parameters
        ----------
        number : int
            Each epoch has an order and changes of its own.

        Yields
        ------
        inputs : tensor of float32, shape (B, 1, size, size)
        labels : tensor of int64, shape (B,)
        """
        rng = np.random.default_rng([self.seed, number])
        order = torch.from_numpy(rng.permutation(len(self.images))).to(self.device)
        warps, gammas = (t.to(self.device) for t in self.augmentation.draw(len(self.images), rng))
        for start in range(0, len(self) * self.batch_size, self.batch_size):
            places = slice(start + self.process, start + self.batch_size, self.processes)
            chosen = order[places]
            yield augment(self.images[chosen], warps[places], gammas[places], self.size), self.labels[chosen]
