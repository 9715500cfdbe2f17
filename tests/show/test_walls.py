"""Walls of faces say what they show."""

from fer_course.puppets.draw import draw_puppets
from fer_course.show.walls import show_faces


def test_a_wall_of_faces_says_how_many_of_each_label():
    faces = draw_puppets(10, seed=1)
    found = show_faces(faces, columns=4)
    assert len(found.figure.axes) == 12
    assert found.description.startswith("A grid of 10 faces (puppets, seed 1), labelled ")
    for name, n in zip(("angry", "happy"), faces.counts()[[0, 3]], strict=True):
        assert n == 0 or f"{n} {name}" in found.description


def test_a_wall_of_faces_stops_at_its_limit_and_takes_titles():
    found = show_faces(draw_puppets(5, seed=1), limit=2, titles=["one", "two"])
    assert found.description == "A grid of 2 faces (puppets, seed 1), with the titles one, two."
    assert [axes.get_title() for axes in found.figure.axes[:2]] == ["one", "two"]


def test_no_faces_are_no_reason_to_fail():
    assert "A grid of 0 faces" in show_faces(draw_puppets(0)).description
