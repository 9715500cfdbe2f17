"""FER-2013 as tables: the CSV files of the challenge, and Parquet files as on Hugging Face."""

import csv
import io
import json
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from tqdm import tqdm

from fer_course.data.containers import DAMAGE
from fer_course.data.label_order import in_official_order
from fer_course.data.pictures import arrange, colour_notes, decode_all
from fer_course.data.usage import assumptions, official, split_of_path, split_word
from fer_course.faces import SIZE
from fer_course.labels import EXPRESSIONS, FOLDER_ALIASES, USAGES

PIXELS = SIZE * SIZE
OFFICIAL = list(range(len(EXPRESSIONS)))
PUNCTUATION = str.maketrans("[],", "   ")
LONGEST_LINE = 1 << 16
"""Characters; a line with a 48×48 image in it has at most 9,300."""

COLUMNS = {"label": ("emotion", "label"), "image": ("pixels", "image"), "usage": ("usage", "split")}
"""Names of a table's columns, in lower case and without spaces around them."""


@dataclass(frozen=True)
class Table:
    """A table in a file, or in an archive.

    Attributes
    ----------
    name : str
        For messages; what it says of the split counts if the table does not say itself.
    open : callable () to binary file object
    """

    name: str
    open: Callable[[], io.BufferedIOBase]

    @cached_property
    def parquet(self) -> bool:
        """Whether it is Parquet, or at least says so; otherwise it is a CSV."""
        with self.open() as file:
            return file.read(4) == b"PAR1" or self.name.lower().endswith(".parquet")

    @cached_property
    def word(self) -> str | None:
        """What the file's name says about the split, or else that of the folder or archive around it."""
        path = Path(self.name)
        return split_word(path.stem) or split_word(path.parent.name, whole=True)


@dataclass(frozen=True)
class Row:
    """A row of a table: its label, its image as pixels or as the bytes of a file, and what it says about its split."""

    place: str
    label: int
    image: np.ndarray | bytes
    name: str
    usage: str | None


def read_tables(tables: list[Table], progress: bool = True) -> tuple[dict[str, np.ndarray], list[str]]:
    """Read the tables of a data set, one or several.

    Parameters
    ----------
    tables : list of Table
        Such as ``fer2013.csv``, or the Parquet files of several splits and shards.
    progress : bool
        Show a progress bar.

    Returns
    -------
    columns : dict
        ``images``, ``labels``, ``names`` and ``usage``, sorted by official split, then by image name if all have one,
        otherwise by table and row. Of a single CSV also ``rows``: the row of each image, from 0 after the header.
    notes : list of str
        What was assumed or converted, in sentences.

    Raises
    ------
    ImportError
        If pyarrow is missing.
    ValueError
        If a table is damaged, lacks a column, or has a row that is wrong; the message names the line or row.
    """
    rows, owners, named = [], [], True
    for table in tables:
        title = f"Reading {Path(table.name).name}"
        with tqdm(desc=title, unit=" images", disable=not progress, file=sys.stdout) as bar:
            for row in parquet_rows(table) if table.parquet else csv_rows(table):
                rows.append(row)
                owners.append(table)
                bar.update()
        if not rows or owners[-1] is not table:
            raise ValueError(f"{table.name} holds no images: expected rows below the header.")
        named = named and not any(row.name == "" for row in rows)
    words, sources = zip(*map(says_split, rows, owners), strict=True)
    usages, labels = official(list(words)), [row.label for row in rows]
    decoded = [row.image for row in rows]
    files = [i for i, image in enumerate(decoded) if isinstance(image, bytes)]
    pictures, converted = decode_all(
        len(files),
        lambda i: decoded[files[i]],
        lambda i: rows[files[i]].place,
        progress and bool(files),
        "Decoding",
    )
    for i, picture in zip(files, pictures, strict=True):
        decoded[i] = picture
    if named:
        columns, order = arrange([row.name for row in rows], labels, usages)
    else:
        order = sorted(range(len(rows)), key=lambda i: (USAGES.index(usages[i]), i))
        stems = [Path(table.name).stem for table in owners]
        starts = {table.name: owners.index(table) for table in tables}
        names = [
            f"{stem} row {i - starts[table.name]:05d}"
            for i, (stem, table) in enumerate(zip(stems, owners, strict=True))
        ]
        columns = {"labels": np.array(labels)[order], "names": np.array(names)[order]}
        columns["usage"] = np.array(usages)[order]
    columns["images"] = np.stack(decoded)[order]
    if len(tables) == 1 and not tables[0].parquet:
        columns["rows"] = np.array(order, np.int64)
    notes = assumptions(list(sources), usages, "images do not name an official split") + colour_notes(
        converted
    )
    columns["labels"], note = in_official_order(columns["images"], columns["labels"], columns["usage"])
    return columns, notes + note


def says_split(row: Row, table: Table) -> tuple[str | None, str | None]:
    """Return the word for a row's split, and what says it; None if that is beyond doubt."""
    if row.usage is not None:
        return split_word(row.usage), None if row.usage in USAGES else f"the split {row.usage!r}"
    word, source = split_of_path(row.name)
    if source is None:
        return word, None
    # Parquet files on Hugging Face are named after their split.
    sure = table.parquet and table.word is not None
    return table.word, None if sure else f"{Path(table.name).name} (no column Usage)"


def csv_rows(table: Table):
    """Yield the rows of a CSV of the 2013 challenge: ``fer2013.csv``, ``icml_face_data.csv`` or ``train.csv``."""
    where, reader = table.name, None
    try:
        with table.open() as file:
            _, encoding, separator = header_of(file.read(400))
        # numpy 1.26 warns about text after the last number where newer ones raise.
        with (
            io.TextIOWrapper(table.open(), encoding=encoding, errors="replace", newline="") as text,
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("error", DeprecationWarning)
            reader = csv.reader(limited_lines(text, where), delimiter=separator)
            place = csv_columns(next(reader, []), where)
            width = max(place.values())
            for cells in reader:
                # Spreadsheets keep the separators of rows that were emptied.
                if not any(cells):
                    continue
                line = f"{where}, line {reader.line_num}:"
                if len(cells) <= width:
                    raise ValueError(f"{line} expected at least {width + 1} columns, found {len(cells)}.")
                usage = parse_usage(cells[place["usage"]], line) if "usage" in place else None
                image = parse_pixels(cells[place["image"]], line)
                yield Row(line, parse_label(cells[place["label"]], line, OFFICIAL), image, "", usage)
    except csv.Error as error:
        raise ValueError(f"{where}, line {reader.line_num}: this is no CSV ({error}).") from None
    except DAMAGE:
        raise ValueError(f"{where} is damaged: download or copy it again.") from None


def header_of(start: bytes) -> tuple[list[str], str, str]:
    """Return the names of a CSV's columns, its encoding and its separator, from its first bytes.

    Spreadsheets write semicolons where the comma is the decimal point, and UTF-16 with tabs as "Unicode text".
    """
    encoding = "utf-16" if start.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    line = (start.decode(encoding, "replace").replace("\0", "").splitlines() or [""])[0]
    separator = max(",;\t", key=line.count)
    return next(csv.reader([line], delimiter=separator), []), encoding, separator


def limited_lines(text, where: str):
    """Yield the lines of a text file; a packed file of a few megabytes may hold one line that fills the memory."""
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise ValueError(
                f"{where} has a line of more than {LONGEST_LINE - 1:,} characters: it is no table of 48×48 images."
            )
        yield line


def find_columns(names) -> dict[str, int]:
    """Return where the columns are; ``icml_face_data.csv`` has spaces before their names and another order."""
    lower = [str(name).strip().lower() for name in names]
    found = {kind: [lower.index(name) for name in known if name in lower] for kind, known in COLUMNS.items()}
    return {kind: places[0] for kind, places in found.items() if places}


def csv_columns(header: list[str], where: str) -> dict[str, int]:
    """Return where the columns of a CSV are."""
    place = find_columns(header)
    if "image" in place and "label" not in place:
        raise ValueError(
            f"{where} has no column emotion, so its images have no labels (the challenge's test.csv is like that): "
            "use fer2013.csv or icml_face_data.csv, which have all labels."
        )
    if "image" not in place or "label" not in place:
        found = ", ".join(name.strip() for name in header) or "nothing"
        raise ValueError(f"{where}: expected the columns emotion, pixels and Usage, found {found[:200]}.")
    return place


def parse_label(value, place: str, order: list[int]) -> int:
    """Return the official label for a name or a number: an integer, a text, or "3.0", as pandas writes gaps."""
    name = str(value).strip().lower()
    try:
        return FOLDER_ALIASES[name] if name in FOLDER_ALIASES else order[range(len(order)).index(float(name))]
    except ValueError:
        raise ValueError(
            f"{place} expected a label from 0 ({EXPRESSIONS[0]}) to 6 ({EXPRESSIONS[-1]}), found {name[:40]!r}."
        ) from None


def parse_pixels(pixels: str | list, place: str) -> np.ndarray:
    """Return an image, uint8 of shape (48, 48), from its pixels in words, or in a list, perhaps of rows."""
    # A list may be written as text, with its brackets and commas.
    words = str(pixels).translate(PUNCTUATION)
    try:
        values = np.fromstring(words, dtype=np.int64, sep=" ")
    except (ValueError, DeprecationWarning):
        wrong = next((word for word in words.split() if not word.lstrip("+-").isdigit()), words)
        scaled = " (pixels from 0 to 1? multiply them by 255)" if wrong.startswith(("0.", "1.0")) else ""
        raise ValueError(f"{place} expected pixels as whole numbers, found {wrong[:40]!r}{scaled}.") from None
    if len(values) != PIXELS:
        raise ValueError(f"{place} expected {PIXELS:,} pixels (48×48), found {len(values):,}.")
    if values.min() < 0 or values.max() > 255:
        wrong = values[(values < 0) | (values > 255)][0]
        raise ValueError(f"{place} expected pixel values from 0 to 255, found {wrong}.")
    return values.astype(np.uint8).reshape(SIZE, SIZE)


def parse_usage(text: str, line: str) -> str:
    """Return what a row says about its split."""
    usage = text.strip()
    if split_word(usage) is None:
        raise ValueError(f"{line} expected a Usage of {', '.join(USAGES)}, found {usage[:40]!r}.")
    return usage


def parquet_rows(table: Table):
    """Yield the rows of a Parquet file: ``label``, ``image`` as bytes or ``{bytes, path}``, perhaps ``split``."""
    where = table.name
    try:
        import pyarrow.parquet
    except ImportError:
        raise ImportError(
            f'Reading {Path(where).name} needs pyarrow: install it with  pip install "fer-course[data]"  and try again.'
        ) from None
    try:
        with table.open() as file:
            data = pyarrow.parquet.ParquetFile(file)
            schema = data.schema_arrow
            place = find_columns(schema.names)
            if not {"image", "label"} <= set(place):
                found = ", ".join(schema.names)[:200] or "none"
                raise ValueError(f"{where}: expected the columns image and label, found {found}.")
            order = named_order(schema.metadata or {}, where)
            columns = [schema.names[i] for i in place.values()]
            number = -1
            for batch in data.iter_batches(batch_size=1024, columns=columns):
                for cells in zip(*(batch.column(name).to_pylist() for name in columns), strict=True):
                    number += 1
                    yield parquet_row(dict(zip(place, cells, strict=True)), f"{where}, row {number},", order)
    except (pyarrow.ArrowException, *DAMAGE):
        raise ValueError(f"{where} is damaged or is no Parquet file: download or copy it again.") from None


def parquet_row(cells: dict, place: str, order: list[int]) -> Row:
    """Return a row of a Parquet file, its label in the official order."""
    image, label, usage = cells["image"], cells["label"], cells.get("usage")
    name = ""
    if isinstance(image, dict):
        name, image = (image.get("path") or "").replace("\\", "/").split("/")[-1], image.get("bytes")
    if isinstance(image, str | list):
        image = parse_pixels(image, place)
    if not isinstance(image, bytes | np.ndarray) or not len(image):
        raise ValueError(f"{place} has no image bytes: the file was probably saved without its pictures.")
    usage = parse_usage(usage, place) if isinstance(usage, str) else None
    return Row(place, parse_label(label, place, order), image, name, usage)


def named_order(metadata: dict[bytes, bytes], where: str) -> list[int]:
    """Return the official label for each label of a file, read from Hugging Face's names if the file has them.

    Many copies were made from folders sorted by name, with neutral before sad; their own names say so.
    """
    try:
        names = json.loads(metadata[b"huggingface"])["info"]["features"]["label"]["names"]
    except (KeyError, TypeError, ValueError):
        return OFFICIAL
    unknown = [str(name) for name in names if str(name).lower() not in FOLDER_ALIASES]
    if unknown:
        raise ValueError(f"{where} has the labels {', '.join(unknown)}: expected {', '.join(EXPRESSIONS)}.")
    return [FOLDER_ALIASES[str(name).lower()] for name in names]
