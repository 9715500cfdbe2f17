"""Fourteen small faces in every layout that people have of FER-2013, and the words to load and compare them."""

import csv
import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from fer_course.data.load import load_faces
from fer_course.data.votes import VOTE_LABELS, VOTES
from fer_course.labels import EXPRESSIONS

LAYOUTS = {"folder": "fer2013", "zip": "a.zip", "csv": "fer2013.csv", "parquet": "a.parquet"}
"""What a sample is called in each layout."""

subset = pytest.mark.filterwarnings("ignore:.*differs from the published FER-2013")
"""For tests that do not ask whether a few faces are all of FER-2013."""


class Sample:
    """Fourteen small faces in every layout: two of each label, most in Training, two in each half of the test set."""

    def __init__(self, seed=0):
        random = np.random.default_rng(seed)
        self.usage = ["Training"] * 10 + ["PublicTest"] * 2 + ["PrivateTest"] * 2
        self.labels = [(3 * i) % 7 for i in range(14)]
        self.names = [f"{usage}_{100 + i}.jpg" for i, usage in enumerate(self.usage)]
        self.jpegs = []
        for _ in range(14):
            coarse = random.integers(0, 256, (6, 6), dtype=np.uint8)
            file = io.BytesIO()
            Image.fromarray(coarse).resize((48, 48), Image.Resampling.BILINEAR).save(file, "JPEG")
            self.jpegs.append(file.getvalue())
        self.images = np.stack([np.asarray(Image.open(io.BytesIO(jpeg))) for jpeg in self.jpegs])

    def paths(self):
        """Yield the path of each face as in Kaggle's folders."""
        for usage, label, name in zip(self.usage, self.labels, self.names, strict=True):
            yield f"{'train' if usage == 'Training' else 'test'}/{EXPRESSIONS[label]}/{name}"

    def folder(self, root):
        """Write Kaggle's folders."""
        for path, jpeg in zip(self.paths(), self.jpegs, strict=True):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(jpeg)
        return root

    def zip(self, file, top=""):
        """Write Kaggle's folders into a zip."""
        with zipfile.ZipFile(file, "w") as archive:
            for path, jpeg in zip(self.paths(), self.jpegs, strict=True):
                archive.writestr(top + path, jpeg)
        return file

    def csv(self, file, header=("emotion", "pixels", "Usage")):
        """Write the table of the challenge."""
        with file.open("w", newline="") as opened:
            writer = csv.writer(opened)
            writer.writerow(header)
            for i, image in enumerate(self.images):
                cells = {
                    "emotion": self.labels[i],
                    "pixels": " ".join(map(str, image.ravel())),
                    "usage": self.usage[i],
                }
                writer.writerow([cells[name.strip().lower()] for name in header])
        return file

    def parquet(self, file, rows=range(14), labels=None, metadata=None, paths=True):
        """Write some rows as a data set on Hugging Face has them."""
        pyarrow = pytest.importorskip("pyarrow")
        parquet = pytest.importorskip("pyarrow.parquet")
        images = [{"bytes": self.jpegs[i], "path": self.names[i] if paths else None} for i in rows]
        table = pyarrow.table({"image": images, "label": labels or [self.labels[i] for i in rows]})
        file.parent.mkdir(parents=True, exist_ok=True)
        parquet.write_table(table.replace_schema_metadata(metadata), file)
        return file

    def votes(self, file, usage=None):
        """Write FER+ votes: nine of ten for the label that the face has."""
        with file.open("w", newline="") as opened:
            writer = csv.writer(opened)
            writer.writerow(["Usage", "Image name", *VOTES])
            for i, label in enumerate(self.labels):
                votes = [0] * 10
                votes[VOTE_LABELS.index(label)] = 9
                votes[9] = 1
                writer.writerow([(usage or self.usage)[i], f"fer{i:07d}.png", *votes])
        return file


def load(source, **options):
    """Load without a progress bar."""
    return load_faces(source, progress=False, **options)


def cached(tmp_path):
    """List what the cache keeps; tests/data/conftest.py puts it there."""
    return sorted((tmp_path / "home" / "data" / "cache").glob("*"))


def same(faces, other, names=True):
    """Compare bit by bit, in the order in which they come."""
    for column in ("images", "labels", "usage") + (("names",) if names else ()):
        np.testing.assert_array_equal(getattr(faces, column), getattr(other, column), column)
    return True


def sorted_by_pixels(faces):
    """Return the faces in an order that no layout decides."""
    return faces[
        sorted(range(len(faces)), key=lambda i: (faces.usage[i], faces.images[i].tobytes(), faces.labels[i]))
    ]


def fails(source, *parts, error=ValueError, **options):
    """Loading fails with one sentence that has all the parts, and no foreign error shows behind it."""
    with pytest.raises(error) as raised:
        load(source, **options)
    message = str(raised.value)
    assert all(str(part) in message for part in parts), message
    assert "\n" not in message and raised.value.__suppress_context__ | (raised.value.__context__ is None)
