"""Puppets: the same everywhere, moved by their action units and dials, and true to what they say they are."""

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fer_course.faces import PARTS, SIZE
from fer_course.labels import FER2013_COUNTS
from fer_course.puppets.draw import NOISE, draw_large_puppets, draw_puppet, draw_puppets
from fer_course.puppets.people import BEARDS, HAIR_STYLES, OCCLUSIONS, PEOPLE, SCENES
from fer_course.puppets.units import ACTION_UNITS, AU_PARTS

ANY_UNITS = st.dictionaries(st.sampled_from(ACTION_UNITS), st.floats(0, 1))


@pytest.fixture(scope="module")
def puppets():
    return draw_puppets(300, seed=3)


def same(one, other):
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in (
            "images",
            "labels",
            "names",
            "usage",
            "clean_labels",
            "action_units",
            "parts",
            "people",
            "scenes",
        )
    )


def center(mask):
    """The mean row of a mask."""
    return np.nonzero(mask)[0].mean()


def test_the_same_seed_draws_the_same_puppets_and_another_seed_does_not():
    assert same(draw_puppets(6, seed=4), draw_puppets(6, seed=4))
    assert not np.array_equal(draw_puppets(6, seed=4).images, draw_puppets(6, seed=5).images)


def test_a_small_set_is_the_beginning_of_a_large_one(puppets):
    assert same(draw_puppets(10, seed=3), puppets[:10])


def test_the_pixels_have_not_changed_unnoticed():
    found = hashlib.sha256(draw_puppets(50, seed=1).images.tobytes()).hexdigest()[:16]
    assert found == "4ea3fe19c600ee9d", (
        "The puppets changed. If a change of the drawing was meant, train the puppets' weights again with "
        "research/pretrain.py and pin the new checksum; if not, look at what Pillow or NumPy draw differently."
    )


def test_large_puppets_are_the_same_puppets():
    dials = {"shares": [1] * 7, "low_light": 0.5, "occlusion": 0.3, "pose": 0.6, "who": {"glasses": True}}
    faces, same = draw_puppets(6, seed=4, **dials), draw_large_puppets(6, seed=4, size=48, **dials)
    assert np.array_equal(same, faces.images)
    large = draw_large_puppets(6, seed=4, blur=0, **dials)
    assert large.shape == (6, 192, 192) and large.dtype == np.uint8
    small = large.reshape(6, 48, 4, 48, 4).mean(axis=(2, 4))
    sharp = draw_puppets(6, seed=4, blur=0, **dials).images
    assert abs(small - sharp).mean() < 6, "grain, and lines of whole pixels"
    assert np.array_equal(draw_large_puppets(2, seed=4, size=48, **dials), same[:2])
    assert draw_large_puppets(0).shape == (0, 192, 192)


def test_a_set_has_the_truth_beside_every_image(puppets):
    assert puppets.images.shape == puppets.parts.shape == (300, SIZE, SIZE)
    assert puppets.action_units.shape == (300, len(ACTION_UNITS)) and puppets.action_units.dtype == np.float32
    assert 0 <= puppets.action_units.min() and puppets.action_units.max() <= 1
    assert puppets.is_puppets and puppets.source == "puppets, seed 3"
    assert puppets.names[17] == "puppet_3_000017.png"
    assert set(puppets.usage) == {"Training"}
    assert len(np.unique(puppets.twins())) == 300


def test_no_puppets_at_all_is_an_empty_set_of_the_right_shape():
    none = draw_puppets(0, usage="PublicTest")
    assert len(none) == 0 and none.parts.shape == (0, SIZE, SIZE) and none.names.dtype.kind == "U"


def test_labels_come_in_fer_2013_s_shares_unless_told_otherwise():
    counts = np.bincount(draw_puppets(1500, seed=8, label_noise=0).labels, minlength=7)
    shares = np.array(FER2013_COUNTS["Training"]) / sum(FER2013_COUNTS["Training"])
    assert np.all(abs(counts - 1500 * shares) < 4 * np.sqrt(1500 * shares * (1 - shares)) + 1)


def test_a_class_with_no_share_never_comes_and_the_sum_of_the_shares_does_not_matter():
    only = draw_puppets(40, seed=2, shares=[0, 3, 0, 0, 0, 9, 0], label_noise=0)
    assert set(only.labels) == {1, 5}
    assert same(only, draw_puppets(40, seed=2, shares=[0, 1, 0, 0, 0, 3, 0], label_noise=0))


def test_without_label_noise_every_label_is_clean():
    clean = draw_puppets(40, seed=6, label_noise=0)
    assert np.array_equal(clean.labels, clean.clean_labels)


def test_label_noise_changes_that_share_of_labels_and_nothing_else():
    noisy, clean = draw_puppets(600, seed=6, label_noise=0.3), draw_puppets(600, seed=6, label_noise=0)
    wrong = (noisy.labels != noisy.clean_labels).sum()
    assert abs(wrong - 180) < 4 * np.sqrt(600 * 0.3 * 0.7)
    assert np.array_equal(noisy.images, clean.images) and np.array_equal(noisy.clean_labels, clean.labels)


def test_with_label_noise_1_every_label_is_wrong():
    wrong = draw_puppets(40, seed=6, label_noise=1)
    assert not np.any(wrong.labels == wrong.clean_labels)


def test_a_happy_puppet_with_a_wrong_label_is_called_as_the_table_s_row_of_happy_says():
    labels = draw_puppets(300, seed=0, shares=[0, 0, 0, 1, 0, 0, 0], label_noise=1).labels
    shares = np.bincount(labels, minlength=7) / 300
    expected = NOISE[3] / NOISE[3].sum()
    assert np.all(abs(shares - expected) < 4 * np.sqrt(expected * (1 - expected) / 300) + 1e-9)
    assert not np.allclose(expected, NOISE[:, 3] / NOISE[:, 3].sum(), atol=0.1)


def test_every_dial_of_one_puppet_does_what_it_says():
    plain, parts = draw_puppet({}, with_parts=True)
    turned = draw_puppet({}, pose=0.5, with_parts=True)[1]
    mouth, nose = (1 << PARTS.index(name) for name in ("mouth", "nose"))

    def column(parts):
        return np.nonzero(parts & nose)[1].mean()

    def right_over_left(image):
        return image[:, 24:].mean() - image[:, :24].mean()

    assert (draw_puppet({}, identity=1) != plain).any()
    assert column(turned) > column(parts) + 1
    assert right_over_left(draw_puppet({}, light=1)) > right_over_left(draw_puppet({}, light=0)) + 5
    assert (draw_puppet({}, occlusion=1) != plain)[(parts & mouth) > 0].mean() > 0.5
    edges = [abs(np.diff(draw_puppet({}, blur=blur).astype(int))).mean() for blur in (0, 1)]
    assert edges[1] < 0.9 * edges[0]


def test_the_table_of_wrong_labels_has_rows_of_1_and_no_right_ones():
    assert NOISE.shape == (7, 7) and np.all(np.diag(NOISE) == 0)
    assert np.allclose(NOISE.sum(1), 1, atol=0.03)


def test_low_light_darkens():
    assert draw_puppets(40, low_light=1).images.mean() < 0.75 * draw_puppets(40, low_light=0).images.mean()
    assert draw_puppet({}, low_light=0.8).mean() < 0.5 * draw_puppet({}).mean()


def test_blur_softens_edges():
    def edges(faces):
        return abs(np.diff(faces.images.astype(int), axis=2)).mean()

    calm = {"low_light": 0, "occlusion": 0}
    assert edges(draw_puppets(40, blur=1, **calm)) < 0.9 * edges(draw_puppets(40, blur=0, **calm))


def test_pose_moves_the_parts_and_occlusion_leaves_them_marked():
    still = draw_puppets(20, pose=0)
    assert np.mean(still.parts != draw_puppets(20, pose=1).parts) > 0.05
    hidden, seen = draw_puppets(20, occlusion=1), draw_puppets(20, occlusion=0)
    assert np.array_equal(hidden.parts, seen.parts)
    assert np.all(np.any(hidden.images != seen.images, axis=(1, 2)))


@pytest.mark.parametrize("dial", ["low_light", "blur", "occlusion", "pose"])
def test_a_dial_changes_neither_labels_nor_expressions(dial):
    one, other = draw_puppets(20, **{dial: 0}), draw_puppets(20, **{dial: 1})
    assert np.array_equal(one.labels, other.labels) and np.array_equal(one.action_units, other.action_units)


def test_a_puppet_s_person_and_scene_are_kept(puppets):
    people, scenes = puppets.people, puppets.scenes
    assert people.dtype == PEOPLE and scenes.dtype == SCENES
    assert 80 <= people["skin"].min() < 95 and 200 < people["skin"].max() <= 215
    assert set(people["hair"]) == set(HAIR_STYLES) and set(people["beard"]) == set(BEARDS)
    assert set(scenes["occlusion"]) == {"none", *OCCLUSIONS}
    # What is kept is what was drawn: dim light darkens the picture, and the skin shows in it.
    means = puppets.images.mean(axis=(1, 2))
    assert means[scenes["dark"] > 0].mean() < 0.7 * means[scenes["dark"] == 0].mean()
    lit = scenes["dark"] == 0
    assert np.corrcoef(puppets.images[lit, 20:30, 20:28].mean(axis=(1, 2)), people["skin"][lit])[0, 1] > 0.5


@pytest.mark.parametrize(
    ("name", "value", "other"),
    [
        ("glasses", True, False),
        ("skin", 90, 200),
        ("beard", "full", "none"),
        ("hair", "headscarf", "short"),
        ("age", 1.0, -1.0),
    ],
)
def test_the_same_puppets_are_drawn_with_one_thing_about_them_changed(name, value, other):
    plain, one, two = (draw_puppets(30, seed=5, who=who) for who in (None, {name: value}, {name: other}))
    assert set(one.people[name].tolist()) == {value} and set(two.people[name].tolist()) == {other}
    assert not np.array_equal(one.images, two.images)
    for truth in ("labels", "clean_labels", "action_units", "scenes"):
        assert np.array_equal(getattr(one, truth), getattr(plain, truth)), truth
    for rest in set(PEOPLE.names) - {name}:
        assert np.array_equal(one.people[rest], plain.people[rest]), rest
    # Whoever was so already is drawn as before.
    already = plain.people[name] == np.asarray(value, PEOPLE[name])
    assert np.array_equal(one.images[already], plain.images[already])


@pytest.mark.parametrize(
    "who", [{"skin": 300}, {"skin": "dark"}, {"hair": "mohawk"}, {"mouth": 1}, {"glasses": "no"}, {"age": 2}]
)
def test_a_person_that_puppets_cannot_be_is_refused_by_name(who):
    with pytest.raises(ValueError, match=next(iter(who))):
        draw_puppets(1, who=who)


def test_every_part_is_marked_in_every_puppet_and_they_stand_in_order():
    faces = draw_puppets(60, seed=9, pose=0.3)
    rows = np.array([[center(faces[i].part(part)[0]) for part in PARTS] for i in range(60)])
    assert np.all(np.diff(rows, axis=1) > 0), "brows above eyes above nose above mouth"


@pytest.mark.parametrize("identity", [0, 1, 6])
@pytest.mark.parametrize("unit", ACTION_UNITS)
def test_an_action_unit_moves_the_half_of_the_face_that_it_belongs_to(unit, identity):
    calm, parts = draw_puppet({}, identity=identity, with_parts=True)
    change = abs(draw_puppet({unit: 1}, identity=identity).astype(int) - calm)
    assert change.max() > 8
    low = [center(parts >> PARTS.index(part) & 1) for part in ("nose", "eyes")]
    if AU_PARTS[unit] == ("mouth",):
        assert change[: int(low[1])].max() <= 3, "the eyes and brows stay as they are"
    elif "mouth" not in AU_PARTS[unit]:
        assert change[int(low[0]) + 8 :].max() <= 3, "the mouth stays as it is"


def test_a_smile_shows_in_the_mouth_most():
    calm, parts = draw_puppet({}, with_parts=True)
    smile, moved = draw_puppet({12: 1}, with_parts=True)
    mouth = ((parts | moved) >> PARTS.index("mouth") & 1).astype(bool)
    change = abs(smile.astype(int) - calm)
    assert change[mouth].mean() > 5 * change[~mouth].mean()


@settings(max_examples=40, deadline=None)
@given(units=ANY_UNITS, identity=st.integers(0, 10_000), size=st.sampled_from([48, 96, 192]))
def test_any_action_units_on_anyone_make_a_picture_with_all_parts(units, identity, size):
    image, parts = draw_puppet(units, identity=identity, size=size, with_parts=True)
    assert image.shape == parts.shape == (size, size) and image.dtype == parts.dtype == np.uint8
    assert image.std() > 5
    assert np.bitwise_or.reduce(parts.ravel()) == 15


@settings(max_examples=40, deadline=None)
@given(
    units=ANY_UNITS, unit=st.sampled_from(ACTION_UNITS), at=st.floats(0, 0.99), identity=st.integers(0, 50)
)
def test_a_small_change_of_an_action_unit_is_a_small_change_of_the_picture(units, unit, at, identity):
    before = draw_puppet(units | {unit: at}, identity=identity).astype(int)
    after = draw_puppet(units | {unit: at + 0.01}, identity=identity).astype(int)
    assert abs(after - before).mean() < 1


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: draw_puppet({3: 1}), "Expected action units among 1, 2, 4.*found 3"),
        (lambda: draw_puppet({"smile": 1}), "Expected action units among.*found 'smile'"),
        (lambda: draw_puppet({12: 1.2}), "intensity from 0 to 1 for action unit 12, found 1.2"),
        (lambda: draw_puppet({12: float("nan")}), "intensity from 0 to 1 for action unit 12, found nan"),
        (lambda: draw_puppet({}, pose=2), "Expected pose from 0 to 1, found 2"),
        (lambda: draw_puppet({}, size=500), "Expected a size from 1 to 192 pixels, found 500"),
        (lambda: draw_puppet({}, identity=-1), "Expected an identity of 0 or more, found -1"),
        (lambda: draw_puppets(-1), "Expected a number of puppets of 0 or more, found -1"),
        (lambda: draw_puppets(1, seed=-1), "Expected a seed of 0 or more, found -1"),
        (lambda: draw_puppets(1, blur=-0.1), "Expected blur from 0 to 1, found -0.1"),
        (lambda: draw_large_puppets(1, size=193), "Expected a size from 1 to 192 pixels, found 193"),
        (lambda: draw_large_puppets(1, pose=2), "Expected pose from 0 to 1, found 2"),
        (lambda: draw_puppets(1, shares=[1, 2]), "Expected 7 shares of 0 or more.*found"),
        (lambda: draw_puppets(1, shares=[0] * 7), "Expected 7 shares of 0 or more, not all 0"),
        (lambda: draw_puppets(1, usage="test"), "Expected one of the splits Training.*found 'test'"),
    ],
)
def test_bad_input_is_answered_with_one_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


@pytest.mark.parametrize("units", [[6, 12], "happy"])
def test_action_units_without_intensities_are_refused_with_an_example(units):
    with pytest.raises(
        ValueError, match=r"Expected action units with intensities, such as \{6: 1\.0, 12: 1\.0\}"
    ):
        draw_puppet(units)
