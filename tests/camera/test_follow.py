"""Faces followed from frame to frame: white squares stand for faces, so that every box is exact."""

import numpy as np
import pytest
from scipy import ndimage

from fer_course.camera.find import Box
from fer_course.camera.follow import PATIENCE, Follower, apart, same_face, search_near


def frame(*squares):
    """A black picture of 200×300 pixels with white squares: left, top, side."""
    picture = np.zeros((200, 300), np.uint8)
    for left, top, side in squares:
        picture[top : top + side, left : left + side] = 255
    return picture


@pytest.fixture
def searches(monkeypatch):
    """Let squares be found in the place of faces, and note the shape of what was searched."""
    shapes = []

    def find(picture, *, smallest=48):
        shapes.append(picture.shape)
        regions, _ = ndimage.label(picture)
        boxes = [
            Box(x.start, y.start, x.stop - x.start, y.stop - y.start)
            for y, x in ndimage.find_objects(regions)
        ]
        return sorted((box for box in boxes if box.width >= smallest), key=lambda box: -box.width)

    monkeypatch.setattr("fer_course.camera.follow.find_faces", find)
    return shapes


def test_a_moving_face_is_searched_near_its_last_place_and_everywhere_once_in_a_while(searches):
    follower, boxes, whole = Follower(every=4), [], []
    for t in range(9):
        (track,) = follower.follow(frame((40 + 10 * t, 50 + 5 * t, 60)))
        boxes.append(track.box)
        whole.append(follower.searched)
    assert boxes == [Box(40 + 10 * t, 50 + 5 * t, 60, 60) for t in range(9)]
    assert whole == [t % 4 == 0 for t in range(9)]
    assert [shape == (200, 300) for shape in searches] == whole and max(searches[1]) <= 60 + 2 * 21


def test_with_every_1_the_whole_frame_is_always_searched(searches):
    follower = Follower(every=1)
    for _ in range(3):
        follower.follow(frame((40, 50, 60)))
    assert searches == [(200, 300)] * 3


def test_a_face_that_is_not_near_its_last_place_is_searched_everywhere_at_once(searches):
    follower = Follower(every=10)
    follower.follow(frame((0, 0, 60)))
    (track,) = follower.follow(frame((200, 100, 60)))
    assert track.box == Box(200, 100, 60, 60) and follower.searched


def test_a_face_keeps_its_number_while_another_comes_and_goes(searches):
    follower, numbers = Follower(every=2), []
    for second in (False, True, True, False, False):
        tracks = follower.follow(frame((20, 20, 70), *([(180, 90, 60)] if second else [])))
        numbers.append([track.number for track in tracks])
    # The second is seen at the next search of the whole frame.
    assert numbers == [[0], [0], [0, 1], [0], [0]]


def test_a_face_that_was_out_of_sight_for_a_moment_is_the_same_one(searches):
    follower = Follower(every=1)
    follower.follow(frame((40, 50, 60)))
    for _ in range(PATIENCE):
        assert follower.follow(frame()) == []
    assert follower.follow(frame((44, 50, 60)))[0].number == 0
    for _ in range(PATIENCE + 1):
        follower.follow(frame())
    assert follower.follow(frame((44, 50, 60)))[0].number == 1


def test_two_faces_at_one_place_are_not_both_kept_in_it(searches):
    follower = Follower(every=10)
    follower.follow(frame((20, 20, 70), (110, 20, 60)))
    tracks = follower.follow(frame((60, 20, 66)))
    assert [track.box for track in tracks] == [Box(60, 20, 66, 66)] and follower.searched


def test_without_a_face_every_frame_is_searched(searches):
    follower = Follower(every=5)
    assert [follower.follow(frame()) for _ in range(3)] == [[]] * 3 and len(searches) == 3


def test_near_the_edge_the_search_stays_in_the_picture(searches):
    assert search_near(frame((0, 0, 60)), Box(5, 5, 60, 60)) == Box(0, 0, 60, 60)
    assert search_near(frame((240, 140, 60)), Box(235, 130, 60, 60)) == Box(240, 140, 60, 60)
    assert search_near(frame(), Box(100, 100, 60, 60)) is None


def test_two_boxes_are_the_same_face_if_they_are_near_each_other_and_alike_in_size():
    box = Box(100, 100, 60, 60)
    assert apart(box, Box(130, 140, 60, 60)) == pytest.approx(50 / 60)
    assert same_face(box, Box(120, 110, 60, 60)) and not same_face(box, Box(160, 100, 60, 60))
    assert not same_face(box, Box(115, 115, 30, 30)) and not same_face(box, Box(70, 70, 120, 120))


def test_a_search_less_often_than_always_is_no_search_at_all():
    with pytest.raises(ValueError, match="Expected to search one of 1 frame or more, found 0"):
        Follower(every=0)
