"""Faces are found where they are, each once, and cut out as FER-2013 frames them."""

import sys

import numpy as np
import pytest
from PIL import Image

from fer_course.camera import find as room
from fer_course.camera.find import Box, crop_face, find_faces
from fer_course.puppets.draw import draw_large_puppets
from fer_course.puppets.scene import draw_room, draw_scene

skimage = pytest.importorskip("skimage")

EASY = {"low_light": 0, "blur": 0, "occlusion": 0, "pose": 0, "who": {"skin": 190}}


def inside(box, place):
    left, top, width, height = place
    x, y = box.left + box.width / 2, box.top + box.height / 2
    return left < x < left + width and top < y < top + height


def test_the_astronaut_s_is_the_largest_face_in_colour_and_in_grey():
    picture = skimage.data.astronaut()
    grey = np.asarray(Image.fromarray(picture).convert("L"))
    assert find_faces(picture) == find_faces(grey)
    box, *others = find_faces(picture)
    # Her face is about 100 pixels wide, with its middle near column 223 and row 120.
    assert abs(box.left + box.width / 2 - 223) < 20 and abs(box.top + box.height / 2 - 120) < 25
    assert 60 < box.width < 160 and len(others) <= 2, "badges of her suit"


def test_faces_of_several_sizes_are_each_found_once_the_largest_first():
    faces = [draw_large_puppets(1, seed=seed, size=size, **EASY)[0] for seed, size in ((3, 192), (7, 130))]
    scene, places = draw_scene(faces, seed=5)
    found = find_faces(scene)
    own = [[box for box in found if inside(box, place)] for place in places]
    assert [len(each) for each in own] == [1, 1]
    assert [box.width for box in found] == sorted((box.width for box in found), reverse=True)
    assert own[0][0].width > own[1][0].width


def test_the_order_in_which_threads_find_windows_changes_nothing(monkeypatch):
    scene, _ = draw_scene(draw_large_puppets(2, seed=1, size=150, **EASY), seed=2)
    expected = find_faces(scene)
    cascade, rng = room._cascade, np.random.default_rng(0)

    class Shuffled:
        def __init__(self, lenience):
            self.lenience = lenience

        def detect_multi_scale(self, *arguments):
            found = cascade(self.lenience).detect_multi_scale(*arguments)
            return [found[i] for i in rng.permutation(len(found))]

    monkeypatch.setattr(room, "_cascade", Shuffled)
    assert len(expected) == 2 and find_faces(scene) == expected


def test_an_eye_inside_a_face_is_no_face_of_its_own(monkeypatch):
    votes = {100: 40, 30: 12, 60: 20}
    candidates = [np.array(window, float) for window in ((50, 50, 100), (60, 70, 30), (180, 50, 60))]
    monkeypatch.setattr(room, "_candidates", lambda image, smallest: candidates)
    monkeypatch.setattr(room, "_agreed", lambda image, window: (window, votes[int(window[2])]))
    picture = np.zeros((200, 300), np.uint8)
    assert find_faces(picture, smallest=24) == [Box(50, 50, 100, 100), Box(180, 50, 60, 60)]
    assert find_faces(picture, smallest=80) == [Box(50, 50, 100, 100)]
    votes[100] = room.VOTES - 1
    assert find_faces(picture, smallest=24) == [Box(180, 50, 60, 60), Box(60, 70, 30, 30)]


def test_small_faces_are_not_looked_for_unless_asked():
    scene, (place,) = draw_scene(
        draw_large_puppets(1, seed=3, size=96, **EASY), seed=4, height=200, width=240
    )
    assert any(inside(box, place) for box in find_faces(scene, smallest=40))
    assert not any(inside(box, place) for box in find_faces(scene, smallest=120))


def test_a_large_picture_is_searched_in_a_smaller_copy():
    scene, (place,) = draw_scene(draw_large_puppets(1, seed=3, **EASY), seed=5)
    large = np.asarray(Image.fromarray(scene).resize((3840, 2880), Image.Resampling.BICUBIC))
    found = find_faces(large)
    assert any(inside(box, [6 * part for part in place]) for box in found)
    assert all(isinstance(part, int) for box in found for part in box)


@pytest.mark.parametrize("picture", [np.zeros((480, 640), np.uint8), np.full((20, 20), 128, np.uint8)])
def test_where_there_is_nothing_nothing_is_found(picture):
    assert find_faces(picture) == []


def test_an_empty_room_holds_few_faces():
    assert sum(len(find_faces(draw_room(seed))) for seed in range(6)) <= 3


def test_a_crop_is_square_grey_and_of_fer2013_s_size():
    picture = np.zeros((100, 100, 3), np.uint8)
    picture[30:70, 30:70] = 200
    crop = crop_face(picture, Box(30, 30, 40, 40), 0)
    assert crop.shape == (48, 48) and crop.dtype == np.uint8 and (crop == 200).all()
    wide = crop_face(picture, Box(30, 30, 40, 40), 0.5)
    assert wide[24, 24] == 200 and wide[0, 0] == 0
    assert (wide > 100).mean() == pytest.approx(0.25, abs=0.02), "half of the width is the box"


def test_a_crop_of_a_face_that_is_the_picture_is_that_face():
    face = np.random.default_rng(0).integers(0, 256, (48, 48), dtype=np.uint8)
    assert np.array_equal(crop_face(face, Box(0, 0, 48, 48), 0, shift=0), face)


def test_a_crop_moves_down_by_a_share_of_the_box():
    picture = np.repeat(np.arange(200, dtype=np.uint8)[:, None], 200, axis=1)
    still, moved = (crop_face(picture, Box(50, 50, 96, 96), 0, shift=shift) for shift in (0, 0.25))
    assert (moved.astype(int) - still == 24).all()


def test_beyond_the_border_the_border_is_repeated():
    picture = np.full((60, 60), 90, np.uint8)
    assert (crop_face(picture, Box(-30, -30, 50, 50), 0.3) == 90).all()
    assert (crop_face(picture, Box(40, 40, 50, 50), 0.3) == 90).all()


def test_a_smallest_face_or_a_margin_that_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="24 pixels"):
        find_faces(np.zeros((100, 100), np.uint8), smallest=10)
    with pytest.raises(ValueError, match="margin"):
        crop_face(np.zeros((100, 100), np.uint8), Box(0, 0, 40, 40), -0.5)
    with pytest.raises(ValueError, match="uint8"):
        find_faces(np.zeros((100, 100)))


def test_without_scikit_image_a_sentence_says_how_to_get_it(monkeypatch):
    room._cascade.cache_clear()
    monkeypatch.setitem(sys.modules, "skimage", None)
    try:
        with pytest.raises(ImportError, match=r"fer-course\[deploy\]"):
            find_faces(np.random.default_rng(0).integers(0, 256, (100, 100), dtype=np.uint8))
    finally:
        room._cascade.cache_clear()
