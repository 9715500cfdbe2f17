"""FER-2013 as tables: the CSV files of the challenge, and Parquet files as on Hugging Face."""

import csv
import io
import json
import sys
import warnings
import zipfile
import zlib
from pathlib import Path

import numpy as np
from tqdm import tqdm

from fer_course.data.decode import SPLIT_NAMES, arrange, colour_notes, decode_all, official_split
from fer_course.faces import SIZE
from fer_course.labels import EXPRESSIONS, FOLDER_ALIASES, USAGES

PIXELS = SIZE * SIZE


def read_csv(file, where: str, progress: bool = True) -> tuple[dict[str, np.ndarray], list[str]]:
    """Read a CSV of the 2013 challenge: ``fer2013.csv``, ``icml_face_data.csv`` or ``train.csv``.

    Parameters
    ----------
    file : binary file object
        Opened for reading; may lie inside a zip.
    where : str
        The file's name, for messages.
    progress : bool
        Show a progress bar.

    Returns
    -------
    columns : dict
        ``images``, ``labels``, ``names``, ``usage``, and ``rows``: the row of each image, counted from 0 after the
        header; sorted by official split and then by row.
    notes : list of str
        What was assumed, in sentences.

    Raises
    ------
    ValueError
        If a column is missing or a row is wrong; the message names the line, counted from 1 as editors do.
    """
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
    reader = csv.reader(text)
    bar = tqdm(desc=f"Reading {Path(where).name}", unit=" images", disable=not progress, file=sys.stdout)
    images, labels, usages, rows = [], [], [], []
    try:
        # numpy 1.26 warns about text after the last number where newer ones raise.
        with text, bar, warnings.catch_warnings():
            warnings.simplefilter("error", DeprecationWarning)
            place = csv_columns(next(reader, []), where)
            width = max(place.values())
            for cells in reader:
                if not cells:
                    continue
                line = f"{where}, line {reader.line_num}:"
                if len(cells) <= width:
                    raise ValueError(f"{line} expected at least {width + 1} columns, found {len(cells)}.")
                labels.append(parse_label(cells[place["emotion"]], line))
                images.append(parse_pixels(cells[place["pixels"]], line))
                usages.append(parse_usage(cells[place["usage"]], line) if "usage" in place else USAGES[0])
                rows.append(len(rows))
                bar.update()
    except csv.Error as error:
        raise ValueError(f"{where}, line {reader.line_num}: this is no CSV ({error}).") from None
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error):
        raise ValueError(f"{where} is damaged: download or copy it again.") from None
    if not images:
        raise ValueError(f"{where} holds no images: expected rows below the header.")
    order = np.argsort([USAGES.index(usage) for usage in usages], kind="stable")
    stem = Path(where).stem
    columns = {
        "images": np.stack(images)[order],
        "labels": np.array(labels, np.int64)[order],
        "names": np.array([f"{stem} row {row:05d}" for row in rows])[order],
        "usage": np.array(usages)[order],
        "rows": np.array(rows, np.int64)[order],
    }
    notes = (
        []
        if "usage" in place
        else [f"{Path(where).name} has no Usage column: all of it is taken as Training."]
    )
    return columns, notes


def csv_columns(header: list[str], where: str) -> dict[str, int]:
    """Return where the columns are; ``icml_face_data.csv`` has spaces before their names and another order."""
    place = {name.strip().lower(): index for index, name in enumerate(header)}
    missing = [name for name in ("emotion", "pixels") if name not in place]
    if missing == ["emotion"]:
        raise ValueError(
            f"{where} has no column emotion, so its images have no labels (the challenge's test.csv is like that): "
            "use fer2013.csv or icml_face_data.csv, which have all labels."
        )
    if missing:
        found = ", ".join(name.strip() for name in header) or "nothing"
        raise ValueError(f"{where}: expected the columns emotion, pixels and Usage, found {found[:200]}.")
    return {name: place[name] for name in ("emotion", "pixels", "usage") if name in place}


def parse_label(text: str, line: str) -> int:
    """Return a label from 0 to 6."""
    try:
        label = int(text)
    except ValueError:
        raise ValueError(f"{line} expected a label from 0 to 6, found {text[:40]!r}.") from None
    if not 0 <= label < len(EXPRESSIONS):
        raise ValueError(
            f"{line} expected a label from 0 ({EXPRESSIONS[0]}) to 6 ({EXPRESSIONS[-1]}), found {label}."
        )
    return label


def parse_pixels(text: str, line: str) -> np.ndarray:
    """Return an image, uint8 of shape (48, 48), from its pixels in words."""
    try:
        values = np.fromstring(text, dtype=np.int64, sep=" ")
    except (ValueError, DeprecationWarning):
        wrong = next((word for word in text.split() if not word.lstrip("+-").isdigit()), text)
        raise ValueError(f"{line} expected pixels as whole numbers, found {wrong[:40]!r}.") from None
    if len(values) != PIXELS:
        raise ValueError(f"{line} expected {PIXELS:,} pixels (48×48), found {len(values):,}.")
    if values.min() < 0 or values.max() > 255:
        wrong = values[(values < 0) | (values > 255)][0]
        raise ValueError(f"{line} expected pixel values from 0 to 255, found {wrong}.")
    return values.astype(np.uint8).reshape(SIZE, SIZE)


def parse_usage(text: str, line: str) -> str:
    """Return the name of an official split."""
    usage = text.strip()
    if usage not in USAGES:
        raise ValueError(f"{line} expected a Usage of {', '.join(USAGES)}, found {usage[:40]!r}.")
    return usage


def read_parquet(paths, progress: bool = True) -> tuple[dict[str, np.ndarray], list[str]]:
    """Read Parquet files as image data sets on Hugging Face have them: ``image{bytes,path}`` and ``label``.

    Parameters
    ----------
    paths : list of Path
        One file, or those of several splits or shards.
    progress : bool
        Show a progress bar.

    Returns
    -------
    columns : dict
        ``images``, ``labels``, ``names`` and ``usage``, sorted by official split, then by image name where all
        have one, otherwise by file and row.
    notes : list of str
        What was assumed or converted, in sentences.

    Raises
    ------
    ImportError
        If pyarrow is missing.
    ValueError
        If a file is damaged, lacks a column, or has a row that is wrong.
    """
    paths = sorted(Path(path) for path in paths)
    words = {split_word(path) for path in paths}
    beside_validation = any(SPLIT_NAMES.get(word) == "PublicTest" and word != "test" for word in words)
    data, labels, usages, names, places, unnamed = [], [], [], [], [], 0
    for path in paths:
        for row, (image, label) in enumerate(parquet_rows(path)):
            place = f"{path}, row {row},"
            if not isinstance(image, dict) or not image.get("bytes"):
                raise ValueError(
                    f"{place} has no image bytes: the file was probably saved without its pictures."
                )
            if not isinstance(label, int) or not 0 <= label < len(EXPRESSIONS):
                raise ValueError(
                    f"{place} has the label {label!r}; expected 0 ({EXPRESSIONS[0]}) to 6 ({EXPRESSIONS[-1]})."
                )
            name = (image.get("path") or "").replace("\\", "/").split("/")[-1]
            usage, named = official_split(f"{split_word(path)}/{name}", beside_validation)
            unnamed += not named and split_word(path) not in SPLIT_NAMES
            data.append(image["bytes"])
            labels.append(label)
            usages.append(usage)
            names.append(name)
            places.append(place)
    if not data:
        raise ValueError(f"{paths[0]} holds no images: it has no rows.")
    if "" in names:
        names = [f"row {row:05d}" for row in range(len(names))]
    columns, order = arrange(names, labels, usages)
    images, converted = decode_all(
        len(order),
        lambda i: data[order[i]],
        lambda i: places[order[i]],
        progress,
        f"Reading {paths[0].name}" + (f" and {len(paths) - 1} more" if len(paths) > 1 else ""),
    )
    columns["images"] = images
    notes = colour_notes(converted)
    if unnamed:
        notes.append(
            f"{unnamed:,} images do not say which official split they belong to: they are taken as Training."
        )
    return columns, notes


def split_word(path: Path) -> str:
    """Return the word for the split in ``train.parquet``, ``train-00000-of-00001.parquet``, ``train/0000.parquet``."""
    word = path.stem.split("-")[0].lower()
    return word if word in SPLIT_NAMES else path.parent.name.lower()


def parquet_rows(path: Path):
    """Yield (image struct as a dict, official label) for each row of a Parquet file."""
    try:
        import pyarrow.parquet
    except ImportError:
        raise ImportError(
            f'Reading {path.name} needs pyarrow: install it with  pip install "fer-course[data]"  and try again.'
        ) from None
    try:
        table = pyarrow.parquet.ParquetFile(path)
        schema = table.schema_arrow
        missing = [name for name in ("image", "label") if name not in schema.names]
        if missing:
            raise ValueError(
                f"{path}: expected the columns image and label, found {', '.join(schema.names)[:200] or 'none'}."
            )
        order = label_order(schema.metadata or {}, path)
        for batch in table.iter_batches(batch_size=1024, columns=["image", "label"]):
            images, labels = batch.column(0).to_pylist(), batch.column(1).to_pylist()
            for image, label in zip(images, labels, strict=True):
                if isinstance(label, float) and label.is_integer():  # as pandas writes a column with gaps
                    label = int(label)
                known = isinstance(label, int) and 0 <= label < len(order)
                yield image, order[label] if known else label
    except (pyarrow.ArrowException, OSError):
        raise ValueError(f"{path} is damaged or is no Parquet file: download or copy it again.") from None


def label_order(metadata: dict[bytes, bytes], path: Path) -> list[int]:
    """Return the official label for each label of a file, read from Hugging Face's names where the file has them.

    Many copies were made from folders sorted by name, with neutral before sad; their own names say so.
    """
    try:
        names = json.loads(metadata[b"huggingface"])["info"]["features"]["label"]["names"]
    except (KeyError, TypeError, ValueError):
        return list(range(len(EXPRESSIONS)))
    unknown = [str(name) for name in names if str(name).lower() not in FOLDER_ALIASES]
    if unknown:
        raise ValueError(f"{path} has the labels {', '.join(unknown)}: expected {', '.join(EXPRESSIONS)}.")
    return [FOLDER_ALIASES[str(name).lower()] for name in names]
