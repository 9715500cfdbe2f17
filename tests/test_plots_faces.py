"""Pictures of faces: each says in words what it shows, with the numbers of the data in hand."""

from dataclasses import replace

import numpy as np
import pytest

from fer_course import plots_faces
from fer_course.exploration import look_alikes, measure
from fer_course.plots import Picture
from fer_course.puppets import draw_puppet, draw_puppets


@pytest.fixture(scope="module")
def faces():
    return draw_puppets(60, seed=2, label_noise=0.3)


def says(picture, *words):
    assert isinstance(picture, Picture)
    for word in words:
        assert word in picture.description, f"{word!r} not in {picture.description!r}"


def test_the_wall_counts_the_faces_that_it_shows(faces):
    says(plots_faces.show_wall(faces, rows=2, columns=5), "A wall of 10 faces")
    says(plots_faces.show_wall(faces[:3], rows=2, columns=5), "A wall of 3 faces")


def test_predictions_are_told_face_by_face(faces):
    probabilities = np.full((2, 7), 0.05)
    probabilities[0, 3], probabilities[1, 6] = 0.7, 0.7
    two = replace(faces[:2], labels=np.array([3, 0]))
    says(
        plots_faces.show_predictions(two.images, probabilities, two.labels),
        "Face 1, labelled happy is given happy at 70%",
        "Face 2, labelled angry is given neutral at 70%",
    )


def test_a_puppet_tells_its_units_and_the_expression_that_they_make():
    picture = plots_faces.show_puppet(draw_puppet({6: 1, 12: 0.5}), {6: 1.0, 12: 0.5})
    says(
        picture,
        "cheek raiser (6) 1.0",
        "lip corner puller (12) 0.5: moves mouth",
        "Nearest by the book: happy",
    )
    says(plots_faces.show_puppet(draw_puppet({}), {}), "Nothing moves", "neutral")


def test_a_puppet_tells_what_a_model_says_about_it():
    picture = plots_faces.show_puppet(draw_puppet({}), {}, np.array([0, 0, 0, 0, 0.9, 0.1, 0]))
    says(picture, "The model says sad at 90%")


@pytest.mark.parametrize("name", plots_faces.PROTOTYPES)
def test_every_prototype_is_nearest_to_itself(name):
    assert plots_faces.nearest_expression(dict.fromkeys(plots_faces.PROTOTYPES[name], 1.0)) == name


def test_the_rows_of_classes_and_their_means_tell_every_count(faces):
    says(plots_faces.show_classes(faces, per_class=3), f"{faces.counts()[3]:,} happy")
    says(plots_faces.show_means(faces), "happy at row")


def test_a_label_without_faces_leaves_its_column_empty(faces):
    plots_faces.show_means(faces[faces.labels != 1])
    plots_faces.show_classes(faces[faces.labels != 1])


def test_pairs_tell_both_labels(faces):
    pairs = look_alikes(faces, pairs=2)
    says(plots_faces.show_pairs(faces, pairs), "2 pairs of faces")
    says(plots_faces.show_pairs(faces, np.zeros((0, 2), int)), "0 pairs")


def test_logits_in_the_place_of_probabilities_are_refused_and_not_drawn():
    image, logits = draw_puppet({}), np.array([[9.0, -2, 0, 0, 0, 0, 0]])
    for draw in (
        lambda: plots_faces.show_predictions(image[None], logits),
        lambda: plots_faces.show_puppet(image, {}, logits[0]),
    ):
        with pytest.raises(ValueError, match=r"Expected probabilities, from 0 to 1 .*softmax\."):
            draw()


@pytest.mark.parametrize("show", [plots_faces.show_wall, plots_faces.show_classes, plots_faces.show_means])
def test_no_faces_at_all_are_told(show):
    with pytest.raises(ValueError, match="Expected faces, one at least, found none"):
        show(draw_puppets(0))
