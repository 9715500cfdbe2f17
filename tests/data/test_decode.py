"""Image files are decoded and put in one order; those that cannot be are named."""

import numpy as np
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
