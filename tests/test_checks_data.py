"""Feedback on the exercises of notebook 01."""

import numpy as np
import pytest

from fer_course import checks_data as checks
from fer_course.checks import NOT_ANSWERED
from fer_course.exploration import leaked, with_copies
from fer_course.faces import stratified_split
from fer_course.puppets import draw_puppets

NONSENSE = ["text", None, [1, 2], {}, np.zeros(3), print, float("nan")]


@pytest.fixture(scope="module")
def split():
    return stratified_split(with_copies(draw_puppets(80, seed=5, shares=[1] * 7), 0.5), 0.25)


def told(capsys, check, *arguments):
    check(*arguments)
    return capsys.readouterr().out


def test_a_face_is_2304_values(capsys, split):
    assert told(capsys, checks.values_per_face, 2304, split[0]).startswith("Right. 48 × 48")
    assert "one side" in told(capsys, checks.values_per_face, 48, split[0])
    assert "colour" in told(capsys, checks.values_per_face, 3 * 2304, split[0])
    assert "all faces together" in told(capsys, checks.values_per_face, split[0].images.size, split[0])


def test_leaks_are_validation_faces_with_a_twin(capsys, split):
    n, total = int(leaked(*split).sum()), len(split[1])
    assert n > 0
    assert told(capsys, checks.leaked_faces, n, *split).startswith(f"Right. {n} of {total}")
    assert "share" in told(capsys, checks.leaked_faces, n / total, *split)
    assert "Not yet." in told(capsys, checks.leaked_faces, total, *split)


def test_no_leak_is_a_right_answer_too(capsys, split):
    train, validation = split
    clean = validation[~leaked(train, validation)]
    assert told(capsys, checks.leaked_faces, 0, train, clean).startswith("Right. None")


def test_the_ceiling_is_the_share_of_labels_that_agree(capsys):
    labels, truth = np.array([0, 1, 2, 3, 3]), np.array([0, 1, 2, 3, 4])
    assert "80.0%" in told(capsys, checks.best_measurable_accuracy, 0.8, labels, truth)
    assert "differ" in told(capsys, checks.best_measurable_accuracy, 0.2, labels, truth)
    assert "compared with the labels" in told(capsys, checks.best_measurable_accuracy, 1, labels, truth)
    assert "percent" in told(capsys, checks.best_measurable_accuracy, 80, labels, truth)


def test_the_most_common_mistake_is_a_pair_in_order(capsys):
    labels, truth = np.array([4, 4, 0, 3]), np.array([3, 3, 1, 3])
    assert told(capsys, checks.most_confused, ("happy", "sad"), labels, truth).startswith(
        "Right. 2 of 3 happy"
    )
    assert told(capsys, checks.most_confused, "Happy as Sad", labels, truth).startswith("Right.")
    both = np.append(labels, 0), np.append(truth, 1)  # disgust as angry is as common
    for pair in (("happy", "sad"), ("disgust", "angry")):
        assert told(capsys, checks.most_confused, pair, *both).startswith("Right. 2 of ")
        assert told(capsys, checks.most_confused, " as ".join(pair), *both).startswith("Right. 2 of ")
    assert "rows are the truth" in told(capsys, checks.most_confused, ("sad", "happy"), labels, truth)
    assert "agree" in told(capsys, checks.most_confused, ("fear", "fear"), labels, truth)
    assert "less often" in told(capsys, checks.most_confused, ("fear", "sad"), labels, truth)
    assert "some are wrong, found none" in told(capsys, checks.most_confused, ("fear", "fear"), truth, truth)


@pytest.mark.parametrize("answer", NONSENSE, ids=repr)
def test_nonsense_is_answered_by_a_sentence(capsys, split, answer):
    labels, truth = np.array([4, 4, 0, 3]), np.array([3, 3, 1, 3])
    for check, context in (
        (checks.values_per_face, (split[0],)),
        (checks.leaked_faces, split),
        (checks.best_measurable_accuracy, (labels, truth)),
        (checks.most_confused, (labels, truth)),
    ):
        assert told(capsys, check, answer, *context).startswith("Not yet.")
        assert told(capsys, check, ..., *context).strip() == NOT_ANSWERED
