"""FER-2013 as image files, in folders or in a zip."""

import zipfile

import numpy as np
import pytest
from fer2013 import fails, load, same, subset

from fer_course.labels import EXPRESSIONS

pytestmark = subset


def test_neutral_is_6_although_its_folder_comes_before_sad(sample, tmp_path):
    faces = load(sample.folder(tmp_path / "fer2013"))
    i = sample.labels.index(6)
    assert faces.labels[faces.names == sample.names[i]].tolist() == [6]


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


def test_files_without_a_prefix_take_the_split_of_their_folder_and_this_is_said(sample, tmp_path, capsys):
    sample.names = [f"im{i}.jpg" for i in range(14)]
    faces = load(sample.folder(tmp_path / "fer2013"))
    assert faces.usage.tolist() == ["Training"] * 10 + ["PublicTest"] * 4
    assert "14 files have no Training_, PublicTest_ or PrivateTest_" in capsys.readouterr().out


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


def test_an_unknown_class_folder_is_named(sample, tmp_path):
    root = sample.folder(tmp_path / "fer2013")
    (root / "train" / "contempt").mkdir()
    (root / "train" / "contempt" / "Training_1.jpg").write_bytes(sample.jpegs[0])
    fails(root, "train/contempt/Training_1.jpg", "'contempt' is no class folder", "surprise, neutral")


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
