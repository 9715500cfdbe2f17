"""Figures of notebook 09 tell their values in words."""

import numpy as np
import pandas as pd
import pytest

from fer_course.evaluation.corruptions import CORRUPTIONS, STRENGTHS
from fer_course.lessons.responsible_use import bias, figures, groups


@pytest.fixture(scope="module")
def puppets():
    return bias.draw(28, seed=2)


def test_groups_are_told_with_size_and_interval():
    labels = np.zeros(100, int)
    table = groups.audit(np.arange(100) < 20, labels, {"age": np.repeat(["child", "old"], 50)})
    picture = figures.groups(table, 0.8)
    assert "child (n = 50) 60.0 (46.2 to 72.4)" in picture.description
    assert "all faces 80.0%" in picture.description
    ticks = [tick.get_text() for tick in picture.figure.axes[0].get_yticklabels()]
    assert ticks == ["child (n = 50)", "old (n = 50)"]


def test_the_same_puppets_are_shown_before_and_after(puppets):
    picture = figures.twice({"beard": (puppets.images, puppets.images[::-1])})
    drawn = [axes.get_images()[0].get_array() for axes in picture.figure.axes]
    assert len(drawn) == 6
    np.testing.assert_array_equal(drawn[2], puppets.images[1])
    np.testing.assert_array_equal(drawn[3], puppets.images[-2])


def test_a_change_is_told_with_both_intervals():
    values = {"pairs": -4.0, "pairs_low": -7.0, "pairs_high": -1.0}
    values |= {"groups": -4.0, "groups_low": -9.0, "groups_high": 1.0}
    text = figures.changes(pd.DataFrame(values, index=["glasses on"])).description
    assert "glasses on: -4.0 (-7.0 to -1.0), as two groups -9.0 to +1.0" in text


def test_who_wears_glasses_is_told_by_label(puppets):
    text = figures.who_is_who(puppets).description
    angry = puppets.labels == bias.ANGRY
    share = 100 * puppets.people["glasses"][angry].mean()
    assert f"angry: {share:.0f} % and {100 * bias.is_dark(puppets)[angry].mean():.0f} %" in text


def test_the_pull_is_told_for_every_data_set():
    row = {"glasses": 37.0, "glasses_low": 31.0, "glasses_high": 42.0}
    row |= {"skin": -45.0, "skin_low": -54.0, "skin_high": -35.0, "accuracy": 50.0}
    picture = figures.pull(pd.DataFrame(row, index=["biased", "completed"]))
    assert picture.description.count("with glasses +37.0 points of false angry (+31.0 to +42.0)") == 2
    assert "with dark skin -45.0 points of happy" in picture.description
    assert len(picture.figure.axes) == 3


def test_one_face_is_shown_under_every_corruption(puppets):
    picture = figures.conditions_wall(puppets.images[0], 3)
    titles = [axes.get_title() for axes in picture.figure.axes]
    assert titles == list(CORRUPTIONS)


def test_conditions_are_told_by_strength_with_their_mean():
    index = [("clean", 0), *((name, s) for name in ("dark", "fog") for s in STRENGTHS)]
    table = pd.DataFrame({"accuracy": [0.9, *[0.8] * 5, *[0.4] * 5], "n": 50.0})
    table.index = pd.MultiIndex.from_tuples(index, names=["corruption", "strength"])
    text = figures.conditions({"net": table}).description
    assert "net (50 faces): clean 90.0, mean of all corruptions 60.0, least under fog" in text
    assert "dark 80, 80, 80, 80, 80; fog 40, 40, 40, 40, 40" in text


def test_a_face_under_another_condition_is_told_with_both_answers(puppets):
    logits = np.zeros((2, 7))
    logits[0, 3] = logits[1, 0] = 20
    text = figures.condition(*puppets.images[:2], logits, "fog, strength 2").description
    assert "As it is, the face is called happy (100 %); with fog, strength 2, angry (100 %)" in text


def test_voters_are_told_from_one_to_ten():
    text = figures.voters(pd.Series([0] * 8 + [1, 3], index=range(1, 11))).description
    assert "8 of ten: 0.0 %, 9 of ten: 25.0 %, 10 of ten: 75.0 %" in text
