"""Which layout of FER-2013 lies at a path, and reading it once."""

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import numpy as np

from fer_course.data import cache as kept
from fer_course.data.containers import IMAGES, Container, kind_of, opened, unpacked
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
    """What was found: pictures in a folder or an archive, or tables in files or in an archive.

    Attributes
    ----------
    kind : {"folder", "zip", "tar", "csv", "parquet"}
    paths : list of Path
        The folder, the archive, or the tables.
    inside : list of str
        The tables in an archive.
    """

    kind: str
    paths: list[Path]
    inside: list[str] = field(default_factory=list)


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


def find_layout(path: Path, depth: int = 2) -> Layout:
    """Return the layout at a path.

    Parameters
    ----------
    path : Path
    depth : int
        How many folders down to look.

    Raises
    ------
    ValueError
        If there is none, or several.
    """
    if not path.is_dir():
        found = of_file(path)
        if found:
            return found
        raise ValueError(
            f"{path} is in no format that is known: expected a folder, a zip or tar of pictures or tables, a CSV with "
            "the columns emotion and pixels, or a Parquet file."
        )
    found = search(path, depth)
    if found:
        return found
    try:
        empty = not any(path.iterdir())
    except OSError as error:
        raise ValueError(f"{path} cannot be read ({error.strerror}): change its rights.") from None
    if empty:
        raise ValueError(f"{path} is an empty folder: put FER-2013 there; data/README.md shows every layout.")
    raise ValueError(
        f"{path} holds no FER-2013: expected train/ and test/ with a folder named after each expression (numbers are "
        "not: data sets order them differently), an archive of them, "
        f"{' or '.join(f'{name}.csv' for name in WHOLE)}, train.csv, or .parquet files."
    )


def search(path: Path, depth: int) -> Layout | None:
    """Return the best layout in a folder, or None; what lies nearer the top goes first."""
    try:
        entries = sorted(entry for entry in path.iterdir() if not entry.name.startswith((".", "__MACOSX")))
        folders = [entry for entry in entries if entry.is_dir()]
        files = [entry for entry in entries if entry.is_file()]
    except OSError as error:
        raise ValueError(f"{error.filename} cannot be read ({error.strerror}): change its rights.") from None
    names = {folder.name.lower() for folder in folders}
    splits = [folder for folder in folders if split_word(folder.name)]
    if names & set(FOLDER_ALIASES):
        return Layout("folder", [path])
    if any(child.name.lower() in FOLDER_ALIASES for folder in splits for child in folder.iterdir()):
        return Layout("folder", [path])
    kinds = {
        file: kind_of(file)
        for file in files
        if file.stat().st_size and not file.name.lower().endswith(IMAGES)
    }
    tables = [file for file, kind in kinds.items() if is_table(file, kind)]
    if tables:
        return Layout(kind_of_tables(tables), best_tables(tables))
    archives = [file for file, kind in kinds.items() if kind in ("zip", "tar")]
    if len(archives) > 1:
        several = ", ".join(file.name for file in archives)
        raise ValueError(
            f"{path} has several zips ({several}): give the path of the one that holds FER-2013."
        )
    if archives:
        return of_archive(archives[0])
    shards = [file for folder in splits for file in sorted(folder.iterdir()) if file.is_file()]
    tables = [file for file in shards if is_table(file, kind_of(file))]
    if tables:
        return Layout(kind_of_tables(tables), tables)
    for folder in folders if depth else []:
        found = None if folder.name in SKIPPED else search(folder, depth - 1)
        if found:
            return found
    return None


def of_file(path: Path) -> Layout | None:
    """Return the layout that a single file is, or None."""
    kind = kind_of(path)
    if kind == "pointer":
        raise ValueError(
            f"{path} is a Git LFS pointer and not the file itself: run  git lfs pull  where you cloned it."
        )
    if kind in ("zip", "tar"):
        return of_archive(path)
    # Whatever calls itself a table is read, so that the message names what is wrong with it.
    named = path.suffix.lower() in (".csv", ".parquet")
    return (
        Layout("parquet" if is_parquet(path, kind) else "csv", [path])
        if named or is_table(path, kind)
        else None
    )


def is_parquet(path: Path, kind: str) -> bool:
    """Return whether a file is Parquet, or at least says so."""
    return kind == "parquet" or path.suffix.lower() == ".parquet"


def is_table(path: Path, kind: str) -> bool:
    """Return whether a file is Parquet, or a CSV (perhaps packed) whose header has a column of pixels."""
    if is_parquet(path, kind):
        return True
    if kind not in ("gzip", "other"):
        return False
    try:
        with unpacked(path) as file:
            return has_pixels(file.read(400))
    except (OSError, EOFError):
        return False


def has_pixels(start: bytes) -> bool:
    """Return whether the first line of a CSV has a column of pixels."""
    return "image" in find_columns(header_of(start)[0])


def kind_of_tables(paths: list[Path]) -> str:
    """Return the layout that some tables are read as: "parquet" if all of them are, else "csv"."""
    return "parquet" if all(path.suffix.lower() == ".parquet" for path in paths) else "csv"


def best_tables(paths: list) -> list:
    """Return which of several tables are the data set: the one that holds everything, or those of the splits."""
    for name in WHOLE:
        whole = [
            path
            for path in paths
            if PurePosixPath(str(path).replace("\\", "/")).name.lower().startswith(name)
        ]
        alone = [path for path in whole if split_word(PurePosixPath(str(path)).stem) is None]
        if alone and not str(alone[0]).lower().endswith(".parquet"):
            return alone[:1]
    return paths


def of_archive(path: Path) -> Layout:
    """Return the layout in a zip or tar."""
    with opened(path) as container:
        tables = [name for name in container.files if is_table_inside(container, name)]
        folders = {PurePosixPath(name).parent.name.lower() for name in container.images()}
    kind = kind_of(path)
    if folders & set(FOLDER_ALIASES) or (folders and not tables):
        return Layout(kind, [path])
    # Other pictures may lie beside a table.
    if tables:
        return Layout(kind, [path], best_tables(tables))
    raise ValueError(f"{path} holds no FER-2013: expected image folders or {WHOLE[0]}.csv inside.")


def is_table_inside(container: Container, name: str) -> bool:
    """Return whether a file in an archive is a table: Parquet by its name, a CSV by its header."""
    if name.lower().endswith(".parquet"):
        return True
    if name.lower().endswith(IMAGES) or PurePosixPath(name).suffix.lower() not in (".csv", ".txt", ""):
        return False
    try:
        with container.open(name) as file:
            return has_pixels(file.read(400))
    except Exception:
        # A damaged member; if it is the table, its name says so, and reading it says what is wrong.
        return name.lower().endswith(".csv")


def load_columns(layout: Layout, folder: Path | None, progress: bool) -> dict[str, np.ndarray]:
    """Read a layout, or what the cache keeps of it."""
    path = layout.paths[0]
    if layout.kind == "folder":
        with opened(path) as container:
            key = kept.fingerprint("folder", path.name, sorted(container.files.items()))
    else:
        files = [(file.parent.name, kept.file_fingerprint(file)) for file in layout.paths]
        key = kept.fingerprint(layout.kind, layout.inside, files)
    file = folder / f"faces-{key}.npz" if folder else None
    columns = kept.load(file) if file else None
    if columns is None:
        columns, notes = read_layout(layout, progress)
        columns["notes"] = np.array(notes, dtype=str)
        if file:
            kept.save(file, columns)
    return columns


def read_layout(layout: Layout, progress: bool) -> tuple[dict[str, np.ndarray], list[str]]:
    """Read pictures or tables, from where they are."""
    if layout.kind in ("csv", "parquet"):
        return read_tables(
            [
                Table(str(path), lambda path=path: unpacked(path), is_parquet(path, kind_of(path)))
                for path in layout.paths
            ],
            progress,
        )
    with opened(layout.paths[0]) as container:
        if not layout.inside:
            return read_pictures(container, progress)
        return read_tables(
            [
                Table(
                    f"{layout.paths[0]}/{name}",
                    lambda name=name: container.open(name),
                    name.endswith(".parquet"),
                )
                for name in layout.inside
            ],
            progress,
        )
