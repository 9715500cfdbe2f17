"""A set of faces."""

from dataclasses import replace

import numpy as np
import pytest
from samples import noise_faces

from fer_course.faces import PARTS, Faces, check_faces


def test_an_index_a_mask_a_slice_and_a_position_all_give_faces():
    faces = noise_faces(14, votes=np.arange(140).reshape(14, 10))
    for index in ([3, 5], np.array([3, 5]), np.arange(14) % 5 == 3, slice(3, 6, 2)):
        assert faces[index].names[0] == "3"
    assert len(faces[5]) == 1 and faces[np.int64(5)].names.tolist() == ["5"]
    assert faces[[5]].votes.tolist() == [list(range(50, 60))]
    assert faces[[5]].source == "noise"


def test_the_test_set_is_both_halves_together():
    faces = noise_faces(4, usage=np.array(["Training", "PublicTest", "PrivateTest", "PublicTest"]))
    assert faces.test.names.tolist() == ["1", "2", "3"]
    assert faces.of("PublicTest").names.tolist() == ["1", "3"]
    with pytest.raises(ValueError, match="Training, PublicTest, PrivateTest, found 'test'"):
        faces.of("test")


def test_counts_go_by_label_and_show_what_is_not_there():
    faces = noise_faces(9)
    assert faces.counts().tolist() == [2, 2, 1, 1, 1, 1, 1]
    assert faces[faces.labels == 3].counts().tolist() == [0, 0, 0, 1, 0, 0, 0]
    assert faces.counts().dtype == np.int64


def test_twins_are_the_images_with_equal_pixels():
    faces = noise_faces(6)
    images = faces.images.copy()
    images[4] = images[1]
    images[5] = images[0]
    images[5, 47, 47] ^= 1
    twins = replace(faces, images=images).twins()
    assert twins.tolist() == [0, 1, 2, 3, 1, 4]
    assert twins.dtype == np.int64


def test_a_part_is_one_bit_of_the_masks():
    parts = np.zeros((1, 48, 48), np.uint8)
    parts[0, 10, 10] = 0b1001
    faces = noise_faces(1, parts=parts, clean_labels=np.zeros(1, np.int64))
    assert [bool(faces.part(name)[0, 10, 10]) for name in PARTS] == [True, False, False, True]
    assert faces.part("mouth").sum() == 1 and faces.part("mouth").dtype == bool
    with pytest.raises(ValueError, match="brows, eyes, nose, mouth, found 'ear'"):
        faces.part("ear")


def test_photographs_say_that_nobody_marked_their_parts():
    with pytest.raises(ValueError, match="only puppets know where their mouth is"):
        noise_faces(1).part("mouth")


def test_joined_faces_keep_the_truth_that_all_of_them_have():
    both = {"clean_labels": np.zeros(7, np.int64)}
    joined = Faces.concatenate([noise_faces(7, **both), noise_faces(7, votes=np.zeros((7, 10), int), **both)])
    assert len(joined) == 14 and joined.votes is None and joined.is_puppets


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"images": np.zeros((3, 32, 32), np.uint8)},
            r"shape \(N, 48, 48\), found uint8 of shape \(3, 32, 32\)",
        ),
        ({"images": np.zeros((3, 48, 48))}, "found float64"),
        ({"labels": np.array([0, 1])}, "Expected 3 labels, one for each image, found 2"),
        ({"labels": np.array([0, 1, 7])}, "labels from 0 to 6, found 0 to 7"),
        ({"labels": np.array([-1, 1, 3])}, "found -1 to 3"),
        ({"labels": np.array([0.0, 1.0, 3.0])}, "Expected labels as whole numbers, found float64"),
        ({"clean_labels": np.array([-1, 1, 3])}, "clean_labels from 0 to 6, found -1 to 3"),
        ({"votes": np.zeros((3, 8), np.int64)}, r"Expected votes of shape \(3, 10\), found \(3, 8\)"),
        ({"parts": np.zeros((3, 64, 64), np.uint8)}, r"Expected parts of shape \(3, 48, 48\), found"),
        ({"usage": np.array(["Training", "train", "train"])}, "PrivateTest, found train"),
    ],
)
def test_faces_that_cannot_be_right_are_refused(change, message):
    faces = noise_faces(3)
    values = {name: getattr(faces, name) for name in ("images", "labels", "names", "usage", "source")}
    with pytest.raises(ValueError, match=message):
        Faces(**values | change)


def test_what_is_not_faces_or_too_few_is_refused():
    sample = noise_faces(70)
    check_faces(sample)
    check_faces(sample[:0], least=0)
    with pytest.raises(ValueError, match=r"Expected faces as Faces, such as course\.train, found ndarray"):
        check_faces(sample.images)
    with pytest.raises(ValueError, match=r"Expected validation faces, one at least, found none.*EXPRESSIONS"):
        check_faces(sample[sample.labels == "happy"], "validation faces")


def test_faces_introduce_themselves_in_one_line():
    assert repr(noise_faces(9)) == (
        "Faces: 9 images (noise); 2 angry, 2 disgust, 1 fear, 1 happy, 1 sad, 1 surprise, 1 neutral"
    )


def test_columns_that_are_no_arrays_are_refused_by_name():
    with pytest.raises(ValueError, match="Expected labels as a NumPy array, found list"):
        Faces(
            np.zeros((2, 48, 48), np.uint8), [0, 1], np.array(["a", "b"]), np.array(["Training"] * 2), "mine"
        )
