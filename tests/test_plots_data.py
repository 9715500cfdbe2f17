"""Figures about the data: each says in words what it shows, with the numbers of the data in hand."""

from dataclasses import replace

import numpy as np
import pytest

from fer_course import plots_data
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
    says(plots_data.show_wall(faces, rows=2, columns=5), "A wall of 10 faces")
    says(plots_data.show_wall(faces[:3], rows=2, columns=5), "A wall of 3 faces")


def test_predictions_are_told_face_by_face(faces):
    probabilities = np.full((2, 7), 0.05)
    probabilities[0, 3], probabilities[1, 6] = 0.7, 0.7
    two = replace(faces[:2], labels=np.array([3, 0]))
    says(
        plots_data.show_predictions(two.images, probabilities, two.labels),
        "Face 1, labelled happy is given happy at 70%",
        "Face 2, labelled angry is given neutral at 70%",
    )


def test_a_puppet_tells_its_units_and_the_expression_that_they_make():
    picture = plots_data.show_puppet(draw_puppet({6: 1, 12: 0.5}), {6: 1.0, 12: 0.5})
    says(
        picture,
        "cheek raiser (6) 1.0",
        "lip corner puller (12) 0.5: moves mouth",
        "Nearest by the book: happy",
    )
    says(plots_data.show_puppet(draw_puppet({}), {}), "Nothing moves", "neutral")


def test_a_puppet_tells_what_a_model_says_about_it():
    picture = plots_data.show_puppet(draw_puppet({}), {}, np.array([0, 0, 0, 0, 0.9, 0.1, 0]))
    says(picture, "The model says sad at 90%")


@pytest.mark.parametrize("name", plots_data.PROTOTYPES)
def test_every_prototype_is_nearest_to_itself(name):
    assert plots_data.nearest_expression(dict.fromkeys(plots_data.PROTOTYPES[name], 1.0)) == name


def test_the_rows_of_classes_and_their_means_tell_every_count(faces):
    says(plots_data.show_classes(faces, per_class=3), f"{faces.counts()[3]:,} happy")
    says(plots_data.show_means(faces), "happy at row")


def test_a_label_without_faces_leaves_its_column_empty(faces):
    plots_data.show_means(faces[faces.labels != 1])
    plots_data.show_classes(faces[faces.labels != 1])


def test_counts_stand_beside_the_published_ones(faces):
    says(plots_data.plot_counts(faces), "7,215 happy", f"Here: {faces.counts()[0]} angry")


def test_a_split_without_faces_can_be_drawn(faces):
    says(plots_data.plot_counts(faces, "PrivateTest"), "Here: 0 angry")


def test_difficulties_tell_how_bright_the_faces_are(faces):
    measures = measure(faces.images)
    tenth = np.percentile(measures.brightness, 10)
    says(plots_data.show_difficulties(faces, measures, columns=4), f"from {tenth:.0f} (10th percentile)")


def test_pairs_tell_both_labels(faces):
    pairs = look_alikes(faces, pairs=2)
    says(plots_data.show_pairs(faces, pairs), "2 pairs of faces")
    says(plots_data.show_pairs(faces, np.zeros((0, 2), int)), "0 pairs")


def test_opinions_show_only_faces_on_which_they_differ(faces):
    differ = int((faces.labels != faces.clean_labels).sum())
    says(
        plots_data.show_opinions(faces, faces.clean_labels, columns=60), f"{differ} faces whose label differs"
    )
    says(plots_data.show_opinions(faces, faces.labels), "0 faces")


def test_label_noise_tells_the_agreement(faces):
    agreement = np.mean(faces.labels == faces.clean_labels)
    says(plots_data.plot_label_noise(faces, faces.clean_labels), f"agree on {agreement:.1%} of 60 faces")


def test_the_ceiling_tells_what_is_measured():
    says(
        plots_data.plot_ceiling([0.5, 1.0], [0.47, 0.9]),
        "50 % is measured as 47.0 %",
        "100 % is measured as 90.0 %",
    )


def test_leaks_are_told_for_every_split():
    says(
        plots_data.plot_leaks({"plain": (12, 48), "grouped": (0, 48)}),
        "plain, 12 of 48 (25.0 %)",
        "grouped, 0 of 48",
    )
    plots_data.plot_leaks({"nothing": (0, 0)})
