"""Faces in a room: where they are put, what fades into what, and what does not fit."""

import numpy as np
import pytest

from fer_course.puppets.scene import draw_room, draw_scene, paste_face

FACE = np.full((100, 100), 250, np.uint8)


def test_the_same_seed_gives_the_same_room_and_another_seed_another():
    assert draw_room(3).shape == (480, 640) and draw_room(3).dtype == np.uint8
    assert np.array_equal(draw_room(3), draw_room(3)) and not np.array_equal(draw_room(3), draw_room(4))
    assert draw_room(0, height=30, width=50).shape == (30, 50)


def test_a_face_shows_in_its_middle_and_fades_into_the_room_at_its_edge():
    room = np.zeros((200, 200), np.uint8)
    scene = paste_face(room, FACE, 40, 60)
    assert not room.any()
    assert (scene[70:150, 50:130] == 250).all()
    inside = np.zeros_like(room, bool)
    inside[60:160, 40:140] = True
    assert not scene[~inside].any()
    # The seam is six pixels: the middles of its pixels are at a twelfth, three twelfths, …
    assert scene[110, 40:47].tolist() == [21, 62, 104, 146, 188, 229, 250]


@pytest.mark.parametrize(
    ("left", "top", "shape"), [(-60, 20, (80, 40)), (170, 150, (50, 30)), (500, 0, (0, 0))]
)
def test_what_lies_outside_of_the_picture_is_cut_off(left, top, shape):
    scene = paste_face(np.zeros((200, 200), np.uint8), FACE, left, top)
    rows, columns = scene.any(axis=1).sum(), scene.any(axis=0).sum()
    assert scene.shape == (200, 200) and rows in (shape[0], 100 if shape[0] else 0)
    assert columns == shape[1]


def test_faces_are_put_where_the_places_say_and_none_over_another():
    faces = [np.full((side, side), 255, np.uint8) for side in (150, 100, 60, 60)]
    scene, places = draw_scene(faces, seed=1)
    taken = np.zeros(scene.shape, int)
    for face, (left, top, width, height) in zip(faces, places, strict=True):
        assert (width, height) == face.shape
        middle = slice(top + 10, top + height - 10), slice(left + 10, left + width - 10)
        assert (scene[middle] == 255).all()
        taken[top : top + height, left : left + width] += 1
    assert taken.max() == 1 and taken.sum() == sum(face.size for face in faces)
    again, same = draw_scene(faces, seed=1)
    assert np.array_equal(scene, again) and np.array_equal(places, same)


def test_a_scene_without_faces_is_a_room():
    scene, places = draw_scene([], seed=2)
    assert np.array_equal(scene, draw_room(2)) and places.shape == (0, 4)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: draw_scene([FACE] * 30), "no place for number"),
        (lambda: draw_scene([FACE], height=90, width=640), "no place for number 1 of 1"),
        (lambda: draw_room(-1), "seed of 0 or more"),
        (lambda: draw_room(height=0), "at least one pixel"),
        (lambda: paste_face(np.zeros((9, 9, 3), np.uint8), FACE, 0, 0), "a picture in grey"),
        (lambda: paste_face(FACE, FACE / 255, 0, 0), "a face in grey"),
    ],
)
def test_bad_input_is_answered_with_one_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence) as told:
        call()
    assert "\n" not in str(told.value)
