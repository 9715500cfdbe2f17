"""Which layout of FER-2013 lies at a path, and reading it once."""

from pathlib import Path, PurePosixPath

import numpy as np

from fer_course.data import cache as kept
from fer_course.data.decode import SPLIT_NAMES
from fer_course.data.folders import list_images, list_zip_images, open_zip, read_folder, read_zip
from fer_course.data.tables import read_csv, read_parquet
from fer_course.files import home, root
from fer_course.labels import FOLDER_ALIASES

CSV_NAMES = ("fer2013.csv", "icml_face_data.csv", "train.csv")
"""The challenge's tables with labels, best first."""


def resolve(source) -> Path:
    """Return the path that a user means: as it is, below the working folder, or below the repository."""
    given = Path(source).expanduser()
    places = dict.fromkeys((Path.cwd(), home(), root()))
    for place in places:
        if (place / given).exists():
            return place / given if place != Path.cwd() else given
    places = " and ".join(map(str, places))
    looked = "" if given.is_absolute() else f" (looked in {places})"
    raise FileNotFoundError(
        f'There is nothing at {source}{looked}: give a folder, a zip, a CSV or a Parquet file, or "puppets", '
        f'"kaggle" or "huggingface"; data/README.md shows every layout.'
    )


def find_layout(path: Path, depth: int = 2) -> tuple[str, Path | list[Path]]:
    """Return what lies at a path: ("folder" | "zip" | "csv" | "csv in zip", Path) or ("parquet", list of Path)."""
    path = Path(path)
    if path.is_dir():
        found = search_folder(path, depth)
        if found:
            return found
        if not any(path.iterdir()):
            raise ValueError(
                f"{path} is an empty folder: put FER-2013 there; data/README.md shows every layout."
            )
        if (path / "test.csv").is_file():
            return "csv", path / "test.csv"
        raise ValueError(
            f"{path} holds no FER-2013: expected train/ and test/ with a folder for each expression, a zip of them, "
            f"{', '.join(CSV_NAMES)} or .parquet files."
        )
    suffix = path.suffix.lower()
    if suffix == ".zip":
        return find_in_zip(path)
    if suffix == ".csv":
        return "csv", path
    if suffix == ".parquet":
        return "parquet", [path]
    raise ValueError(
        f"{path} is not in a format that is known: expected a folder, .zip, .csv or .parquet (unpack .tar.gz first)."
    )


def search_folder(path: Path, depth: int) -> tuple[str, Path | list[Path]] | None:
    """Return the best layout in a folder, or None; what lies nearer the top goes first."""
    entries = sorted(entry for entry in path.iterdir() if not entry.name.startswith((".", "__MACOSX")))
    folders = [entry for entry in entries if entry.is_dir()]
    names = {folder.name.lower() for folder in folders}
    if names & set(FOLDER_ALIASES):
        return "folder", path
    if folders and {path.name.lower(), *names} & set(SPLIT_NAMES) and list_images(path):
        return "folder", path
    files = {entry.name.lower(): entry for entry in entries if entry.is_file()}
    for name in CSV_NAMES:
        if name in files:
            return "csv", files[name]
    parquet = [file for name, file in files.items() if name.endswith(".parquet")]
    if parquet:
        return "parquet", parquet
    zips = [file for name, file in files.items() if name.endswith(".zip")]
    if len(zips) == 1:
        return find_in_zip(zips[0])
    if zips:
        names = ", ".join(file.name for file in zips)
        raise ValueError(f"{path} has several zips ({names}): give the path of the one that holds FER-2013.")
    if names & set(SPLIT_NAMES):
        shards = [file for folder in folders for file in sorted(folder.glob("*.parquet"))]
        if shards:
            return "parquet", shards
    for folder in folders if depth else []:
        # data/cache holds what the course wrote, and pictures may lie anywhere below an unrelated folder.
        found = None if folder.name in ("cache", "node_modules") else search_folder(folder, depth - 1)
        if found:
            return found
    return None


def find_in_zip(path: Path) -> tuple[str, Path]:
    """Return whether a zip holds image folders or one of the challenge's tables."""
    with open_zip(path) as archive:
        folders = {PurePosixPath(name).parent.name.lower() for name in list_zip_images(archive)}
        names = {PurePosixPath(name).name.lower() for name in archive.namelist()}
    if folders & set(FOLDER_ALIASES):
        return "zip", path
    if names & {*CSV_NAMES, "test.csv"}:  # other pictures may lie beside a table
        return "csv in zip", path
    if folders:
        return "zip", path
    raise ValueError(f"{path} holds no FER-2013: expected image folders or {', '.join(CSV_NAMES)} inside.")


def load_columns(kind: str, place, folder: Path | None, progress: bool) -> dict[str, np.ndarray]:
    """Read a layout, or what the cache keeps of it."""
    listing = list_images(place) if kind == "folder" else None
    if listing is not None:
        key = kept.fingerprint(kind, place.name, listing)
    else:
        files = place if isinstance(place, list) else [place]
        key = kept.fingerprint(kind, [(file.parent.name, kept.file_fingerprint(file)) for file in files])
    file = folder / f"faces-{key}.npz" if folder else None
    columns = kept.load(file) if file else None
    if columns is None:
        if kind == "folder":
            columns, notes = read_folder(place, progress, listing)
        elif kind == "zip":
            columns, notes = read_zip(place, progress)
        elif kind == "parquet":
            columns, notes = read_parquet(place, progress)
        elif kind == "csv":
            with place.open("rb") as opened:
                columns, notes = read_csv(opened, str(place), progress)
        else:
            columns, notes = read_zipped_csv(place, progress)
        columns["notes"] = np.array(notes, dtype=str)
        if file:
            kept.save(file, columns)
    return columns


def read_zipped_csv(path: Path, progress: bool) -> tuple[dict[str, np.ndarray], list[str]]:
    """Read the best of the challenge's tables inside a zip, in place."""
    with open_zip(path) as archive:
        inside = {PurePosixPath(name).name.lower(): name for name in archive.namelist()}
        name = next(inside[wanted] for wanted in (*CSV_NAMES, "test.csv") if wanted in inside)
        with archive.open(name) as opened:
            return read_csv(opened, f"{path}/{name}", progress)
