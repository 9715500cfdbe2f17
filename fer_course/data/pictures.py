"""FER-2013 as image files in folders named after the expressions; decoding them, and the one order of all layouts."""

import io
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps
from tqdm import tqdm

from fer_course.data.containers import LFS, Container
from fer_course.data.usage import assumptions, official, split_of_path, split_word
from fer_course.faces import SIZE
from fer_course.labels import EXPRESSIONS, FOLDER_ALIASES, USAGES


def read_pictures(container: Container, progress: bool = True) -> tuple[dict[str, np.ndarray], list[str]]:
    """Read Kaggle's folders, ``train|test/<expression>/*.jpg``, from a folder or an archive.

    Parameters
    ----------
    container : Container
        With the folders for the splits in it, one of these, or the class folders.
    progress : bool
        Show a progress bar.

    Returns
    -------
    columns : dict
        ``images``, ``labels``, ``names`` and ``usage``, sorted by official split and then by file name.
    notes : list of str
        What was assumed or converted, in sentences.

    Raises
    ------
    ValueError
        If there are no images, one stands in a folder that is no expression, or one cannot be read.
    """
    paths = [path for path in container.images() if "/" in path]
    top = Path(container.where).name
    if not paths:
        raise ValueError(
            f"{top}/ holds no images: expected folders such as train/happy/ with .jpg files in them."
        )
    labels, words, sources = [], [], []
    for path in paths:
        folder = path.split("/")[-2]
        if folder.lower() not in FOLDER_ALIASES:
            raise ValueError(
                f"{top} has {path}, and {folder!r} is no class folder: expected {', '.join(EXPRESSIONS)}."
            )
        labels.append(FOLDER_ALIASES[folder.lower()])
        # The folder's own name says which split it is when train/ alone is given.
        word, source = split_of_path(f"{top}/{path}" if split_word(top) else path)
        words.append(word)
        sources.append(source)
    usages = official(words)
    notes = assumptions(
        sources,
        usages,
        "files have no Training_, PublicTest_ or PrivateTest_ in front of their names",
    )
    others = {path for path in container.files if "/" in path} - set(paths)
    skipped = Counter(Path(path).suffix or path for path in sorted(others))
    if skipped:
        endings = ", ".join(f"{n:,} {ending}" for ending, n in skipped.most_common(3))
        notes.append(f"Files that are no images are left out: {endings}.")
    columns, order = arrange([path.split("/")[-1] for path in paths], labels, usages)
    paths = [paths[i] for i in order]
    columns["images"], converted = decode_all(
        len(paths),
        lambda i: container.read(paths[i]),
        lambda i: container.name(paths[i]),
        progress,
        f"Reading {top}",
    )
    return columns, notes + colour_notes(converted)


def decode(data: bytes, where: str) -> tuple[np.ndarray, bool]:
    """Decode one image file.

    Parameters
    ----------
    data : bytes
        A JPEG, PNG, BMP, WebP or TIFF file.
    where : str
        The file's name, for messages.

    Returns
    -------
    image : ndarray of uint8, shape (48, 48)
    converted : bool
        Whether the file had colours, which are turned into grey values (ITU-R 601 weights).

    Raises
    ------
    ValueError
        If the file is no image, is cut short, is transparent in places, or has another size.
    """
    with opened(data, where) as image:
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
        if image.has_transparency_data and image.convert("RGBA").getextrema()[3][0] < 255:
            raise ValueError(f"{where} is transparent in places; save it on a background of your choice.")
        # A camera may store a face lying on its side and note how to turn it.
        ImageOps.exif_transpose(image, in_place=True)
        return np.asarray(image.convert("L")), image.mode != "L"


@contextmanager
def opened(data: bytes, where: str):
    """Open an image file; what cannot be decoded in the block is said in one sentence.

    Parameters
    ----------
    data : bytes
    where : str
        The file's name, for messages.

    Yields
    ------
    PIL.Image.Image

    Raises
    ------
    ValueError
        If the file is no image, is cut short, or has more pixels than Pillow takes for harmless.
    """
    if data.startswith(LFS):
        raise ValueError(
            f"{where} is a Git LFS pointer and not the picture itself: run  git lfs pull  where you cloned it."
        )
    broken = f"{where} is cut short or is no image ({len(data):,} bytes): copy or download it again."
    try:
        image = Image.open(io.BytesIO(data))
    except Image.DecompressionBombError:
        raise ValueError(
            f"{where} claims to have so many pixels that it would fill the memory; save it smaller."
        ) from None
    except (OSError, SyntaxError, ValueError):
        raise ValueError(broken) from None
    try:
        with image:
            yield image
    except (OSError, SyntaxError):
        raise ValueError(broken) from None


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


def arrange(
    names: list[str], labels: list[int], usages: list[str]
) -> tuple[dict[str, np.ndarray], list[int]]:
    """Sort by official split, file name and label, and give every image a name of its own.

    Two file names of Kaggle's export are each used by two images, with different labels. Such names get the
    expression in front, and the split as well if that is not enough.

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
