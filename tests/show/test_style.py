"""Colours, markers and the style of a figure."""

import re

import matplotlib.pyplot as plt

from fer_course.labels import EXPRESSIONS
from fer_course.show.picture import Picture
from fer_course.show.style import MARKERS, PALETTE, STYLE, new_figure


def test_every_label_has_a_colour_and_a_marker_of_its_own():
    assert tuple(PALETTE) == tuple(MARKERS) == EXPRESSIONS
    assert len(set(PALETTE.values())) == len(set(MARKERS.values())) == 7
    assert all(re.fullmatch("#[0-9A-F]{6}", colour) for colour in PALETTE.values())


def test_the_style_is_left_as_it_was():
    before = {name: plt.rcParams[name] for name in STYLE}
    figure, _ = new_figure()
    Picture(figure, "")
    assert {name: plt.rcParams[name] for name in STYLE} == before
