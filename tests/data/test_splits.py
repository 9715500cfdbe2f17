"""How faces are divided into training and validation."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import noise_faces
from sklearn.model_selection import StratifiedShuffleSplit

from fer_course.data.splits import choose_groups, stratified_split
from fer_course.puppets.draw import draw_puppets


def images_of(faces):
    return {image.tobytes() for image in faces.images}


@pytest.mark.parametrize("group_twins", [False, True])
def test_the_split_takes_every_image_once_and_the_same_share_of_every_label(group_twins):
    faces = noise_faces(560)
    train, validation = stratified_split(faces, group_twins=group_twins)
    assert len(train) == 490 and len(validation) == 70
    assert validation.counts().tolist() == [10] * 7
    assert sorted([*train.names, *validation.names]) == sorted(faces.names)


@pytest.mark.parametrize("group_twins", [False, True])
def test_the_same_seed_gives_the_same_split_and_another_seed_another(group_twins):
    faces = noise_faces(560)
    first, again, other = (
        stratified_split(faces, seed=seed, group_twins=group_twins)[1].names for seed in (3, 3, 4)
    )
    assert first.tolist() == again.tolist() != other.tolist()


def test_twins_stay_on_one_side_and_are_as_common_on_both():
    faces = noise_faces(560)
    images = faces.images.copy()
    images[1:160:2] = images[0:160:2]
    faces = replace(faces, images=images)
    train, validation = stratified_split(faces, group_twins=True)
    assert not images_of(train) & images_of(validation)
    assert (len(train), validation.counts().tolist()) == (490, [10] * 7)
    assert len(validation) - len(images_of(validation)) == 10
    plain = stratified_split(faces)
    assert images_of(plain[0]) & images_of(plain[1])


def test_a_label_too_rare_to_stand_on_both_sides_is_named():
    faces = noise_faces(100)
    few = faces[(faces.labels != 1) | (np.arange(100) < 20)]
    with pytest.raises(ValueError, match=r"at least 8 images of every label .* found disgust \(3\)"):
        stratified_split(few)
    with pytest.raises(ValueError, match=r"at least 20 images of every label .* found angry \(10\)"):
        stratified_split(noise_faces(70), 0.95)


def test_a_label_that_would_vanish_from_one_side_is_named():
    faces = noise_faces(112)
    images = faces.images.copy()
    images[1::7] = images[1]  # all that is labelled disgust is one picture
    faces = replace(faces, images=images)
    with pytest.raises(ValueError, match="found none labelled disgust in validation; use more images"):
        stratified_split(faces, group_twins=True)


@pytest.mark.parametrize("share", [0, 1, -0.5, 12.5, float("nan")])
def test_a_share_outside_0_and_1_is_refused(share):
    with pytest.raises(ValueError, match="between 0 and 1"):
        stratified_split(noise_faces(70), share)


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


@pytest.mark.parametrize("group_twins", [False, True])
def test_the_real_split_is_25_120_and_3_589(real_faces, group_twins):
    train, validation = stratified_split(real_faces.of("Training"), group_twins=group_twins)
    assert (len(train), len(validation)) == (25_120, 3_589)
    assert validation.counts().tolist() == [499, 55, 512, 902, 604, 396, 621]
    leaked = {image.tobytes() for image in train.images} & {image.tobytes() for image in validation.images}
    assert bool(leaked) != group_twins


def test_the_split_is_that_of_scikit_learn_with_the_same_seed():
    faces = draw_puppets(300, seed=0, shares=[1] * 7)
    splitter = StratifiedShuffleSplit(1, test_size=0.125, random_state=3)
    ((train, held_out),) = splitter.split(np.zeros(300), faces.labels)
    ours = stratified_split(faces, seed=3)
    assert ours[0].names.tolist() == faces.names[np.sort(train)].tolist()
    assert ours[1].names.tolist() == faces.names[np.sort(held_out)].tolist()
