"""Pictures as people have them, from a phone, a scanner or a web page: read upright, in colour, and turned grey."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from fer_course.data.pictures import opened

LARGEST = 50_000_000
"""Pixels that a picture may have. Three bytes each, and some copies: half a gigabyte of memory."""

WHITE = (255, 255, 255)


def read_picture(path: str | Path) -> np.ndarray:
    """Read a picture.

    Parameters
    ----------
    path : str or Path
        Any format that Pillow reads: JPEG, PNG, WebP, TIFF, GIF, BMP, …

    Returns
    -------
    ndarray of uint8, shape (H, W, 3)
        RGB, turned as its EXIF data say. Transparent parts are white, 16 bits a pixel become 8, and of several frames
        or pages it is the first.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no picture, is cut short, has more than 50 million pixels, or more than 16 bits a pixel.
    """
    path = Path(path)
    if path.is_dir():
        raise ValueError(f"Expected a picture, found the folder {path}; name the files in it.")
    if not path.exists():
        raise FileNotFoundError(f"Expected a picture in {path}, found no such file.")
    data = path.read_bytes()
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"mif1", b"hevc"):
        raise ValueError(f"{path} is a HEIC picture, as iPhones save them; save it as JPEG or PNG first.")
    with opened(data, str(path)) as image:
        if image.width * image.height > LARGEST:
            raise ValueError(
                f"Expected at most {LARGEST / 1e6:.0f} megapixels, found {image.width * image.height / 1e6:,.0f} in "
                f"{path}; save it smaller."
            )
        # Before anything else is done to it: other steps lose the EXIF data.
        image = ImageOps.exif_transpose(image)
        return np.asarray(_in_colour(image, path))


def grey(picture: np.ndarray) -> np.ndarray:
    """Return a picture's grey values (ITU-R 601 weights), as FER-2013's pictures are read.

    Parameters
    ----------
    picture : ndarray of uint8, shape (H, W, 3) or (H, W)
        The latter is grey already and returned as it is.

    Returns
    -------
    ndarray of uint8, shape (H, W)

    Raises
    ------
    ValueError
        If it is no such array.
    """
    check_picture(picture)
    return picture if picture.ndim == 2 else np.asarray(Image.fromarray(picture).convert("L"))


def check_picture(picture):
    """Raise ``ValueError`` unless a picture is uint8 of shape (H, W, 3) or (H, W) and not empty."""
    kind, shape = getattr(picture, "dtype", type(picture).__name__), np.shape(picture)
    if kind != np.uint8 or not (len(shape) == 2 or (len(shape) == 3 and shape[2] == 3)) or 0 in shape:
        raise ValueError(
            f"Expected a picture as uint8 of shape (H, W, 3) or (H, W), found {kind} of shape {shape}; "
            "read_picture reads one from a file."
        )


def _in_colour(image: Image.Image, path: Path) -> Image.Image:
    """Return an image of any mode as RGB."""
    if image.mode.startswith("I;16"):
        # Pillow would cut off what is above 255.
        return Image.fromarray((np.asarray(image) // 257).astype(np.uint8)).convert("RGB")
    if image.mode in ("I", "F"):
        raise ValueError(
            f"Expected at most 16 bits a pixel, found 32 in {path}, whose white nobody knows; save it as PNG or JPEG."
        )
    if image.has_transparency_data:
        image = image.convert("RGBA")
        ground = Image.new("RGBA", image.size, WHITE)
        return Image.alpha_composite(ground, image).convert("RGB")
    return image.convert("RGB")
