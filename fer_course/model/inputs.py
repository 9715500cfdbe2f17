"""What goes into the network: images resized and standardised."""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from fer_course.faces import SIZE, Faces

LARGEST = 1024
"""Pixels: a larger input, of faces of 48, is a slip."""


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
    variance, mean = torch.var_mean(images, dim=(1, 2, 3), keepdim=True, correction=0)
    return (images - mean).div_(variance.sqrt().clamp(min=0.01))


def stored_images(images) -> np.ndarray:
    """Return images as they are stored: uint8 of shape (N, 48, 48).

    Parameters
    ----------
    images : Faces, or ndarray or tensor of uint8 of shape (N, 48, 48) or (48, 48)

    Raises
    ------
    ValueError
        If they are something else.
    """
    if isinstance(images, str | Path):
        raise ValueError(
            f"Expected images, found the path {str(images)!r}; load_faces reads what lies at a path."
        )
    images = images.images if isinstance(images, Faces) else images
    if not isinstance(images, torch.Tensor):
        try:
            images = np.asarray(images)
        except ValueError:
            raise ValueError("Expected images of one shape, found several; resize them to 48×48.") from None
    kind, shape = str(images.dtype).removeprefix("torch."), tuple(images.shape)
    if kind != "uint8" or len(shape) not in (2, 3) or shape[-2:] != (SIZE, SIZE):
        raise ValueError(
            f"Expected images as uint8 of shape (N, {SIZE}, {SIZE}), found {kind} of shape {shape}; "
            "pass faces.images as they are, and a picture of your own in grey and of that size."
        )
    images = images.cpu().numpy() if isinstance(images, torch.Tensor) else images
    return images.reshape(-1, SIZE, SIZE)


def shrunk(images, size: int) -> np.ndarray:
    """Return pictures made smaller, each pixel the mean of those that it covers.

    Parameters
    ----------
    images : sequence of ndarray of uint8, shape (H, W)
    size : int
        Height and width, in pixels.

    Returns
    -------
    ndarray of uint8, shape (N, size, size)
    """
    return np.stack(
        [np.asarray(Image.fromarray(one).resize((size, size), Image.Resampling.BOX)) for one in images]
    )


def prepare(images: np.ndarray, size: int, device="cpu") -> torch.Tensor:
    """Turn stored images into what the network takes, without augmentation.

    Parameters
    ----------
    images : Faces, or ndarray of uint8 of shape (N, 48, 48) or (48, 48)
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
        If the images are not uint8 of one of these shapes, or the size is not from 1 to 1,024.
    """
    images = stored_images(images)
    if isinstance(size, bool) or not isinstance(size, (int, np.integer)) or not 1 <= size <= LARGEST:
        raise ValueError(
            f"Expected the size as a number of pixels, at most {LARGEST:,}, found {size!r}; the model was trained at "
            "run.recipe.image_size."
        )
    # A copy: torch takes no array that is read backwards, and warns of one that cannot be written.
    pixels = torch.from_numpy(np.array(images, order="C")).to(device)[:, None].float() / 255
    return standardise(F.interpolate(pixels, size=(size, size), mode="bilinear", align_corners=False))
