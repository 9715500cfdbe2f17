"""Which layout of FER-2013 lies at a path, and reading it once."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

import numpy as np

from fer_course.data import cache as kept
from fer_course.data.containers import DAMAGE, IMAGES, Container, kind_of, of_files, opened
from fer_course.data.pictures import read_pictures
from fer_course.data.tables import Table, find_columns, header_of, read_tables
from fer_course.data.usage import split_word
from fer_course.files import home, root
from fer_course.labels import FOLDER_ALIASES

WHOLE = ("fer2013", "icml_face_data")
"""Names of the challenge's tables that hold everything, best first."""

SKIPPED = ("cache", "node_modules")
"""Folders that are not looked into: data/cache holds what the course wrote."""


@dataclass(frozen=True)
class Layout:
    """What was found: pictures or tables, in a folder or an archive.

    Attributes
    ----------
    path : Path
        Of the folder or archive; of tables that are files, their folder.
    tables : list of str
        Their names in there; none if there are pictures.
    """

    path: Path
    tables: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return str(self.path / self.tables[0]) if len(self.tables) == 1 else str(self.path)

    @contextmanager
    def opened(self):
        """Open the folder or archive as a ``Container``."""
        if self.tables and self.path.is_dir():
            yield of_files(self.path, [self.path / name for name in self.tables])
        else:
            with opened(self.path) as container:
                yield container

    def key(self) -> str:
        """Return what tells a changed source."""
        if self.path.is_dir() and not self.tables:
            with self.opened() as container:
                return kept.fingerprint("pictures", self.path.name, sorted(container.files.items()))
        files = [self.path / name for name in self.tables] if self.path.is_dir() else [self.path]
        return kept.fingerprint(self.tables, [(f.parent.name, kept.file_fingerprint(f)) for f in files])


def resolve(source) -> Path:
    """Return the path that a user means: as it is, below the working folder, or below the repository."""
    if not isinstance(source, str | Path) or not str(source).strip():
        raise ValueError(
            f'Expected a path, "puppets", "kaggle" or "huggingface", found {source!r}; faces that you have already are '
            "made by Faces(images, labels, …)."
        )
    places = dict.fromkeys((Path.cwd(), home(), root()))
    try:
        # Windows copies a path with quotes around it.
        given = Path(str(source).strip('"')).expanduser()
    except RuntimeError:
        given, places = Path(source), {}
    for place in places:
        if (place / given).exists():
            return place / given if place != Path.cwd() else given
    looked = "" if given.is_absolute() or not places else f" (looked in {' and '.join(map(str, places))})"
    raise FileNotFoundError(
        f'There is nothing at {source}{looked}: give a folder, a zip, a CSV or a Parquet file, or "puppets", '
        f'"kaggle" or "huggingface"; data/README.md shows every layout.'
    )


def find_layout(path: Path) -> Layout:
    """Return the layout at a path: of a file, or of a folder and what lies up to two folders down.

    Raises
    ------
    ValueError
        If there is none, several, or something cannot be read.
    """
    if not path.is_dir():
        return of_file(path)
    try:
        found, empty = search(path, depth=2), not any(path.iterdir())
    except OSError as error:
        raise ValueError(f"{error.filename} cannot be read ({error.strerror}): change its rights.") from None
    if empty:
        raise ValueError(f"{path} is an empty folder: put FER-2013 there; data/README.md shows every layout.")
    if found is None:
        raise ValueError(
            f"{path} holds no FER-2013: expected train/ and test/ with a folder named after each expression (numbers "
            "are not: data sets order them differently), an archive of them, "
            f"{' or '.join(f'{name}.csv' for name in WHOLE)}, train.csv, or .parquet files."
        )
    return found


def of_file(path: Path) -> Layout:
    """Return the layout that a single file is."""
    kind = kind_of(path)
    if kind == "pointer":
        raise ValueError(
            f"{path} is a Git LFS pointer and not the file itself: run  git lfs pull  where you cloned it."
        )
    if kind == "page":
        raise ValueError(
            f"{path} is a web page, whatever its name says, perhaps one that asks you to sign in: sign in and download "
            "it again in the browser."
        )
    if kind in ("zip", "tar"):
        found = of_archive(path, alone=True)
        if found is None:
            raise ValueError(f"{path} holds no FER-2013: expected image folders or {WHOLE[0]}.csv inside.")
        return found
    # Whatever calls itself a table is read, so that the message names what is wrong with it.
    if path.suffix.lower() in (".csv", ".parquet") or tables_in(of_files(path.parent, [path])):
        return Layout(path.parent, [path.name])
    raise ValueError(
        f"{path} is in no format that is known: expected a zip, a tar, a Parquet file, or a CSV with the columns "
        "emotion and pixels, whatever its name; if it should be one, download or copy it again."
    )


def search(path: Path, depth: int) -> Layout | None:
    """Return the best layout in a folder, or None; what lies nearer the top goes first."""
    entries = sorted(entry for entry in path.iterdir() if not entry.name.startswith((".", "__MACOSX")))
    folders = [entry for entry in entries if entry.is_dir()]
    files = [entry for entry in entries if entry.is_file() and not entry.name.lower().endswith(IMAGES)]
    splits = [folder for folder in folders if split_word(folder.name)]
    inner = [child for folder in splits for child in sorted(folder.iterdir())]
    if {folder.name.lower() for folder in [*folders, *inner]} & set(FOLDER_ALIASES):
        return Layout(path)
    archives = [file for file in files if kind_of(file) in ("zip", "tar")]
    tables = tables_in(of_files(path, [file for file in files if file not in archives]))
    if tables:
        return Layout(path, tables)
    # Archives of other things may lie beside it.
    packed = [found for found in map(of_archive, archives) if found]
    if len(packed) > 1:
        several = ", ".join(found.path.name for found in packed)
        raise ValueError(f"{path} has several archives ({several}): give the path of the one that is meant.")
    if packed:
        return packed[0]
    shards = tables_in(of_files(path, [child for child in inner if child.is_file()]))
    if shards:
        return Layout(path, shards)
    below = (search(folder, depth - 1) for folder in folders if depth and folder.name not in SKIPPED)
    return next(filter(None, below), None)


def of_archive(path: Path, alone: bool = False) -> Layout | None:
    """Return the layout in a zip or tar, or None. One ``alone`` may have pictures in folders of any name."""
    with opened(path) as container:
        tables = tables_in(container)
        folders = {PurePosixPath(name).parent.name.lower() for name in container.images()}
    if folders & set(FOLDER_ALIASES) or (alone and folders and not tables):
        return Layout(path)
    # Other pictures may lie beside a table.
    return Layout(path, tables) if tables else None


def tables_in(container: Container) -> list[str]:
    """Return the tables that are the data set: the one that holds everything, or those of the splits."""
    tables = [name for name in container.files if is_table(container, name)]
    for whole in WHOLE:
        for name in tables:
            stem = PurePosixPath(name).name.lower()
            if stem.startswith(whole) and not stem.endswith(".parquet") and split_word(stem) is None:
                return [name]
    return tables


def is_table(container: Container, name: str) -> bool:
    """Return whether a file is Parquet, or a CSV whose header has a column of pixels."""
    if name.lower().endswith(IMAGES):
        return False
    try:
        with container.open(name) as file:
            start = file.read(400)
    except DAMAGE:
        # If it is the table, its name says so, and reading it says what is wrong.
        return name.lower().endswith(".csv")
    parquet = start.startswith(b"PAR1") or name.lower().endswith(".parquet")
    return parquet or "image" in find_columns(header_of(start)[0])


def load_columns(layout: Layout, folder: Path | None, progress: bool) -> dict[str, np.ndarray]:
    """Read a layout, or what the cache keeps of it."""
    file = folder / f"faces-{layout.key()}.npz" if folder else None
    columns = kept.load(file) if file else None
    if columns is None:
        columns, notes = read_layout(layout, progress)
        columns["notes"] = np.array(notes, dtype=str)
        if file:
            kept.save(file, columns)
    return columns


def read_layout(layout: Layout, progress: bool) -> tuple[dict[str, np.ndarray], list[str]]:
    """Read pictures or tables, from where they are."""
    with layout.opened() as container:
        if not layout.tables:
            return read_pictures(container, progress)
        tables = [Table(container.name(name), partial(container.open, name)) for name in layout.tables]
        return read_tables(tables, progress)
