"""Pictures of faces: each says in words what it shows, with the numbers of the data in hand."""

from dataclasses import replace

import numpy as np
import pytest
from bars import lengths, says

from fer_course.labels import EXPRESSIONS
from fer_course.lessons.start_here import figures
from fer_course.puppets.draw import draw_puppet, draw_puppets


@pytest.fixture(scope="module")
def faces():
    return draw_puppets(60, seed=2, label_noise=0.3)


def test_the_wall_counts_the_faces_that_it_shows(faces):
    says(figures.wall(faces, rows=2, columns=5), "A wall of 10 faces")
    says(figures.wall(faces[:3], rows=2, columns=5), "A wall of 3 faces")


def test_predictions_are_told_face_by_face(faces):
    probabilities = np.full((2, 7), 0.05)
    probabilities[0, 3], probabilities[1, 6] = 0.7, 0.7
    two = replace(faces[:2], labels=np.array([3, 0]))
    says(
        figures.predictions(two.images, probabilities, two.labels),
        "Face 1, labelled happy is given happy at 70%",
        "Face 2, labelled angry is given neutral at 70%",
    )


def test_a_puppet_tells_its_units_and_the_expression_that_they_make():
    picture = figures.puppet(draw_puppet({6: 1, 12: 0.5}), {6: 1.0, 12: 0.5})
    says(
        picture,
        "cheek raiser (6) 1.0",
        "lip corner puller (12) 0.5: moves mouth",
        "Nearest by the book: happy",
    )
    says(figures.puppet(draw_puppet({}), {}), "Nothing moves", "neutral")


def test_a_puppet_tells_what_a_model_says_about_it():
    picture = figures.puppet(draw_puppet({}), {}, np.array([0, 0, 0, 0, 0.9, 0.1, 0]))
    says(picture, "The model says sad at 90%")


@pytest.mark.parametrize("name", figures.PROTOTYPES)
def test_every_prototype_is_nearest_to_itself(name):
    assert figures.nearest_expression(dict.fromkeys(figures.PROTOTYPES[name], 1.0)) == name


def test_pixels_are_shown_with_their_values():
    image = np.arange(48 * 48).reshape(48, 48).astype(np.uint8)
    picture = figures.pixels(image, row=2, column=3, size=4)
    says(picture, "rows 2 to 5, columns 3 to 6")
    written = [int(text.get_text()) for text in picture.figure.axes[1].texts]
    assert written == image[2:6, 3:7].ravel().tolist()


def test_answers_are_counted_for_everybody_who_named_all_faces(faces):
    truth = faces.labels[:4]
    wrong = np.where(np.arange(4) < 3, truth, (truth + 1) % 7)
    picture = figures.answers(faces.images[:4], truth, {"you": [1], "model": wrong})
    says(
        picture,
        "4 faces; right: model 3 of 4.",
        f"{EXPRESSIONS[truth[0]]} (model: {EXPRESSIONS[truth[0]]} ✓)",
    )
    assert "you" not in picture.description
    says(figures.answers(faces.images[:4], truth, {"you": []}), "nobody has named them yet")


def test_named_faces_are_counted_beside_what_needs_no_model():
    truth = np.repeat([3, 4], [30, 10])
    always = np.full(40, 3)
    picture = figures.named({"model": truth, "lazy": always}, truth, "puppets")
    says(
        picture,
        "Of 40 puppets, named right: model 100.0% (91.2% to 100.0%), mean recall 100.0%",
        "lazy 75.0%",
        "mean recall 50.0%; recall in percent: happy 100, sad 0",
        "always happy 75.0 %; blind guess 14.3 %",
    )
    bars = lengths(picture.figure.axes[0])
    assert [round(length, 1) for group in bars for length in group.values()] == [100.0, 75.0, 75.0, 14.3]
    assert [label.get_text() for label in picture.figure.axes[1].get_yticklabels()] == [
        "happy (30)",
        "sad (10)",
    ]


def test_logits_in_the_place_of_probabilities_are_refused_and_not_drawn():
    image, logits = draw_puppet({}), np.array([[9.0, -2, 0, 0, 0, 0, 0]])
    for draw in (
        lambda: figures.predictions(image[None], logits),
        lambda: figures.puppet(image, {}, logits[0]),
    ):
        with pytest.raises(ValueError, match=r"Expected probabilities, from 0 to 1 .*softmax\."):
            draw()


def test_a_wall_of_no_faces_is_refused():
    with pytest.raises(ValueError, match="Expected faces, one at least, found none"):
        figures.wall(draw_puppets(0))
