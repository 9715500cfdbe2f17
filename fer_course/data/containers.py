"""The files in a folder, a zip or a tar, read where they are. Nothing is ever extracted."""

import gzip
import io
import os
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

LARGEST_IMAGE = 4 * 2**20
"""Bytes. A 48×48 image has under 10 kB; a file in an archive that claims more than this is not one."""

IMAGES = (".jpg", ".jpeg", ".jfif", ".png", ".bmp", ".webp", ".tif", ".tiff", ".gif", ".pgm")
"""Endings of image files."""

LARGEST_TAR = 2**30
"""Bytes of pictures that a tar may hold, since they are all read at once; FER-2013 as JPEG has 60 MB, as PNG 80 MB."""

LFS = b"version https://git-lfs"

DAMAGE = (OSError, EOFError, zipfile.BadZipFile, zlib.error, tarfile.TarError, NotImplementedError)
"""What reading a damaged file raises."""


@dataclass(frozen=True)
class Container:
    """Files by their path inside, with forward slashes.

    Attributes
    ----------
    where : str
        Of the folder or archive, for messages.
    files : dict of str to tuple
        What tells a changed file: its size in bytes and, in a folder, the time of its change (ns).
    open : callable (path) to binary file object
    separator : str
        Between ``where`` and a path, in messages.
    """

    where: str
    files: dict[str, tuple]
    open: Callable[[str], io.BufferedIOBase]
    separator: str = ", "

    def read(self, path: str) -> bytes:
        """Return the bytes of an image.

        Raises
        ------
        ValueError
            If it is damaged, cannot be read, or is far too large to be an image.
        """
        if self.files[path][0] > LARGEST_IMAGE:
            raise ValueError(f"{self.name(path)} is too large to be a 48×48 image.")
        try:
            with self.open(path) as file:
                return file.read(LARGEST_IMAGE)
        except DAMAGE as error:
            reason = getattr(error, "strerror", None) or "it is damaged"
            raise ValueError(
                f"{self.name(path)} cannot be read ({reason}): download or copy it again."
            ) from None

    def name(self, path: str) -> str:
        """Return how messages name a file."""
        return f"{self.where}{self.separator}{path}"

    def images(self) -> list[str]:
        """Return the paths of image files, sorted."""
        return sorted(path for path in self.files if path.lower().endswith(IMAGES))


def kind_of(path: Path) -> str:
    """Return what a file is by its content: "zip", "tar", "gzip", "parquet", "pointer", "page" or "other".

    A pointer is what Git LFS leaves in the place of a file, a page is HTML.

    Raises
    ------
    ValueError
        If it cannot be read.
    """
    try:
        with path.open("rb") as file:
            start = file.read(512)
        if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            return "zip"
        if start.startswith(b"PAR1"):
            return "parquet"
        if start.startswith(LFS):
            return "pointer"
        if start.lstrip().lower().startswith((b"<!doctype html", b"<html")):
            return "page"
        # A tar may be packed in several ways; an empty file would pass for one.
        if start and tarfile.is_tarfile(path):
            return "tar"
    except OSError as error:
        raise ValueError(
            f"{path} cannot be read ({error.strerror}): change its rights, or leave it out."
        ) from None
    return "gzip" if start.startswith(b"\x1f\x8b") else "other"


@contextmanager
def opened(path: Path):
    """Open a folder, a zip or a tar as a ``Container``.

    Raises
    ------
    ValueError
        If it is none of these, damaged, encrypted or cannot be read, or has a name in it that points outside.
    """
    with ExitStack() as stack:
        if path.is_dir():
            yield of_folder(path)
        elif kind_of(path) == "tar":
            yield of_tar(path, stack)
        else:
            yield of_zip(path, stack)


def hidden(path: str) -> bool:
    """Return whether a path is one of those that systems and notebooks leave behind."""
    return any(part.startswith((".", "__MACOSX")) for part in path.split("/"))


def of_folder(root: Path) -> Container:
    """Return the files below a folder. Links are followed, but not in circles."""
    files, seen = {}, set()

    def walk(folder: Path, above: str):
        status = folder.stat()
        if (status.st_dev, status.st_ino) in seen:
            return
        seen.add((status.st_dev, status.st_ino))
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            path = above + entry.name
            if hidden(entry.name):
                continue
            if entry.is_dir():
                walk(Path(entry.path), path + "/")
            elif entry.is_file():
                status = entry.stat()
                files[path] = (status.st_size, status.st_mtime_ns)
            elif entry.is_symlink():
                raise ValueError(f"{entry.path} is a link to nothing: mend it, or leave it out.")

    try:
        walk(root, "")
    except OSError as error:
        raise ValueError(
            f"{error.filename} cannot be read ({error.strerror}): change its rights, or move it elsewhere."
        ) from None
    return Container(str(root), files, lambda path: (root / path).open("rb"), os.sep)


def of_zip(path: Path, stack: ExitStack) -> Container:
    """Return the files in a zip, which ``stack`` closes."""
    try:
        archive = stack.enter_context(zipfile.ZipFile(path))
    except DAMAGE:
        raise ValueError(f"{path} is damaged or is no zip: download or copy it again.") from None
    members = {}
    for info in archive.infolist():
        name = inside(info.filename, path)
        if info.flag_bits & 1:
            raise ValueError(
                f"{path} is protected by a password: it is not read; get the data set from its origin."
            )
        if not info.is_dir() and not name.endswith("/") and not hidden(name):
            members[name] = info
    files = {name: (info.file_size,) for name, info in members.items()}
    return Container(str(path), files, lambda name: archive.open(members[name]))


def of_tar(path: Path, stack: ExitStack) -> Container:
    """Return the files in a tar, packed or not, which ``stack`` closes. Links in it are left out."""
    members, pictures, held = {}, {}, 0
    try:
        archive = stack.enter_context(tarfile.open(path))  # noqa: SIM115 (the stack closes it)
        for member in archive:
            name = inside(member.name, path)
            if not member.isfile() or hidden(name):
                continue
            members[name] = member
            # A packed tar can be read from its start only: pictures are taken as they come, once.
            if name.lower().endswith(IMAGES) and member.size <= LARGEST_IMAGE:
                pictures[name] = archive.extractfile(member).read()
                held += member.size
                if held > LARGEST_TAR:
                    raise ValueError(
                        f"{path} holds more than {LARGEST_TAR >> 20:,} MiB of pictures: it is not FER-2013."
                    )
    except DAMAGE:
        raise ValueError(f"{path} is damaged: download or copy it again.") from None

    def open_member(name: str):
        return io.BytesIO(pictures[name]) if name in pictures else archive.extractfile(members[name])

    return Container(str(path), {name: (member.size,) for name, member in members.items()}, open_member)


def inside(name: str, path: Path) -> str:
    """Return a member's name with forward slashes.

    Raises
    ------
    ValueError
        If it points outside the archive.
    """
    plain = name.replace("\\", "/").removeprefix("./")
    if plain.startswith("/") or ".." in plain.split("/") or plain[1:2] == ":":
        raise ValueError(
            f"{path} has a file named {name!r}, which points outside the archive: it is not read; get the data set "
            "from its origin."
        )
    return plain


def of_files(folder: Path, paths: list[Path]) -> Container:
    """Return some files of a folder; one that is packed with gzip is unpacked when it is read."""
    found = {}
    for path in paths:
        status = path.stat()
        found[path.relative_to(folder).as_posix()] = (status.st_size, status.st_mtime_ns)

    def unpacked(name: str):
        path = folder / name
        return gzip.open(path) if kind_of(path) == "gzip" else path.open("rb")

    return Container(str(folder), found, unpacked, os.sep)
