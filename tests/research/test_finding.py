"""The tool that measures how faces are found and cut out."""

import json

import numpy as np
import pytest
from networks import tiny_model, with_random_head

from fer_course.camera.find import Box
from fer_course.lessons.real_time.finding import Search
from fer_course.puppets.draw import draw_puppets
from research import finding as tool


@pytest.fixture(scope="module")
def network():
    model = with_random_head(tiny_model())
    model.trained_size = 32
    return model


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


RESULT = json.loads((tool.RESULTS / "finding.json").read_text(encoding="utf-8"))
KINDS = ("puppets", "validation photographs")


def changes(kind):
    """Return, for every margin and shift, by how much accuracy differs from that of the faces as they came."""
    return {(cut["margin"], cut["shift"]): cut["change"] for cut in RESULT["margins"][kind]["cuts"]}


def test_the_default_cut_is_the_one_that_loses_least_over_puppets_and_photographs():
    both = {cut: np.mean([changes(kind)[cut][0] for kind in KINDS]) for cut in changes("puppets")}
    assert max(both, key=both.get) == (tool.MARGIN, tool.SHIFT)


@pytest.mark.parametrize("kind", KINDS)
def test_the_default_cut_cannot_be_told_from_the_face_as_it_came_and_a_wide_one_can(kind):
    _, low, high = changes(kind)[tool.MARGIN, tool.SHIFT]
    assert low < 0 < high
    assert changes(kind)[0.4, 0.0][2] < -10


def test_darker_skin_is_found_less_often_in_good_light_and_in_dim_light():
    found = {row["how"]: row["interval"] for row in RESULT["limits"]["puppets"] if row["what"] == "skin"}
    for light in ("good light", "dim light"):
        assert found[f"90, {light}"][1] < found[f"210, {light}"][0]


def test_small_and_turned_faces_are_found_least():
    found = {(row["what"], row["how"]): row["found"] for row in RESULT["limits"]["puppets"]}
    assert found["small", "48 pixels"] < 0.1 < 0.85 < found["small", "80 pixels"]
    assert found["turned", "40 degrees or more"] < 0.5 < found["nothing", "from the front, in good light"]
