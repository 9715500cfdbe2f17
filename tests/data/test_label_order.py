"""Numbered labels in FER-2013's own order, in that of folders sorted by name, and in doubt."""

import numpy as np
import pytest

from fer_course.data import label_order as room
from fer_course.data.label_order import BY_NAME, in_official_order, log_odds, opinion
from fer_course.labels import EXPRESSIONS, FER2013_COUNTS

NUMBER = np.argsort(BY_NAME)
"""The number that a label has in the order of names."""


def labels_like_fer2013(n, seed=0):
    shares = np.array(FER2013_COUNTS["Training"]) / sum(FER2013_COUNTS["Training"])
    return np.random.default_rng(seed).choice(7, n, p=shares)


def ask(labels, truth, monkeypatch, right=0.65):
    """Put labels into order beside a model that is right so often; return what comes, and whether it was asked."""
    asked = []
    images = np.arange(len(labels))[:, None, None] + np.zeros((1, 1, 1), int)

    def answer(some):
        asked.append(len(some))
        places = some[:, 0, 0]
        lucky = np.random.default_rng(1).random(len(places)) < right
        return np.where(lucky, truth[places], (truth[places] + 3) % 7)

    monkeypatch.setattr(room, "opinion", answer)
    ordered, notes = in_official_order(images, labels, np.full(len(labels), "Training"))
    return ordered, notes, bool(asked)


def test_by_name_neutral_comes_before_sad():
    assert [EXPRESSIONS[i] for i in BY_NAME] == sorted(EXPRESSIONS)
    assert BY_NAME[4] == EXPRESSIONS.index("neutral")


def test_clear_counts_in_the_official_order_decide_alone(monkeypatch):
    truth = labels_like_fer2013(3000)
    ordered, notes, asked = ask(truth, truth, monkeypatch)
    assert (ordered == truth).all() and notes == [] and not asked


def test_labels_by_name_are_put_into_order_although_some_faces_are_missing(monkeypatch):
    truth = labels_like_fer2013(3000)[:-13]
    ordered, (note,), asked = ask(NUMBER[truth], truth, monkeypatch)
    assert (
        (ordered == truth).all()
        and asked
        and "put into the official order" in note
        and "of 210 faces" in note
    )


@pytest.mark.parametrize("by_name", [False, True])
def test_evened_out_classes_are_decided_by_the_reference_model(monkeypatch, by_name):
    truth = np.repeat(np.arange(7), 60)
    ordered, notes, asked = ask(NUMBER[truth] if by_name else truth, truth, monkeypatch)
    assert (ordered == truth).all() and asked and bool(notes) == by_name


def test_counts_that_look_like_names_against_a_model_that_cannot_tell_stay_and_are_said(monkeypatch):
    truth = labels_like_fer2013(3000)
    ordered, (note,), _ = ask(NUMBER[truth], truth, monkeypatch, right=0.0)
    assert (
        (ordered == NUMBER[truth]).all() and "may be numbered by name" in note and "check a few faces" in note
    )


def test_a_few_faces_are_taken_as_they_are_without_a_word(monkeypatch):
    truth = labels_like_fer2013(40)
    ordered, notes, asked = ask(NUMBER[truth], truth, monkeypatch)
    assert (ordered == NUMBER[truth]).all() and notes == [] and not asked


def test_the_odds_are_those_of_the_published_counts():
    truth = np.repeat(np.arange(7), FER2013_COUNTS["Training"])
    assert log_odds(truth) > 500 and log_odds(NUMBER[truth]) < -500


def test_the_reference_model_gives_its_opinion_at_its_own_size():
    named = opinion(np.random.default_rng(0).integers(0, 256, (3, 48, 48), dtype=np.uint8))
    assert named.shape == (3,) and named.max() < 7


def test_real_labels_by_name_with_13_pictures_missing_come_out_right(real_faces):
    training = real_faces.of("Training")[:-13]
    found, (note,) = in_official_order(training.images, NUMBER[training.labels], training.usage)
    assert (found == training.labels).all() and "put into the official order" in note
