"""Figures about the data: each says in words what it shows, with the numbers of the data in hand."""

import numpy as np
import pytest
from bars import lengths

from fer_course.data.exploration import measure
from fer_course.labels import EXPRESSIONS, FER2013_COUNTS
from fer_course.lessons.dataset_exploration import figures as plots_data
from fer_course.puppets.draw import draw_puppets
from fer_course.show.picture import Picture


@pytest.fixture(scope="module")
def faces():
    return draw_puppets(60, seed=2, label_noise=0.3)


def says(picture, *words):
    assert isinstance(picture, Picture)
    for word in words:
        assert word in picture.description, f"{word!r} not in {picture.description!r}"


def test_counts_stand_beside_the_published_ones(faces):
    picture = plots_data.counts(faces)
    says(picture, "7,215 happy", f"Here: {faces.counts()[0]} angry")
    published, here = (lengths(axes)[0] for axes in picture.figure.axes)
    assert published == dict(zip(EXPRESSIONS, FER2013_COUNTS["Training"], strict=True))
    assert here == dict(zip(EXPRESSIONS, faces.counts(), strict=True))


def test_a_split_without_faces_can_be_drawn(faces):
    says(plots_data.counts(faces, "PrivateTest"), "Here: 0 angry")


def test_difficulties_tell_how_bright_the_faces_are(faces):
    measures = measure(faces.images)
    tenth = np.percentile(measures.brightness, 10)
    says(plots_data.difficulties(faces, measures, columns=4), f"from {tenth:.0f} (10th percentile)")


def test_opinions_show_only_faces_on_which_they_differ(faces):
    differ = int((faces.labels != faces.clean_labels).sum())
    says(plots_data.opinions(faces, faces.clean_labels, columns=60), f"{differ} faces whose label differs")
    says(plots_data.opinions(faces, faces.labels), "0 faces")


def test_label_noise_is_told_label_by_label_but_not_in_one_figure_which_an_exercise_asks_for(faces):
    picture = plots_data.label_noise(faces, faces.clean_labels)
    happy = faces.clean_labels == EXPRESSIONS.index("happy")
    agree = np.mean(faces.labels[happy] == faces.clean_labels[happy])
    says(picture, "of 60 faces", f"happy {agree:.0%}")
    overall = f"{np.mean(faces.labels == faces.clean_labels):.1%}"
    assert overall not in picture.description + picture.figure.axes[0].get_title()


def test_the_ceiling_tells_what_is_measured():
    says(
        plots_data.ceiling([0.5, 1.0], [0.47, 0.9], 0.88),
        "a straight line from 2.0 % to 88.0 %: one point of true accuracy shows as 0.86 points",
        "50 % is measured as 47.0 %",
        "100 % is measured as 90.0 %",
    )


def test_leaks_are_told_for_every_split():
    says(
        plots_data.leaks({"plain": (12, 48), "grouped": (0, 48)}),
        "plain, 12 of 48 (25.0 %)",
        "grouped, 0 of 48",
    )
    plots_data.leaks({"nothing": (0, 0)})


def test_what_is_counted_of_validation_faces_can_be_something_else():
    picture = plots_data.leaks({"seen": (40, 40), "new": (20, 40)}, "named right")
    says(picture, "Validation faces named right: seen, 40 of 40 (100.0 %), interval 91.2 to 100.0 %")
    assert picture.figure.axes[0].get_xticks().max() <= 100


def test_the_line_of_the_ceiling_is_the_formula_and_the_dots_are_what_was_simulated():
    axes = plots_data.ceiling([0.5, 1.0], [0.47, 0.9], 0.88).figure.axes[0]
    formula = axes.lines[1].get_xydata()
    np.testing.assert_allclose(formula, [[0, 2], [100, 88]])
    np.testing.assert_allclose(axes.collections[0].get_offsets(), [[50, 47], [100, 90]])


def test_measures_belong_to_their_faces_by_place_and_by_number():
    faces = draw_puppets(60, seed=3)
    measures = measure(faces.images)
    half = np.arange(60) % 2 == 0
    shown = plots_data.difficulties(faces[half], measures[half])
    again = plots_data.difficulties(faces[half], measure(faces[half]))
    assert shown.description == again.description
    with pytest.raises(ValueError, match="Expected one row of measures for each of 30 faces, found 60"):
        plots_data.difficulties(faces[half], measures)
