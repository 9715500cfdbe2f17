"""Every layout of FER-2013 that people have gives the same faces, and what is wrong with a file is said plainly."""

import csv
import io
import json
import os
import subprocess
import sys
import types
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import fer_course.data.cache
import fer_course.data.layouts
import fer_course.data.load
import fer_course.data.votes
from fer_course.data.load import check_counts, load_faces
from fer_course.data.splits import stratified_split
from fer_course.data.votes import VOTE_LABELS, VOTES, agreement, majority_labels
from fer_course.labels import EXPRESSIONS, FER2013_COUNTS

REAL = Path(os.environ.get("FER_REAL_DATA") or Path(__file__).resolve().parents[3] / "shared" / "fer2013")
real_data = pytest.mark.skipif(
    not (REAL / "train.parquet").is_file(),
    reason=f"needs the real FER-2013 as Parquet in {REAL} (or where FER_REAL_DATA says)",
)
subset = pytest.mark.filterwarnings("ignore:.*differs from the published FER-2013")
pytestmark = subset


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
        for usage, label, name in zip(self.usage, self.labels, self.names, strict=True):
            yield f"{'train' if usage == 'Training' else 'test'}/{EXPRESSIONS[label]}/{name}"

    def folder(self, root):
        for path, jpeg in zip(self.paths(), self.jpegs, strict=True):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(jpeg)
        return root

    def zip(self, file, top=""):
        with zipfile.ZipFile(file, "w") as archive:
            for path, jpeg in zip(self.paths(), self.jpegs, strict=True):
                archive.writestr(top + path, jpeg)
        return file

    def csv(self, file, header=("emotion", "pixels", "Usage")):
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
        pyarrow = pytest.importorskip("pyarrow")
        parquet = pytest.importorskip("pyarrow.parquet")
        images = [{"bytes": self.jpegs[i], "path": self.names[i] if paths else None} for i in rows]
        table = pyarrow.table({"image": images, "label": labels or [self.labels[i] for i in rows]})
        file.parent.mkdir(parents=True, exist_ok=True)
        parquet.write_table(table.replace_schema_metadata(metadata), file)
        return file


@pytest.fixture
def sample():
    return Sample()


@pytest.fixture(autouse=True)
def nothing_outside(tmp_path, monkeypatch):
    """Keep the cache of a test in its own folder, and its environment free of the machine's."""
    monkeypatch.setattr(fer_course.data.load, "home", lambda: tmp_path / "home")
    monkeypatch.setattr(fer_course.data.layouts, "home", lambda: tmp_path / "home")
    monkeypatch.delenv("FER_DATA", raising=False)
    monkeypatch.chdir(tmp_path)


def load(source, **options):
    return load_faces(source, progress=False, **options)


def same(faces, other, names=True):
    """Compare bit by bit, in the order in which they come."""
    for column in ("images", "labels", "usage") + (("names",) if names else ()):
        np.testing.assert_array_equal(getattr(faces, column), getattr(other, column), column)
    return True


def sorted_by_pixels(faces):
    return faces[
        sorted(range(len(faces)), key=lambda i: (faces.usage[i], faces.images[i].tobytes(), faces.labels[i]))
    ]


# Layouts


def test_folder_zip_csv_and_parquet_give_the_same_faces_bit_by_bit(sample, tmp_path):
    folder = load(sample.folder(tmp_path / "fer2013"))
    assert folder.images.dtype == np.uint8 and folder.labels.dtype == np.int64
    np.testing.assert_array_equal(folder.images, sample.images)
    assert folder.labels.tolist() == sample.labels
    assert folder.usage.tolist() == sample.usage
    assert folder.names.tolist() == sample.names
    assert same(folder, load(sample.zip(tmp_path / "archive.zip")))
    assert same(folder, load(sample.parquet(tmp_path / "faces.parquet")))
    assert same(folder, load(sample.csv(tmp_path / "fer2013.csv")), names=False)


def test_neutral_is_6_although_its_folder_comes_before_sad(sample, tmp_path):
    faces = load(sample.folder(tmp_path / "fer2013"))
    i = sample.labels.index(6)
    assert faces.labels[faces.names == sample.names[i]].tolist() == [6]


def test_icml_face_data_has_spaces_in_its_header_and_another_order(sample, tmp_path):
    plain = load(sample.csv(tmp_path / "fer2013.csv"))
    other = load(sample.csv(tmp_path / "icml_face_data.csv", header=("emotion", " Usage", " pixels")))
    assert same(plain, other, names=False)


def test_train_csv_without_usage_is_all_training_and_says_so(sample, tmp_path, capsys):
    faces = load(sample.csv(tmp_path / "train.csv", header=("emotion", "pixels")))
    assert set(faces.usage) == {"Training"} and faces.labels.tolist() == sample.labels
    assert "train.csv has no Usage column: all of it is taken as Training." in capsys.readouterr().out


def test_a_csv_is_sorted_by_official_split_and_keeps_its_rows_within(sample, tmp_path):
    sample.usage = ["PrivateTest", "Training"] * 7
    faces = load(sample.csv(tmp_path / "fer2013.csv"))
    assert faces.labels.tolist() == sample.labels[1::2] + sample.labels[0::2]
    assert faces.names[0] == "fer2013 row 00001"


def test_one_of_train_and_test_is_enough(sample, tmp_path):
    root = sample.folder(tmp_path / "fer2013")
    assert set(load(root / "train").usage) == {"Training"}
    assert load(root / "test").usage.tolist() == ["PublicTest"] * 2 + ["PrivateTest"] * 2


def test_a_zip_with_a_folder_around_everything_is_read_in_place(sample, tmp_path):
    plain = load(sample.zip(tmp_path / "plain.zip"))
    nested = tmp_path / "nested"
    nested.mkdir()
    assert same(plain, load(sample.zip(nested / "archive.zip", top="fer2013/")))
    assert [path.name for path in nested.iterdir()] == ["archive.zip"]


def test_a_zip_may_hold_the_csv(sample, tmp_path):
    table = sample.csv(tmp_path / "icml_face_data.csv", header=("emotion", " Usage", " pixels"))
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(table, "inside/icml_face_data.csv")
    assert same(load(table), load(tmp_path / "a.zip"))


@pytest.mark.parametrize("layout", ["folder", "zip", "csv", "parquet"])
def test_a_folder_that_contains_the_data_set_is_as_good(sample, tmp_path, layout):
    outer = tmp_path / "downloads" / "faces"
    outer.mkdir(parents=True)
    inner = {"folder": "fer2013", "zip": "archive.zip", "csv": "fer2013.csv", "parquet": "train.parquet"}[
        layout
    ]
    direct = load(getattr(sample, layout)(outer / inner))
    assert same(direct, load(outer)) and same(direct, load(outer.parent))


def test_parquet_files_of_the_splits_are_read_together(sample, tmp_path):
    whole = load(sample.parquet(tmp_path / "whole" / "faces.parquet"))
    sample.parquet(tmp_path / "shards" / "train-00000-of-00002.parquet", range(6))
    sample.parquet(tmp_path / "shards" / "train-00001-of-00002.parquet", range(6, 10))
    sample.parquet(tmp_path / "shards" / "public_test.parquet", range(10, 14))
    assert same(whole, load(tmp_path / "shards"))


def test_parquet_without_image_names_takes_the_split_from_the_file(sample, tmp_path):
    data = tmp_path / "mirror" / "data"
    sample.parquet(data / "train-00000-of-00001.parquet", range(10), paths=False)
    sample.parquet(data / "valid-00000-of-00001.parquet", range(10, 12), paths=False)
    sample.parquet(data / "test-00000-of-00001.parquet", range(12, 14), paths=False)
    faces = sorted_by_pixels(load(tmp_path / "mirror"))
    assert same(faces, sorted_by_pixels(load(sample.csv(tmp_path / "fer2013.csv"))), names=False)


def test_a_parquet_file_that_numbers_its_labels_otherwise_is_put_in_the_official_order(sample, tmp_path):
    alphabet = sorted(EXPRESSIONS)
    info = {"info": {"features": {"label": {"names": alphabet, "_type": "ClassLabel"}}}}
    labels = [alphabet.index(EXPRESSIONS[label]) for label in sample.labels]
    other = sample.parquet(tmp_path / "b.parquet", labels=labels, metadata={"huggingface": json.dumps(info)})
    assert same(load(sample.parquet(tmp_path / "a.parquet")), load(other))
    gaps = [float(label) for label in labels]  # what pandas makes of a column that once had gaps
    other = sample.parquet(tmp_path / "c.parquet", labels=gaps, metadata={"huggingface": json.dumps(info)})
    assert same(load(tmp_path / "a.parquet"), load(other))


def test_files_without_a_prefix_take_the_split_of_their_folder_and_this_is_said(sample, tmp_path, capsys):
    sample.names = [f"im{i}.jpg" for i in range(14)]
    faces = load(sample.folder(tmp_path / "fer2013"))
    assert faces.usage.tolist() == ["Training"] * 10 + ["PublicTest"] * 4
    assert "14 files have no Training_, PublicTest_ or PrivateTest_" in capsys.readouterr().out


def test_two_images_of_one_file_name_get_names_of_their_own(sample, tmp_path):
    sample.names[3] = sample.names[2]
    folder = load(sample.folder(tmp_path / "fer2013"))
    assert len(set(folder.names)) == 14
    assert f"{EXPRESSIONS[sample.labels[2]]}/{sample.names[2]}" in folder.names
    assert same(folder, load(sample.parquet(tmp_path / "a.parquet")))


def test_colour_images_become_grayscale_and_this_is_said(sample, tmp_path, capsys):
    root = sample.folder(tmp_path / "fer2013")
    path = root / next(sample.paths())
    file = path.with_suffix(".png")
    Image.open(path).convert("RGB").save(file)
    path.unlink()
    np.testing.assert_array_equal(load(root).images, sample.images)
    assert "1 image had colours and was turned into grayscale." in capsys.readouterr().out
    load(root)
    assert "1 image had colours" in capsys.readouterr().out


def test_hidden_files_of_macs_and_notebooks_are_not_images(sample, tmp_path):
    root = sample.folder(tmp_path / "fer2013")
    (root / "train" / "happy" / "._Training_1.jpg").write_bytes(b"resource fork")
    (root / "train" / ".ipynb_checkpoints").mkdir()
    (root / "train" / ".ipynb_checkpoints" / "Training_1.jpg").write_bytes(b"")
    (root / "sample.png").write_bytes(b"")
    assert len(load(root)) == 14
    file = sample.zip(tmp_path / "a.zip")
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("__MACOSX/train/happy/._Training_1.jpg", b"resource fork")
    assert len(load(file)) == 14


# Where a source is looked for


def test_the_environment_decides_where_no_source_is_given(sample, tmp_path, monkeypatch):
    monkeypatch.setenv("FER_DATA", str(sample.folder(tmp_path / "fer2013")))
    assert len(load(None)) == 14


def test_a_relative_path_is_looked_for_in_the_working_folder_then_in_the_repository(
    sample, tmp_path, monkeypatch
):
    sample.csv(tmp_path / "fer2013.csv")
    Sample(seed=1).folder(tmp_path / "home" / "data" / "fer2013")
    monkeypatch.chdir(tmp_path)
    np.testing.assert_array_equal(load("fer2013.csv").images, sample.images)
    np.testing.assert_array_equal(load("data/fer2013").images, Sample(seed=1).images)


def test_the_home_folder_may_be_written_as_a_tilde(sample, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    sample.csv(tmp_path / "fer2013.csv")
    assert len(load("~/fer2013.csv")) == 14


def test_a_folder_named_like_a_keyword_is_meant_when_written_as_a_path(sample, tmp_path):
    sample.folder(tmp_path / "kaggle")
    assert len(load("./kaggle")) == len(load(Path("kaggle"))) == 14


# Puppets


@pytest.fixture
def few_puppets(monkeypatch):
    monkeypatch.setattr(fer_course.data.load, "PUPPET_SIZES", {"quick": (12, 4, 3), "full": (20, 5, 5)})


def test_puppets_are_the_default_and_have_all_three_splits(few_puppets):
    faces = load(None)
    assert faces.is_puppets and len(faces) == 19 and faces.source.startswith("puppets")
    assert [len(faces.of(usage)) for usage in FER2013_COUNTS] == [12, 4, 3]
    assert len(set(faces.names)) == 19 and len(set(faces.twins())) == 19
    assert len(load("Puppets", profile="full")) == 30


def test_progress_is_not_shown_where_errors_are(few_puppets, sample, tmp_path, capsys):
    sources = ("puppets", sample.csv(tmp_path / "fer2013.csv"), sample.parquet(tmp_path / "a.parquet"))
    for source in sources:  # Jupyter shows stderr in red
        load_faces(source, cache=False)
        out, err = capsys.readouterr()
        assert err == ""
        assert "Drawing puppets: 100%" in out or f"Reading {source.name}" in out


def test_puppets_are_drawn_anew_when_the_drawing_code_has_changed(few_puppets, monkeypatch, tmp_path):
    load("puppets")
    monkeypatch.setattr(fer_course.data.cache, "file_fingerprint", lambda path: (path.name, "changed"))
    load("puppets")
    assert len(cached(tmp_path)) == 2


def test_puppets_from_the_cache_are_the_same_with_all_their_truth(few_puppets, monkeypatch):
    first = load("puppets")
    monkeypatch.setattr(fer_course.data.load, "draw_puppets", None)
    again = load("puppets")
    assert same(first, again) and first.source == again.source
    for truth in ("clean_labels", "action_units", "parts"):
        np.testing.assert_array_equal(getattr(first, truth), getattr(again, truth))


def test_the_quick_profile_is_7_000_puppets_and_the_full_one_as_many_as_fer2013():
    assert fer_course.data.load.PUPPET_SIZES["quick"] == (5_000, 1_000, 1_000)
    assert fer_course.data.load.PUPPET_SIZES["full"] == tuple(
        sum(counts) for counts in FER2013_COUNTS.values()
    )


def test_an_unknown_profile_is_refused():
    with pytest.raises(ValueError, match='"quick" or "full", found \'fast\''):
        load("puppets", profile="fast")


def test_a_folder_for_validation_is_the_public_half_and_test_the_private_one(sample, tmp_path):
    folders = {"Training": "train", "PublicTest": "validation", "PrivateTest": "test"}
    for i, (usage, label, jpeg) in enumerate(zip(sample.usage, sample.labels, sample.jpegs, strict=True)):
        place = tmp_path / "fer" / folders[usage] / EXPRESSIONS[label]
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{i}.jpg").write_bytes(jpeg)
    faces = load(tmp_path / "fer")
    assert {usage: int(np.sum(faces.usage == usage)) for usage in folders} == {
        "Training": 10,
        "PublicTest": 2,
        "PrivateTest": 2,
    }


def test_a_picture_beside_the_table_in_a_zip_does_not_make_it_a_zip_of_folders(sample, tmp_path):
    table = sample.csv(tmp_path / "fer2013.csv")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(table, "fer2013/fer2013.csv")
        archive.writestr("docs/preview.jpg", sample.jpegs[0])
    assert same(load(tmp_path / "a.zip"), load(table))


# The cache


def cached(tmp_path):
    return sorted((tmp_path / "home" / "data" / "cache").glob("*"))


def test_the_second_load_comes_from_the_cache_and_is_the_same(sample, tmp_path, monkeypatch):
    root = sample.folder(tmp_path / "fer2013")
    first = load(root)
    assert len(cached(tmp_path)) == 1
    monkeypatch.setattr(fer_course.data.layouts, "read_folder", None)
    assert same(first, load(root))


def test_nothing_is_written_into_the_source_folder(sample, tmp_path):
    root = sample.folder(tmp_path / "fer2013")
    before = sorted(root.rglob("*"))
    load(root)
    assert sorted(root.rglob("*")) == before


@pytest.mark.parametrize("layout", ["folder", "csv", "zip", "parquet"])
def test_a_source_that_changed_is_read_anew(sample, tmp_path, layout):
    path = (
        tmp_path / {"folder": "fer2013", "csv": "fer2013.csv", "zip": "a.zip", "parquet": "a.parquet"}[layout]
    )
    getattr(sample, layout)(path)
    load(path)
    getattr(Sample(seed=1), layout)(path)
    np.testing.assert_array_equal(load(path).images, Sample(seed=1).images)


def test_the_cache_can_lie_elsewhere_or_nowhere(sample, tmp_path):
    file = sample.csv(tmp_path / "fer2013.csv")
    load(file, cache=False)
    assert not cached(tmp_path)
    load(file, cache=tmp_path / "elsewhere")
    assert not cached(tmp_path) and len(list((tmp_path / "elsewhere").iterdir())) == 1


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "text"])
def test_a_broken_cache_is_rebuilt_and_this_is_said(sample, tmp_path, capsys, damage):
    file = sample.csv(tmp_path / "fer2013.csv")
    first = load(file)
    (kept,) = cached(tmp_path)
    data = bytearray(kept.read_bytes())
    if damage == "flip":
        data[5000] ^= 0xFF
    kept.write_bytes({"cut": data[: len(data) // 2], "flip": data, "empty": b"", "text": b"hello"}[damage])
    assert same(first, load(file))
    assert f"{kept} is broken: the faces are loaded again" in capsys.readouterr().out
    load(file)
    assert "broken" not in capsys.readouterr().out


def test_a_cache_that_holds_code_is_never_run(sample, tmp_path, capsys):
    file = sample.csv(tmp_path / "fer2013.csv")
    load(file)
    (kept,) = cached(tmp_path)
    with kept.open("wb") as opened:
        np.savez(opened, images=np.array([{"an": "object"}], dtype=object))
    assert len(load(file)) == 14
    assert "broken" in capsys.readouterr().out


def test_a_full_disk_while_caching_leaves_the_old_cache_and_the_faces(sample, tmp_path, capsys):
    resource = pytest.importorskip("resource")
    old = sample.csv(tmp_path / "fer2013.csv")
    load(old)
    (kept,) = cached(tmp_path)
    content = kept.read_bytes()
    new = Sample(seed=1).csv(tmp_path / "icml_face_data.csv")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, limits[1]))
    try:
        faces = load(new)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    np.testing.assert_array_equal(faces.images, Sample(seed=1).images)
    assert "could not be cached in" in capsys.readouterr().out
    assert cached(tmp_path) == [kept] and kept.read_bytes() == content


def test_a_cache_folder_that_is_a_file_is_said_and_does_no_harm(sample, tmp_path, capsys):
    (tmp_path / "note.txt").write_text("mine")
    assert len(load(sample.csv(tmp_path / "fer2013.csv"), cache=tmp_path / "note.txt")) == 14
    assert "could not be cached in" in capsys.readouterr().out
    assert (tmp_path / "note.txt").read_text() == "mine"


# Bad input


def fails(source, *parts, error=ValueError, **options):
    """Loading fails with one sentence that has all the parts, and no foreign error shows behind it."""
    with pytest.raises(error) as raised:
        load(source, **options)
    message = str(raised.value)
    assert all(str(part) in message for part in parts), message
    assert "\n" not in message and raised.value.__suppress_context__ | (raised.value.__context__ is None)


def test_a_missing_path_says_where_it_was_looked_for(tmp_path):
    fails(
        "nowhere/fer2013", "nothing at nowhere/fer2013", tmp_path, "home", "puppets", error=FileNotFoundError
    )
    fails("kagle", "nothing at kagle", '"kaggle"', error=FileNotFoundError)


def test_an_empty_folder_is_named(tmp_path):
    (tmp_path / "empty").mkdir()
    fails(tmp_path / "empty", tmp_path / "empty", "is an empty folder")


def test_a_folder_with_something_else_says_what_was_expected(tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("hello")
    fails("other", "holds no FER-2013", "train/", "fer2013.csv", ".parquet")


def test_an_unknown_class_folder_is_named(sample, tmp_path):
    root = sample.folder(tmp_path / "fer2013")
    (root / "train" / "contempt").mkdir()
    (root / "train" / "contempt" / "Training_1.jpg").write_bytes(sample.jpegs[0])
    fails(root, "train/contempt/Training_1.jpg", "'contempt' is no class folder", "surprise, neutral")


def test_a_truncated_image_is_named_with_its_file(sample, tmp_path):
    root = sample.folder(tmp_path / "fer2013")
    path = root / next(sample.paths())
    path.write_bytes(sample.jpegs[0][: len(sample.jpegs[0]) // 2])
    fails(root, path, "cut short")
    path.write_bytes(b"")
    fails(root, path, "0 bytes")


def test_an_image_of_another_size_is_named_with_both_sizes(sample, tmp_path):
    root = sample.folder(tmp_path / "fer2013")
    path = root / next(sample.paths())
    Image.new("L", (64, 32)).save(path)
    fails(root, path, "64×32", "48×48")


def test_an_image_of_16_bits_is_named(sample, tmp_path):
    root = sample.folder(tmp_path / "fer2013")
    path = root / "train" / "happy" / "Training_0.png"
    Image.fromarray(np.full((48, 48), 40_000, np.uint16)).save(path)
    fails(root, path, "more than 8 bits")


def test_a_truncated_image_in_a_zip_and_in_parquet_is_named_with_its_place(sample, tmp_path):
    sample.jpegs[4] = sample.jpegs[4][:300]
    fails(sample.zip(tmp_path / "a.zip"), tmp_path / "a.zip", sample.names[4], "cut short")
    fails(sample.parquet(tmp_path / "a.parquet"), tmp_path / "a.parquet", "row 4", "cut short")


def table(tmp_path, *rows, header="emotion,pixels,Usage", name="fer2013.csv"):
    good = "0," + " ".join(["7"] * 2304) + ",Training"
    (tmp_path / name).write_text("\n".join([header, good, *rows]) + "\n")
    return tmp_path / name


def pixels(*last, n=2304):
    return " ".join(["7"] * (n - len(last)) + [str(value) for value in last])


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (f"3,{pixels(n=2303)},Training", "expected 2,304 pixels (48×48), found 2,303"),
        (f"3,{pixels(n=2305)},Training", "found 2,305"),
        ("3,,Training", "found 0"),
        (f"3,{pixels(256)},Training", "pixel values from 0 to 255, found 256"),
        (f"3,{pixels(-1)},Training", "found -1"),
        (f"3,{pixels('12.5')},Training", "whole numbers, found '12.5'"),
        (f"3,{pixels('nan', 5)},Training", "whole numbers, found 'nan'"),
        (f"7,{pixels()},Training", "label from 0 (angry) to 6 (neutral), found 7"),
        (f"-1,{pixels()},Training", "found -1"),
        (f"happy,{pixels()},Training", "label from 0 to 6, found 'happy'"),
        (f",{pixels()},Training", "found ''"),
        (f"3,{pixels()},Validation", "PrivateTest, found 'Validation'"),
        (f"3,{pixels()}", "expected at least 3 columns, found 2"),
    ],
)
def test_a_wrong_row_of_a_csv_is_named_with_its_line(tmp_path, row, problem):
    file = table(tmp_path, "", row)
    fails(file, f"{file}, line 4:", problem)


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        ("emotion,Usage", "expected the columns emotion, pixels and Usage, found emotion, Usage"),
        ("a,b,c", "found a, b, c"),
        ("pixels", "no column emotion, so its images have no labels"),
    ],
)
def test_a_csv_without_a_column_says_which(tmp_path, header, problem):
    fails(table(tmp_path, header=header), tmp_path / "fer2013.csv", problem)


def test_the_unlabelled_test_csv_is_told_apart(tmp_path):
    fails(table(tmp_path, header="pixels", name="test.csv"), "test.csv", "no labels", "icml_face_data.csv")
    fails(tmp_path, "test.csv", "no labels")


def test_a_csv_without_rows_is_refused(tmp_path):
    (tmp_path / "fer2013.csv").write_text("emotion,pixels,Usage\n")
    fails("fer2013.csv", "fer2013.csv", "holds no images")
    (tmp_path / "fer2013.csv").write_bytes(b"")
    fails("fer2013.csv", "found nothing")


def test_a_file_that_only_calls_itself_csv_is_refused(sample, tmp_path):
    (tmp_path / "fer2013.csv").write_bytes(sample.jpegs[0] * 300)
    fails("fer2013.csv", "fer2013.csv", error=ValueError)


@pytest.mark.parametrize(
    "name", ["../evil.jpg", "/etc/evil.jpg", "train/../../evil.jpg", "..\\evil.jpg", "C:/evil.jpg"]
)
def test_a_zip_with_names_that_point_outside_is_refused(sample, tmp_path, name):
    file = sample.zip(tmp_path / "a.zip")
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(name, b"")
    fails(file, file, "points outside the archive")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip"]


def test_a_damaged_zip_is_named(sample, tmp_path):
    file = sample.zip(tmp_path / "a.zip")
    data = bytearray(file.read_bytes())
    file.write_bytes(data[: len(data) // 2])
    fails(file, file, "damaged")
    data[data.index(sample.jpegs[0]) + 200] ^= 0xFF
    file.write_bytes(data)
    fails(file, file, sample.names[0], "damaged")


def test_a_damaged_zip_with_the_csv_is_named(sample, tmp_path):
    csv_file = sample.csv(tmp_path / "fer2013.csv")
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(csv_file, "fer2013.csv")
    data = bytearray((tmp_path / "a.zip").read_bytes())
    data[len(data) // 2] ^= 0xFF
    (tmp_path / "a.zip").write_bytes(data)
    fails(tmp_path / "a.zip", "fer2013.csv", error=ValueError)


def test_a_zip_without_faces_and_several_zips_say_what_to_do(sample, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("notes.txt", "hello")
    fails("a.zip", "a.zip", "holds no FER-2013")
    sample.zip(tmp_path / "b.zip")
    fails(tmp_path, "several zips (a.zip, b.zip)")


def test_a_file_in_another_format_is_refused(tmp_path):
    (tmp_path / "fer2013.tar.gz").write_bytes(b"")
    fails("fer2013.tar.gz", "fer2013.tar.gz", "unpack .tar.gz first")


def test_a_parquet_file_with_other_columns_or_none_is_refused(sample, tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pyarrow.table({"img": [1], "labels": [1]}), tmp_path / "a.parquet")
    fails("a.parquet", "a.parquet", "image and label, found img, labels")
    (tmp_path / "b.parquet").write_bytes(b"PAR1 nonsense")
    fails("b.parquet", "b.parquet", "damaged")
    fails(sample.parquet(tmp_path / "c.parquet", labels=[0] * 13 + [7]), "c.parquet, row 13", "label 7")
    words = [EXPRESSIONS[label] for label in sample.labels]
    fails(
        sample.parquet(tmp_path / "w.parquet", labels=words),
        "w.parquet, row 0",
        f"label {words[0]!r}; expected",
    )
    info = {"info": {"features": {"label": {"names": [*EXPRESSIONS[:6], "contempt"]}}}}
    other = sample.parquet(tmp_path / "d.parquet", metadata={"huggingface": json.dumps(info)})
    fails(other, "d.parquet", "the labels contempt")


def test_parquet_without_pyarrow_names_the_package_to_install(sample, tmp_path, monkeypatch):
    file = sample.parquet(tmp_path / "a.parquet")
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    fails(file, "needs pyarrow", 'pip install "fer-course[data]"', error=ImportError)


# Downloads


def stand_in(monkeypatch, module, function, result):
    def download(*_, **__):
        if isinstance(result, Exception):
            raise result
        return str(result)

    monkeypatch.setitem(sys.modules, module, types.SimpleNamespace(**{function: download}))


DOWNLOADS = [
    ("kaggle", "kagglehub", "dataset_download"),
    ("huggingface", "huggingface_hub", "snapshot_download"),
]


@pytest.mark.parametrize(("word", "module", "function"), DOWNLOADS)
def test_a_download_is_read_like_a_copy_on_disk(sample, tmp_path, monkeypatch, word, module, function):
    root = tmp_path / "versions" / "1"
    if word == "kaggle":
        sample.folder(root)
    else:
        sample.parquet(root / "data" / "train-00000-of-00001.parquet")
    stand_in(monkeypatch, module, function, root)
    faces = load(word)
    np.testing.assert_array_equal(faces.images, sample.images)
    assert "fer2013" in faces.source


@pytest.mark.parametrize(("word", "module", "function"), DOWNLOADS)
def test_a_download_without_network_says_what_else_there_is(monkeypatch, word, module, function):
    stand_in(monkeypatch, module, function, OSError("Name or service not known\nmore lines\nand more"))
    fails(word, "could not be downloaded", "Name or service not known", "puppets", error=ConnectionError)


@pytest.mark.parametrize(("word", "module", "function"), DOWNLOADS)
def test_a_download_without_its_package_names_it(monkeypatch, word, module, function):
    monkeypatch.setitem(sys.modules, module, None)
    fails(word, module, 'pip install "fer-course[data]"', "puppets", error=ImportError)


# Known counts


def columns_of(counts):
    usage = np.repeat(list(counts), [sum(numbers) for numbers in counts.values()])
    labels = np.concatenate([np.repeat(np.arange(7), numbers) for numbers in counts.values()])
    return {"labels": labels, "usage": usage}


def test_the_published_counts_pass_without_a_word(recwarn, capsys):
    check_counts(columns_of(FER2013_COUNTS), "FER-2013")
    assert not recwarn and not capsys.readouterr().out


def test_a_copy_without_privatetest_reads_calmly(recwarn, capsys):
    check_counts(columns_of({k: FER2013_COUNTS[k] for k in ("Training", "PublicTest")}), "FER-2013")
    assert not recwarn
    assert capsys.readouterr().out == (
        "This copy has no PrivateTest: the test set is PublicTest alone, 3,589 images.\n"
    )


def test_a_test_set_in_one_piece_is_complete(recwarn):
    both = np.add(FER2013_COUNTS["PublicTest"], FER2013_COUNTS["PrivateTest"])
    check_counts(columns_of({"Training": FER2013_COUNTS["Training"], "PublicTest": both}), "FER-2013")
    assert not recwarn


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(
    ("training", "sentence"),
    [
        ((3995, 436, 4097, 7215, 4830, 3171, 4960), "Training has 28,704 images (published: 28,709)."),
        ((3995, 436, 4097, 7215, 4831, 3171, 4964), "Training has 4,831 sad (4,830), 4,964 neutral (4,965)"),
        ((3995, 436, 4097, 7215, 4965, 4830, 3171), "Training looks labelled in alphabetical order"),
    ],
)
def test_other_counts_are_a_warning_that_says_what_differs(training, sentence):
    with pytest.warns(UserWarning) as caught:
        check_counts(columns_of(FER2013_COUNTS | {"Training": training}), "My copy")
    (warning,) = caught
    assert str(warning.message).startswith("My copy differs from the published FER-2013: ")
    assert sentence in str(warning.message)


@pytest.mark.filterwarnings("default")
def test_a_subset_is_one_warning_for_all_its_splits(sample, tmp_path):
    with pytest.warns(
        UserWarning, match="Training has 10 images .*; PublicTest has 2 .*; PrivateTest has 2"
    ) as caught:
        load(sample.csv(tmp_path / "fer2013.csv"))
    assert len(caught) == 1 and caught[0].filename == __file__


# FER+ votes


def write_votes(sample, file, usage=None):
    with file.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["Usage", "Image name", *VOTES])
        for i, label in enumerate(sample.labels):
            votes = [0] * 10
            votes[VOTE_LABELS.index(label)] = 9
            votes[9] = 1
            writer.writerow([(usage or sample.usage)[i], f"fer{i:07d}.png", *votes])
    return file


def test_votes_beside_a_csv_attach_by_its_rows(sample, tmp_path):
    sample.usage = sample.usage[:10] + ["PrivateTest", "PublicTest"] * 2
    write_votes(sample, tmp_path / "fer2013new.csv")
    faces = load(sample.csv(tmp_path / "fer2013.csv"))
    assert faces.votes.shape == (14, 10) and faces.votes.dtype == np.int64
    assert majority_labels(faces.votes).tolist() == faces.labels.tolist()
    assert agreement(faces.labels, faces.votes) == 1.0


@pytest.mark.parametrize("layout", ["folder", "zip", "parquet"])
def test_votes_attach_to_file_names_where_a_table_says_their_rows(sample, tmp_path, layout):
    write_votes(sample, tmp_path / "ferplus_fer2013new.csv")
    rows = [f"{name},{i}" for i, name in enumerate(sample.names) if i != 5]
    (tmp_path / "csv_rows.csv").write_text("\n".join(["path,csv_row", *rows]))
    path = tmp_path / {"folder": "fer2013", "zip": "a.zip", "parquet": "a.parquet"}[layout]
    faces = load(getattr(sample, layout)(path))
    assert faces.votes[5].tolist() == [0] * 10
    assert np.delete(majority_labels(faces.votes) == faces.labels, 5).all()


def test_votes_that_go_by_rows_are_left_out_of_a_folder_and_this_is_said(sample, tmp_path, capsys):
    votes = write_votes(sample, tmp_path / "fer2013new.csv")
    root = sample.folder(tmp_path / "fer2013")
    assert load(root).votes is None
    assert "FER+ votes in fer2013new.csv are left out" in capsys.readouterr().out
    fails(root, "fer2013new.csv", "csv_rows.csv", votes=votes)


def test_votes_of_other_images_are_refused_or_left_out_with_a_warning(sample, tmp_path):
    file = sample.csv(tmp_path / "fer2013.csv")
    wrong = write_votes(sample, tmp_path / "fer2013new.csv", usage=["PublicTest"] * 14)
    with pytest.warns(
        UserWarning, match="FER\\+ votes are left out. The votes in fer2013new.csv belong to other"
    ):
        assert load(file).votes is None
    fails(file, "belong to other images", "12 of 14 rows name another split", votes=wrong)


def test_votes_of_the_same_splits_in_another_order_are_told_by_their_agreement(sample, tmp_path, monkeypatch):
    monkeypatch.setattr(fer_course.data.votes, "ENOUGH", 10)
    file, labels = sample.csv(tmp_path / "fer2013.csv"), sample.labels
    sample.labels = [(label + 1) % 7 for label in labels]
    wrong = write_votes(sample, tmp_path / "other.csv")
    fails(file, "belong to other images", "agree on 0%", votes=wrong)


def test_a_missing_or_wrong_votes_file_is_named(sample, tmp_path):
    file = sample.csv(tmp_path / "fer2013.csv")
    fails(file, "nothing at missing.csv", votes="missing.csv", error=FileNotFoundError)
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    fails(file, "other.csv", "Usage", "contempt", votes="other.csv")


def test_a_majority_of_contempt_unknown_no_face_or_no_votes_is_no_label():
    votes = np.zeros((5, 10), int)
    votes[[0, 1, 2, 4], [7, 8, 9, 0]] = 10
    assert majority_labels(votes).tolist() == [-1, -1, -1, -1, 6]


def test_every_column_of_votes_stands_for_its_own_label():
    assert VOTES[:7] == ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear")
    assert majority_labels(np.eye(10, dtype=int)).tolist() == [6, 3, 5, 4, 0, 1, 2, -1, -1, -1]


# Real FER-2013


def expand(layout, out, limit=300):
    command = [sys.executable, str(REAL / "expand.py"), "--layout", layout, "--limit", str(limit), str(out)]
    subprocess.run(command, check=True, capture_output=True)
    return out


@pytest.fixture(scope="session")
def real_faces(tmp_path_factory):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return load_faces(REAL, cache=tmp_path_factory.mktemp("cache"), progress=False)


@real_data
def test_real_images_are_the_same_through_four_layouts_bit_by_bit(real_faces, tmp_path):
    folder = load(expand("folder", tmp_path / "folder"), cache=False)
    assert len(folder) == 600
    assert same(folder, load(expand("zip", tmp_path / "a.zip"), cache=False))
    table = load(expand("csv", tmp_path / "fer2013.csv"), cache=False)
    assert same(sorted_by_pixels(folder), sorted_by_pixels(table), names=False)
    where = {name: i for i, name in enumerate(real_faces.names)}
    assert same(folder, real_faces[[where[name] for name in folder.names]])


@real_data
def test_real_counts_are_the_published_ones(real_faces):
    for usage in ("Training", "PublicTest"):
        assert tuple(real_faces.of(usage).counts()) == FER2013_COUNTS[usage]
    assert len(set(real_faces.names)) == len(real_faces) == 32_298


@real_data
def test_2_271_training_images_and_280_of_publictest_have_a_twin_in_training(real_faces):
    training = real_faces.of("Training")
    twins = training.twins()
    assert np.sum(np.bincount(twins)[twins] > 1) == 2_271
    known = {image.tobytes() for image in training.images}
    assert sum(image.tobytes() in known for image in real_faces.of("PublicTest").images) == 280


@real_data
@pytest.mark.parametrize("group_twins", [False, True])
def test_the_real_split_is_25_120_and_3_589(real_faces, group_twins):
    train, validation = stratified_split(real_faces.of("Training"), group_twins=group_twins)
    assert (len(train), len(validation)) == (25_120, 3_589)
    assert validation.counts().tolist() == [499, 55, 512, 902, 604, 396, 621]
    leaked = {image.tobytes() for image in train.images} & {image.tobytes() for image in validation.images}
    assert bool(leaked) != group_twins


@real_data
def test_real_labels_agree_with_about_65_percent_of_the_votes(real_faces):
    assert real_faces.votes is not None
    assert 0.62 < agreement(real_faces.labels, real_faces.votes) < 0.72
    assert np.mean(real_faces.votes.sum(axis=1) > 0) > 0.99


def test_labels_that_a_split_lacks_are_named(recwarn):
    labels = np.array([0, 2, 3, 4, 5, 6] * 3)
    usage = np.repeat(["Training", "PublicTest", "PrivateTest"], 6)
    check_counts({"labels": labels, "usage": usage}, "My copy")
    assert "Training has 6 images (published: 28,709), none of them labelled disgust" in str(
        recwarn.pop().message
    )
