"""Where the course keeps its files, and how it writes them without ever leaving a broken one."""

import os
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path


def home() -> Path:
    """Return the folder that the course writes ``data/cache/`` and ``runs/`` into.

    Returns
    -------
    Path
        The environment variable ``FER_HOME``; if it is not set, as ``root``.
    """
    given = os.environ.get("FER_HOME")
    return Path(given).expanduser().resolve() if given else root()


def root() -> Path:
    """Return the folder of the course.

    Returns
    -------
    Path
        The repository, if the package is installed from one (``pip install -e``); otherwise the working
        folder, so that a package installed on Colab never writes into ``site-packages``.
    """
    repository = Path(__file__).resolve().parent.parent
    return repository if (repository / "pyproject.toml").is_file() else Path.cwd()


@contextmanager
def atomic_write(path, mode: str = "wb"):
    """Open a temporary file beside ``path`` and move it into place when the block ends without an error.

    Parameters
    ----------
    path : str or Path
        The file to write. Its folder is created.
    mode : {"wb", "w"}
        As for ``open``; text is written as UTF-8.

    Yields
    ------
    file object

    Notes
    -----
    ``os.replace`` is atomic on one file system, so a reader sees the old file or the new one, never half of one;
    after an error (a full disk, an interrupt) the old file is untouched.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-", suffix=".part")
    try:
        with os.fdopen(handle, mode, encoding=None if "b" in mode else "utf-8") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        # NTFS, CIFS and vfat keep no such rights, and some refuse to be asked.
        with suppress(OSError):
            os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
