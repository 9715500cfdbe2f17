"""A cache: the faces are kept in one file after the first load, so that the second takes a moment."""

import hashlib
import zipfile
import zlib
from pathlib import Path

import numpy as np

from fer_course.files import atomic_write

VERSION = 4
"""Raise it when a reader changes what it returns: older files are then read again."""

SAMPLE = 1 << 16
"""Bytes read from the start, the middle and the end of a single large file to recognise it."""


def fingerprint(*parts) -> str:
    """Return 16 hexadecimal digits for anything that has a ``repr`` (texts, numbers, tuples and lists of these)."""
    return hashlib.sha256(repr((VERSION, *parts)).encode()).hexdigest()[:16]


def file_fingerprint(path) -> tuple:
    """Recognise a file by its name, size, time of change (ns) and samples of its bytes, without reading all of it."""
    path = Path(path)
    status = path.stat()
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for start in (0, status.st_size // 2, max(0, status.st_size - SAMPLE)):
            file.seek(start)
            digest.update(file.read(SAMPLE))
    return path.name, status.st_size, status.st_mtime_ns, digest.hexdigest()


def save(path, columns: dict[str, np.ndarray]) -> bool:
    """Write arrays to one uncompressed ``.npz``, whole or not at all.

    Parameters
    ----------
    path : str or Path
    columns : dict of str to ndarray

    Returns
    -------
    bool
        Whether it was written. On a write error (a full disk, a read-only folder) a message is printed and the old
        file is kept.
    """
    try:
        with atomic_write(path) as file:
            np.savez(file, **columns)
    except OSError as error:
        print(
            f"The faces are loaded, but could not be cached in {Path(path).parent} ({error.strerror or error}): "
            "the next load will take as long as this one."
        )
        return False
    return True


def load(path) -> dict[str, np.ndarray] | None:
    """Return the arrays that ``save`` wrote, or None if there is no file or a broken one (then it prints so)."""
    path = Path(path)
    if not path.is_file():
        return None
    try:
        # np.load leaves a file that it opened itself open when the file is broken.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        print(f"{path} is broken: the faces are loaded again from their source.")
        return None
