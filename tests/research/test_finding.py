"""The tool that measures how faces are found and cut out, and what it found."""

import json

import numpy as np
import pytest
from networks import tiny_model, with_random_head
from repository import RESULTS

from fer_course.camera.find import MARGIN, SHIFT, Box
from fer_course.lessons.real_time.finding import Search
from fer_course.puppets.draw import draw_puppets
from research import finding as tool


@pytest.fixture(scope="module")
def network():
    model = with_random_head(tiny_model())
    model.trained_size = 32
    return model


@pytest.fixture(scope="module")
def found():
    return json.loads((RESULTS / "finding.json").read_text(encoding="utf-8"))


def rows_of(found, what):
    return {row["how"]: row for row in found["limits"]["puppets"] if row["what"] == what}


def test_a_crop_that_is_the_face_itself_changes_nothing(network):
    faces = draw_puppets(6, seed=1)
    # Each "room" is a face, found whole, but for the last one, which was missed.
    places = np.tile([0, 0, 48, 48], (6, 1))
    search = Search(faces, faces.images, places, [Box(0, 0, 48, 48)] * 5 + [None], 0)
    figures = tool.measured_crops(network, [search, search], [(0.0, 0.0), (-0.3, 0.0)])
    assert (figures["faces"], figures["n"], figures["found"]) == (12, 12, round(10 / 12, 4))
    same, other = figures["cuts"]
    assert same["change"] == [0.0, 0.0, 0.0] and same["accuracy"] == figures["the face itself"]["accuracy"]
    assert (other["margin"], other["n"]) == (-0.3, 10)


def test_rooms_are_searched_some_at_a_time_and_every_face_once(monkeypatch):
    asked = []
    monkeypatch.setattr(tool, "AT_ONCE", 4)
    monkeypatch.setattr(
        tool, "search_rooms", lambda n, seed, faces, **options: asked.append((n, seed, faces))
    )
    list(tool.searches(10, faces=np.arange(10), seed=7))
    assert [(n, seed) for n, seed, _ in asked] == [(4, 7), (4, 8), (2, 9)]
    assert np.concatenate([faces for *_, faces in asked]).tolist() == list(range(10))


def test_a_part_that_is_not_measured_again_stays(tmp_path, monkeypatch, capsys):
    out = tmp_path / "finding.json"
    assert tool.main(["--parts", "milliseconds", "--rooms", "2", "--out", str(out)]) == 0
    before = json.loads(out.read_text())
    assert before["milliseconds"]["commit"]
    monkeypatch.setattr(tool, "limits", lambda n: [{"what": "small", "n": n}])
    monkeypatch.setattr(tool, "empty_rooms", lambda n: {"boxes": 0})
    assert tool.main(["--parts", "limits", "--puppets", "3", "--out", str(out)]) == 0
    after = json.loads(out.read_text())
    assert after["milliseconds"] == before["milliseconds"]
    assert after["limits"]["puppets"] == [{"what": "small", "n": 3}]


def test_the_default_cut_was_chosen_by_what_it_loses_on_puppets_and_photographs_together(found):
    changes = {}
    for kind in ("puppets", "validation photographs"):
        for row in found["margins"][kind]["cuts"]:
            changes.setdefault((row["margin"], row["shift"]), []).append(row["change"][0])
    best = max(changes, key=lambda cut: sum(changes[cut]))
    assert (MARGIN, SHIFT) == best


def test_puppets_in_good_light_are_found(found):
    sizes = rows_of(found, "small")
    assert sizes["192 pixels"]["found"] >= 0.9
    assert sizes["48 pixels"]["found"] < sizes["96 pixels"]["found"]


def test_dark_puppets_are_found_less_often_and_it_is_written_down(found):
    skins = rows_of(found, "skin")
    dark, light = skins["90, good light"], skins["210, good light"]
    assert dark["interval"][1] < light["interval"][0]
