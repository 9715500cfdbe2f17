"""Figures of notebook 14."""

import numpy as np

from fer_course.lessons.lab_attention import conditional, figures


def test_events_are_lighter_where_it_became_brighter():
    counts = np.zeros((2, 2, 2), int)
    counts[0, 0, 0], counts[1, 1, 1] = 4, 2
    assert figures.as_grey(counts).tolist() == [[255, 127.5], [127.5, 63.75]]


def test_slices_stand_below_the_film():
    slices = np.zeros((4, 2, 24, 24), int)
    slices[1, 0, 3, 3] = 5
    picture = figures.film(np.zeros((3, 48, 48), np.uint8), slices, "fear")
    assert "3 pictures" in picture.description and "Events in each: 0, 5, 0, 0" in picture.description
    assert "of these brighter 0, 5, 0, 0" in picture.description


def test_events_are_counted_by_label():
    picture = figures.events_by_label(np.arange(14), np.arange(14) % 7)
    assert "angry 4, disgust 4" in picture.description and "neutral 10" in picture.description


def test_classes_are_told_by_their_units():
    shown = conditional.draw_classes([(6, 12), (1, 4)], 0, each=1)
    told = figures.classes(shown, count=2).description
    assert "6 cheek raiser, 12 lip corner puller; 1 inner brow raiser, 4 brow lowerer" in told


def test_an_episode_says_what_is_answered_and_what_is_right():
    images = np.zeros((3, 48, 48), np.uint8)
    told = figures.episode(images, images[0], np.array([0.1, 0.9, 0.2]), 2, "a head").description
    assert "likeness 0.10, 0.90, 0.20. Answer: class 2, right: class 3" in told
