"""A set of faces, and how it is split."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fer_course.data.splits import choose_groups, stratified_split
from fer_course.faces import PARTS, Faces, check_faces


def make(n=70, seed=0, usage=None, **extra):
    random = np.random.default_rng(seed)
    return Faces(
        images=random.integers(0, 256, (n, 48, 48), dtype=np.uint8),
        labels=np.arange(n) % 7,
        names=np.array([f"face {i}" for i in range(n)]),
        usage=np.array(["Training"] * n if usage is None else usage),
        source="test",
        **extra,
    )


def images_of(faces):
    return {image.tobytes() for image in faces.images}


def test_an_index_a_mask_a_slice_and_a_position_all_give_faces():
    faces = make(14, votes=np.arange(140).reshape(14, 10))
    for index in ([3, 5], np.array([3, 5]), np.arange(14) % 5 == 3, slice(3, 6, 2)):
        assert faces[index].names[0] == "face 3"
    assert len(faces[5]) == 1 and faces[np.int64(5)].names.tolist() == ["face 5"]
    assert faces[[5]].votes.tolist() == [list(range(50, 60))]
    assert faces[[5]].source == "test"


def test_the_test_set_is_both_halves_together():
    faces = make(4, usage=["Training", "PublicTest", "PrivateTest", "PublicTest"])
    assert faces.test.names.tolist() == ["face 1", "face 2", "face 3"]
    assert faces.of("PublicTest").names.tolist() == ["face 1", "face 3"]
    with pytest.raises(ValueError, match="Training, PublicTest, PrivateTest, found 'test'"):
        faces.of("test")


def test_counts_go_by_label_and_show_what_is_not_there():
    faces = make(9)
    assert faces.counts().tolist() == [2, 2, 1, 1, 1, 1, 1]
    assert faces[faces.labels == 3].counts().tolist() == [0, 0, 0, 1, 0, 0, 0]
    assert faces.counts().dtype == np.int64


def test_twins_are_the_images_with_equal_pixels():
    faces = make(6)
    images = faces.images.copy()
    images[4] = images[1]
    images[5] = images[0]
    images[5, 47, 47] ^= 1
    twins = Faces(images, faces.labels, faces.names, faces.usage, "test").twins()
    assert twins.tolist() == [0, 1, 2, 3, 1, 4]
    assert twins.dtype == np.int64


def test_a_part_is_one_bit_of_the_masks():
    parts = np.zeros((1, 48, 48), np.uint8)
    parts[0, 10, 10] = 0b1001
    faces = make(1, parts=parts, clean_labels=np.zeros(1, np.int64))
    assert [bool(faces.part(name)[0, 10, 10]) for name in PARTS] == [True, False, False, True]
    assert faces.part("mouth").sum() == 1 and faces.part("mouth").dtype == bool
    with pytest.raises(ValueError, match="brows, eyes, nose, mouth, found 'ear'"):
        faces.part("ear")


def test_photographs_say_that_nobody_marked_their_parts():
    with pytest.raises(ValueError, match="only puppets know where their mouth is"):
        make(1).part("mouth")


def test_joined_faces_keep_the_truth_that_all_of_them_have():
    both = {"clean_labels": np.zeros(7, np.int64)}
    joined = Faces.concatenate([make(7, **both), make(7, votes=np.zeros((7, 10), int), **both)])
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
    faces = make(3)
    values = {name: getattr(faces, name) for name in ("images", "labels", "names", "usage", "source")}
    with pytest.raises(ValueError, match=message):
        Faces(**values | change)


@pytest.mark.parametrize("group_twins", [False, True])
def test_the_split_takes_every_image_once_and_the_same_share_of_every_label(group_twins):
    faces = make(560)
    train, validation = stratified_split(faces, group_twins=group_twins)
    assert len(train) == 490 and len(validation) == 70
    assert validation.counts().tolist() == [10] * 7
    assert sorted([*train.names, *validation.names]) == sorted(faces.names)


@pytest.mark.parametrize("group_twins", [False, True])
def test_the_same_seed_gives_the_same_split_and_another_seed_another(group_twins):
    faces = make(560)
    first, again, other = (
        stratified_split(faces, seed=seed, group_twins=group_twins)[1].names for seed in (3, 3, 4)
    )
    assert first.tolist() == again.tolist() != other.tolist()


def test_twins_stay_on_one_side_and_are_as_common_on_both():
    faces = make(560)
    images = faces.images.copy()
    images[1:160:2] = images[0:160:2]
    faces = Faces(images, faces.labels, faces.names, faces.usage, "test")
    train, validation = stratified_split(faces, group_twins=True)
    assert not images_of(train) & images_of(validation)
    assert (len(train), validation.counts().tolist()) == (490, [10] * 7)
    assert len(validation) - len(images_of(validation)) == 10
    plain = stratified_split(faces)
    assert images_of(plain[0]) & images_of(plain[1])


def test_a_label_too_rare_to_stand_on_both_sides_is_named():
    faces = make(100)
    few = faces[(faces.labels != 1) | (np.arange(100) < 20)]
    with pytest.raises(ValueError, match=r"at least 8 images of every label .* found disgust \(3\)"):
        stratified_split(few)
    with pytest.raises(ValueError, match=r"at least 20 images of every label .* found angry \(10\)"):
        stratified_split(make(70), 0.95)


def test_a_label_that_would_vanish_from_one_side_is_named():
    faces = make(112)
    images = faces.images.copy()
    images[1::7] = images[1]  # all that is labelled disgust is one picture
    faces = Faces(images, faces.labels, faces.names, faces.usage, "test")
    with pytest.raises(ValueError, match="found none labelled disgust in validation; use more images"):
        stratified_split(faces, group_twins=True)


@pytest.mark.parametrize("share", [0, 1, -0.5, 12.5, float("nan")])
def test_a_share_outside_0_and_1_is_refused(share):
    with pytest.raises(ValueError, match="between 0 and 1"):
        stratified_split(make(), share)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 30)), min_size=8, max_size=80), st.integers(0, 9))
def test_a_group_is_chosen_whole_and_no_label_gets_more_than_its_share(pairs, seed):
    labels, groups = np.array(pairs, np.int64).T
    groups = np.unique(groups, return_inverse=True)[1].ravel()
    chosen = choose_groups(labels, groups, 0.25, seed)
    assert not set(groups[chosen]) & set(groups[~chosen])
    allowed = np.floor(np.bincount(labels, minlength=7) * 0.25) + 1
    assert (np.bincount(labels[chosen], minlength=7) <= allowed).all()
    if len(set(groups)) == len(groups):
        assert chosen.sum() == np.ceil(len(labels) * 0.25)


def test_what_is_not_faces_or_too_few_is_refused():
    sample = make()
    check_faces(sample)
    check_faces(sample[:0], least=0)
    with pytest.raises(ValueError, match=r"Expected faces as Faces, such as course\.train, found ndarray"):
        check_faces(sample.images)
    with pytest.raises(ValueError, match=r"Expected validation faces, one at least, found none.*EXPRESSIONS"):
        check_faces(sample[sample.labels == "happy"], "validation faces")


def test_faces_introduce_themselves_in_one_line():
    assert repr(make(9)) == (
        "Faces: 9 images (test); 2 angry, 2 disgust, 1 fear, 1 happy, 1 sad, 1 surprise, 1 neutral"
    )
