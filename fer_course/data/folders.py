"""FER-2013 as image files: in folders named after the expressions, on disk or inside a zip."""

import os
import zipfile
from pathlib import Path, PurePosixPath

import numpy as np

from fer_course.data.decode import SPLIT_NAMES, arrange, colour_notes, decode_all, official_split
from fer_course.faces import SIZE
from fer_course.labels import EXPRESSIONS, FOLDER_ALIASES

IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp")

LARGEST_FILE = 4 * 1024 * 1024
"""Bytes. A 48×48 image has under 10 kB; a file inside a zip that claims more than this is not one."""


def list_images(root) -> list[tuple[str, int, int]]:
    """List the image files below a folder, sorted: relative path with forward slashes, bytes, time of change (ns)."""
    root = Path(root)
    found = []
    for folder, subfolders, names in os.walk(root):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith((".", "__MACOSX")))
        above = Path(folder).relative_to(root).as_posix()
        for name in names:
            if name.lower().endswith(IMAGE_SUFFIXES) and not name.startswith("."):
                status = os.stat(os.path.join(folder, name))
                found.append(
                    (name if above == "." else f"{above}/{name}", status.st_size, status.st_mtime_ns)
                )
    return sorted(found)


def list_zip_images(archive: zipfile.ZipFile) -> list[str]:
    """List the image files inside a zip, sorted."""
    found = []
    for info in archive.infolist():
        path = PurePosixPath(info.filename)
        hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
        if path.suffix.lower() in IMAGE_SUFFIXES and not hidden and not info.is_dir():
            found.append(info.filename)
    return sorted(found)


def plan(paths: list[str], where: str) -> tuple[dict[str, np.ndarray], list[str], list[str]]:
    """Work out labels, splits and order from the paths of image files alone.

    Parameters
    ----------
    paths : list of str
        With forward slashes, the last folder named after an expression.
    where : str
        The folder or zip, for messages.

    Returns
    -------
    columns : dict
        ``labels``, ``names`` and ``usage``, sorted by split and then by name.
    paths : list of str
        In the same order.
    notes : list of str
        What was assumed, in sentences.

    Raises
    ------
    ValueError
        If there are no images, or one stands in a folder that is no expression.
    """
    paths = [path for path in paths if "/" in path]
    if not paths:
        raise ValueError(
            f"{where} holds no images: expected folders such as train/happy/ with .jpg files in them."
        )
    labels, usages, unnamed = [], [], 0
    words = {folder.lower() for path in paths for folder in path.split("/")[:-1]}
    beside_validation = not words.isdisjoint({"valid", "val", "validation", "publictest", "public_test"})
    for path in paths:
        folder = path.split("/")[-2]
        if folder.lower() not in FOLDER_ALIASES:
            raise ValueError(
                f"{where} has {path}, and {folder!r} is no class folder: expected {', '.join(EXPRESSIONS)}."
            )
        usage, named = official_split(path, beside_validation)
        labels.append(FOLDER_ALIASES[folder.lower()])
        usages.append(usage)
        unnamed += not named
    columns, order = arrange([path.split("/")[-1] for path in paths], labels, usages)
    notes = []
    if unnamed:
        test = "test/ as PrivateTest" if beside_validation else "test/ as PublicTest"
        notes.append(
            f"{unnamed:,} files have no Training_, PublicTest_ or PrivateTest_ in front of their names: "
            f"those under train/ are taken as Training, those under {test}."
        )
    return columns, [paths[i] for i in order], notes


def read_folder(root, progress: bool = True, listing=None) -> tuple[dict[str, np.ndarray], list[str]]:
    """Read Kaggle's folders, ``train|test/<expression>/*.jpg``.

    Parameters
    ----------
    root : str or Path
        The folder above ``train`` and ``test``, one of these, or one with the class folders in it.
    progress : bool
        Show a progress bar.
    listing : list, optional
        What ``list_images(root)`` gave, if it is known already.

    Returns
    -------
    columns : dict
        ``images``, ``labels``, ``names`` and ``usage``, sorted by official split and then by file name.
    notes : list of str
        What was assumed or converted, in sentences.

    Raises
    ------
    ValueError
        If there are no images, one stands in an unknown folder, or one cannot be read.
    """
    root = Path(root)
    paths = [path for path, *_ in (list_images(root) if listing is None else listing)]
    if root.name.lower() in SPLIT_NAMES:
        # The folder's own name says which split it is when train/ alone is given.
        paths = [f"{root.name}/{path}" for path in paths]
        base = root.parent
    else:
        base = root
    columns, paths, notes = plan(paths, f"{root.name}/")

    def read(i):
        try:
            return (base / paths[i]).read_bytes()
        except OSError as error:
            raise ValueError(f"{base / paths[i]} cannot be read: {error.strerror}.") from None

    columns["images"], converted = decode_all(
        len(paths), read, lambda i: str(base / paths[i]), progress, f"Reading {root.name}/"
    )
    return columns, notes + colour_notes(converted)


def open_zip(path) -> zipfile.ZipFile:
    """Open a zip for reading in place. Nothing is ever extracted.

    Raises
    ------
    ValueError
        If the zip is damaged or encrypted, or has a name in it that points outside.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, EOFError):
        raise ValueError(f"{path} is damaged or is no zip: download or copy it again.") from None
    for info in archive.infolist():
        name = info.filename.replace("\\", "/")
        problem = None
        if name.startswith("/") or ".." in name.split("/") or name[1:2] == ":":
            problem = f"{path} has a file named {info.filename!r}, which points outside the archive"
        elif info.flag_bits & 1:
            problem = f"{path} is protected by a password"
        if problem:
            archive.close()
            raise ValueError(f"{problem}: it is not read; get the data set from its original place.")
    return archive


def read_zip_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return the bytes of one image inside a zip.

    Raises
    ------
    ValueError
        If it is damaged or far too large to be an image.
    """
    where = f"{archive.filename}, {name},"
    if archive.getinfo(name).file_size > LARGEST_FILE:
        raise ValueError(f"{where} is too large to be a {SIZE}×{SIZE} image.")
    try:
        return archive.read(name)
    except (
        Exception
    ):  # zipfile raises BadZipFile, zlib.error, NotImplementedError and more for one damaged member
        raise ValueError(f"{where} is damaged: download or copy the zip again.") from None


def read_zip(path, progress: bool = True) -> tuple[dict[str, np.ndarray], list[str]]:
    """Read Kaggle's folders from inside a zip; as ``read_folder``."""
    path = Path(path)
    with open_zip(path) as archive:
        columns, paths, notes = plan(list_zip_images(archive), path.name)
        columns["images"], converted = decode_all(
            len(paths),
            lambda i: read_zip_member(archive, paths[i]),
            lambda i: f"{path}, {paths[i]},",
            progress,
            f"Reading {path.name}",
        )
    return columns, notes + colour_notes(converted)
