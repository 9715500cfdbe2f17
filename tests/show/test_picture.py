import struct

import matplotlib.pyplot as plt
import numpy as np
import pytest

from fer_course.puppets.draw import draw_puppets
from fer_course.show.picture import Picture, show_image
from fer_course.show.style import STYLE, new_figure
from fer_course.show.walls import show_faces


@pytest.fixture
def picture():
    figure, axes = new_figure(3, 2)
    show_image(axes, np.zeros((48, 48), np.uint8), "a title")
    return Picture(figure, 'A "face",\n   black & <empty>.')


def test_a_picture_shows_itself_with_its_description(picture):
    page = picture._repr_html_()
    assert 'src="data:image/png;base64,' in page
    assert 'alt="A &quot;face&quot;, black &amp; &lt;empty&gt;."' in page
    assert repr(picture) == 'Picture: A "face", black & <empty>.'


def test_a_picture_does_not_show_itself_twice(picture):
    assert plt.get_fignums() == []


def test_a_saved_picture_carries_its_description(picture, tmp_path):
    picture.save(tmp_path / "new" / "face.png")
    data = (tmp_path / "new" / "face.png").read_bytes()
    assert data.startswith(b"\x89PNG") and b"black & <empty>." in data
    width, height = struct.unpack(">II", data[16:24])
    assert width > 100 and height > 100


def test_the_style_is_left_as_it_was():
    before = {name: plt.rcParams[name] for name in STYLE}
    figure, _ = new_figure()
    Picture(figure, "")
    assert {name: plt.rcParams[name] for name in STYLE} == before


def test_an_image_has_no_ticks_and_the_whole_gray_scale():
    figure, axes = new_figure()
    show_image(axes, np.full((48, 48), 200, np.uint8))
    assert axes.images[0].get_clim() == (0, 255)
    assert len(axes.get_xticks()) == len(axes.get_yticks()) == 0
    Picture(figure, "")


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
