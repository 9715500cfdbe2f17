import numpy as np
import pandas as pd
import pytest

from fer_course.lessons.grad_cam import figures
from fer_course.puppets.draw import draw_puppets
from fer_course.show.heatmaps import show_overlay, where_is
from fer_course.show.picture import Picture
from fer_course.show.style import new_figure


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
    found = figures.explanations(images, maps, ["happy 90%", "sad 50%", "fear 40%"], columns=2)
    assert "happy 90%: top left; sad 50%: bottom; fear 40%: nowhere" in found.description
    assert len(found.figure.axes) == 8
    assert found.png()


def test_the_steps_name_the_channels_that_count_most(images, maps):
    weighted = np.zeros((5, 8, 8))
    weighted[3], weighted[1], weighted[0] = 1, -0.5, 0.1
    found = figures.steps(images[0], weighted, weighted.sum(0), maps[0])
    titles = [axes.get_title() for axes in found.figure.axes]
    assert titles[1].startswith("channel 3\nadds +64") and titles[2].startswith("channel 1\nadds -32")
    assert "8 by 8 cells" in found.description and "top left" in found.description


def test_layers_are_compared_on_one_face(images, maps):
    found = figures.layers(images[0], {"64 px,\nstride 8": maps[0], "stride 32": maps[1]})
    assert "64 px, stride 8: top left; stride 32: bottom" in found.description


def test_mean_maps_are_shown_for_the_labels_there_are(images, maps):
    found = figures.mean_maps(images, maps, [3, 3, 5])
    titles = [axes.get_title() for axes in found.figure.axes if axes.get_title()]
    assert titles == ["happy\n2 faces", "surprise\n1 faces"]
    assert "of 2 labels" in found.description and "surprise: nowhere" in found.description


def test_both_sides_of_a_mistake_are_named(images, maps):
    found = figures.two_sides(images[:1], maps[:1], maps[1:2], [3], [4])
    assert "Strongest at: happy: top left, sad: bottom." in found.description


@pytest.mark.parametrize("quick", [True, False])
def test_a_prediction_is_said_in_percent(images, maps, quick):
    found = figures.prediction(images[0], maps[0], [0.5, 0.3, 0.2, 0, 0, 0, 0], "map", quick=quick)
    assert "angry 50 %, disgust 30 %, fear 20 %" in found.description
    assert "its heat map, strongest at the top left, and" in found.description
    assert found.png()
    assert "0 everywhere" in figures.prediction(images[0], maps[2], [1, 0, 0, 0, 0, 0, 0]).description


def test_layers_may_stand_in_rows_beside_the_face(images, maps):
    names = ("a", "b", "c", "d")
    found = figures.layers(images[0], dict.fromkeys(names, maps[0]), columns=2)
    titles = [axes.get_title() for axes in found.figure.axes]
    assert titles == ["face", "a", "b", "", "c", "d"]


def test_the_channels_are_sorted_by_what_they_add(images, maps):
    weighted = np.zeros((3, 8, 8))
    weighted[0, ::2], weighted[0, 1::2] = 5, -5  # much in each place, nothing in sum
    weighted[1], weighted[2] = 0.1, -0.2
    found = figures.steps(images[0], weighted, weighted.sum(0), maps[0])
    titles = [axes.get_title() for axes in found.figure.axes]
    assert [title.split("\n")[0] for title in titles[1:4]] == ["channel 2", "channel 1", "channel 0"]


def test_a_map_may_stand_without_its_face(images, maps):
    found = figures.prediction(images[0], maps[0], np.full(7, 1 / 7), face=False)
    assert len(found.figure.axes) == 2 and found.png()


def test_covers_say_what_is_named_instead(images):
    probabilities = np.zeros((2, 7))
    probabilities[0, 3], probabilities[1, 6], probabilities[1, 3] = 0.8, 0.6, 0.4
    found = figures.covers({"mouth": images[0], "mouth and cheeks": images[1]}, probabilities, 3)
    assert "mouth: happy 80%; mouth and cheeks: happy 40% (neutral 60%)." in found.description
    assert [axes.get_title() for axes in found.figure.axes] == ["mouth", "mouth\nand cheeks"]
    assert found.png()


def test_what_is_kept_is_drawn_and_said_with_its_interval():
    columns = {"area": [0.05, 0.16], "kept": [0.9, 0.25], "low": [0.8, 0.1], "high": [0.95, 0.4]}
    table = pd.DataFrame(columns | {"faces": [20, 20]}, index=["mouth", "mouth and cheeks"])
    found = figures.kept(table, 3)
    assert "20 faces that are still called happy" in found.description
    assert "mouth and cheeks (16% of the picture): 25% (10% to 40%)" in found.description
    axes = found.figure.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["mouth", "mouth and cheeks"]
    lines, points = axes.collections
    np.testing.assert_allclose(points.get_offsets()[:, 0], [90, 25])
    np.testing.assert_allclose([segment[:, 0] for segment in lines.get_segments()], [[80, 95], [10, 40]])
    assert [text.get_text() for text in axes.texts] == ["90%", "25%", "5%", "16%", "area"]
    assert found.png()
