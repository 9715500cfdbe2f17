import numpy as np
import pytest

from fer_course.plots import Picture, new_figure
from fer_course.plots_saliency import (
    show_explanations,
    show_layers,
    show_mean_maps,
    show_overlay,
    show_prediction,
    show_steps,
    show_two_sides,
    where_is,
)
from fer_course.puppets import draw_puppets


@pytest.fixture(scope="module")
def images():
    return draw_puppets(3, seed=0).images


@pytest.fixture(scope="module")
def maps():
    """Top left, bottom, and nothing at all."""
    heat = np.zeros((3, 16, 16), np.float32)
    heat[0, 2, 2], heat[1, 14, 8] = 1, 1
    return heat


def test_a_place_is_named_in_words(maps):
    assert [where_is(heat) for heat in maps] == ["top left", "bottom", "nowhere"]


def test_an_overlay_has_lines_so_that_it_needs_no_colour(images, maps):
    figure, (left, right) = new_figure(4, 2, 1, 2)
    show_overlay(left, images[0], maps[0])
    show_overlay(right, images[2], maps[2])
    Picture(figure, "").png()
    assert len(left.collections) == 2 and len(right.collections) == 0


def test_an_overlay_of_few_places_covers_the_whole_face(images):
    figure, axes = new_figure()
    show_overlay(axes, images[0], np.eye(2))
    Picture(figure, "")
    assert axes.images[1].get_extent() == [-0.5, 47.5, 47.5, -0.5]


def test_faces_stand_beside_their_maps(images, maps):
    found = show_explanations(images, maps, ["happy 90%", "sad 50%", "fear 40%"], columns=2)
    assert "happy 90%: top left; sad 50%: bottom; fear 40%: nowhere" in found.description
    assert len(found.figure.axes) == 8
    assert found.png()


def test_the_steps_name_the_channels_that_count_most(images, maps):
    weighted = np.zeros((5, 8, 8))
    weighted[3], weighted[1], weighted[0] = 1, -0.5, 0.1
    found = show_steps(images[0], weighted, weighted.sum(0), maps[0])
    titles = [axes.get_title() for axes in found.figure.axes]
    assert titles[1].startswith("channel 3\nadds +64") and titles[2].startswith("channel 1\nadds -32")
    assert "8 by 8 places" in found.description and "top left" in found.description


def test_layers_are_compared_on_one_face(images, maps):
    found = show_layers(images[0], {"64 px,\nstride 8": maps[0], "stride 32": maps[1]})
    assert "64 px, stride 8: top left; stride 32: bottom" in found.description


def test_mean_maps_are_shown_for_the_labels_there_are(images, maps):
    found = show_mean_maps(images, maps, [3, 3, 5])
    titles = [axes.get_title() for axes in found.figure.axes if axes.get_title()]
    assert titles == ["happy\n2 faces", "surprise\n1 faces"]
    assert "of 2 labels" in found.description and "surprise: nowhere" in found.description


def test_both_sides_of_a_mistake_are_named(images, maps):
    found = show_two_sides(images[:1], maps[:1], maps[1:2], [3], [4])
    assert "Strongest at: happy: top left, sad: bottom." in found.description


@pytest.mark.parametrize("quick", [True, False])
def test_a_prediction_is_said_in_percent(images, maps, quick):
    found = show_prediction(images[0], maps[0], [0.5, 0.3, 0.2, 0, 0, 0, 0], "map", quick=quick)
    assert "angry 50 %, disgust 30 %, fear 20 %" in found.description
    assert "its heat map, strongest at the top left, and" in found.description
    assert found.png()
    assert "0 everywhere" in show_prediction(images[0], maps[2], [1, 0, 0, 0, 0, 0, 0]).description
