"""Where faces come from: drawn puppets, FER-2013 in every layout people have, or a download."""

import os
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
from tqdm import tqdm

from fer_course.data import cache as kept
from fer_course.data.layouts import find_layout, load_columns, resolve
from fer_course.data.votes import ROWS_FILE, find_votes, match_votes
from fer_course.faces import Faces
from fer_course.files import home
from fer_course.labels import EXPRESSIONS, FER2013_COUNTS, USAGES
from fer_course.puppets.draw import draw_puppets

PUPPET_SIZES = {"quick": (5_000, 1_000, 1_000), "full": (28_709, 3_589, 3_589)}
"""Puppets in Training, PublicTest and PrivateTest; "full" has as many as FER-2013."""

DRAWING = tuple(
    Path(__file__).parents[1] / "puppets" / f"{name}.py"
    for name in ("canvas", "draw", "features", "head", "motion", "people", "scene", "studio", "units")
)
"""The code that draws puppets: a cache of puppets is read only if it is the same."""

PUPPET_SEEDS = (0, 1, 2)
"""Seeds of the three splits. The weights that ship with the course were made with others."""

DOWNLOADS = {
    "kaggle": ("Kaggle", "kagglehub", "msambare/fer2013"),
    "huggingface": ("Hugging Face", "huggingface_hub", "AutumnQiu/fer2013"),
}
"""By keyword: the place, the package that fetches from it, and the data set there. Hugging Face's is Parquet with
``image{bytes,path}`` and ``label`` in the official order; splits train, valid and test."""

ALTERNATIVES = (
    'load_faces("path/to/your/copy") takes Kaggle\'s folder or zip, fer2013.csv or Parquet files, '
    'and load_faces("puppets") needs no download'
)


def load_faces(source=None, *, profile="quick", votes=None, cache=None, progress=True) -> Faces:
    """Load faces from anywhere, with the labels in FER-2013's official order.

    Parameters
    ----------
    source : str or Path, optional
        ``"puppets"``, ``"kaggle"``, ``"huggingface"``, or a path to what data/README.md lists: Kaggle's folder
        or an archive of it, ``fer2013.csv``, ``icml_face_data.csv``, ``train.csv``, Parquet files, or a folder with
        one of these in it. A relative path is looked for in the working folder, then in the repository; write
        ``./puppets`` for a folder of that name. None takes the environment variable FER_DATA, else puppets.
    profile : {"quick", "full"}
        How many puppets: 5,000 + 1,000 + 1,000 or as many as FER-2013 has. Photographs are always all loaded.
    votes : str or Path, optional
        The FER+ file ``fer2013new.csv``. None looks for it beside the data.
    cache : str, Path or False, optional
        Folder that keeps the decoded images; None means ``data/cache``, False keeps nothing.
    progress : bool
        Show a progress bar on the first load.

    Returns
    -------
    Faces
        Sorted by official split, then by file name; from a CSV, by row. What had to be assumed is printed.

    Raises
    ------
    FileNotFoundError
        If there is nothing at the path.
    ValueError
        If a file is wrong; the message names it, and the line or row.
    ImportError
        If an optional package is missing.
    ConnectionError
        If a download fails.

    Warns
    -----
    UserWarning
        If the counts differ from the published ones, or FER+ votes lie beside the data but do not fit it.
    """
    if profile not in PUPPET_SIZES:
        raise ValueError(f'Expected the profile "quick" or "full", found {profile!r}.')
    if source is None:
        source = os.environ.get("FER_DATA", "").strip() or "puppets"
    folder = None if cache is False else Path(cache).expanduser() if cache else home() / "data" / "cache"
    word = source.strip().lower() if isinstance(source, str) else None
    if word == "puppets":
        return load_puppets(profile, folder, progress)
    path = download(word) if word in DOWNLOADS else resolve(source)
    layout = find_layout(path)
    columns = load_columns(layout, folder, progress)
    for note in columns.pop("notes").tolist():
        print(note)
    place, _, name = DOWNLOADS.get(word, ("FER-2013", None, layout))
    title = f"{place} {name}"
    check_counts(columns, title)
    matched = load_votes(votes, path, layout.path, columns)
    columns.pop("rows", None)
    return Faces(**columns, source=title, votes=matched)


def check_counts(columns: dict[str, np.ndarray], title: str) -> None:
    """Compare the images of each split and label with the published counts; differences are a warning."""
    n = len(EXPRESSIONS)
    counts = {u: np.bincount(columns["labels"][columns["usage"] == u], minlength=n) for u in USAGES}
    published = {usage: np.array(FER2013_COUNTS[usage]) for usage in USAGES}
    if np.array_equal(counts["PublicTest"], published["PublicTest"] + published["PrivateTest"]):
        return check_labels(title, {"Training": counts["Training"]}, published)
    if not counts["PrivateTest"].any() and counts["Training"].any() and counts["PublicTest"].any():
        print(
            f"This copy has no PrivateTest: the test set is PublicTest alone, {counts['PublicTest'].sum():,} images."
        )
        del counts["PrivateTest"]
    return check_labels(title, counts, published)


def check_labels(title: str, counts: dict, published: dict) -> None:
    """Warn in one sentence about every split whose counts are not the published ones."""
    differences = []
    for usage, found in counts.items():
        expected = published[usage]
        if found.sum() != expected.sum():
            without = [EXPRESSIONS[i] for i in np.flatnonzero(found == 0)] if found.any() else []
            none = f", none of them labelled {' or '.join(without)}" if without else ""
            differences.append(f"{usage} has {found.sum():,} images (published: {expected.sum():,}){none}")
        elif not np.array_equal(found, expected):
            changed = [
                f"{found[i]:,} {EXPRESSIONS[i]} ({expected[i]:,})" for i in np.flatnonzero(found != expected)
            ]
            differences.append(f"{usage} has {', '.join(changed)} (published numbers in brackets)")
    if differences:
        warnings.warn(f"{title} differs from the published FER-2013: {'; '.join(differences)}.", stacklevel=4)


def load_votes(votes, path: Path, place: Path, columns) -> np.ndarray | None:
    """Return FER+ votes: those asked for, which have to fit, or those found beside the data, if they do."""
    if votes is not None:
        return match_votes(resolve(votes), columns)
    found = find_votes(dict.fromkeys([path, place, place.parent, path.parent]))
    if found is None:
        return None
    if "rows" not in columns and not (found.parent / ROWS_FILE).is_file():
        print(
            f"The FER+ votes in {found.name} are left out: they go by the row of fer2013.csv, which file names do "
            f"not tell (a {ROWS_FILE} beside them would)."
        )
        return None
    try:
        return match_votes(found, columns)
    except ValueError as error:
        warnings.warn(f"FER+ votes are left out. {error}", stacklevel=3)
        return None


def load_puppets(profile: str, folder: Path | None, progress: bool) -> Faces:
    """Draw the course's puppets, or take those that the cache keeps.

    Parameters
    ----------
    profile : {"quick", "full"}
    folder : Path or None
        Where the cache is.
    progress : bool

    Returns
    -------
    Faces
        With clean labels, action units and part masks.
    """
    # The drawing code is part of the key: puppets drawn by another version are other puppets.
    code = [kept.file_fingerprint(file)[-1] for file in DRAWING]
    sizes = PUPPET_SIZES[profile]
    key = kept.fingerprint("puppets", sizes, PUPPET_SEEDS, code)
    file = folder / f"puppets-{profile}-{key}.npz" if folder else None
    title = f"puppets, seeds {', '.join(map(str, PUPPET_SEEDS))}"
    columns = kept.load(file) if file else None
    if columns is not None:
        return Faces(**columns, source=title)
    splits = []
    # Jupyter shows what goes to stderr in red, and a learner's first cell should not look like an error.
    with tqdm(
        desc="Drawing puppets", total=sum(sizes), unit=" puppets", disable=not progress, file=sys.stdout
    ) as bar:
        for usage, size, seed in zip(USAGES, sizes, PUPPET_SEEDS, strict=True):
            splits.append(draw_puppets(size, seed=seed, usage=usage))
            bar.update(size)
    faces = Faces.concatenate(splits)
    names = np.array(
        [f"{usage} puppet {i:05d}" for usage, size in zip(USAGES, sizes, strict=True) for i in range(size)]
    )
    faces = replace(faces, names=names, source=title)
    columns = {name: value for name, value in vars(faces).items() if isinstance(value, np.ndarray)}
    if file:
        kept.save(file, columns)
    return faces


def download(word: str) -> Path:
    """Return the folder that kagglehub or huggingface_hub downloaded, or had downloaded before."""
    place, package, name = DOWNLOADS[word]
    try:
        if word == "kaggle":
            import kagglehub
        else:
            import huggingface_hub
    except ImportError:
        raise ImportError(
            f'The download from {place} needs {package}: install it with  pip install "fer-course[data]"; '
            f"without it, {ALTERNATIVES}."
        ) from None
    try:
        if word == "kaggle":
            return Path(kagglehub.dataset_download(name))
        return Path(huggingface_hub.snapshot_download(name, repo_type="dataset", allow_patterns="*.parquet"))
    except Exception as error:
        # Whatever the library had: one sentence of it.
        reason = (str(error).strip().splitlines() or [""])[0][:160].rstrip(". ")
        raise ConnectionError(
            f"{name} could not be downloaded from {place} ({type(error).__name__}: {reason}): "
            f"check the network and your account, or use a copy you have; {ALTERNATIVES}."
        ) from None
