"""Figures about the data: each says in words what it shows, with the numbers of the data in hand."""

from dataclasses import replace

import numpy as np
import pytest
from bars import lengths, says

from fer_course.data.exploration import look_alikes, measure
from fer_course.labels import EXPRESSIONS, FER2013_COUNTS
from fer_course.lessons.dataset_exploration import figures
from fer_course.puppets.draw import draw_puppets


@pytest.fixture(scope="module")
def faces():
    return draw_puppets(60, seed=2, label_noise=0.3)


def test_counts_stand_beside_the_published_ones(faces):
    picture = figures.counts(faces)
    says(picture, "7,215 happy", f"Here: {faces.counts()[0]} angry")
    published, here = (lengths(axes)[0] for axes in picture.figure.axes)
    assert published == dict(zip(EXPRESSIONS, FER2013_COUNTS["Training"], strict=True))
    assert here == dict(zip(EXPRESSIONS, faces.counts(), strict=True))


def test_a_split_without_faces_can_be_drawn(faces):
    says(figures.counts(faces, "PrivateTest"), "Here: 0 angry")


def test_difficulties_tell_how_bright_the_faces_are(faces):
    measures = measure(faces.images)
    tenth = np.percentile(measures.brightness, 10)
    says(figures.difficulties(faces, measures, columns=4), f"from {tenth:.0f} (10th percentile)")


def test_opinions_show_only_faces_on_which_they_differ(faces):
    differ = int((faces.labels != faces.clean_labels).sum())
    says(figures.opinions(faces, faces.clean_labels, columns=60), f"{differ} faces whose label differs")
    says(figures.opinions(faces, faces.labels), "0 faces")


def test_label_noise_is_told_label_by_label_but_not_in_one_figure_which_an_exercise_asks_for(faces):
    picture = figures.label_noise(faces, faces.clean_labels)
    happy = faces.clean_labels == EXPRESSIONS.index("happy")
    agree = np.mean(faces.labels[happy] == faces.clean_labels[happy])
    says(picture, "of 60 faces", f"happy {agree:.0%}")
    overall = f"{np.mean(faces.labels == faces.clean_labels):.1%}"
    assert overall not in picture.description + picture.figure.axes[0].get_title()


def test_the_ceiling_tells_what_is_measured():
    says(
        figures.ceiling([0.5, 1.0], [0.47, 0.9], 0.88),
        "a straight line from 2.0 % to 88.0 %: one point of true accuracy shows as 0.86 points",
        "50 % is measured as 47.0 %",
        "100 % is measured as 90.0 %",
    )


def test_leaks_are_told_for_every_split():
    says(
        figures.leaks({"plain": (12, 48), "grouped": (0, 48)}),
        "plain, 12 of 48 (25.0 %)",
        "grouped, 0 of 48",
    )
    figures.leaks({"nothing": (0, 0)})


def test_what_is_counted_of_validation_faces_can_be_something_else():
    picture = figures.leaks({"seen": (40, 40), "new": (20, 40)}, "named right")
    says(picture, "Validation faces named right: seen, 40 of 40 (100.0 %), interval 91.2 to 100.0 %")
    assert picture.figure.axes[0].get_xticks().max() <= 100


def test_the_line_of_the_ceiling_is_the_formula_and_the_dots_are_what_was_simulated():
    axes = figures.ceiling([0.5, 1.0], [0.47, 0.9], 0.88).figure.axes[0]
    formula = axes.lines[1].get_xydata()
    np.testing.assert_allclose(formula, [[0, 2], [100, 88]])
    np.testing.assert_allclose(axes.collections[0].get_offsets(), [[50, 47], [100, 90]])


def test_measures_belong_to_their_faces_by_place_and_by_number():
    faces = draw_puppets(60, seed=3)
    measures = measure(faces.images)
    half = np.arange(60) % 2 == 0
    shown = figures.difficulties(faces[half], measures[half])
    again = figures.difficulties(faces[half], measure(faces[half]))
    assert shown.description == again.description
    with pytest.raises(ValueError, match="Expected one row of measures for each of 30 faces, found 60"):
        figures.difficulties(faces[half], measures)


def test_the_rows_of_classes_and_their_means_tell_every_count(faces):
    says(figures.classes(faces, per_class=3), f"{faces.counts()[3]:,} happy")
    says(figures.means(faces), "happy at row")


def test_a_label_without_faces_leaves_its_column_empty(faces):
    figures.means(faces[faces.labels != 1])
    figures.classes(faces[faces.labels != 1])


def test_pairs_tell_both_labels(faces):
    pairs = look_alikes(faces, pairs=2)
    says(figures.pairs(faces, pairs), "2 pairs of faces")
    says(figures.pairs(faces, np.zeros((0, 2), int)), "0 pairs")


def test_each_pair_is_one_column_with_both_labels(faces):
    pairs = look_alikes(faces, pairs=2)
    axes = figures.pairs(faces, pairs).figure.axes
    assert len(axes) == 2
    upper, lower = (EXPRESSIONS[label] for label in faces.labels[pairs[1]])
    assert axes[1].get_title() == f"pair 2\n{upper}" and axes[1].get_xlabel() == lower


def test_twins_with_conflicting_labels_come_first(faces):
    validation = faces[:4]
    validation = replace(
        validation, labels=np.where(np.arange(4) == 2, (faces.labels[:4] + 1) % 7, faces.labels[:4])
    )
    picture = figures.twins(faces, validation, columns=3)
    says(picture, "3 of 4 validation faces", "1 of them carry another label there")
    first = picture.figure.axes[0]
    assert first.get_title() == f"twins 1\nin training: {EXPRESSIONS[faces.labels[2]]}"
    assert first.get_xlabel() == f"in validation: {EXPRESSIONS[validation.labels[2]]}"
    says(figures.twins(faces[10:], validation), "0 of 0 validation faces")


@pytest.mark.parametrize("show", [figures.classes, figures.means])
def test_no_faces_at_all_are_told(show):
    with pytest.raises(ValueError, match="Expected faces, one at least, found none"):
        show(draw_puppets(0))
