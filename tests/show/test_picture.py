"""A picture carries its description."""

import struct

import matplotlib.pyplot as plt
import numpy as np
import pytest

from fer_course.show.picture import Picture, show_image
from fer_course.show.style import new_figure


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


def test_an_image_has_no_ticks_and_the_whole_gray_scale():
    figure, axes = new_figure()
    show_image(axes, np.full((48, 48), 200, np.uint8))
    assert axes.images[0].get_clim() == (0, 255)
    assert len(axes.get_xticks()) == len(axes.get_yticks()) == 0
    Picture(figure, "")
