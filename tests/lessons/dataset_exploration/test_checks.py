"""Feedback on the exercises of notebook 01."""

import numpy as np
import pytest

from fer_course.data.exploration import leaked, measure, with_copies
from fer_course.data.splits import stratified_split
from fer_course.lessons.dataset_exploration import checks
from fer_course.lessons.exercises import NOT_ANSWERED
from fer_course.puppets.draw import draw_puppets

NONSENSE = ["text", None, [1, 2], {}, np.zeros(3), print, float("nan")]


@pytest.fixture(scope="module")
def split():
    return stratified_split(with_copies(draw_puppets(80, seed=5, shares=[1] * 7), 0.5), 0.25)


def test_a_face_is_2304_values(feedback, split):
    assert feedback(checks.values_per_face, 2304, split[0]).startswith("Right. 48 × 48")
    assert "one side" in feedback(checks.values_per_face, 48, split[0])
    assert "colour" in feedback(checks.values_per_face, 3 * 2304, split[0])
    assert "all faces together" in feedback(checks.values_per_face, split[0].images.size, split[0])
    assert "Multiply them" in feedback(checks.values_per_face, (48, 48), split[0])


def test_leaks_are_validation_faces_with_a_twin(feedback, split):
    n, total = int(leaked(*split).sum()), len(split[1])
    assert n > 0
    assert feedback(checks.leaked_faces, n, *split).startswith(f"Right. {n} of {total}")
    assert "share" in feedback(checks.leaked_faces, n / total, *split)
    assert "Not yet." in feedback(checks.leaked_faces, total, *split)


def test_the_other_ways_to_count_leaks_give_other_numbers_and_are_told_apart(feedback, split):
    train, validation = split
    n = int(leaked(train, validation).sum())
    both = {image.tobytes() for image in train.images} & {image.tobytes() for image in validation.images}
    in_train = sum(image.tobytes() in both for image in train.images)
    assert len({n, len(both), in_train, len(validation) - n}) == 4
    assert "counts training faces" in feedback(checks.leaked_faces, in_train, *split)
    assert "counts different pictures" in feedback(checks.leaked_faces, len(both), *split)
    assert "without a twin" in feedback(checks.leaked_faces, len(validation) - n, *split)


def test_no_leak_is_a_right_answer_too(feedback, split):
    train, validation = split
    clean = validation[~leaked(train, validation)]
    assert feedback(checks.leaked_faces, 0, train, clean).startswith("Right. None")


def test_the_ceiling_is_the_share_of_labels_that_agree(feedback):
    labels, truth = np.array([0, 1, 2, 3, 3]), np.array([0, 1, 2, 3, 4])
    assert "80.0%" in feedback(checks.best_measurable_accuracy, 0.8, labels, truth)
    assert "differ" in feedback(checks.best_measurable_accuracy, 0.2, labels, truth)
    assert "compared with the labels" in feedback(checks.best_measurable_accuracy, 1, labels, truth)
    assert "percent" in feedback(checks.best_measurable_accuracy, 80, labels, truth)
    assert "number of labels" in feedback(checks.best_measurable_accuracy, 4, labels, truth)
    assert "its mean" in feedback(checks.best_measurable_accuracy, labels == truth, labels, truth)


def test_contrast_is_the_standard_deviation_of_each_picture(feedback):
    images = draw_puppets(20, seed=5).images
    measures = measure(images)
    pixels = images.astype(float)

    def said(answer):
        return feedback(checks.contrast_of_each, answer, images, measures)

    assert said(pixels.std(axis=(1, 2))).startswith("Right. The package measures the same")
    assert said(measures.contrast).startswith("Right.")
    assert said(images.reshape(20, -1).std(axis=1).tolist()).startswith("Right.")
    for answer, words in (
        (pixels.std(), "one number for all faces"),
        (pixels.std(axis=0), "one number for each pixel"),
        (pixels.std(axis=1), "Give both axes"),
        (pixels.var(axis=(1, 2)), "That is the variance"),
        (pixels.mean(axis=(1, 2)), "That is the mean"),
        (np.ptp(pixels, axis=(1, 2)), "two pixels decide it"),
        (pixels.std(axis=(1, 2))[:5], "each of 20 faces"),
        (np.arange(20), "numpy calls that std"),
        ("text", "Expected an array"),
    ):
        assert said(answer).startswith("Not yet.")
        assert words in said(answer)


def test_a_black_picture_is_counted_with_the_right_contrast(feedback):
    images = draw_puppets(5, seed=5).images.copy()
    images[2] = 0
    answer = images.std(axis=(1, 2))
    assert "1 pictures have none" in feedback(checks.contrast_of_each, answer, images, measure(images))


def test_groups_stay_together_when_they_are_chosen_by_number(feedback):
    faces = with_copies(draw_puppets(80, seed=5, shares=[1] * 7), 0.5)
    groups = faces.twins()

    def said(answer):
        return feedback(checks.kept_together, answer, groups, faces.labels)

    assert said(groups % 8 == 0).startswith("Right.") and "disgust has" in said(groups % 8 == 0)
    by_place = np.arange(len(faces)) % 8 == 0
    separated = int(np.isin(groups[by_place], groups[~by_place]).sum())
    assert separated > 0 and f"{separated} validation faces still have a twin" in said(by_place)
    assert "make it about one in eight" in said(groups % 2 == 0)
    assert "None of the faces" in said(groups < 0) and "All of the faces" in said(groups >= 0)
    assert "True or False" in said(np.flatnonzero(groups % 8 == 0)) and "True or False" in said(0.125)


def test_the_formula_is_inverted(feedback):
    truly, agreement = 0.63, 0.89
    lucky = (1 - agreement) / 6
    measured = truly * agreement + (1 - truly) * lucky

    def said(answer):
        return feedback(checks.true_accuracy, answer, measured, agreement)

    assert said(truly).startswith(f"Right. Measured {measured:.1%}, truly about 63.0%")
    for answer, words in (
        (measured, "what was measured"),
        (measured / agreement, "nearly"),
        (measured * agreement + (1 - measured) * lucky, "the formula itself"),
        (measured + 1 - agreement, "adds all wrong labels"),
        (63.0, "percent"),
        (0.1, "too small"),
    ):
        assert said(answer).startswith("Not yet.") and words in said(answer)


def test_the_most_common_mistake_is_a_pair_in_order(feedback):
    labels, truth = np.array([4, 4, 0, 3]), np.array([3, 3, 1, 3])
    assert feedback(checks.most_confused, ("happy", "sad"), labels, truth).startswith("Right. 2 of 3 happy")
    for form in ("Happy as Sad", "happy, sad", "happy sad", ["Happy", "sad "]):
        assert feedback(checks.most_confused, form, labels, truth).startswith("Right.")
    both = np.append(labels, 0), np.append(truth, 1)  # disgust as angry is as common
    for pair in (("happy", "sad"), ("disgust", "angry")):
        assert feedback(checks.most_confused, pair, *both).startswith("Right. 2 of ")
        assert feedback(checks.most_confused, " as ".join(pair), *both).startswith("Right. 2 of ")
    assert "wrong order: rows are" in feedback(checks.most_confused, ("sad", "happy"), labels, truth)
    assert "agree" in feedback(checks.most_confused, ("fear", "fear"), labels, truth)
    assert "less often" in feedback(checks.most_confused, ("fear", "sad"), labels, truth)
    assert "some are wrong, found none" in feedback(checks.most_confused, ("fear", "fear"), truth, truth)


@pytest.mark.parametrize("answer", NONSENSE, ids=repr)
def test_nonsense_is_answered_by_a_sentence(feedback, split, answer):
    labels, truth = np.array([4, 4, 0, 3]), np.array([3, 3, 1, 3])
    for check, context in (
        (checks.values_per_face, (split[0],)),
        (checks.leaked_faces, split),
        (checks.best_measurable_accuracy, (labels, truth)),
        (checks.most_confused, (labels, truth)),
        (checks.contrast_of_each, (split[0].images, measure(split[0].images))),
        (checks.kept_together, (split[0].twins(), split[0].labels)),
        (checks.true_accuracy, (0.57, 0.89)),
    ):
        assert feedback(check, answer, *context).startswith("Not yet.")
        assert feedback(check, ..., *context).strip() == NOT_ANSWERED
