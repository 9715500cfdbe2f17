"""The files in folders and archives, read where they are."""

import io
import os
import tarfile
import zipfile

import pytest
from fer2013 import fails, load, same, subset

from fer_course.data import containers
from fer_course.data.containers import LARGEST_IMAGE

pytestmark = subset


def test_a_zip_with_a_folder_around_everything_is_read_in_place(sample, tmp_path):
    plain = load(sample.zip(tmp_path / "plain.zip"))
    nested = tmp_path / "nested"
    nested.mkdir()
    assert same(plain, load(sample.zip(nested / "archive.zip", top="fer2013/")))
    assert [path.name for path in nested.iterdir()] == ["archive.zip"]


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


def tar(sample, file, mode="w:gz", top="./fer2013/"):
    with tarfile.open(file, mode) as archive:
        for path, jpeg in zip(sample.paths(), sample.jpegs, strict=True):
            member = tarfile.TarInfo(top + path)
            member.size = len(jpeg)
            archive.addfile(member, io.BytesIO(jpeg))
    return file


@pytest.mark.parametrize(
    ("name", "mode"), [("a.tar", "w"), ("a.tar.gz", "w:gz"), ("a.tar.xz", "w:xz"), ("fer2013.csv", "w:gz")]
)
def test_a_tar_is_read_in_place_whatever_it_is_called(sample, tmp_path, name, mode):
    expected = load(sample.folder(tmp_path / "fer2013"))
    (tmp_path / "archive").mkdir()
    file = tar(sample, tmp_path / "archive" / name, mode)
    assert same(expected, load(file)) and same(expected, load(tmp_path / "archive"))
    assert [path.name for path in (tmp_path / "archive").iterdir()] == [name]


@pytest.mark.parametrize("name", ["../evil.jpg", "/etc/evil.jpg", "train/../../evil.jpg"])
def test_a_tar_with_names_that_point_outside_is_refused(sample, tmp_path, name):
    file = tar(sample, tmp_path / "a.tar", "w")
    with tarfile.open(file, "a") as archive:
        archive.addfile(tarfile.TarInfo(name))
    fails(file, file, "points outside the archive")


def test_links_and_huge_members_of_a_tar_are_not_followed(sample, tmp_path):
    file = tar(sample, tmp_path / "a.tar", "w")
    with tarfile.open(file, "a") as archive:
        link = tarfile.TarInfo("fer2013/train/happy/Training_1.jpg")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    assert len(load(file)) == 14
    with tarfile.open(file, "a") as archive:
        large = tarfile.TarInfo("fer2013/train/happy/Training_2.jpg")
        large.size = LARGEST_IMAGE + 1
        archive.addfile(large, io.BytesIO(bytes(large.size)))
    fails(file, "Training_2.jpg", "too large to be a 48×48 image")


def test_a_damaged_tar_is_named(sample, tmp_path):
    file = tar(sample, tmp_path / "a.tar.gz")
    file.write_bytes(file.read_bytes()[:3000])
    fails(file, file, "damaged")


def test_a_zip_with_backslashes_as_windows_writes_them_holds_its_images(sample, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for path, jpeg in zip(sample.paths(), sample.jpegs, strict=True):
            # ZipInfo would turn the separator of this system into a slash.
            info = zipfile.ZipInfo()
            info.filename = path.replace("/", "\\")
            archive.writestr(info, jpeg)
    assert same(load(sample.folder(tmp_path / "fer2013")), load(tmp_path / "a.zip"))


def test_a_folder_that_is_a_link_is_read_and_a_circle_of_links_ends(sample, tmp_path):
    root = sample.folder(tmp_path / "fer2013")
    expected = load(root)
    (root / "test").rename(tmp_path / "elsewhere")
    (root / "test").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (root / "train" / "again").symlink_to(root, target_is_directory=True)
    assert same(expected, load(root))


def test_a_link_to_nothing_is_named(sample, tmp_path):
    root = sample.folder(tmp_path / "fer2013")
    (root / "test" / "happy").mkdir(exist_ok=True)
    (root / "test" / "happy" / "PrivateTest_7.jpg").symlink_to(tmp_path / "gone.jpg")
    fails(root, "PrivateTest_7.jpg", "is a link to nothing")


def test_a_folder_that_cannot_be_read_is_named_and_not_left_out(sample, tmp_path, monkeypatch):
    root, scan = sample.folder(tmp_path / "fer2013"), os.scandir

    def closed(folder):
        if str(folder).endswith("test"):
            raise PermissionError(13, "Permission denied", str(folder))
        return scan(folder)

    monkeypatch.setattr(os, "scandir", closed)
    fails(root, root / "test", "cannot be read (Permission denied)")


def test_a_tar_of_far_more_pictures_than_fer2013_has_does_not_fill_the_memory(sample, tmp_path, monkeypatch):
    monkeypatch.setattr(containers, "LARGEST_TAR", sum(map(len, sample.jpegs)))
    file = tar(sample, tmp_path / "a.tar")
    assert len(load(file)) == 14
    monkeypatch.setattr(containers, "LARGEST_TAR", sum(map(len, sample.jpegs)) - 1)
    fails(file, file, "of pictures: it is not FER-2013")
