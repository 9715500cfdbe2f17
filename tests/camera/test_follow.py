"""Faces followed from frame to frame: squares of noise stand for faces, so that every box is exact."""

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from fer_course.camera.find import Box
from fer_course.camera.follow import PATIENCE, Follower, apart, look_near, same_face


def face(side, seed=0):
    """A square of smooth noise without a black pixel; the same one at any size."""
    small = np.random.default_rng(seed).integers(1, 256, (9, 9), dtype=np.uint8)
    return np.maximum(1, np.asarray(Image.fromarray(small).resize((side, side), Image.Resampling.BICUBIC)))


def frame(*faces):
    """A black picture of 200×300 pixels with faces: left, top, side, and who it is."""
    picture = np.zeros((200, 300), np.uint8)
    for left, top, side, *who in faces:
        picture[top : top + side, left : left + side] = face(side, *who)
    return picture


@pytest.fixture
def searches(monkeypatch):
    """Let squares be found in the place of faces, and note which frames were searched. Blind: nothing is found."""

    def find(picture, *, smallest):
        find.shapes.append(picture.shape)
        regions, _ = ndimage.label(picture)
        boxes = [
            Box(x.start, y.start, x.stop - x.start, y.stop - y.start)
            for y, x in ndimage.find_objects(regions)
        ]
        return [] if find.blind else [box for box in boxes if box.width >= smallest]

    find.shapes, find.blind = [], False
    monkeypatch.setattr("fer_course.camera.follow.find_faces", find)
    return find


def test_a_moving_face_is_followed_and_searched_for_nearby_and_everywhere_once_in_a_while(searches):
    follower, searched = Follower(every=3, whole=6, smallest=48), []
    for t in range(9):
        (track,) = follower.follow(frame((40 + 5 * t, 50 + 3 * t, 60)))
        assert apart(Box(40 + 5 * t, 50 + 3 * t, 60, 60), track.box) < 0.02
        assert track.box.width == 60 and track.number == 0
        searched.append(follower.searched)
    assert searched == ["whole", "", "", "near", "", "", "whole", "", ""]
    whole, near, again = searches.shapes
    assert whole == again == (200, 300) and max(near) < 110


def test_with_whole_1_all_of_each_frame_is_searched(searches):
    follower = Follower(whole=1, smallest=48)
    for _ in range(3):
        follower.follow(frame((40, 50, 60)))
    assert searches.shapes == [(200, 300)] * 3


def test_a_face_that_jumps_is_searched_for_at_once(searches):
    follower = Follower(smallest=48)
    follower.follow(frame((0, 0, 60)))
    (track,) = follower.follow(frame((200, 100, 60)))
    assert track.box == Box(200, 100, 60, 60) and follower.searched == "whole" and track.number == 1


@pytest.mark.parametrize(("steady", "box"), [(1, Box(30, 40, 80, 80)), (0.5, Box(35, 45, 70, 70))])
def test_a_newly_found_box_moves_the_one_that_is_kept_by_its_share(searches, monkeypatch, steady, box):
    monkeypatch.setattr("fer_course.camera.follow.look_near", lambda frame, box, pixels: box)
    follower = Follower(every=1, smallest=48, steady=steady)
    follower.follow(frame((40, 50, 60)))
    (track,) = follower.follow(frame((30, 40, 80)))
    assert track.box == box


def test_a_face_keeps_its_number_while_another_comes_and_goes(searches):
    follower, numbers = Follower(whole=2, smallest=48), []
    for second in (False, True, True, False, False):
        tracks = follower.follow(frame((20, 20, 70), *([(180, 90, 60, 1)] if second else [])))
        numbers.append([track.number for track in tracks])
    # The second is seen at the next search.
    assert numbers == [[0], [0], [0, 1], [0], [0]]


def test_a_face_that_searches_miss_is_kept_by_its_pixels_for_a_while(searches):
    follower, seen = Follower(every=1, smallest=48), []
    for _ in range(PATIENCE + 1):
        follower.follow(frame((40, 50, 60)))
    searches.blind = True
    for _ in range(PATIENCE + 1):
        seen.append(len(follower.follow(frame((40, 50, 60)))))
    assert seen == [1] * PATIENCE + [0]


def test_what_was_found_once_only_is_dropped_by_the_first_search_that_misses_it(searches):
    follower = Follower(every=1, smallest=48)
    follower.follow(frame((40, 50, 60)))
    searches.blind = True
    assert follower.follow(frame((40, 50, 60))) == []


def test_a_face_that_was_out_of_sight_for_a_moment_is_the_same_one(searches):
    follower = Follower(every=1, smallest=48)
    for _ in range(4):
        follower.follow(frame((40, 50, 60)))
    assert [follower.follow(frame()) for _ in range(3)] == [[]] * 3
    assert follower.follow(frame((44, 50, 60)))[0].number == 0
    for _ in range(PATIENCE + 1):
        follower.follow(frame())
    assert follower.follow(frame((44, 50, 60)))[0].number == 1


def test_a_face_that_comes_nearer_in_a_leap_is_not_kept_twice(searches):
    follower = Follower(every=1, smallest=48)
    for _ in range(3):
        follower.follow(frame((100, 60, 50)))
    (track,) = follower.follow(frame((75, 35, 100)))
    assert track.box == Box(75, 35, 100, 100)


def test_without_a_face_every_frame_is_searched(searches):
    follower = Follower(smallest=48)
    assert [follower.follow(frame()) for _ in range(3)] == [[]] * 3 and len(searches.shapes) == 3


@pytest.mark.parametrize("place", [(0, 0), (240, 140), (120, 70)])
def test_a_face_is_found_near_its_last_place_also_at_the_edge(place):
    left, top = place
    box, pixels = (
        Box(left, top, 60, 60),
        np.asarray(Image.fromarray(face(60)).resize((24, 24), Image.Resampling.BOX)),
    )
    old = box._replace(left=left + (9 if left < 200 else -9), top=top + (7 if top < 100 else -7))
    found = look_near(frame((left, top, 60)), old, pixels)
    assert apart(found, box) < 0.03


def test_more_light_and_less_contrast_do_not_move_it():
    pixels = np.asarray(Image.fromarray(face(60)).resize((24, 24), Image.Resampling.BOX))
    dim = (frame((100, 70, 60)) * 0.4 + 90).astype(np.uint8)
    assert apart(look_near(dim, Box(108, 66, 60, 60), pixels), Box(100, 70, 60, 60)) < 0.03


def test_another_face_and_an_empty_place_are_not_taken_for_it():
    pixels = np.asarray(Image.fromarray(face(60)).resize((24, 24), Image.Resampling.BOX))
    for picture in (frame((100, 70, 60, 1)), frame()):
        assert look_near(picture, Box(100, 70, 60, 60), pixels) is None


def test_two_boxes_are_the_same_face_if_they_are_near_each_other_and_alike_in_size():
    box = Box(100, 100, 60, 60)
    assert apart(box, Box(130, 140, 60, 60)) == pytest.approx(50 / 60)
    assert same_face(box, Box(120, 110, 60, 60)) and not same_face(box, Box(160, 100, 60, 60))
    assert not same_face(box, Box(115, 115, 30, 30)) and not same_face(box, Box(70, 70, 120, 120))


@pytest.mark.parametrize("steady", [0, 1.5, float("nan")])
def test_a_box_that_never_changes_or_overshoots_is_refused(steady):
    with pytest.raises(ValueError, match="Expected a share above 0 and up to 1"):
        Follower(steady=steady)


@pytest.mark.parametrize("option", ["every", "whole"])
def test_a_search_more_often_than_always_is_refused(option):
    with pytest.raises(ValueError, match="Expected to search one of 1 frame or more, found 0"):
        Follower(**{option: 0})
