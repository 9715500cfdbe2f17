"""The groups of an audit."""

import dataclasses

import numpy as np
import pytest

from fer_course.lessons.responsible_use import groups
from fer_course.puppets.draw import draw_puppets


@pytest.fixture(scope="module")
def faces():
    return draw_puppets(60, seed=5, low_light=0.5, occlusion=0.5)


def test_every_puppet_is_in_the_group_of_what_it_is(faces):
    who, people, scenes = groups.groups_of(faces), faces.people, faces.scenes
    np.testing.assert_array_equal(who["beard"] == "full beard", people["beard"] == "full")
    assert list(who) == list(groups.ORDER)
    np.testing.assert_array_equal(who["glasses"] == "glasses", people["glasses"])
    np.testing.assert_array_equal(who["headscarf"] == "headscarf", people["hair"] == "headscarf")
    np.testing.assert_array_equal(who["skin"] == "dark skin", people["skin"] < 125)
    np.testing.assert_array_equal(who["age"] == "child", people["age"] < -0.6)
    np.testing.assert_array_equal(who["occlusion"] == "nothing hidden", scenes["occlusion"] == "none")
    np.testing.assert_array_equal(
        who["light and skin"] == "dim light, dark skin", (scenes["dark"] > 0) & (people["skin"] < 125)
    )
    assert all(set(values) <= set(groups.ORDER[asked]) for asked, values in who.items())


def test_faces_that_nobody_is_known_of_are_refused(faces):
    with pytest.raises(ValueError, match="Expected puppets, found somewhere"):
        groups.groups_of(dataclasses.replace(faces, people=None, source="somewhere"))


def test_the_table_holds_every_face_once_for_each_question(faces):
    table = groups.audit(faces.clean_labels, faces.clean_labels, groups.groups_of(faces))
    assert (table.groupby(level="asked").n.sum() == 60).all()
    assert (table.accuracy == 1).all()


def test_groups_with_few_faces_are_named():
    labels, groups_of_200 = np.zeros(200, int), np.repeat(["many", "few"], [170, 30])
    table = groups.audit(labels, labels, {"size": groups_of_200})
    sentence = groups.small_groups(table)
    assert "few (30)" in sentence and "many" not in sentence
    assert "of few is 11 points wide" in sentence
    assert groups.small_groups(table.loc[[("size", "many")]]) == "Every group has at least 100 faces."


def test_chance_gives_groups_a_gap_and_none_where_all_are_right():
    places = np.repeat([0, 1], 50)
    chance = groups.gaps_by_chance(np.arange(100) % 2 == 0, places, draws=400, seed=1)
    # The difference of two means of 50 drawn from 100 without replacement; its absolute value has mean 0.080.
    assert chance.mean() == pytest.approx(0.080, abs=0.01) and chance.min() >= 0
    assert not groups.gaps_by_chance(np.ones(100), places, draws=5).any()
    np.testing.assert_array_equal(
        chance, groups.gaps_by_chance(np.arange(100) % 2 == 0, places, draws=400, seed=1)
    )


def test_a_true_gap_is_beyond_chance():
    places = np.array(["a", "b"] * 100)
    right = places == "a"
    assert (groups.gaps_by_chance(right, places, draws=200) < 1).all()


def test_pairs_and_groups_agree_on_the_change_and_pairs_are_surer_of_it():
    before = np.arange(100) < 80
    after = before & (np.arange(100) >= 6)
    row = groups.changes({"glasses on": (before, after)}).loc["glasses on"]
    assert row.pairs == pytest.approx(-6) and row.groups == pytest.approx(-6)
    assert row.groups_low < row.pairs_low < row.pairs_high < 0 < row.groups_high
