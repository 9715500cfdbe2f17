"""Search in words, and hard pairs."""

import numpy as np

from fer_course.lessons.lab_faces_and_words import captions, clip, controls


def test_faces_are_found_by_what_is_written():
    pairs, _ = captions.puppet_pairs(0, 20, 1)
    control = controls.search(clip.Towers(0).eval(), pairs)
    before = control.area.value
    control.set(words="frowning, curls")
    assert "8 faces with their captions" in control.area.value != before


def test_a_word_that_nobody_used_is_told_and_nothing_breaks():
    pairs, _ = captions.puppet_pairs(0, 20, 1)
    control = controls.search(clip.Towers(0).eval(), pairs)
    for words, told in (("bicycle", "bicycle"), ("<b>", "&lt;b&gt;"), ("", "an empty one")):
        control.set(words=words)
        assert told in control.area.value and "<b>" not in control.area.value


def test_hard_pairs_are_shown_as_they_were_mined():
    pairs, _ = captions.puppet_pairs(0, 60, 1)
    mined = {"by caption": np.tile(np.arange(5), (60, 1)), "by face": np.tile(np.arange(5, 10), (60, 1))}
    control = controls.hard_pairs(pairs, mined, np.zeros((60, 60), bool))
    before = control.area.value
    control.set(mining="by face", face=7)
    assert "hardest pairs" in control.area.value != before
