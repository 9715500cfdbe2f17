"""Pictures as people have them are read upright and in colour; what is none is told in one sentence."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from fer_course.camera import pictures as room
from fer_course.camera.pictures import grey, read_picture

RNG = np.random.default_rng(0)
COLOURS = RNG.integers(0, 256, (12, 20, 3), dtype=np.uint8)
GREY = COLOURS[:, :, 0]


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


BOMB = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0))
BOMB += chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def test_colours_are_read_as_they_are(tmp_path):
    Image.fromarray(COLOURS).save(tmp_path / "a.png")
    assert np.array_equal(read_picture(tmp_path / "a.png"), COLOURS)
    assert np.array_equal(read_picture(str(tmp_path / "a.png")), COLOURS)


def test_a_picture_that_lies_on_its_side_is_turned(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by a quarter, clockwise
    Image.fromarray(COLOURS).save(tmp_path / "a.png", exif=exif)
    assert np.array_equal(read_picture(tmp_path / "a.png"), np.rot90(COLOURS, -1))


@pytest.mark.parametrize("mode", ["L", "P", "1", "LA", "CMYK", "RGBA"])
def test_every_mode_becomes_red_green_and_blue(tmp_path, mode):
    name = "a.tif" if mode == "CMYK" else "a.png"
    Image.fromarray(COLOURS).convert(mode).save(tmp_path / name)
    picture = read_picture(tmp_path / name)
    assert picture.shape == (12, 20, 3) and picture.dtype == np.uint8
    expected = np.asarray(Image.fromarray(COLOURS).convert(mode).convert("RGB"))
    assert abs(picture.astype(int) - expected).max() <= (0 if mode != "P" else 1)


def test_what_is_transparent_lies_on_white(tmp_path):
    see_through = np.dstack([np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4), np.uint8)])
    see_through[0, 0, 3] = 255
    Image.fromarray(see_through).save(tmp_path / "a.png")
    picture = read_picture(tmp_path / "a.png")
    assert picture[0, 0].tolist() == [0, 0, 0] and (picture[1:] == 255).all()


def test_sixteen_bits_are_scaled_and_not_cut_off(tmp_path):
    deep = np.array([[0, 257, 32_896, 65_535]] * 4, np.uint16)
    Image.fromarray(deep).save(tmp_path / "a.png")
    assert read_picture(tmp_path / "a.png")[0, :, 0].tolist() == [0, 1, 128, 255]


def test_of_an_animation_the_first_frame_is_read(tmp_path):
    frames = [Image.fromarray(np.full((8, 8), value, np.uint8)) for value in (10, 200)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    assert (read_picture(tmp_path / "a.gif") == 10).all()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no picture", "image"),
        (b"", "image"),
        (b"P6 5x 40 255 \0", "no image"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
        # A PNG that claims to be 60,000 pixels wide and high.
        (BOMB, "fill the memory"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 40, "HEIC"),
        ("cut", "cut short"),
    ],
)
def test_what_is_no_picture_is_told_in_one_sentence(tmp_path, content, words):
    file = tmp_path / "a.jpg"
    if content == "cut":
        Image.fromarray(RNG.integers(0, 256, (64, 64, 3), dtype=np.uint8)).save(file)
        content = file.read_bytes()[:400]
    file.write_bytes(content)
    with pytest.raises(ValueError, match=words) as told:
        read_picture(file)
    assert "a.jpg" in str(told.value) and "\n" not in str(told.value)


def test_a_missing_file_a_folder_and_a_picture_too_large_are_named(tmp_path, monkeypatch):
    with pytest.raises(FileNotFoundError, match="no such file"):
        read_picture(tmp_path / "none.png")
    with pytest.raises(ValueError, match="folder"):
        read_picture(tmp_path)
    Image.fromarray(COLOURS).save(tmp_path / "a.png")
    monkeypatch.setattr(room, "LARGEST", 100)
    with pytest.raises(ValueError, match="megapixels"):
        read_picture(tmp_path / "a.png")


def test_grey_values_are_those_that_fer2013_is_read_with():
    assert np.array_equal(grey(COLOURS), np.asarray(Image.fromarray(COLOURS).convert("L")))
    assert grey(GREY) is GREY


@pytest.mark.parametrize("picture", [COLOURS.astype(float), COLOURS[:, :, :2], COLOURS[:0], "me.jpg"])
def test_what_is_no_picture_is_not_turned_grey(picture):
    with pytest.raises(ValueError, match="uint8 of shape"):
        grey(picture)
