"""Image files are decoded and put in one order; those that cannot be are named."""

import numpy as np
import pytest
from fer2013 import fails, load, same, subset
from PIL import Image

from fer_course.labels import EXPRESSIONS

pytestmark = subset


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


def test_neutral_is_6_although_its_folder_comes_before_sad(sample, tmp_path):
    faces = load(sample.folder(tmp_path / "fer2013"))
    i = sample.labels.index(6)
    assert faces.labels[faces.names == sample.names[i]].tolist() == [6]


def test_one_of_train_and_test_is_enough(sample, tmp_path):
    root = sample.folder(tmp_path / "fer2013")
    assert set(load(root / "train").usage) == {"Training"}
    assert load(root / "test").usage.tolist() == ["PublicTest"] * 2 + ["PrivateTest"] * 2


def test_files_without_a_prefix_take_the_split_of_their_folder_and_this_is_said(sample, tmp_path, capsys):
    sample.names = [f"im{i}.jpg" for i in range(14)]
    faces = load(sample.folder(tmp_path / "fer2013"))
    assert faces.usage.tolist() == ["Training"] * 10 + ["PublicTest"] * 4
    assert "14 files have no Training_, PublicTest_ or PrivateTest_" in capsys.readouterr().out


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


def in_folders(sample, root, folders):
    """Write the faces without a split in front of their names, into a folder for each split."""
    for i, (usage, label, jpeg) in enumerate(zip(sample.usage, sample.labels, sample.jpegs, strict=True)):
        place = root / folders[usage] / EXPRESSIONS[label]
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{i}.jpg").write_bytes(jpeg)
    return root


@pytest.mark.parametrize(
    "folders",
    [
        ("train", "dev", "eval"),
        ("fer2013_train", "fer2013_val", "fer2013_test"),
        ("Training", "PublicTest", "PrivateTest"),
    ],
)
def test_the_usual_names_of_the_splits_are_known_and_what_was_taken_is_said(
    sample, tmp_path, capsys, folders
):
    by_usage = dict(zip(("Training", "PublicTest", "PrivateTest"), folders, strict=True))
    faces = load(in_folders(sample, tmp_path / "fer", by_usage))
    assert faces.usage.tolist() == sample.usage
    said = capsys.readouterr().out
    assert all(f"{folder}/ as {usage}" in said for usage, folder in by_usage.items())


def test_files_that_are_no_images_are_said_and_other_kinds_of_image_are_read(sample, tmp_path, capsys):
    root = sample.folder(tmp_path / "fer2013")
    expected, path = load(root), root / next(sample.paths())
    for ending in (".webp", ".tif", ".jfif"):
        image = Image.open(path)
        image.load()
        path.unlink()
        path = path.with_suffix(ending)
        image.save(
            path, "JPEG" if ending == ".jfif" else None, **({"lossless": True} if ending == ".webp" else {})
        )
        assert load(root).labels.tolist() == expected.labels.tolist()
    (root / "train" / "happy" / "notes.txt").write_text("mine")
    capsys.readouterr()
    load(root)
    assert "Files that are no images are left out: 1 .txt." in capsys.readouterr().out


def test_a_pointer_of_git_lfs_is_called_so(sample, tmp_path):
    root = sample.folder(tmp_path / "fer2013")
    (root / next(sample.paths())).write_bytes(
        b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9\n"
    )
    fails(root, "is a Git LFS pointer", "git lfs pull")


def test_a_picture_that_a_camera_stored_lying_on_its_side_is_turned(sample, tmp_path):
    root = sample.folder(tmp_path / "fer2013")
    file = root / next(sample.paths())
    lying = Image.fromarray(sample.images[0]).rotate(90)
    exif = lying.getexif()
    # How to turn it: by a quarter, clockwise.
    exif[0x0112] = 6
    lying.save(file.with_suffix(".png"), exif=exif)
    file.unlink()
    np.testing.assert_array_equal(load(root).images, sample.images)


def test_a_picture_that_is_transparent_in_places_is_named_and_an_opaque_one_is_read(sample, tmp_path, capsys):
    root = sample.folder(tmp_path / "fer2013")
    file = root / next(sample.paths())
    for mode in ("RGBA", "LA", "P"):
        Image.fromarray(sample.images[0]).convert(mode).save(file.with_suffix(".png"))
        file.unlink(missing_ok=True)
        np.testing.assert_array_equal(load(root).images, sample.images)
    cut_out = Image.fromarray(sample.images[0]).convert("RGBA")
    cut_out.putpixel((0, 0), (0, 0, 0, 0))
    cut_out.save(file.with_suffix(".png"))
    fails(root, file.with_suffix(".png"), "transparent")


@pytest.mark.parametrize("name", ["contempt", "suprise"])
def test_a_folder_of_an_eighth_label_or_with_a_slip_in_its_name_is_named_and_an_empty_one_is_not(
    sample, tmp_path, name
):
    folder = sample.folder(tmp_path / "fer2013") / "train" / name
    folder.mkdir()
    assert len(load("fer2013")) == 14
    Image.fromarray(sample.images[0]).save(folder / "Training_0.png")
    fails("fer2013", f"train/{name}/Training_0.png", "no class folder", "neutral")
