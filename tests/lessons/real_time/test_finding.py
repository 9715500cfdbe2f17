"""Who is found in a room, and how: counted on rooms whose truth is known."""

import numpy as np
import pytest

from fer_course.camera.find import Box
from fer_course.lessons.real_time import finding
from fer_course.puppets.draw import draw_puppets


@pytest.fixture(scope="module")
def search():
    return finding.search_rooms(8, seed=2, low_light=0, occlusion=0, pose=0, who={"skin": 200})


def test_every_puppet_stands_in_a_room_of_its_own_with_its_truth(search):
    assert search.rooms.shape == (8, 480, 640) and len(search.boxes) == len(search.faces) == 8
    assert (search.faces.people["skin"] == 200).all()
    assert np.array_equal(search.found, [box is not None for box in search.boxes])
    assert search.found.mean() >= 0.5, "light faces from the front, in good light"
    for box, (left, top, width, height) in zip(search.boxes, search.places, strict=True):
        if box:
            assert (
                left < box.left + box.width / 2 < left + width
                and top < box.top + box.height / 2 < top + height
            )


def test_the_same_seed_gives_the_same_rooms_and_another_skin_the_same_puppets(search):
    again = finding.search_rooms(3, seed=2, low_light=0, occlusion=0, pose=0, who={"skin": 200})
    assert np.array_equal(again.rooms, search.rooms[:3]) and again.boxes == search.boxes[:3]
    dark = finding.search_rooms(3, seed=2, low_light=0, occlusion=0, pose=0, who={"skin": 90})
    assert np.array_equal(dark.places, search.places[:3])
    assert np.array_equal(dark.faces.action_units, search.faces.action_units[:3])


def test_crops_are_of_the_found_faces_only(search):
    assert search.crops(0.1).shape == (search.found.sum(), 48, 48)
    nobody = finding.Search(search.faces, search.rooms, search.places, [None] * 8, 0)
    assert nobody.crops(0.1).shape == (0, 48, 48)


def test_photographs_are_enlarged_and_put_into_rooms():
    faces = draw_puppets(4, seed=1)
    search = finding.search_rooms(2, faces=faces, size=96)
    assert np.array_equal(search.faces.images, faces.images[:2])
    assert (search.places[:, 2:] == 96).all()


@pytest.mark.parametrize(
    ("box", "holds"),
    [
        (Box(20, 20, 60, 60), True),
        (Box(0, 0, 100, 100), True),
        (Box(30, 30, 20, 20), False),
        (Box(60, 20, 60, 60), False),
        (Box(-20, -20, 140, 140), False),
    ],
)
def test_a_box_holds_a_face_if_it_is_about_as_large_and_in_its_middle(box, holds):
    assert finding.holds(box, (0, 0, 100, 100)) is holds


def test_accuracy_is_of_the_found_faces(search, monkeypatch):
    truth = search.faces.clean_labels[search.found]
    right = np.eye(7)[np.where(np.arange(len(truth)) == 0, (truth + 1) % 7, truth)]
    monkeypatch.setattr(finding, "predict", lambda model, crops: right)
    table = finding.accuracy_by_margin(None, search, [0.0, 0.2])
    assert table.index.tolist() == [0.0, 0.2]
    assert table.value.tolist() == pytest.approx([(len(truth) - 1) / len(truth)] * 2)
    assert ((table.low < table.value) & (table.value < table.high)).all()


def test_shares_are_counted_in_groups_that_hold_everybody_once(search):
    table = finding.who_is_found(search)
    for kind in ("turned", "hidden", "light and skin"):
        part = table.loc[kind]
        assert part.n.sum() == 8
        assert np.nansum(part.value * part.n) == pytest.approx(search.found.sum())
    assert table.value["light and skin", "good light, lighter"] == pytest.approx(search.found.mean())
    assert np.isnan(table.value["hidden", "something"]) and table.n["hidden", "something"] == 0


def test_the_cascade_as_it_ships_finds_less_than_the_course_s_search(search):
    shipped = finding.search_rooms(
        8, seed=2, find=finding.as_it_ships, low_light=0, occlusion=0, pose=0, who={"skin": 200}
    )
    assert np.array_equal(shipped.rooms, search.rooms)
    assert 0 < shipped.found.sum() <= search.found.sum()
