"""What can be found out about faces before any model."""

from dataclasses import replace

import numpy as np
import pytest

from fer_course.data.exploration import (
    leak_sample,
    leaked,
    look_alikes,
    measure,
    most_common_mistakes,
    second_opinion,
    with_copies,
)
from fer_course.data.splits import stratified_split
from fer_course.puppets.draw import draw_puppets


@pytest.fixture(scope="module")
def faces():
    return draw_puppets(80, seed=5, shares=[1] * 7)


def test_a_flat_picture_measures_its_grey_value_and_nothing_else():
    found = measure(np.full((1, 48, 48), 90, np.uint8)).iloc[0]
    assert found.brightness == 90
    assert found.drop("brightness").tolist() == [0, 0, 0, 0]


def test_the_background_is_the_share_of_edges_near_the_border():
    framed, centred = np.full((2, 1, 48, 48), 90, np.uint8)
    framed[:, 2, 2:46] = 200
    centred[:, 20:28, 20:28] = 200
    assert measure(framed).background[0] == 1 and measure(centred).background[0] == 0


def test_look_alikes_begin_with_the_most_alike(faces):
    images = faces.images.copy()
    images[70] = np.clip(images[3].astype(int) + np.random.default_rng(0).integers(-20, 21, (48, 48)), 0, 255)
    labels = faces.labels.copy()
    labels[70] = (labels[3] + 1) % 7
    pairs = look_alikes(replace(faces, images=images, labels=labels), pairs=2)
    assert set(pairs[0]) == {3, 70}


def test_a_half_black_half_white_picture_is_as_asymmetric_as_can_be():
    image = np.zeros((1, 48, 48), np.uint8)
    image[:, :, 24:] = 200
    found = measure(image).iloc[0]
    assert (found.brightness, found.contrast) == (100, 100)
    assert found.asymmetry == pytest.approx(2)


def test_blur_lowers_sharpness_and_the_dark_lowers_brightness():
    still = {"low_light": 0, "blur": 0, "occlusion": 0, "pose": 0}
    plain = measure(draw_puppets(20, seed=3, **still).images)
    blurred = measure(draw_puppets(20, seed=3, **still | {"blur": 1}).images)
    dark = measure(draw_puppets(20, seed=3, **still | {"low_light": 1}).images)
    assert blurred.sharpness.mean() < 0.8 * plain.sharpness.mean()
    assert dark.brightness.mean() < 0.8 * plain.brightness.mean()


def test_look_alikes_differ_in_label_and_no_face_comes_twice(faces):
    pairs = look_alikes(faces, pairs=5)
    assert (faces.labels[pairs[:, 0]] != faces.labels[pairs[:, 1]]).all()
    assert len(np.unique(pairs)) == pairs.size


def test_identical_images_are_no_look_alikes(faces):
    two = faces[[0, 0]]
    two = replace(two, labels=np.array([0, 1]))
    assert look_alikes(two).shape == (0, 2)


def test_copies_are_a_tenth_more_faces_some_of_them_twice_and_three_times(faces):
    more = with_copies(faces, 0.10, seed=0)
    assert len(more) == 88
    assert len(np.unique(more.names)) == 88
    assert len(np.unique(more.twins())) == len(np.unique(faces.twins()))
    assert np.bincount(np.bincount(more.twins())).tolist() == [
        0,
        75,
        3,
        1,
        1,
    ]  # once, twice, three, four times


def test_a_share_of_copies_above_one_is_refused(faces):
    with pytest.raises(ValueError, match=r"from 0 to 1, found 1\.5"):
        with_copies(faces, 1.5)


def test_twins_leak_through_a_plain_split_and_not_through_a_grouped_one(faces):
    more = with_copies(faces, 0.5, seed=0)
    assert leaked(*stratified_split(more, 0.25)).any()
    assert not leaked(*stratified_split(more, 0.25, group_twins=True)).any()


def test_a_sample_of_leaks_holds_the_twins_of_the_faces_that_are_examined(faces):
    train, validation = stratified_split(with_copies(faces, 0.5, seed=0), 0.25)
    seen = leaked(train, validation)
    known, asked = leak_sample(train, validation, examined=12, remembered=40)
    assert len(asked) == 12 and seen[asked].sum() == min(6, seen.sum()) and len(known) == 40
    assert (leaked(train[known], validation[asked]) == seen[asked]).all()
    again, _ = leak_sample(train, validation, examined=12, remembered=40)
    assert (known == again).all()


def test_puppets_give_their_true_label_as_the_second_opinion(faces):
    same, truth, whose = second_opinion(faces)
    assert same is faces and truth is faces.clean_labels and "true" in whose


def test_photographs_give_the_majority_where_it_is_one_of_the_seven(faces):
    votes = np.zeros((len(faces), 10), np.int64)
    votes[:, 1] = 6  # happiness
    votes[0, 7] = 9  # contempt, which is none of the seven
    kept, truth, whose = second_opinion(replace(faces, clean_labels=None, votes=votes))
    assert len(kept) == len(faces) - 1
    assert set(truth) == {3} and "FER+" in whose


def test_puppets_stand_in_for_photographs_without_votes_and_that_is_said(faces, capsys):
    stand_in, truth, _ = second_opinion(replace(faces, clean_labels=None), puppets=12)
    assert stand_in.is_puppets and len(truth) == 12
    assert "12 puppets stand in" in capsys.readouterr().out


def test_the_most_common_mistake_names_truth_then_label():
    assert most_common_mistakes(np.array([4, 4, 0, 3]), np.array([3, 3, 1, 3])) == ([("happy", "sad")], 2)
    assert most_common_mistakes(np.array([4, 3]), np.array([4, 3])) == ([], 0)
    tied = [("angry", "sad"), ("disgust", "angry")]
    assert most_common_mistakes(np.array([4, 0, 3]), np.array([0, 1, 3])) == (tied, 1)
