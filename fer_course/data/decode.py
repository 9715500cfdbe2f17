"""Image files decoded, and put in the one order that every layout of FER-2013 shares."""

import io
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from PIL import Image
from tqdm import tqdm

from fer_course.faces import SIZE
from fer_course.labels import EXPRESSIONS, USAGES

SPLIT_NAMES = {
    "train": "Training",
    "training": "Training",
    "test": "PublicTest",
    "publictest": "PublicTest",
    "public_test": "PublicTest",
    "valid": "PublicTest",
    "val": "PublicTest",
    "validation": "PublicTest",
    "privatetest": "PrivateTest",
    "private_test": "PrivateTest",
}
"""What folders and Parquet files call the official splits. Beside a validation split, "test" is PrivateTest."""


def decode(data: bytes, where: str) -> tuple[np.ndarray, bool]:
    """Decode one image file.

    Parameters
    ----------
    data : bytes
        A JPEG, PNG or BMP file.
    where : str
        The file's name, for messages.

    Returns
    -------
    image : ndarray of uint8, shape (48, 48)
    converted : bool
        Whether the file had colours, which are turned into grey levels (ITU-R 601 weights).

    Raises
    ------
    ValueError
        If the file is no image, is cut short, or has another size.
    """
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.size != (SIZE, SIZE):
                width, height = image.size
                raise ValueError(
                    f"{where} has {width}×{height} pixels, and FER-2013 images have {SIZE}×{SIZE}: "
                    "resize the images, or check that this is the right data set."
                )
            if image.mode.startswith(("I", "F")):
                raise ValueError(
                    f"{where} has more than 8 bits a pixel (mode {image.mode}); save it as 8-bit grayscale."
                )
            return np.asarray(image.convert("L")), image.mode != "L"
    except (OSError, SyntaxError, Image.DecompressionBombError):
        raise ValueError(
            f"{where} is cut short or is no image ({len(data):,} bytes): copy or download it again."
        ) from None


def decode_all(count: int, read, describe, progress: bool, title: str) -> tuple[np.ndarray, int]:
    """Decode ``count`` images; ``read(i)`` gives the bytes of image ``i`` and ``describe(i)`` its name.

    Returns
    -------
    images : ndarray of uint8, shape (count, 48, 48)
    converted : int
        How many had colours.
    """
    images = np.empty((count, SIZE, SIZE), np.uint8)

    def one(i):
        images[i], converted = decode(read(i), describe(i))
        return converted

    # Reading a file and decoding a JPEG both let go of Python's lock, so a few threads keep two cores busy.
    with ThreadPoolExecutor() as pool:
        results = tqdm(
            pool.map(one, range(count)), title, count, unit=" images", disable=not progress, file=sys.stdout
        )
        return images, sum(results)


def colour_notes(converted: int) -> list[str]:
    """Return the sentence that says how many images were turned into grayscale, if any were."""
    if converted == 1:
        return ["1 image had colours and was turned into grayscale."]
    return [f"{converted:,} images had colours and were turned into grayscale."] if converted else []


def official_split(path: str, beside_validation: bool = False) -> tuple[str, bool]:
    """Return the official split of an image, and whether its file name says so.

    Kaggle's export keeps the split in the file name (``PrivateTest_59059.jpg``) and puts both halves of the test
    set in one folder, so the name counts more than the folder.
    """
    *folders, name = path.split("/")
    prefix = name.split("_")[0]
    if prefix in USAGES:
        return prefix, True
    for folder in reversed(folders):
        usage = SPLIT_NAMES.get(folder.lower())
        if usage:
            return ("PrivateTest" if beside_validation and folder.lower() == "test" else usage), False
    return "Training", False


def arrange(
    names: list[str], labels: list[int], usages: list[str]
) -> tuple[dict[str, np.ndarray], list[int]]:
    """Sort by official split, file name and label, and give every image a name of its own.

    Two file names of Kaggle's export are each used by two images, with different labels. Such names get the
    expression in front, and the split as well where that is not enough.

    Returns
    -------
    columns : dict
        ``labels``, ``names`` and ``usage``, sorted.
    order : list of int
        Where each stood before.
    """
    order = sorted(range(len(names)), key=lambda i: (USAGES.index(usages[i]), names[i], labels[i], i))
    unique = names
    longer = [
        lambda i: f"{EXPRESSIONS[labels[i]]}/{names[i]}",
        lambda i: f"{usages[i]}/{EXPRESSIONS[labels[i]]}/{names[i]}",
        lambda i: f"{usages[i]}/{EXPRESSIONS[labels[i]]}/{i:05d} {names[i]}",
    ]
    for rename in longer:
        uses = Counter(unique)
        unique = [rename(i) if uses[name] > 1 else name for i, name in enumerate(unique)]
    columns = {"labels": np.array(labels, np.int64), "names": np.array(unique), "usage": np.array(usages)}
    return {name: values[order] for name, values in columns.items()}, order
