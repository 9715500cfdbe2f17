"""Corruptions: seeded, of the same shape, worse with strength, and each of its own kind."""

import hashlib

import numpy as np
import pytest
from networks import tiny_model, with_random_head

from fer_course.evaluation.corruptions import CORRUPTIONS, STRENGTHS, corrupt, under_corruptions
from fer_course.evaluation.predict import predict
from fer_course.puppets.draw import draw_puppets

FACES = draw_puppets(6, seed=8, low_light=0, blur=0, occlusion=0)

every_corruption = pytest.mark.parametrize("name", CORRUPTIONS)


def apart(images):
    """Mean distance from the faces, in grey levels."""
    return abs(images.astype(float) - FACES.images).mean()


def test_there_are_twelve_in_five_strengths():
    assert len(CORRUPTIONS) == 12 and STRENGTHS == (1, 2, 3, 4, 5)


@every_corruption
def test_it_is_the_same_for_the_same_seed_and_leaves_the_images_alone(name):
    before = FACES.images.copy()
    one, two = corrupt(FACES, name, 3, seed=1), corrupt(FACES.images, name, 3, seed=1)
    assert np.array_equal(one, two) and one.dtype == np.uint8 and one.shape == FACES.images.shape
    assert np.array_equal(FACES.images, before)


@every_corruption
def test_an_image_does_not_depend_on_its_neighbours(name):
    assert np.array_equal(corrupt(FACES, name, 4)[:2], corrupt(FACES[:2], name, 4))


@every_corruption
def test_strength_0_changes_nothing_and_each_further_one_more(name):
    assert np.array_equal(corrupt(FACES, name, 0), FACES.images)
    distances = [apart(corrupt(FACES, name, strength)) for strength in STRENGTHS]
    assert distances[0] > 0.3 and np.all(np.diff(distances) > 0)


@pytest.mark.parametrize(
    "name", ["Gaussian noise", "shot noise", "impulse noise", "motion blur", "fog", "rotate"]
)
def test_what_is_random_differs_by_seed_and_by_image(name):
    twice = np.stack([FACES.images[0]] * 8)
    worse = corrupt(twice, name, 3)
    assert len({image.tobytes() for image in worse}) > 1
    assert not np.array_equal(worse, corrupt(twice, name, 3, seed=1))


def test_each_does_what_its_name_says():
    flat = np.full((1, 48, 48), 100, np.uint8)
    assert corrupt(flat, "dark", 5).max() == 10 and corrupt(flat, "bright", 5).min() == 255
    for name in ("blur", "motion blur", "pixelate", "low contrast", "rotate"):
        assert np.array_equal(corrupt(flat, name, 5), flat), name
    salted = corrupt(flat, "impulse noise", 5)
    assert set(np.unique(salted)) == {0, 100, 255} and (salted != 100).mean() == pytest.approx(0.22, abs=0.03)
    assert corrupt(flat, "Gaussian noise", 2).std() == pytest.approx(14, rel=0.05)
    assert corrupt(FACES[:1], "low contrast", 5).std() < 0.1 * FACES.images[0].std()
    assert corrupt(flat, "fog", 5).min() > 150


def test_the_pixels_have_not_changed_unnoticed():
    # Of those that NumPy alone computes: libjpeg, Pillow and SciPy may round otherwise in another version.
    digest = hashlib.sha256()
    for name in ("Gaussian noise", "impulse noise", "dark", "bright", "low contrast"):
        digest.update(corrupt(FACES, name, 3).tobytes())
    assert digest.hexdigest()[:16] == "662d7b270d6b6f97"


@pytest.mark.parametrize(
    ("name", "strength", "sentence"),
    [("snow", 1, "Expected one of Gaussian noise"), ("fog", 6, "from 0 to 5"), ("fog", 1.5, "from 0 to 5")],
)
def test_what_is_no_corruption_is_refused(name, strength, sentence):
    with pytest.raises(ValueError, match=sentence):
        corrupt(FACES, name, strength)


def test_accuracy_is_measured_clean_and_under_each_condition():
    model = with_random_head(tiny_model())
    model.trained_size = 32
    truth = predict(model, FACES).argmax(axis=1)
    table = under_corruptions(model, FACES, truth, names=["dark", "fog"], strengths=[1, 5])
    assert table.index.tolist() == [("clean", 0), ("dark", 1), ("dark", 5), ("fog", 1), ("fog", 5)]
    assert table.accuracy["clean", 0] == 1 and (table.n == 6).all()
    assert ((table.low <= table.accuracy) & (table.accuracy <= table.high)).all()
    worse = predict(model, corrupt(FACES, "fog", 5)).argmax(axis=1)
    assert table.accuracy["fog", 5] == (worse == truth).mean()
